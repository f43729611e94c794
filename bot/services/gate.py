"""How many turns run at once, and when they have to let others pass."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

# A turn is nearly all computing, so that more at once would only make each of them later.
AT_ONCE: Final = 2
LONGEST_WAIT_SECONDS: Final = 1.0


class Gate:
    """Turns pass one or two at a time; while messages are being taken in, none starts, so that taking in stays quick.

    Urgent turns pass at once. Belongs to one event loop.
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._taking_in = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    @contextmanager
    def taking_in(self) -> Iterator[None]:
        """While a message is being taken in."""
        self._taking_in += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._taking_in -= 1
            if not self._taking_in:
                self._quiet.set()

    @asynccontextmanager
    async def passage(self, *, is_urgent: bool = False) -> AsyncIterator[None]:
        """While a turn runs."""
        if is_urgent:
            yield
            return
        async with self._free:
            await self._until_quiet()
            yield

    async def _until_quiet(self) -> None:
        # One step of the loop lets whatever has just arrived be read.
        await asyncio.sleep(0)
        if self._quiet.is_set():
            return
        try:
            async with asyncio.timeout(LONGEST_WAIT_SECONDS):
                await self._quiet.wait()
        except TimeoutError:
            return
