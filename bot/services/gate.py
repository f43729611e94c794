"""How many turns run at once, and when they have to let others pass."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from threading import Lock
from typing import Final

# A turn is nearly all computing, so that more at once would only make each of them later.
AT_ONCE: Final = 2
LOOK_SECONDS: Final = 0.005
MOST_LOOKS: Final = 200
# Those who write in the same moment do not all arrive in the same millisecond.
PAUSE_SECONDS: Final = 0.02


class Gate:
    """Turns pass one or two at a time; while messages are being taken in, none starts, so that taking in stays quick.

    Urgent turns pass at once. Messages are taken in by any thread, turns pass in one event loop.
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._line = asyncio.Lock()
        self._counting = Lock()
        self._taking_in = 0
        self._last = 0.0

    @contextmanager
    def taking_in(self) -> Iterator[None]:
        """While a message is being taken in."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    @asynccontextmanager
    async def passage(self, *, is_urgent: bool = False) -> AsyncIterator[None]:
        """While a turn runs."""
        if is_urgent:
            yield
            return
        async with self._free:
            yield

    async def quiet(self) -> None:
        """Wait until nothing is being taken in; for a second at most, since somebody has to be answered as well.

        Whoever came first goes on first.
        """
        async with self._line:
            for _ in range(MOST_LOOKS):
                if not self._taking_in and time.monotonic() - self._last > PAUSE_SECONDS:
                    return
                await asyncio.sleep(LOOK_SECONDS)

    def _count(self, by: int) -> None:
        with self._counting:
            self._taking_in += by
            self._last = time.monotonic()
