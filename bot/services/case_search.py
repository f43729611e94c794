"""Finding cases within what a worker answers for: a page of a list, and the best hits of a question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, UnaryExpression, and_, func, or_, select
from sqlalchemy.orm import Session

from bot.core.staff import Role, can
from bot.core.terms import Sought
from bot.core.urgency import Urgency
from bot.core.visits import VisitStatus
from bot.errors import NotAllowed
from bot.services import case_terms, event_filters
from bot.services.case_scope import visible
from bot.services.case_wanted import STATUSES, Sort, Wanted
from bot.services.cases import READ
from bot.services.desk import Desk
from bot.store.queries.cases import CaseRow
from bot.store.queries.readable import readable
from bot.store.tables import AgendaItem, Case, CaseKind, Community, Grid, GridEvent, InPersonOrder, Party, Staff

PAGE: Final = 25
# Nobody turns more pages than this; whoever needs what comes behind narrows the question.
MOST: Final = 1000
MOST_PAGES: Final = MOST // PAGE
HITS: Final = 10
# So many of the newest hits are ranked.
RANKED: Final = 2000
Condition = ColumnElement[bool]
Order = UnaryExpression[Urgency] | UnaryExpression[datetime] | UnaryExpression[int]


@dataclass(frozen=True)
class Found:
    """One page of what was found, and how many there are in all: counted to `MOST`, `is_more` beyond."""

    cases: Sequence[Case]
    total: int
    is_more: bool = False


@dataclass(frozen=True)
class Hits:
    """The best hits of a question among the cases of one kind."""

    kind: CaseKind
    cases: Sequence[Case]
    is_more: bool


def find(session: Session, desk: Desk, staff: Staff, kind: CaseKind, wanted: Wanted, size: int = PAGE) -> Found:
    """A page of `size` cases, in the order wanted.

    Raises NotAllowed for a job that does not read such cases, InvalidInput for something that does not exist.
    """
    _may_read(staff, kind)
    if kind is CaseKind.GRID_EVENT:
        conditions = event_filters.conditions(session, desk, staff, wanted)
        return _page(session, GridEvent, conditions, _event_order(wanted), wanted.page, size)
    if kind is CaseKind.IN_PERSON_ORDER:
        conditions = [*_wanted(session, InPersonOrder, staff, kind, wanted), *_order_filters(desk, wanted)]
        return _page(session, InPersonOrder, conditions, _visit_order(wanted), wanted.page, size)
    conditions = _wanted(session, AgendaItem, staff, kind, wanted)
    return _page(session, AgendaItem, conditions, (), wanted.page, size)


def hits(session: Session, staff: Staff, question: str) -> tuple[Hits, ...]:
    """The best hits in every kind of case this worker reads: by number, by title, then the newest.

    Raises InvalidInput for a question that says nothing.
    """
    looked_for = case_terms.checked(question)
    found = (
        _hits(session, staff, CaseKind.GRID_EVENT, GridEvent, looked_for),
        _hits(session, staff, CaseKind.AGENDA_ITEM, AgendaItem, looked_for),
        _hits(session, staff, CaseKind.IN_PERSON_ORDER, InPersonOrder, looked_for),
    )
    return tuple(one for one in found if one is not None)


def grids_of(session: Session, staff: Staff) -> Sequence[Grid]:
    """The grids this worker may choose among."""
    query = select(Grid).order_by(Grid.id)
    if staff.community_id is not None:
        query = query.where(Grid.community_id == staff.community_id)
    if staff.role is Role.GRID_WORKER:
        query = query.where(Grid.id.in_(staff.grid_ids))
    return session.scalars(query).all()


def communities_of(session: Session, staff: Staff) -> Sequence[Community]:
    """The communities this worker may choose among; nothing to choose for those who belong to one."""
    if staff.community_id is not None or staff.role is Role.PARTY:
        return ()
    return session.scalars(select(Community).order_by(Community.id)).all()


def parties_of(session: Session, staff: Staff) -> Sequence[Party]:
    """The units an event in their sight may be with: their community's and the whole street's."""
    if staff.role is Role.PARTY:
        return ()
    query = select(Party).order_by(Party.community_id.is_(None), Party.community_id, Party.name)
    if staff.community_id is not None:
        query = query.where(or_(Party.community_id == staff.community_id, Party.community_id.is_(None)))
    return session.scalars(query).all()


def _may_read(staff: Staff, kind: CaseKind) -> None:
    if not can(staff.role, READ[kind]):
        raise NotAllowed(f"{staff.role.plain}不能看这类事项")


def _hits(session: Session, staff: Staff, kind: CaseKind, table: type[CaseRow], looked_for: Sought) -> Hits | None:
    if not can(staff.role, READ[kind]):
        return None
    says = case_terms.says(session, table, looked_for)
    newest = (table.created_at.desc(), table.id.desc())
    ranked = select(table.id).where(*visible(table, staff), says).order_by(*newest).limit(RANKED)
    best = select(table.id).where(table.id.in_(ranked)).order_by(case_terms.closeness(table, looked_for), *newest)
    ids = session.scalars(best.limit(HITS + 1)).all()
    rows = readable(session, table, ids[:HITS])
    return Hits(kind, [rows[one] for one in ids[:HITS] if one in rows], len(ids) > HITS)


def _wanted(session: Session, table: type[CaseRow], staff: Staff, kind: CaseKind, wanted: Wanted) -> list[Condition]:
    found: list[Condition] = [*visible(table, staff)]
    if wanted.words:
        found.append(case_terms.says(session, table, case_terms.checked(wanted.words)))
    if wanted.number:
        return [*found, case_terms.numbered(table, wanted.number)]
    if wanted.status is not None:
        return [*found, table.status == wanted.status]
    if wanted.everything:
        return found
    return [*found, table.status.in_([status for status in STATUSES[kind] if status.is_open])]


def _order_filters(desk: Desk, wanted: Wanted) -> list[Condition]:
    found: list[Condition] = []
    if wanted.urgency is not None:
        found.append(InPersonOrder.urgency == wanted.urgency)
    if wanted.grid_id is not None:
        found.append(InPersonOrder.grid_id == wanted.grid_id)
    if wanted.is_overdue:
        is_open = InPersonOrder.status.in_([status for status in VisitStatus if status.is_open])
        found.append(and_(is_open, InPersonOrder.due < desk.clock()))
    return found


def _event_order(wanted: Wanted) -> tuple[Order, ...]:
    if wanted.order is Sort.NEWEST:
        return ()
    due = GridEvent.due_resolve.asc()
    return (due,) if wanted.order is Sort.DUE else (GridEvent.urgency.asc(), due)


def _visit_order(wanted: Wanted) -> tuple[Order, ...]:
    return () if wanted.order is Sort.NEWEST else (InPersonOrder.urgency.asc(), InPersonOrder.due.asc())


def _page(
    session: Session,
    table: type[CaseRow],
    conditions: Sequence[Condition],
    first: Sequence[Order],
    page: int,
    size: int,
) -> Found:
    """Count to the most that is shown, and read whole rows only for what is on the page."""
    some = select(table.id).where(*conditions)
    total = session.scalars(select(func.count()).select_from(some.limit(MOST + 1).subquery())).one()
    order = (*first, table.created_at.desc(), table.id.desc())
    ids = session.scalars(some.order_by(*order).offset((page - 1) * size).limit(size)).all()
    rows = readable(session, table, ids)
    return Found([rows[one] for one in ids if one in rows], min(total, MOST), total > MOST)
