"""Finding cases: at a place, by number, and of a resident."""

from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from bot.core.agenda import AgendaStatus
from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.store.tables import (
    AgendaItem,
    Case,
    CaseKind,
    CaseStep,
    Endorsement,
    EventReporter,
    GridEvent,
    InPersonOrder,
)

OPEN_EVENTS: Final = tuple(status for status in EventStatus if status.is_open)
OPEN_ITEMS: Final = tuple(status for status in AgendaStatus if status.is_open)

CaseRow = TypeVar("CaseRow", GridEvent, AgendaItem, InPersonOrder)


def kind_of(case: Case) -> CaseKind:
    """The kind that, with its id, names the case in steps and filed records."""
    if isinstance(case, GridEvent):
        return CaseKind.GRID_EVENT
    return CaseKind.AGENDA_ITEM if isinstance(case, AgendaItem) else CaseKind.IN_PERSON_ORDER


def case_by_number(session: Session, number: str) -> Case | None:
    """The case with this full number, whoever filed it; see `concerns` before showing it to a resident."""
    return (
        session.scalar(select(GridEvent).where(GridEvent.number == number))
        or session.scalar(select(AgendaItem).where(AgendaItem.number == number))
        or session.scalar(select(InPersonOrder).where(InPersonOrder.number == number))
    )


def cases_by_tail(session: Session, resident_id: str, tail: str) -> Sequence[Case]:
    """The resident's cases, own or joined, whose number ends with these digits, the newest first."""
    return [case for case in latest_cases(session, resident_id, limit=None) if case.number.endswith(tail)]


def concerns(session: Session, case: Case, resident_id: str) -> bool:
    """Whether the resident filed, joined or endorsed the case."""
    if case.resident_id == resident_id:
        return True
    if isinstance(case, GridEvent):
        return session.get(EventReporter, (case.id, resident_id)) is not None
    return isinstance(case, AgendaItem) and session.get(Endorsement, (case.id, resident_id)) is not None


def has_resident(session: Session, event: GridEvent) -> bool:
    """Whether there is anybody to speak with: who filed or joined it, or whose contact staff wrote down."""
    if event.resident_id or event.contact_phone or event.contact_name:
        return True
    joined = select(EventReporter.event_id).where(EventReporter.event_id == event.id)
    return session.scalar(joined.limit(1)) is not None


def latest_cases(session: Session, resident_id: str, limit: int | None = 5) -> Sequence[Case]:
    """What the resident filed, joined or endorsed, of all kinds, by when they did so, the newest first."""
    own: tuple[Case, ...] = (
        *_cases_of(session, GridEvent, resident_id, limit),
        *_cases_of(session, AgendaItem, resident_id, limit),
        *_cases_of(session, InPersonOrder, resident_id, limit),
    )
    dated: list[tuple[datetime, Case]] = [(case.created_at, case) for case in own]
    joined = select(EventReporter.at, GridEvent).join(GridEvent, GridEvent.id == EventReporter.event_id)
    endorsed = select(Endorsement.at, AgendaItem).join(AgendaItem, AgendaItem.id == Endorsement.item_id)
    dated += [(at, event) for at, event in session.execute(joined.where(EventReporter.resident_id == resident_id))]
    dated += [(at, item) for at, item in session.execute(endorsed.where(Endorsement.resident_id == resident_id))]
    newest: dict[str, Case] = {}
    for _, case in sorted(dated, key=itemgetter(0), reverse=True):
        newest.setdefault(case.number, case)
    return list(newest.values())[:limit]


def open_events_at(
    session: Session,
    community_id: str,
    leaf: str,
    *,
    building_id: str | None,
    unit: str | None = None,
    landmark: str | None = None,
) -> Sequence[GridEvent]:
    """Open events of the leaf at the place, the same unit first, then the newest.

    In a building, an event without a unit may be the same; one in another unit is not, unless the asker
    names none. Without a building, the landmark must occur in the event's place text. With neither there is
    no place to compare, and nothing is found.
    """
    place = _at_place(building_id, unit, landmark)
    if place is None:
        return []
    return session.scalars(
        select(GridEvent)
        .where(
            GridEvent.community_id == community_id,
            GridEvent.leaf == leaf,
            GridEvent.status.in_(OPEN_EVENTS),
            place,
        )
        .order_by(GridEvent.unit.is_(None), GridEvent.created_at.desc(), GridEvent.id.desc())
    ).all()


