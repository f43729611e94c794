"""When the assistant cannot answer: the resident is told, gets numbers, and a person sees the message."""

from bot.core import elderly
from bot.core.elderly import ElderlySignal
from bot.services import outbox, visits
from bot.services.desk import Desk
from bot.services.handover import hand_over
from bot.services.visits import VisitDraft
from bot.store.queries import claims
from bot.store.tables import (
    Community,
    Conversation,
    ElderlyStatus,
    HandoverKind,
    Message,
    MessageStatus,
    Recipient,
    Resident,
    Way,
)

REASON = "小助手没能处理这句话"
SOON = "尽快"


def tell(desk: Desk, message_id: int) -> None:
    """Put the message before a worker; an elderly resident gets an order for a call instead of waiting."""
    with desk.transaction() as session:
        message = session.get_one(Message, message_id)
        conversation = session.get_one(Conversation, message.conversation_id)
        resident = session.get_one(Resident, conversation.resident_id)
        community = session.get(Community, resident.community_id)
        hand_over(session, conversation, message_id, HandoverKind.FAILURE, REASON, desk.clock())
        said = desk.notices.say("talk.failed", phone=community.phone if community else "12345")
        if _is_elderly(desk, resident, message.text):
            order = visits.order_visit(session, desk, _call(resident, message))
            said += desk.notices.say("talk.failed_call", name=order.assignee_name)
        outbox.post(session, conversation, said, outbox.SYSTEM, desk.clock(), in_reply_to=message_id)
        claims.settle_inbox(session, message_id, MessageStatus.ANSWERED)


def _is_elderly(desk: Desk, resident: Resident, text: str) -> bool:
    if resident.elderly_status is ElderlyStatus.DECLARED:
        return True
    return elderly.read(text, desk.elderly).signal is ElderlySignal.YES


def _call(resident: Resident, message: Message) -> VisitDraft:
    return VisitDraft(
        resident_id=resident.id,
        inbox_id=message.id,
        ordinal=0,
        need=message.text[: visits.LONGEST_NEED],
        leaf=None,
        recipient=Recipient.SELF,
        recipient_name=resident.name,
        place=None,
        phone=resident.phone,
        way=Way.PHONE,
        preferred_time=SOON,
        text=message.text,
        linked_group=None,
        age_band=resident.age_band,
        asked_for=None,
    )
