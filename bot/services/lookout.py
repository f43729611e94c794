"""Looking for topics that rise or come back, every hour, without anybody asking."""

import asyncio
import logging
from typing import Final

from bot.errors import LinliError
from bot.services import early_warnings
from bot.services.desk import Desk

LOG: Final = logging.getLogger(__name__)
EVERY_SECONDS: Final = 3600.0


class Lookout:
    """Runs beside the service."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self) -> None:
        """Every hour until cancelled."""
        while True:
            try:
                await asyncio.to_thread(look_once, self._desk)
            except LinliError as problem:
                LOG.error("early warnings wait for the next hour: %s", problem)  # noqa: TRY400
            await asyncio.sleep(EVERY_SECONDS)


def look_once(desk: Desk) -> int:
    """Look now, in one transaction; returns how many warnings are new."""
    with desk.transaction() as session:
        return len(early_warnings.look(session, desk, desk.clock()))