def open_events_in(session: Session, community_id: str, leaf: str, building_ids: Sequence[str]) -> Sequence[GridEvent]:
    """Open events of the leaf in any of these buildings, in no order."""
    return session.scalars(
        select(GridEvent).where(
            GridEvent.community_id == community_id,
            GridEvent.leaf == leaf,
            GridEvent.building_id.in_(building_ids),
            GridEvent.status.in_(OPEN_EVENTS),
        )
    ).all()


def was_reported_since(
    session: Session, community_id: str, leaf: str, since: datetime, *, building_id: str | None
) -> bool:
    """Whether the leaf was reported in the building since then, solved or not; False without a building."""
    if building_id is None:
        return False
    return bool(
        session.scalar(
            select(func.count())
            .select_from(GridEvent)
            .where(
                GridEvent.community_id == community_id,
                GridEvent.leaf == leaf,
                GridEvent.building_id == building_id,
                GridEvent.created_at >= since,
                GridEvent.status != EventStatus.WITHDRAWN,
            )
        )
    )


def open_items(session: Session, community_id: str) -> Sequence[AgendaItem]:
    """Agenda items still on their way, the newest first; see `status.takes_endorsements` before endorsing."""
    return session.scalars(
        select(AgendaItem)
        .where(AgendaItem.community_id == community_id, AgendaItem.status.in_(OPEN_ITEMS))
        .order_by(AgendaItem.created_at.desc(), AgendaItem.id.desc())
    ).all()


def reporters_of(session: Session, event_id: int) -> Sequence[EventReporter]:
    """Residents who joined the event, the first first."""
    return session.scalars(
        select(EventReporter)
        .where(EventReporter.event_id == event_id)
        .order_by(EventReporter.at, EventReporter.inbox_id)
    ).all()


def merged_into(session: Session, event: GridEvent) -> Sequence[GridEvent]:
    """The events that go on as part of this one, also by way of another, the first merged first."""
    found: list[GridEvent] = []
    waiting = [event]
    while waiting:
        joined = select(CaseStep.facts).where(
            CaseStep.case_kind == CaseKind.GRID_EVENT,
            CaseStep.case_id == waiting.pop(0).id,
            CaseStep.deed == Deed.JOIN.value,
        )
        facts = session.scalars(joined.order_by(CaseStep.id)).all()
        numbers = [str(said["from"]) for said in facts if said and "from" in said]
        if numbers:
            merged = select(GridEvent).where(GridEvent.number.in_(numbers)).order_by(GridEvent.id)
            new = [one for one in session.scalars(merged) if one not in found]
            waiting += new
            found += new
    return found


def linked_cases(session: Session, linked_group: str) -> Sequence[Case]:
    """All cases that came of one message, kind by kind, the first first."""
    return [
        *session.scalars(select(GridEvent).where(GridEvent.linked_group == linked_group).order_by(GridEvent.id)),
        *session.scalars(select(AgendaItem).where(AgendaItem.linked_group == linked_group).order_by(AgendaItem.id)),
        *session.scalars(
            select(InPersonOrder).where(InPersonOrder.linked_group == linked_group).order_by(InPersonOrder.id)
        ),
    ]


def steps_of(session: Session, case: Case) -> Sequence[CaseStep]:
    """The steps of a case in the order they were taken."""
    return session.scalars(
        select(CaseStep).where(CaseStep.case_kind == kind_of(case), CaseStep.case_id == case.id).order_by(CaseStep.id)
    ).all()


def _at_place(building_id: str | None, unit: str | None, landmark: str | None) -> ColumnElement[bool] | None:
    if building_id is not None:
        here = GridEvent.building_id == building_id
        return here if unit is None else here & or_(GridEvent.unit == unit, GridEvent.unit.is_(None))
    if not landmark:
        return None
    return GridEvent.building_id.is_(None) & GridEvent.place_text.contains(landmark, autoescape=True)


def _cases_of(session: Session, table: type[CaseRow], resident_id: str, limit: int | None) -> Sequence[CaseRow]:
    newest_first = (
        select(table).where(table.resident_id == resident_id).order_by(table.created_at.desc(), table.id.desc())
    )
    return session.scalars(newest_first.limit(limit)).all()
