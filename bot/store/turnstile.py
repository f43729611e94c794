"""A lock that is handed on in the order it was asked for: nobody starves behind a thread that asks again at once."""

from collections import deque
from threading import Lock


class Turnstile:
    """Like threading.Lock, but fair; those who may go first have a queue of their own, served before the others'."""

    def __init__(self) -> None:
        self._own = Lock()
        self._is_held = False
        self._first: deque[Lock] = deque()
        self._others: deque[Lock] = deque()

    def acquire(self, timeout: float, *, goes_first: bool = False) -> bool:
        """Wait for one's turn; False if it did not come within `timeout` seconds."""
        with self._own:
            if not self._is_held:
                self._is_held = True
                return True
            place = Lock()
            place.acquire()
            (self._first if goes_first else self._others).append(place)
        if place.acquire(timeout=timeout):
            return True
        return not self._left(place)

    def release(self) -> None:
        """Hand on to the next in the queue."""
        with self._own:
            if queue := self._first or self._others:
                queue.popleft().release()
            else:
                self._is_held = False

    def _left(self, place: Lock) -> bool:
        """Whether the queue could still be left: the turn may have come in this very moment."""
        with self._own:
            for queue in (self._first, self._others):
                if place in queue:
                    queue.remove(place)
                    return True
            return False
