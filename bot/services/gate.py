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
MOST_LULL_LOOKS: Final = 50
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
        self._lull: asyncio.Task[None] | None = None

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

    async def lull(self) -> None:
        """Wait for a quiet moment, a quarter of a second at most; all go on together, in the order they came."""
        if self._is_busy:
            if self._lull is None or self._lull.done():
                self._lull = asyncio.create_task(self._until_lull())
            await asyncio.shield(self._lull)

    async def quiet(self) -> None:
        """Wait until nothing is being taken in; for a second at most, since somebody has to be answered as well.

        Whoever came first goes on first.
        """
        async with self._line:
            for _ in range(MOST_LOOKS):
                if not self._is_busy:
                    return
                await asyncio.sleep(LOOK_SECONDS)

    @property
    def _is_busy(self) -> bool:
        return bool(self._taking_in) or time.monotonic() - self._last <= PAUSE_SECONDS

    async def _until_lull(self) -> None:
        for _ in range(MOST_LULL_LOOKS):
            await asyncio.sleep(LOOK_SECONDS)
            if not self._is_busy:
                return

    def _count(self, by: int) -> None:
        with self._counting:
            self._taking_in += by
            self._last = time.monotonic()
