"""The lock that writers of one process queue at."""

from threading import Event, Thread

from bot.store.turnstile import Turnstile

LONG, AT_ONCE = 30.0, 0.0


class Writer:
    """A thread that waits for its turn, notes that it came, and hands on."""

    def __init__(self, turnstile: Turnstile, name: str, log: list[str], *, goes_first: bool = False) -> None:
        self._turnstile = turnstile
        self._name = name
        self._log = log
        self._goes_first = goes_first
        self._thread = Thread(target=self._write)

    def queue(self) -> None:
        """Start, and come back when it stands in the queue."""
        before = waiting_at(self._turnstile)
        self._thread.start()
        while waiting_at(self._turnstile) == before:
            Event().wait(0.001)

    def end(self) -> None:
        self._thread.join()

    def _write(self) -> None:
        assert self._turnstile.acquire(LONG, goes_first=self._goes_first)
        self._log.append(self._name)
        self._turnstile.release()


def waiting_at(turnstile: Turnstile) -> int:
    return len(turnstile._first) + len(turnstile._others)


def order_of(*writers: tuple[str, bool]) -> list[str]:
    """In which order they get their turn who queue in this one while somebody holds the lock."""
    turnstile, log = Turnstile(), list[str]()
    assert turnstile.acquire(AT_ONCE)
    queued: list[Writer] = []
    for name, goes_first in writers:
        writer = Writer(turnstile, name, log, goes_first=goes_first)
        writer.queue()
        queued.append(writer)
    turnstile.release()
    for writer in queued:
        writer.end()
    return log


def test_a_free_lock_is_had_at_once() -> None:
    assert Turnstile().acquire(AT_ONCE)


def test_a_held_lock_is_not_had() -> None:
    turnstile = Turnstile()
    turnstile.acquire(AT_ONCE)

    assert not turnstile.acquire(AT_ONCE)


def test_it_is_handed_on_in_the_order_it_was_asked_for() -> None:
    assert order_of(("a", False), ("b", False), ("c", False)) == ["a", "b", "c"]


def test_whoever_goes_first_passes_those_who_wait() -> None:
    assert order_of(("a", False), ("b", False), ("first", True)) == ["first", "a", "b"]


def test_those_who_go_first_keep_their_order_among_themselves() -> None:
    assert order_of(("a", False), ("1", True), ("2", True), ("3", True)) == ["1", "2", "3", "a"]


def test_whoever_asks_again_at_once_does_not_pass_those_who_wait() -> None:
    turnstile, log = Turnstile(), list[str]()
    turnstile.acquire(AT_ONCE)
    writer = Writer(turnstile, "other", log)
    writer.queue()

    turnstile.release()
    assert turnstile.acquire(LONG)
    log.append("again")
    turnstile.release()

    writer.end()
    assert log == ["other", "again"]


def test_whoever_gave_up_is_not_given_a_turn() -> None:
    turnstile = Turnstile()
    turnstile.acquire(AT_ONCE)
    turnstile.acquire(0.001)
    turnstile.acquire(0.001, goes_first=True)

    turnstile.release()

    assert waiting_at(turnstile) == 0
    assert turnstile.acquire(AT_ONCE)


def test_no_two_hold_it_together() -> None:
    turnstile = Turnstile()
    inside: list[int] = []
    seen: list[int] = []

    def write() -> None:
        for _ in range(200):
            assert turnstile.acquire(LONG)
            inside.append(1)
            seen.append(len(inside))
            inside.pop()
            turnstile.release()

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == [1] * 800
