"""Finding cases for the console: by status, urgency, grid, overdue or number, within what a worker answers for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from bot.core.agenda import AgendaStatus
from bot.core.grid_events import EventStatus
from bot.core.staff import Role, can
from bot.core.urgency import Urgency
from bot.core.visits import VisitStatus
from bot.errors import NotAllowed
from bot.services.cases import READ
from bot.services.desk import Desk
from bot.store.queries.cases import CaseRow
from bot.store.tables import AgendaItem, Case, CaseKind, Grid, GridEvent, InPersonOrder, Staff

PAGE: Final = 25
Condition = ColumnElement[bool]
Order = ColumnElement[Urgency] | ColumnElement[datetime]
Status = EventStatus | AgendaStatus | VisitStatus
STATUSES: Final[dict[CaseKind, tuple[Status, ...]]] = {
    CaseKind.GRID_EVENT: tuple(EventStatus),
    CaseKind.AGENDA_ITEM: tuple(AgendaStatus),
    CaseKind.IN_PERSON_ORDER: tuple(VisitStatus),
}
_UNANSWERED: Final = (EventStatus.REPORTED, EventStatus.RETURNED)


@dataclass(frozen=True)
class Wanted:
    """What to look for. No status means all that are open, `everything` all of them.

    `number` is any part of a case number, looked for in every status; `page` counts from 1.
    """

    status: Status | None = None
    everything: bool = False
    urgency: Urgency | None = None
    grid_id: str | None = None
    overdue: bool = False
    number: str = ""
    page: int = 1


@dataclass(frozen=True)
class Found:
    """One page of what was found, and how many there are in all."""

    cases: Sequence[Case]
    total: int


def find(session: Session, desk: Desk, staff: Staff, kind: CaseKind, wanted: Wanted) -> Found:
    """Open ones the most urgent and soonest due first; others the newest first.

    Raises NotAllowed for a job that does not read such cases.
    """
    if not can(staff.role, READ[kind]):
        raise NotAllowed(f"{staff.role.plain}不能看这类事项")
    now = desk.clock()
    if kind is CaseKind.GRID_EVENT:
        narrowed = _narrowed(GridEvent, wanted, _late_event(now))
        due: tuple[Order, ...] = (GridEvent.urgency.asc(), GridEvent.due_resolve.asc())
        return _page(session, GridEvent, [*_wanted(GridEvent, staff, kind, wanted), *narrowed], wanted, due)
    if kind is CaseKind.IN_PERSON_ORDER:
        narrowed = _narrowed(InPersonOrder, wanted, _late_order(now))
        due = (InPersonOrder.urgency.asc(), InPersonOrder.due.asc())
        return _page(session, InPersonOrder, [*_wanted(InPersonOrder, staff, kind, wanted), *narrowed], wanted, due)
    return _page(session, AgendaItem, _wanted(AgendaItem, staff, kind, wanted), wanted, ())


def is_late(case: Case, now: datetime) -> bool:
    """Whether the case is past a due time it should have met."""
    if isinstance(case, AgendaItem) or not case.status.is_open:
        return False
    if isinstance(case, InPersonOrder):
        return case.due < now
    return case.due_resolve < now or (case.status in _UNANSWERED and case.due_respond < now)


def grids_of(session: Session, staff: Staff) -> Sequence[Grid]:
    """The grids this worker may choose among."""
    query = select(Grid).order_by(Grid.id)
    if staff.community_id is not None:
        query = query.where(Grid.community_id == staff.community_id)
    if staff.role is Role.GRID_WORKER:
        query = query.where(Grid.id.in_(staff.grid_ids))
    return session.scalars(query).all()


def _wanted(table: type[CaseRow], staff: Staff, kind: CaseKind, wanted: Wanted) -> list[Condition]:
    theirs: list[Condition] = _theirs(table, staff)
    if wanted.number:
        return [*theirs, table.number.contains(wanted.number, autoescape=True)]
    if wanted.status is not None:
        return [*theirs, table.status == wanted.status]
    if wanted.everything:
        return theirs
    return [*theirs, table.status.in_([status for status in STATUSES[kind] if status.is_open])]


def _narrowed(table: type[GridEvent | InPersonOrder], wanted: Wanted, late: Condition) -> list[Condition]:
    conditions: list[Condition] = []
    if wanted.urgency is not None:
        conditions.append(table.urgency == wanted.urgency)
    if wanted.grid_id is not None:
        conditions.append(table.grid_id == wanted.grid_id)
    return [*conditions, late] if wanted.overdue else conditions


def _late_event(now: datetime) -> Condition:
    unanswered = and_(GridEvent.status.in_(_UNANSWERED), GridEvent.due_respond < now)
    is_open = GridEvent.status.in_([status for status in EventStatus if status.is_open])
    return and_(is_open, or_(GridEvent.due_resolve < now, unanswered))


def _late_order(now: datetime) -> Condition:
    is_open = InPersonOrder.status.in_([status for status in VisitStatus if status.is_open])
    return and_(is_open, InPersonOrder.due < now)


def _page(
    session: Session,
    table: type[CaseRow],
    conditions: Sequence[Condition],
    wanted: Wanted,
    due: Sequence[Order],
) -> Found:
    total = session.scalars(select(func.count()).select_from(table).where(*conditions)).one()
    is_open_list = wanted.status is None and not wanted.everything and not wanted.number
    order = due if is_open_list else ()
    query = select(table).where(*conditions).order_by(*order, table.created_at.desc(), table.id.desc())
    return Found(session.scalars(query.offset((wanted.page - 1) * PAGE).limit(PAGE)).all(), total)


def _theirs(table: type[CaseRow], staff: Staff) -> list[Condition]:
    """What `bot.services.cases.case_for` would show them, as conditions."""
    conditions: list[Condition] = []
    if staff.community_id is not None:
        conditions.append(table.community_id == staff.community_id)
    if staff.role is Role.GRID_WORKER and table is GridEvent:
        conditions.append(GridEvent.grid_id.in_(staff.grid_ids))
    if staff.role is Role.GRID_WORKER and table is InPersonOrder:
        mine = InPersonOrder.assignee_id == staff.id
        conditions.append(or_(mine, InPersonOrder.grid_id.in_(staff.grid_ids)))
    return conditions
