"""What the page of an agenda item or in-person order shows; grid events have `bot.console.event_view`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.console import case_facts, enclosed, kinds
from bot.console.case_rows import Row, due_of_order, row
from bot.console.enclosed import Enclosed
from bot.console.kinds import Kind
from bot.core.homes import hide_rooms
from bot.core.masking import redact
from bot.core.staff import Permission, can
from bot.errors import NotAllowed, NotFound
from bot.services import case_lists, talk, volunteering
from bot.services.assigning import CHOSEN
from bot.services.cards import case_title
from bot.services.desk import Desk
from bot.services.unmasking import words_for
from bot.store.queries import cases, people
from bot.store.tables import (
    Case,
    CaseStep,
    InPersonOrder,
    Staff,
)


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

    reassign: tuple[Staff, ...]
    unmask: bool
    decline: bool


@dataclass(frozen=True)
class Detail:
    """A case in full; `facts` are pairs of a name and what is known, in the order to be read."""

    kind: Kind
    row: Row
    version: int
    text: str
    facts: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    moves: tuple[Move, ...]
    linked: tuple[tuple[str, str, str], ...]
    enclosed: tuple[Enclosed, ...]
    conversation_id: int | None
    permitted: Permitted


def read(session: Session, desk: Desk, staff: Staff, kind: Kind, number: str) -> Detail:
    """One case; raises NotFound, NotAllowed."""
    found = case_lists.detail(session, kind.kind, number, staff)
    case, is_least = found.case, volunteering.is_volunteer(staff)
    return Detail(
        kind=kind,
        row=row(case, due_of_order(desk, case)),
        version=case.version,
        text=_words(session, staff, case),
        facts=tuple(
            (name, said)
            for name, said in case_facts.facts(session, desk, case, found.contact, found.voices, is_least=is_least)
            if said
        ),
        steps=tuple(_step(case, one) for one in found.steps if not is_least or one.actor_id == str(staff.id)),
        moves=tuple(_move(case, one) for one in found.moves),
        linked=linked_lines(found.linked),
        enclosed=() if is_least else enclosed.of_case(session, desk, kind.kind, case.id),
        conversation_id=readable(session, staff, found.conversation_id),
        permitted=_permitted(session, staff, case),
    )


def _words(session: Session, staff: Staff, case: Case) -> str:
    """What was said; a volunteer reads what is to be done, and not all that was told besides."""
    if volunteering.is_volunteer(staff) and isinstance(case, InPersonOrder):
        return hide_rooms(redact(case.need))
    return words_for(session, staff, case)


def _move(case: Case, move: case_lists.Move) -> Move:
    usual = case.status.allowed[0] is move.to
    return Move(move.to.value, kinds.deed(case.status, move.to), move.needs_note, usual)


def linked_lines(linked: Iterable[Case]) -> tuple[tuple[str, str, str], ...]:
    """Where each of the other cases of one message is, its number and what it is called."""
    return tuple((kinds.SLUG[cases.kind_of(one).value], one.number, case_title(one)) for one in linked)


def readable(session: Session, staff: Staff, conversation_id: int | None) -> int | None:
    """The conversation, if this worker may read it."""
    if conversation_id is None:
        return None
    try:
        return talk.conversation_for(session, staff, conversation_id).id
    except (NotFound, NotAllowed):
        return None


def _permitted(session: Session, staff: Staff, case: Case) -> Permitted:
    sends = isinstance(case, InPersonOrder) and case.status.is_open and can(staff.role, Permission.ORDER_ASSIGN)
    return Permitted(
        reassign=tuple(people.staff_of_community(session, case.community_id, CHOSEN)) if sends else (),
        unmask=case_lists.may_reveal(case, staff),
        decline=volunteering.may_decline(case, staff),
    )


def _step(case: Case, step: CaseStep) -> Step:
    to = kinds.plain(type(case.status)(step.to_status))
    moved = step.from_status is None or step.from_status != step.to_status
    return Step(step.at, step.actor_name, to if moved else "", redact(step.note))
