"""The board: open events in columns, each by what has to happen next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session

from bot.core.stages import Stage
from bot.services import case_search
from bot.services.case_wanted import Sort, Wanted
from bot.services.desk import Desk
from bot.store.tables import Case, CaseKind, Staff

CARDS: Final = 20


@dataclass(frozen=True)
class Column:
    """What is in one stage: the first of them, how many in all, and the question that lists them all."""

    stage: Stage
    cases: Sequence[Case]
    total: int
    is_more: bool
    wanted: Wanted

    @property
    def is_cut(self) -> bool:
        """Whether there are more than the cards shown."""
        return self.total > len(self.cases)


def columns(session: Session, desk: Desk, staff: Staff, wanted: Wanted) -> tuple[Column, ...]:
    """The board of what this worker sees, the most urgent on top; raises NotAllowed and InvalidInput."""
    return tuple(
        _column(session, desk, staff, replace(wanted, stage=stage, sort=Sort.URGENCY), stage) for stage in Stage
    )


def _column(session: Session, desk: Desk, staff: Staff, wanted: Wanted, stage: Stage) -> Column:
    found = case_search.find(session, desk, staff, CaseKind.GRID_EVENT, wanted, CARDS)
    return Column(stage, found.cases, found.total, found.is_more, replace(wanted, sort=None))
