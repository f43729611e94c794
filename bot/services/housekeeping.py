"""What has to be done now and then without anybody asking: erasures due, data kept long enough, cases to be found."""

import asyncio
import logging
from typing import Final

from bot.errors import LinliError
from bot.services import case_terms, outcomes
from bot.services.desk import Desk
from bot.services.erasing import finish_due_erasures
from bot.services.retention import RetentionRules, load_retention, purge_expired

LOG: Final = logging.getLogger(__name__)
EVERY_SECONDS: Final = 3600.0


class Housekeeping:
    """Runs beside the service; raises BrokenFile where the periods cannot be read."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._rules = load_retention(desk.settings.data / "catalogue" / "retention.yml")

    async def run(self) -> None:
        """Every hour until cancelled."""
        while True:
            try:
                await asyncio.to_thread(keep_house, self._desk, self._rules)
            except LinliError as problem:
                LOG.error("what is due to be erased stays for now: %s", problem)  # noqa: TRY400
            await asyncio.sleep(EVERY_SECONDS)


def keep_house(desk: Desk, rules: RetentionRules) -> None:
    """Erase what is due and make findable what is not yet, in portions: residents' messages get in between."""
    with desk.transaction() as session:
        finish_due_erasures(session, desk)
    is_all = False
    while not is_all:
        with desk.transaction() as session:
            is_all = purge_expired(session, desk, rules).is_all
    case_terms.index_missing(desk)
    outcomes.keep_missing(desk)
