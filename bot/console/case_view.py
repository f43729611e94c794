"""What the pages of cases show: a row in a list, and one case with all that is known of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.console import case_facts, enclosed, kinds
from bot.console.enclosed import Enclosed
from bot.console.kinds import Kind
from bot.core import clocks
from bot.core.masking import redact
from bot.core.staff import Permission, can
from bot.core.urgency import Urgency
from bot.errors import NotAllowed, NotFound
from bot.services import case_lists, case_search, talk
from bot.services.assigning import GOES
from bot.services.cards import case_title
from bot.services.case_search import Found, Wanted
from bot.services.desk import Desk
from bot.store.queries import cases, people
from bot.store.tables import (
    AgendaItem,
    Case,
    CaseStep,
    GridEvent,
    InPersonOrder,
    Staff,
)

ELDERLY = {"yes": "老人", "possible": "可能是老人"}


@dataclass(frozen=True)
class Due:
    """A time limit; `state` says in words whether it still holds."""

    name: str
    at: datetime
    state: str
    is_late: bool


@dataclass(frozen=True)
class Row:
    """A case in a list."""

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


@dataclass(frozen=True)
class Step:
    """One line of the log."""

    at: datetime
    who: str
    what: str
    note: str


@dataclass(frozen=True)
class Move:
    """A button."""

    to: str
    deed: str
    needs_note: bool
    is_usual: bool


@dataclass(frozen=True)
class Permitted:
    """What else this worker may do with the case."""

    correct: bool
    merge: bool
    reassign: tuple[Staff, ...]
    unmask: bool


@dataclass(frozen=True)
class Detail:
    """A case in full; `facts` are pairs of a name and what is known, in the order to be read."""

    kind: Kind
    row: Row
    version: int
    text: str
    reasons: tuple[str, ...]
    dues: tuple[Due, ...]
    facts: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    moves: tuple[Move, ...]
    linked: tuple[tuple[str, str, str], ...]
    enclosed: tuple[Enclosed, ...]
    conversation_id: int | None
    permitted: Permitted


def row(desk: Desk, case: Case) -> Row:
    """The case as it stands in a list."""
    dues = _dues(desk, case)
    return Row(
        number=case.number,
        title=case_title(case),
        place=case.scope_text if isinstance(case, AgendaItem) else case.place_text,
        plain=kinds.plain(case.status),
        urgency=None if isinstance(case, AgendaItem) else case.urgency,
        created=case.created_at,
        due=next((due for due in dues if due.is_late), None) or (dues[-1] if dues else None),
        who=_who(case),
        elderly=ELDERLY.get(case.elderly, "") if isinstance(case, GridEvent) else "",
        needs_review=isinstance(case, GridEvent) and case.needs_review,
    )


def rows(session: Session, desk: Desk, staff: Staff, kind: Kind, wanted: Wanted) -> tuple[tuple[Row, ...], int]:
    """One page of a list and how many there are in all; raises NotAllowed."""
    found: Found = case_search.find(session, desk, staff, kind.kind, wanted)
    return tuple(row(desk, case) for case in found.cases), found.total


def read(session: Session, desk: Desk, staff: Staff, kind: Kind, number: str) -> Detail:
    """One case; raises NotFound, NotAllowed."""
    found = case_lists.detail(session, kind.kind, number, staff)
    case = found.case
    return Detail(
        kind=kind,
        row=row(desk, case),
        version=case.version,
        text=redact(case.reason if isinstance(case, AgendaItem) else case.text),
        reasons=tuple(case.urgency_reasons) if isinstance(case, GridEvent) else (),
        dues=_dues(desk, case),
        facts=tuple(
            (name, said) for name, said in case_facts.facts(session, desk, case, found.contact, found.voices) if said
        ),
        steps=tuple(_step(case, one) for one in found.steps),
        moves=tuple(_move(case, one) for one in found.moves),
        linked=tuple((kinds.SLUG[_kind(one)], one.number, case_title(one)) for one in found.linked),
        enclosed=enclosed.of_case(session, desk, kind.kind, case.id),
        conversation_id=_readable(session, staff, found.conversation_id),
        permitted=_permitted(session, staff, case),
    )


def _move(case: Case, move: case_lists.Move) -> Move:
    usual = case.status.allowed[0] is move.to
    return Move(move.to.value, kinds.deed(case.status, move.to), move.needs_note, usual)


def _kind(case: Case) -> str:
    return cases.kind_of(case).value


def _readable(session: Session, staff: Staff, conversation_id: int | None) -> int | None:
    if conversation_id is None:
        return None
    try:
        return talk.conversation_for(session, staff, conversation_id).id
    except (NotFound, NotAllowed):
        return None


def _permitted(session: Session, staff: Staff, case: Case) -> Permitted:
    is_event = isinstance(case, GridEvent)
    is_mine = isinstance(case, InPersonOrder) and case.assignee_id == staff.id
    sends = isinstance(case, InPersonOrder) and case.status.is_open and can(staff.role, Permission.ORDER_ASSIGN)
    return Permitted(
        correct=is_event and case.status.is_open and can(staff.role, Permission.EVENT_CORRECT),
        merge=is_event and case.status.is_open and can(staff.role, Permission.EVENT_MOVE),
        reassign=tuple(people.staff_of_community(session, case.community_id, GOES)) if sends else (),
        unmask=is_mine or can(staff.role, Permission.CONTACT_UNMASK),
    )


def _dues(desk: Desk, case: Case) -> tuple[Due, ...]:
    if isinstance(case, AgendaItem):
        return ()
    if isinstance(case, InPersonOrder):
        return (_due(desk, "联系或上门", case.due, is_met=not case.status.is_open),)
    is_answered = case.status.value not in {"reported", "returned"}
    return (
        _due(desk, "联系居民", case.due_respond, is_met=is_answered),
        _due(desk, "办好", case.due_resolve, is_met=not case.status.is_open),
    )


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


def _step(case: Case, step: CaseStep) -> Step:
    to = kinds.plain(type(case.status)(step.to_status))
    moved = step.from_status is None or step.from_status != step.to_status
    return Step(step.at, step.actor_name, to if moved else "", redact(step.note))
