"""What somebody looks for in a list of cases."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from bot.core.agenda import AgendaStatus
from bot.core.catalogue import Whistle
from bot.core.grid_events import EventStatus, Supervision
from bot.core.stages import Stage
from bot.core.urgency import Urgency
from bot.core.visits import VisitStatus
from bot.store.tables import CaseKind

Status = EventStatus | AgendaStatus | VisitStatus
STATUSES: Final[dict[CaseKind, tuple[Status, ...]]] = {
    CaseKind.GRID_EVENT: tuple(EventStatus),
    CaseKind.AGENDA_ITEM: tuple(AgendaStatus),
    CaseKind.IN_PERSON_ORDER: tuple(VisitStatus),
}
NO_GRID: Final = "none"
"""In place of a grid: events of which nobody knows yet where they are."""


class Sort(StrEnum):
    """What comes first."""

    URGENCY = "urgency"
    DUE = "due"
    NEWEST = "newest"

    @property
    def plain(self) -> str:
        """The order in words."""
        return {"urgency": "急的在前", "due": "先到期的在前", "newest": "新的在前"}[self.value]


@dataclass(frozen=True)
class Wanted:
    """What to look for. Without status and stage all that are still on somebody's desk, `everything` all of them.

    `number` is any part of a case number, looked for in every status. `leaf` is a leaf or, with two digits, a class of
    them; `supervision` is the lowest card; `whistle` the kind of a whistle blown for it, `is_whistled` any. `since` and
    `until` are days in Shanghai, both included. `page` counts from 1.
    """

    status: Status | None = None
    stage: Stage | None = None
    everything: bool = False
    urgency: Urgency | None = None
    community_id: str | None = None
    grid_id: str | None = None
    building_id: str | None = None
    leaf: str | None = None
    party_id: str | None = None
    supervision: Supervision | None = None
    whistle: Whistle | None = None
    is_whistled: bool = False
    is_overdue: bool = False
    is_elderly: bool = False
    needs_review: bool = False
    is_mine: bool = False
    since: date | None = None
    until: date | None = None
    words: str = ""
    number: str = ""
    sort: Sort | None = None
    page: int = 1

    @property
    def order(self) -> Sort:
        """What comes first: where work waits the most urgent, else the newest."""
        is_work = self.status is None and not self.everything and not self.number
        return self.sort or (Sort.URGENCY if is_work else Sort.NEWEST)
