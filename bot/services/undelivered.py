"""Replies that did not reach their resident: a worker is told, and says it in another way."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from bot.core.staff import Permission
from bot.errors import Conflict, NotFound
from bot.services import hub, talk
from bot.services.desk import Desk
from bot.services.handover import hand_over
from bot.store.queries import claims, outgoing
from bot.store.queries import talk as stored
from bot.store.queries.audit import append_audit
from bot.store.queries.outgoing import UNDELIVERED, Undelivered
from bot.store.tables import (
    Conversation,
    Direction,
    Handover,
    HandoverKind,
    HandoverStatus,
    Message,
    MessageStatus,
    Resident,
    Staff,
)

FAILED: Final = "消息送不到，请打电话"
UNCERTAIN: Final = "不确定消息有没有送到，请问一声"


def put_before_worker(session: Session, desk: Desk, messages: Sequence[Message]) -> None:
    """Have somebody call about replies that failed or may have failed; safe to repeat."""
    # Of several in a conversation one that surely failed decides.
    by_surety = sorted(messages, key=lambda message: message.status is MessageStatus.FAILED)
    for conversation_id, message in {message.conversation_id: message for message in by_surety}.items():
        conversation = session.get_one(Conversation, conversation_id)
        is_failed = message.status is MessageStatus.FAILED
        if is_failed:
            conversation.phone_needed_since = conversation.phone_needed_since or desk.clock()
        _hand_over(session, desk, conversation, message, FAILED if is_failed else UNCERTAIN)


def phone_needed(session: Session, desk: Desk, message: Message) -> None:
    """The channel does not let us write now; what is written goes along when the resident comes back."""
    conversation = session.get_one(Conversation, message.conversation_id)
    if conversation.phone_needed_since is None:
        conversation.phone_needed_since = desk.clock()
        _hand_over(session, desk, conversation, message, FAILED)


def waiting(session: Session, staff: Staff) -> list[Undelivered]:
    """What nobody has dealt with yet; raises NotAllowed where the job does not read conversations."""
    talk.require(staff, Permission.CONVERSATION_READ)
    return outgoing.undelivered(session, staff.community_id)


def send_again(session: Session, desk: Desk, message_id: int, staff: Staff) -> None:
    """Put a reply back into the outbox; raises NotFound, Conflict."""
    _decide(session, desk, message_id, staff, MessageStatus.PENDING)
    hub.note(session, hub.OUTBOX)


def waive(session: Session, desk: Desk, message_id: int, staff: Staff) -> None:
    """The resident has been told in another way; raises NotFound, Conflict."""
    conversation_id = _decide(session, desk, message_id, staff, MessageStatus.WAIVED)
    if not outgoing.is_undelivered(session, conversation_id):
        conversation = session.get_one(Conversation, conversation_id)
        conversation.phone_needed_since = None
        for handover in stored.open_handovers(session, conversation_id):
            if handover.kind is HandoverKind.UNDELIVERED:
                claims.settle_handover(session, handover.id, staff.id, desk.clock())


def _decide(session: Session, desk: Desk, message_id: int, staff: Staff, status: MessageStatus) -> int:
    talk.require(staff, Permission.CONVERSATION_ANSWER)
    message = session.get(Message, message_id)
    if message is None or message.direction is not Direction.OUT or not _is_theirs(session, message, staff):
        raise NotFound("没有这条消息")
    if not outgoing.decide(session, message_id, UNDELIVERED, status):
        raise Conflict("这条消息已经有人处理了", "请刷新页面")
    append_audit(session, desk.clock(), staff.id, "message:decide", f"message:{message_id}", status.value)
    hub.note(session, hub.CONSOLE, hub.conversation_topic(message.conversation_id))
    return message.conversation_id


def _is_theirs(session: Session, message: Message, staff: Staff) -> bool:
    conversation = session.get_one(Conversation, message.conversation_id)
    community_id = session.get_one(Resident, conversation.resident_id).community_id
    return staff.community_id in (None, community_id) or community_id is None


def _hand_over(session: Session, desk: Desk, conversation: Conversation, message: Message, reason: str) -> None:
    """Under the resident's last message; whoever never wrote anything stands in the list of the undelivered only."""
    inbox_id = message.in_reply_to or stored.last_inbox_id(session, conversation.id)
    if inbox_id is None:
        hub.note(session, hub.CONSOLE, hub.conversation_topic(conversation.id))
        return
    _reopen(session, inbox_id)
    hand_over(session, conversation, inbox_id, HandoverKind.UNDELIVERED, reason, desk.clock())


def _reopen(session: Session, inbox_id: int) -> None:
    """A second reply that does not arrive is a reason to call again."""
    known: Handover | None = stored.handover_of(session, inbox_id, HandoverKind.UNDELIVERED)
    if known is not None and known.status is HandoverStatus.CLOSED:
        known.status = HandoverStatus.WAITING
        session.flush()
