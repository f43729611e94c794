"""Showing a resident's words and contact in the clear, for a reason that the audit log keeps."""

import unicodedata
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from bot.core.homes import hide_rooms
from bot.core.masking import redact
from bot.core.staff import Permission, Role, can
from bot.errors import InvalidInput, NotAllowed
from bot.services import known_of, talk
from bot.services.desk import Desk
from bot.store.queries.audit import append_audit
from bot.store.tables import AgendaItem, Case, GridEvent, InPersonOrder, Resident, Staff

LONGEST_REASON: Final = 200
SHORTEST_REASON: Final = 2
_UNSEEN: Final = frozenset({"Cf", "Cc", "Co", "Cn", "Cs"})
SECONDS_SHOWN: Final = 60


@dataclass(frozen=True)
class InTheClear:
    """How to reach the resident of a conversation."""

    name: str
    phone: str
    place: str


def unmask_conversation(session: Session, desk: Desk, staff: Staff, conversation_id: int, reason: str) -> InTheClear:
    """Raises NotFound (not for this worker), NotAllowed, InvalidInput (no reason)."""
    conversation = talk.conversation_for(session, staff, conversation_id)
    if not can(staff.role, Permission.CONTACT_UNMASK):
        raise NotAllowed(f"{staff.role.plain}不能看完整的联系方式")
    why = reason_in(reason)
    append_audit(session, desk.clock(), staff.id, "contact:unmask", f"conversation:{conversation_id}", why)
    resident = session.get_one(Resident, conversation.resident_id)
    room = f" {resident.room}室" if resident.room else ""
    return InTheClear(resident.name or "", resident.phone or "", f"{resident.place_text or ''}{room}".strip())


def reason_in(given: str, what: str = "请写明为什么要看") -> str:
    """The reason as the audit log keeps it, redacted; raises InvalidInput for one that nobody could read, or too long.

    What cannot be seen (zero-width, direction marks) says nothing, and punctuation alone does not either.
    """
    seen = "".join(one for one in given if unicodedata.category(one) not in _UNSEEN).strip()
    if sum(unicodedata.category(one).startswith("L") for one in seen) < SHORTEST_REASON:
        raise InvalidInput(what, f"至少写{SHORTEST_REASON}个字，标点不算")
    if len(seen) > LONGEST_REASON:
        raise InvalidInput(f"原因太长了，最多{LONGEST_REASON}个字", f"现在有{len(seen)}个字，请写短一点")
    return redact(seen)[:LONGEST_REASON]


def words_for(session: Session, staff: Staff, case: Case) -> str:
    """What the resident said, as this reader may read it: who is sent there sees the room, everybody else ***室."""
    known = known_of.reporter_of(session, case)
    said = redact(case.reason if isinstance(case, AgendaItem) else case.text, own=known.names)
    return said if _goes_there(staff, case) else hide_rooms(said, known.rooms)


def _goes_there(staff: Staff, case: Case) -> bool:
    if isinstance(case, InPersonOrder):
        return case.assignee_id == staff.id
    return isinstance(case, GridEvent) and staff.role is Role.GRID_WORKER and case.grid_id in staff.grid_ids
