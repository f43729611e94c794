"""A lock that is handed on in the order it was asked for: nobody starves behind a thread that asks again at once."""

from collections import deque
from threading import Lock


class Turnstile:
    """Like threading.Lock, but fair; whoever may go first stands at the head of the queue."""

    def __init__(self) -> None:
        self._own = Lock()
        self._is_held = False
        self._queue: deque[Lock] = deque()

    def acquire(self, timeout: float, *, goes_first: bool = False) -> bool:
        """Wait for one's turn; False if it did not come within `timeout` seconds."""
        with self._own:
            if not self._is_held:
                self._is_held = True
                return True
            place = Lock()
            place.acquire()
            self._queue.appendleft(place) if goes_first else self._queue.append(place)
        if place.acquire(timeout=timeout):
            return True
        return not self._left(place)

    def release(self) -> None:
        """Hand on to the next in the queue."""
        with self._own:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._is_held = False

    def _left(self, place: Lock) -> bool:
        """Whether the queue could still be left: the turn may have come in this very moment."""
        with self._own:
            if place in self._queue:
                self._queue.remove(place)
                return True
            return False
