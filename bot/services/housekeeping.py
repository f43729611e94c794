"""What has to be done now and then without anybody asking: erasures due, data kept long enough, cases to be found."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

from bot.services import case_terms, outcomes, photo_files
from bot.services.beside import keep_running
from bot.services.desk import Desk
from bot.services.erasing import finish_due_erasures
from bot.services.retention import RetentionRules, load_retention, purge_expired

EVERY_SECONDS: Final = 3600.0


class Housekeeping:
    """Runs beside the service; raises BrokenFile where the periods cannot be read."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._rules = load_retention(desk.settings.data / "catalogue" / "retention.yml")

    async def run(self) -> None:
        """Every hour until cancelled."""
        chores = [partial(asyncio.to_thread, chore) for chore in _chores(self._desk, self._rules)]
        await keep_running("what is due to be erased stays for now", partial(asyncio.sleep, EVERY_SECONDS), *chores)


def keep_house(desk: Desk, rules: RetentionRules) -> None:
    """Erase what is due and make findable what is not yet, in portions: residents' messages get in between."""
    for chore in _chores(desk, rules):
        chore()


def _chores(desk: Desk, rules: RetentionRules) -> tuple[Callable[[], object], ...]:
    """Each on its own: what cannot be made findable keeps nothing from being erased."""
    return (
        partial(_finish_erasures, desk),
        partial(_purge, desk, rules),
        partial(photo_files.settle, desk),
        partial(case_terms.index_missing, desk),
        partial(outcomes.keep_missing, desk),
    )


def _finish_erasures(desk: Desk) -> None:
    with desk.transaction() as session:
        finish_due_erasures(session, desk)


def _purge(desk: Desk, rules: RetentionRules) -> None:
    is_all = False
    while not is_all:
        with desk.transaction() as session:
            is_all = purge_expired(session, desk, rules).is_all
