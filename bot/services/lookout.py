"""Looking for topics that rise or come back, every hour, without anybody asking."""

import asyncio
from functools import partial
from typing import Final

from bot.services import early_warnings
from bot.services.beside import keep_running
from bot.services.desk import Desk

EVERY_SECONDS: Final = 3600.0


class Lookout:
    """Runs beside the service."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self) -> None:
        """Every hour until cancelled."""
        look = partial(asyncio.to_thread, look_once, self._desk)
        await keep_running("early warnings wait for the next hour", partial(asyncio.sleep, EVERY_SECONDS), look)


def look_once(desk: Desk) -> int:
    """Look now, in one transaction; returns how many warnings are new."""
    with desk.transaction() as session:
        return len(early_warnings.look(session, desk, desk.clock()))
