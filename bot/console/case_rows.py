"""A case as one line of a list or one card of the board."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.console import kinds
from bot.console.event_lines import CLOCKS
from bot.console.kinds import Kind
from bot.core import clocks
from bot.core.grid_events import EventStatus, Supervision
from bot.core.urgency import Urgency
from bot.services import case_search
from bot.services.cards import case_title
from bot.services.case_wanted import Wanted
from bot.services.desk import Desk
from bot.store.queries import clocks as clocks_of
from bot.store.tables import AgendaItem, Case, CaseClock, ClockKind, GridEvent, InPersonOrder, Staff

ELDERLY: Final = {"yes": "老人", "possible": "可能是老人"}


@dataclass(frozen=True)
class Due:
    """A time limit; `state` says in words whether it still holds."""

    name: str
    at: datetime
    state: str
    is_late: bool


@dataclass(frozen=True)
class Row:
    """A case in a list; `card` is how closely a superior watches, if one does."""

    number: str
    title: str
    place: str
    plain: str
    urgency: Urgency | None
    created: datetime
    due: Due | None
    who: str
    elderly: str
    needs_review: bool
    card: Supervision | None


@dataclass(frozen=True)
class Rows:
    """A page of a list, and how many there are in all: `is_more` than `total` where counting stopped."""

    rows: tuple[Row, ...]
    total: int
    is_more: bool


def row(case: Case, due: Due | None = None) -> Row:
    """The case as it stands in a list."""
    event = case if isinstance(case, GridEvent) else None
    return Row(
        number=case.number,
        title=case_title(case),
        place=case.scope_text if isinstance(case, AgendaItem) else case.place_text,
        plain=kinds.plain(case.status),
        urgency=None if isinstance(case, AgendaItem) else case.urgency,
        created=case.created_at,
        due=due,
        who=_who(case),
        elderly=ELDERLY.get(event.elderly, "") if event else "",
        needs_review=event is not None and event.needs_review,
        card=event.supervision if event and event.supervision is not Supervision.NONE else None,
    )


def in_rows(session: Session, desk: Desk, cases: Sequence[Case]) -> tuple[Row, ...]:
    """The cases as they stand in a list, each with the limit that matters now."""
    running: dict[int, list[CaseClock]] = {}
    for clock in clocks_of.ticking(session, [one.id for one in cases if isinstance(one, GridEvent)]):
        if clock.event_id is not None:
            running.setdefault(clock.event_id, []).append(clock)
    return tuple(row(case, _due_now(desk, case, running)) for case in cases)


def rows(session: Session, desk: Desk, staff: Staff, kind: Kind, wanted: Wanted, size: int = case_search.PAGE) -> Rows:
    """One page of a list; raises NotAllowed and InvalidInput as `case_search.find` does."""
    found = case_search.find(session, desk, staff, kind.kind, wanted, size)
    return Rows(in_rows(session, desk, found.cases), found.total, found.is_more)


def due_of_order(desk: Desk, case: Case) -> Due | None:
    """By when an order is to be done, met or not; agenda items have no limit, and events have clocks."""
    if not isinstance(case, InPersonOrder):
        return None
    return _due(desk, "联系或上门", case.due, is_met=not case.status.is_open)


def _due_now(desk: Desk, case: Case, running: Mapping[int, Sequence[CaseClock]]) -> Due | None:
    if not isinstance(case, GridEvent):
        return due_of_order(desk, case)
    ticking = running.get(case.id, ())
    if ticking and ticking[0].due_at < desk.clock():
        return _of_clock(desk, ticking[0])
    if case.status is EventStatus.SUSPENDED:
        return Due("办好", case.due_resolve, "挂账中，不计时", is_late=False)
    # What the resident was promised, and once that is done what comes after it.
    promised = next((one for one in ticking if one.kind is ClockKind.RESOLVE), None)
    if promised or ticking:
        return _of_clock(desk, promised or ticking[0])
    return _due(desk, "办好", case.due_resolve, is_met=not case.status.is_open)


def _of_clock(desk: Desk, clock: CaseClock) -> Due:
    return _due(desk, CLOCKS[clock.kind], clock.due_at, is_met=False)


def _due(desk: Desk, name: str, at: datetime, *, is_met: bool) -> Due:
    now = desk.clock()
    if is_met:
        return Due(name, at, "已完成", is_late=False)
    if at < now:
        return Due(name, at, "已超时", is_late=True)
    return Due(name, at, clocks.spoken(at, now, desk.calendar), is_late=False)


def _who(case: Case) -> str:
    if isinstance(case, GridEvent):
        return case.lead_name
    return case.assignee_name if isinstance(case, InPersonOrder) else ""
