"""A resident asks in words to be deleted: somebody answerable hears of it, checks, and carries it out."""

from typing import Final

from sqlalchemy.orm import Session

from bot.core.erasure_words import asks_erasure
from bot.core.staff import Permission, can
from bot.errors import NotAllowed
from bot.services import erasing, outbox, talk
from bot.services.desk import Desk
from bot.services.erasing import Erased
from bot.services.handover import hand_over
from bot.services.unmasking import reason_in
from bot.store.queries import claims
from bot.store.queries.audit import append_audit
from bot.store.tables import Conversation, HandoverKind, Message, MessageStatus, Resident, Staff

REASON: Final = "居民要求删除自己的信息，请居委会主任或街道调度员核对后办理"
BECAUSE: Final = "asked"


def hear(desk: Desk, message_id: int, text: str) -> bool:
    """Take a message, said to the bot, that asks for it, and say what will happen; False leaves it as it is."""
    if not asks_erasure(text):
        return False
    with desk.transaction() as session:
        message = session.get_one(Message, message_id)
        note_wish(session, desk, message)
        conversation = session.get_one(Conversation, message.conversation_id)
        said = desk.notices.say("talk.erasure_asked")
        outbox.post(session, conversation, said, outbox.BOT, desk.clock(), in_reply_to=message_id)
        claims.settle_inbox(session, message_id, MessageStatus.ANSWERED)
    return True


def note_wish(session: Session, desk: Desk, message: Message) -> None:
    """Put the wish before the workers where there is one; safe to repeat."""
    if asks_erasure(message.text):
        conversation = session.get_one(Conversation, message.conversation_id)
        hand_over(session, conversation, message.id, HandoverKind.ERASURE, REASON, desk.clock())


def carry_out(session: Session, desk: Desk, conversation_id: int, staff: Staff, reason: str) -> Erased:
    """Erase the resident of the conversation, for a reason that the audit log keeps with who did it.

    What an open danger still needs stays until it is over. Raises NotFound, NotAllowed, InvalidInput (no reason).
    """
    conversation = talk.conversation_for(session, staff, conversation_id)
    if not can(staff.role, Permission.RESIDENT_ERASE):
        raise NotAllowed(f"{staff.role.plain}不能删除居民的信息")
    why = reason_in(reason, "请写明为什么删、怎么核对的是本人")
    append_audit(session, desk.clock(), staff.id, "resident:erase_ordered", f"conversation:{conversation_id}", why)
    resident = session.get_one(Resident, conversation.resident_id)
    return erasing.erase_resident(session, desk, resident, because=BECAUSE)
