"""Counting outcomes of events, and listing the events behind every count."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    UnaryExpression,
    cast,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.core.figures import COUNTED, Counts, Part
from bot.core.grid_events import Completion, EventStatus, Satisfaction, Solved
from bot.core.urgency import Urgency
from bot.store.tables import EventOutcome, GridEvent

NOWHERE: Final = "-"
"""In place of an id: events that have no grid, or no party."""
AT_ONCE: Final = 1000
Condition = ColumnElement[bool]
Order = UnaryExpression[datetime | None] | UnaryExpression[datetime] | UnaryExpression[int]
Column = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
_O: Final = EventOutcome


@dataclass(frozen=True)
class Wanted:
    """Which outcomes: of which period (until the first moment too late), place, party and class; None leaves it open.

    `held_from` and `held_until` narrow those on hold by when they were put there.
    """

    since: datetime
    until: datetime
    part: Part = Part.ACCEPTED
    community_id: str | None = None
    grid_id: str | None = None
    party_id: str | None = None
    top: str | None = None
    status: EventStatus | None = None
    held_from: datetime | None = None
    held_until: datetime | None = None


@dataclass(frozen=True)
class Cell:
    """The counts of what one party handled in one grid."""

    community_id: str
    grid_id: str | None
    party_id: str | None
    counts: Counts


@dataclass(frozen=True)
class Tallies:
    """The counts by who handled it where, and the same by class of matters (the first two digits of a leaf)."""

    cells: Sequence[Cell]
    tops: Mapping[str, Counts]


@dataclass(frozen=True)
class Day:
    """How many were accepted on a day, and how many of them have been resolved since."""

    day: date
    accepted: int
    resolved: int


@dataclass(frozen=True)
class Entry:
    """One event on a page of the register."""

    event: GridEvent
    outcome: EventOutcome


class Line(NamedTuple):
    """One line of the whole register: of an event only what is taken out, for there may be a hundred thousand."""

    number: str
    place_text: str
    title: str
    urgency: Urgency
    lead_name: str
    status: EventStatus
    contact_name: str | None
    contact_phone: str | None
    community_id: str
    grid_id: str | None
    party_id: str | None
    leaf: str
    reported_at: datetime
    accepted_at: datetime | None
    due_respond: datetime | None
    contacted_at: datetime | None
    responded: bool | None
    due_resolve: datetime | None
    resolved_at: datetime | None
    is_overdue: bool
    suspended_at: datetime | None
    closed_at: datetime | None
    completion: Completion | None
    is_called_back: bool
    solved: Solved | None
    satisfaction: Satisfaction | None
    reworks: int
    returns: int
    reopenings: int


_OF_EVENT: Final = Line._fields[: Line._fields.index("community_id")]
_IS_RESOLVED: Final = _O.first_resolved_at.is_not(None)
# Where no resident is behind it, the log names no time by which one is to be contacted.
_HAS_RESIDENT: Final = _O.due_respond.is_not(None)
# Of those that count at all; called off in time an event counts for nothing.
_WITHDRAWN_LATE: Final = _O.status == EventStatus.WITHDRAWN.value
_PARTS: Final[Mapping[Part, Condition]] = {
    Part.TO_CONTACT: _HAS_RESIDENT,
    Part.RESPONDED: _HAS_RESIDENT & _O.responded.is_(True),
    Part.DEALT_WITH: or_(_IS_RESOLVED, _O.suspended_at.is_not(None)),
    Part.RESOLVED: _IS_RESOLVED,
    Part.IN_TIME: _IS_RESOLVED & _O.is_overdue.is_(False),
    Part.OVERDUE_OPEN: _O.is_overdue_now.is_(True),
    Part.JUDGED: or_(_IS_RESOLVED, _O.is_overdue_now.is_(True), _WITHDRAWN_LATE),
    Part.CALLS_REACHED: _O.calls_reached > 0,
    Part.CALLS_SOLVED: _O.calls_solved > 0,
    Part.RATINGS: _O.ratings > 0,
    Part.RATINGS_CONTENT: _O.ratings_content > 0,
    Part.SENT_BACK: (_O.reworks > 0) | (_O.reopenings > 0),
    Part.RETURNED: _O.returns > 0,
    Part.UNANSWERED: _HAS_RESIDENT & _O.responded.is_not(True),
    Part.UNFINISHED: _O.resolved_at.is_(None) & ~_WITHDRAWN_LATE,
    Part.OVERDUE: _O.is_overdue.is_(True),
    Part.UNSOLVED: _O.calls_reached > _O.calls_solved,
    Part.DISCONTENT: _O.ratings > _O.ratings_content,
}
_SUMMED: Final[Mapping[Part, ColumnElement[int]]] = {
    Part.CALLS_REACHED: func.sum(_O.calls_reached),
    Part.CALLS_SOLVED: func.sum(_O.calls_solved),
    Part.RATINGS: func.sum(_O.ratings),
    Part.RATINGS_CONTENT: func.sum(_O.ratings_content),
}


def tallies(session: Session, wanted: Wanted) -> Tallies:
    """All counts in one query; every table is a sum of these, so that no two of them can disagree.

    Both are sums of what is counted once for each class in each place. The database adds them up: of a year of a street
    those are thousands of rows.
    """
    place, top = (_O.community_id, _O.grid_id, _O.party_id), func.substr(_O.leaf, 1, 2).label("top")
    nothing = cast(null(), String)
    numbers = [_count(part).label(part.value) for part in COUNTED]
    finest = select(top, *place, *numbers).where(*_conditions(wanted)).group_by(top, *place).cte("finest")
    summed = [func.sum(finest.c[part.value]) for part in COUNTED]
    places = select(nothing, finest.c.community_id, finest.c.grid_id, finest.c.party_id, *summed)
    tops = select(finest.c.top, nothing, nothing, nothing, *summed).group_by(finest.c.top)
    both = union_all(places.group_by(finest.c.community_id, finest.c.grid_id, finest.c.party_id), tops)
    cells: list[Cell] = []
    found: dict[str, Counts] = {}
    for code, community, grid, party, *counted in session.execute(both):
        counts = Counts(*(int(number) for number in counted))
        if code is None:
            cells.append(Cell(community, grid, party, counts))
        else:
            found[code] = counts
    return Tallies(cells, found)


def days(session: Session, wanted: Wanted) -> Sequence[Day]:
    """The days on which anything was accepted, the first first."""
    resolved = _count(Part.RESOLVED)
    query = select(_O.accepted_on, func.count(), resolved).where(*_conditions(wanted)).group_by(_O.accepted_on)
    rows = session.execute(query.order_by(_O.accepted_on))
    return [Day(day, accepted, int(done)) for day, accepted, done in rows if day is not None]


def ended_otherwise(session: Session, wanted: Wanted) -> Mapping[EventStatus, int]:
    """How many of the period were refused, withdrawn or merged, by which of the three."""
    query = select(_O.status, func.count()).where(*_conditions(wanted)).group_by(_O.status)
    return {EventStatus(status): number for status, number in session.execute(query)}


def number_of(session: Session, wanted: Wanted) -> int:
    """How many events there are."""
    return session.scalars(select(func.count()).select_from(_O).where(*_conditions(wanted))).one()


def register_page(session: Session, wanted: Wanted, first: int, most: int) -> Sequence[Entry]:
    """Lines of the register from the `first` (counted from 0), the newest first."""
    # The page is found in the narrow table first: joining every line left out as well would take seconds.
    ids = select(_O.id).where(*_conditions(wanted)).order_by(*_order(wanted)).offset(first).limit(most)
    rows = session.execute(_entries(_O.id.in_(ids.scalar_subquery())).order_by(*_order(wanted)))
    return [Entry(event, outcome) for event, outcome in rows]


def whole_register(session: Session, wanted: Wanted) -> Iterator[Line]:
    """All lines, read from the database a thousand at a time."""
    # Single columns: whole rows would be read, decoded and tracked for three times as long.
    columns = [getattr(GridEvent if name in _OF_EVENT else EventOutcome, name) for name in Line._fields]
    query = select(*columns).join_from(_O, GridEvent, _O.event_id == GridEvent.id).where(*_conditions(wanted))
    with session.execute(query.order_by(*_order(wanted)).execution_options(yield_per=AT_ONCE)) as rows:
        yield from map(Line._make, rows)


def _entries(*conditions: Condition) -> Select[GridEvent, EventOutcome]:
    return select(GridEvent, EventOutcome).join(_O, _O.event_id == GridEvent.id).where(*conditions)


def _count(part: Part) -> ColumnElement[int]:
    if part in _SUMMED:
        return _SUMMED[part]
    return func.count().filter(_PARTS[part]) if part in _PARTS else func.count()


def _order(wanted: Wanted) -> tuple[Order, ...]:
    if wanted.part is Part.SUSPENDED:
        return _O.suspended_at.asc(), _O.id.asc()
    moment = _O.reported_at if wanted.part is Part.VOID else _O.accepted_at
    return moment.desc(), _O.id.desc()


def _conditions(wanted: Wanted) -> list[Condition]:
    equal = (
        (_O.community_id, wanted.community_id),
        (_O.grid_id, wanted.grid_id),
        (_O.party_id, wanted.party_id),
    )
    conditions = [_is(column, value) for column, value in equal if value is not None]
    if wanted.top is not None:
        conditions.append(_O.leaf.startswith(wanted.top, autoescape=True))
    if wanted.status is not None:
        conditions.append(_O.status == wanted.status.value)
    return [*_span(wanted), *conditions]


def _is(column: Column, value: str) -> Condition:
    return column.is_(None) if value == NOWHERE else column == value


def _span(wanted: Wanted) -> list[Condition]:
    """Those on hold are on hold now, whenever they were accepted; what was never accepted belongs to its report.

    Withdrawn after it was accepted, an event leaves the base of a period and is left out in that same period.
    """
    if wanted.part is Part.SUSPENDED:
        held = [_O.suspended_at >= wanted.held_from] if wanted.held_from else []
        until = [_O.suspended_at < wanted.held_until] if wanted.held_until else []
        return [_O.status == EventStatus.SUSPENDED.value, *held, *until]
    is_accepted = (_O.accepted_at >= wanted.since) & (_O.accepted_at < wanted.until)
    if wanted.part is Part.VOID:
        is_reported = (_O.reported_at >= wanted.since) & (_O.reported_at < wanted.until)
        return [or_(is_accepted, _O.accepted_at.is_(None) & is_reported), _O.is_void.is_(True)]
    return [is_accepted, _O.is_void.is_(False), *([_PARTS[wanted.part]] if wanted.part in _PARTS else [])]
