"""A case as one line of a list or one card of the board."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.console import kinds
from bot.console.kinds import Kind
from bot.core import clocks
from bot.core.grid_events import EventStatus, Supervision
from bot.core.urgency import Urgency
from bot.services import case_search
from bot.services.cards import case_title
from bot.services.case_wanted import Wanted
from bot.services.desk import Desk
from bot.store.tables import AgendaItem, Case, GridEvent, InPersonOrder, Staff

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


def row(desk: Desk, case: Case) -> Row:
    """The case as it stands in a list."""
    limits = dues(desk, case)
    event = case if isinstance(case, GridEvent) else None
    return Row(
        number=case.number,
        title=case_title(case),
        place=case.scope_text if isinstance(case, AgendaItem) else case.place_text,
        plain=kinds.plain(case.status),
        urgency=None if isinstance(case, AgendaItem) else case.urgency,
        created=case.created_at,
        due=next((due for due in limits if due.is_late), None) or (limits[-1] if limits else None),
        who=_who(case),
        elderly=ELDERLY.get(event.elderly, "") if event else "",
        needs_review=event is not None and event.needs_review,
        card=event.supervision if event and event.supervision is not Supervision.NONE else None,
    )


def rows(session: Session, desk: Desk, staff: Staff, kind: Kind, wanted: Wanted, size: int = case_search.PAGE) -> Rows:
    """One page of a list; raises NotAllowed and InvalidInput as `case_search.find` does."""
    found = case_search.find(session, desk, staff, kind.kind, wanted, size)
    return Rows(tuple(row(desk, case) for case in found.cases), found.total, found.is_more)


def dues(desk: Desk, case: Case) -> tuple[Due, ...]:
    """The limits of the case, met or not, the last one being when it must be done."""
    if isinstance(case, AgendaItem):
        return ()
    if isinstance(case, InPersonOrder):
        return (_due(desk, "联系或上门", case.due, is_met=not case.status.is_open),)
    if case.status is EventStatus.SUSPENDED:
        return (Due("办好", case.due_resolve, "挂账中，不计时", is_late=False),)
    resolve = _due(desk, "办好", case.due_resolve, is_met=not case.status.is_open)
    has_contact = case.resident_id or case.contact_phone or case.contact_name
    if not has_contact and case.due_respond == case.due_resolve:
        # Found on a round: nobody waits to be spoken with.
        return (resolve,)
    return (_due(desk, "联系居民", case.due_respond, is_met=case.status is not EventStatus.REPORTED), resolve)


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
