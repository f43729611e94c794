"""Showing a resident's words and contact in the clear, for a reason that the audit log keeps."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from bot.core.masking import redact
from bot.core.staff import Permission, can
from bot.errors import InvalidInput, NotAllowed
from bot.services import talk
from bot.services.desk import Desk
from bot.store.queries.audit import append_audit
from bot.store.tables import Resident, Staff

LONGEST_REASON: Final = 200
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
    if not reason.strip():
        raise InvalidInput("请写明为什么要看")
    why = redact(reason.strip())[:LONGEST_REASON]
    append_audit(session, desk.clock(), staff.id, "contact:unmask", f"conversation:{conversation_id}", why)
    resident = session.get_one(Resident, conversation.resident_id)
    room = f" {resident.room}室" if resident.room else ""
    return InTheClear(resident.name or "", resident.phone or "", f"{resident.place_text or ''}{room}".strip())
