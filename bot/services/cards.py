"""Cards: what a page draws beside a bubble, as plain data a message can carry."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from bot.core.agenda import AgendaStatus
from bot.core.emergencies import EmergencyCard
from bot.core.grid_events import EventStatus
from bot.core.visits import VisitStatus
from bot.core.zone import SHANGHAI
from bot.store.queries.cases import kind_of
from bot.store.tables import AgendaItem, Case, GridEvent, InPersonOrder

EVENT_STAGES: Final = ("上报", "受理", "处理", "核实", "办结")
ITEM_STAGES: Final = ("提出", "审核", "商量", "落实", "办结")
ORDER_STAGES: Final = ("登记", "安排", "上门", "办好")
_STAGE: Final = {
    EventStatus.REPORTED: 0,
    EventStatus.TRIAGED: 0,
    EventStatus.ACCEPTED: 1,
    EventStatus.DISPATCHED: 1,
    EventStatus.SIGNED: 1,
    EventStatus.RETURNED: 1,
    EventStatus.REOPENED: 1,
    EventStatus.IN_PROGRESS: 2,
    EventStatus.SUSPENDED: 2,
    EventStatus.REWORK: 2,
    EventStatus.RESOLVED: 3,
    EventStatus.VERIFIED: 3,
    EventStatus.CLOSED: 4,
    EventStatus.ARCHIVED: 4,
    EventStatus.REFUSED: 4,
    EventStatus.WITHDRAWN: 4,
    EventStatus.MERGED: 4,
    AgendaStatus.PROPOSED: 0,
    AgendaStatus.REVIEWING: 1,
    AgendaStatus.NOT_LISTED: 1,
    AgendaStatus.LISTED: 2,
    AgendaStatus.NOTIFIED: 2,
    AgendaStatus.MEETING: 2,
    AgendaStatus.OPINION_FORMED: 2,
    AgendaStatus.PUBLICISED: 2,
    AgendaStatus.IMPLEMENTING: 3,
    AgendaStatus.FEEDBACK: 3,
    AgendaStatus.ARCHIVED: 4,
    VisitStatus.NEW: 0,
    VisitStatus.ACCEPTED: 1,
    VisitStatus.ON_SITE: 2,
    VisitStatus.DONE: 3,
    VisitStatus.CANCELLED: 3,
}


@dataclass(frozen=True)
class ProgressCard:
    """How far a case is: `stage` counts from 0 in `stages`; `due` is empty where nothing is due any more.

    `steps` are what was done so far, each with its moment, in words for residents; `photos` the ids of pictures that
    show what was done, which the page fetches for whoever may still see them.
    """

    case: str
    number: str
    title: str
    status: str
    plain: str
    stages: tuple[str, ...]
    stage: int
    who: str
    due: str
    steps: tuple[tuple[str, str], ...] = ()
    photos: tuple[int, ...] = ()
    kind: str = "progress"

    def as_json(self) -> dict[str, object]:
        """The card as a message carries it."""
        steps = [list(step) for step in self.steps]
        return dict(asdict(self), stages=list(self.stages), steps=steps, photos=list(self.photos))


@dataclass(frozen=True)
class NumbersCard:
    """Numbers to call at once, each a label and a number."""

    numbers: tuple[tuple[str, str], ...]
    kind: str = "emergency"

    @classmethod
    def of(cls, card: EmergencyCard) -> "NumbersCard":
        """The numbers of an emergency card."""
        return cls(card.numbers)

    def as_json(self) -> dict[str, object]:
        """The card as a message carries it."""
        return {"kind": self.kind, "numbers": [list(pair) for pair in self.numbers]}


Card = ProgressCard | NumbersCard


def progress_card(case: Case, steps: Sequence[tuple[str, str]] = (), photos: Sequence[int] = ()) -> ProgressCard:
    """The card of a case, with what was done so far; it names no resident."""
    return ProgressCard(
        case=kind_of(case).value,
        number=case.number,
        title=case_title(case),
        status=case.status.value,
        plain=case.status.plain,
        stages=_stages(case),
        stage=_STAGE[case.status],
        who=_who(case),
        due=_due(case),
        steps=tuple(steps),
        photos=tuple(photos),
    )


def case_title(case: Case) -> str:
    """What a case is called, whatever its kind."""
    return case.need if isinstance(case, InPersonOrder) else case.title


def _stages(case: Case) -> tuple[str, ...]:
    if isinstance(case, GridEvent):
        return EVENT_STAGES
    return ITEM_STAGES if isinstance(case, AgendaItem) else ORDER_STAGES


def _who(case: Case) -> str:
    if isinstance(case, GridEvent):
        return case.lead_name
    return case.assignee_name if isinstance(case, InPersonOrder) else "居委会"


def _due(case: Case) -> str:
    if isinstance(case, AgendaItem) or not case.status.is_open:
        return ""
    moment = case.due if isinstance(case, InPersonOrder) else case.due_resolve
    local = moment.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
