"""What the console shows of one case: all of it, and a contact unmasked for a reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import masking
from bot.core.agenda import AgendaStatus
from bot.core.grid_events import EventStatus
from bot.core.staff import Permission, Role, can
from bot.core.visits import VisitStatus
from bot.errors import NotAllowed
from bot.services import proposing, voices, volunteering
from bot.services.cases import BY_VOLUNTEERS, MOVE, NEEDS_NOTE, case_for, may_see
from bot.services.desk import Desk
from bot.services.unmasking import reason_in
from bot.store.queries import cases
from bot.store.queries.audit import append_audit
from bot.store.tables import (
    AgendaItem,
    Case,
    CaseKind,
    CaseStep,
    Conversation,
    GridEvent,
    InPersonOrder,
    Resident,
    Staff,
)

# While a unit has the matter on its hands, it may have to call.
_WITH_UNIT = frozenset(
    {EventStatus.DISPATCHED, EventStatus.SIGNED, EventStatus.IN_PROGRESS, EventStatus.REWORK, EventStatus.SUSPENDED}
)


@dataclass(frozen=True)
class Move:
    """A step a worker may take from here."""

    to: AgendaStatus | VisitStatus
    needs_note: bool


@dataclass(frozen=True)
class CaseDetail:
    """A case with what belongs to it; `contact` is masked, `voices` counts who stands behind it.

    A unit's clerk is shown no contact. Grid events have no `moves`: see `bot.services.events.doing.possible`.
    """

    case: Case
    kind: CaseKind
    steps: Sequence[CaseStep]
    moves: tuple[Move, ...]
    contact: str
    voices: int
    linked: tuple[Case, ...]
    conversation_id: int | None


@dataclass(frozen=True)
class Contact:
    """How to reach somebody, in the clear; `others` are those whose reports staff wrote down and merged into it.

    `words` are what was said with the room in them.
    """

    name: str
    phone: str
    room: str
    others: tuple["Contact", ...] = ()
    words: str = ""


def detail(session: Session, kind: CaseKind, number: str, staff: Staff) -> CaseDetail:
    """One case in full; raises NotFound, NotAllowed."""
    case = case_for(session, staff, kind, number)
    resident = session.get(Resident, case.resident_id) if case.resident_id else None
    linked = cases.linked_cases(session, case.linked_group) if case.linked_group else []
    conversation = (
        session.scalar(select(Conversation.id).where(Conversation.resident_id == resident.id)) if resident else None
    )
    contacts = [] if staff.role is Role.PARTY else [_contact_of(case, resident), *_others(session, case)]
    return CaseDetail(
        case=case,
        kind=kind,
        steps=cases.steps_of(session, case),
        moves=_moves(case, kind, staff),
        contact="；".join(filter(None, (_masked(*one) for one in contacts))),
        voices=_voices(session, case),
        linked=tuple(one for one in linked if one.number != case.number and may_see(session, one, staff)),
        conversation_id=conversation,
    )


def reveal_contact(session: Session, desk: Desk, kind: CaseKind, number: str, staff: Staff, reason: str) -> Contact:
    """The contact in the clear, for a reason that is kept in the audit log; raises NotAllowed, InvalidInput."""
    case = case_for(session, staff, kind, number)
    if not may_reveal(case, staff):
        raise NotAllowed(f"{staff.role.plain}不能看完整的联系方式")
    why = reason_in(reason)
    append_audit(session, desk.clock(), staff.id, "contact:unmask", case.number, why)
    resident = session.get(Resident, case.resident_id) if case.resident_id else None
    name, phone = _contact_of(case, resident)
    room = "" if isinstance(case, AgendaItem) else case.room or ""
    words = case.reason if isinstance(case, AgendaItem) else case.text
    return Contact(name, phone, room, tuple(Contact(*other, "") for other in _others(session, case)), words)


def may_reveal(case: Case, staff: Staff) -> bool:
    """Whether they may see how to reach the resident: who is sent, who answers for it, and a unit while it has it."""
    if volunteering.is_volunteer(staff):
        return volunteering.has_agreed(case, staff)
    if isinstance(case, InPersonOrder) and case.assignee_id == staff.id:
        return True
    if staff.role is Role.PARTY and isinstance(case, GridEvent):
        return case.lead_party_id == staff.party_id and case.status in _WITH_UNIT
    return can(staff.role, Permission.CONTACT_UNMASK)


def _contact_of(case: Case, resident: Resident | None) -> tuple[str, str]:
    known = (resident.name or "", resident.phone or "") if resident else ("", "")
    if isinstance(case, GridEvent):
        return case.contact_name or known[0], case.contact_phone or known[1]
    if isinstance(case, InPersonOrder):
        return case.recipient_name or known[0], case.phone or known[1]
    return known


def _others(session: Session, case: Case) -> list[tuple[str, str]]:
    merged = voices.others_to_reach(session, case) if isinstance(case, GridEvent) else []
    return [(one.contact_name or "", one.contact_phone or "") for one in merged]


def _masked(name: str, phone: str) -> str:
    return f"{masking.mask_name(name)} {masking.mask_phone(phone)}".strip()


def _voices(session: Session, case: Case) -> int:
    if isinstance(case, AgendaItem):
        return proposing.support(session, case)
    return voices.households(session, case) if isinstance(case, GridEvent) else 1


def _moves(case: Case, kind: CaseKind, staff: Staff) -> tuple[Move, ...]:
    def may(target: AgendaStatus | VisitStatus) -> bool:
        if volunteering.is_volunteer(staff) and target not in BY_VOLUNTEERS:
            return False
        reviews = target in (AgendaStatus.LISTED, AgendaStatus.NOT_LISTED)
        return can(staff.role, Permission.AGENDA_REVIEW if reviews else MOVE[kind])

    if isinstance(case, GridEvent):
        return ()
    return tuple(Move(target, target in NEEDS_NOTE) for target in case.status.allowed if may(target))
