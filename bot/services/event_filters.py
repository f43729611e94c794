"""The filters of the list of grid events as conditions, each of which an index of the table answers."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from bot.core.elderly import ElderlySignal
from bot.core.grid_events import EventStatus, Supervision
from bot.core.stages import Stage
from bot.core.zone import SHANGHAI
from bot.errors import InvalidInput
from bot.services import case_terms
from bot.services.case_scope import visible
from bot.services.case_wanted import NO_GRID, Wanted
from bot.services.desk import Desk
from bot.store.queries import clocks
from bot.store.tables import (
    ActorKind,
    BuildingRow,
    CalledOut,
    CaseKind,
    CaseStep,
    Community,
    EventCallBack,
    Grid,
    GridEvent,
    Party,
    Staff,
    WhistleStatus,
)

Condition = ColumnElement[bool]
UNFINISHED: Final = tuple(status for status in EventStatus if status.is_unfinished)
_CLASS_LENGTH: Final = 2
_BLOWN: Final = (WhistleStatus.BLOWN, WhistleStatus.ANSWERED, WhistleStatus.EVALUATED)


def conditions(session: Session, desk: Desk, staff: Staff, wanted: Wanted) -> list[Condition]:
    """All that an event must meet to be shown to this worker, who wants that; raises InvalidInput."""
    check(session, desk, wanted)
    found = [*visible(GridEvent, staff), *_state(wanted), *_place(wanted), *_marks(wanted), *_days(wanted)]
    if wanted.is_overdue:
        found.append(is_late_by(desk.clock()))
    if wanted.leaf:
        found.append(GridEvent.leaf.in_(_leaves(desk, wanted.leaf)))
    if wanted.party_id:
        found.append(GridEvent.lead_party_id == wanted.party_id)
    if wanted.is_mine:
        found.append(_handled_by(staff))
    if wanted.words:
        found.append(case_terms.says(session, GridEvent, case_terms.checked(wanted.words)))
    return found


def check(session: Session, desk: Desk, wanted: Wanted) -> None:
    """Raise InvalidInput where something is asked for that does not exist."""
    grid_id = None if wanted.grid_id == NO_GRID else wanted.grid_id
    for table, key, name in (
        (Community, wanted.community_id, "社区"),
        (Grid, grid_id, "网格"),
        (BuildingRow, wanted.building_id, "楼栋"),
        (Party, wanted.party_id, "单位"),
    ):
        if key is not None and session.get(table, key) is None:
            raise InvalidInput(f"没有这个{name}", "请从列表里选")
    if wanted.leaf and not _leaves(desk, wanted.leaf):
        raise InvalidInput("没有这个分类", "请从列表里选")


def is_late_by(now: datetime) -> Condition:
    """Whether somebody should have done something with an event by now, be it only to verify it or to call back."""
    return GridEvent.id.in_(clocks.overdue_events(now))


def _state(wanted: Wanted) -> list[Condition]:
    if wanted.number:
        return [case_terms.numbered(GridEvent, wanted.number)]
    if wanted.status is not None:
        return [GridEvent.status == wanted.status]
    if wanted.stage is not None:
        here = GridEvent.status.in_(wanted.stage.statuses)
        return [here, _not_called_back()] if wanted.stage is Stage.CALLING_BACK else [here]
    return [] if wanted.everything else [GridEvent.status.in_(UNFINISHED)]


def _place(wanted: Wanted) -> list[Condition]:
    found: list[Condition] = []
    if wanted.community_id:
        found.append(GridEvent.community_id == wanted.community_id)
    if wanted.grid_id:
        grid_id = None if wanted.grid_id == NO_GRID else wanted.grid_id
        found.append(GridEvent.grid_id == grid_id)
    if wanted.building_id:
        found.append(GridEvent.building_id == wanted.building_id)
    return found


def _marks(wanted: Wanted) -> list[Condition]:
    found: list[Condition] = []
    if wanted.urgency:
        found.append(GridEvent.urgency == wanted.urgency)
    if wanted.supervision:
        cards = [card for card in Supervision if card.rank >= wanted.supervision.rank]
        found.append(GridEvent.supervision.in_(cards))
    if wanted.is_elderly:
        found.append(GridEvent.elderly.in_((ElderlySignal.YES, ElderlySignal.POSSIBLE)))
    if wanted.needs_review:
        found.append(GridEvent.needs_review.is_(True))
    if wanted.is_whistled or wanted.whistle:
        found.append(_whistled(wanted))
    return found


def _whistled(wanted: Wanted) -> Condition:
    blown = select(CalledOut.event_id).where(CalledOut.event_id.is_not(None), CalledOut.status.in_(_BLOWN))
    return GridEvent.id.in_(blown.where(CalledOut.kind == wanted.whistle) if wanted.whistle else blown)


def _days(wanted: Wanted) -> list[Condition]:
    found: list[Condition] = []
    if wanted.since:
        found.append(GridEvent.created_at >= _midnight(wanted.since))
    if wanted.until:
        found.append(GridEvent.created_at < _midnight(wanted.until + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def _leaves(desk: Desk, code: str) -> Sequence[str]:
    if len(code) == _CLASS_LENGTH:
        return [leaf.code for leaf in desk.catalogue.leaves.values() if leaf.top == code]
    return [code] if code in desk.catalogue.leaves else []


def _handled_by(staff: Staff) -> Condition:
    steps = select(CaseStep.case_id).where(
        CaseStep.actor_id == str(staff.id),
        CaseStep.case_kind == CaseKind.GRID_EVENT,
        CaseStep.actor_kind == ActorKind.WORKER,
    )
    return GridEvent.id.in_(steps)


def _not_called_back() -> Condition:
    asked = (EventCallBack.event_id == GridEvent.id, EventCallBack.round == GridEvent.round)
    return ~exists().where(*asked, EventCallBack.is_reached.is_(True))
