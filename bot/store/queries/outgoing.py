"""The outbox on its way: what may be sent now, what is being sent, what was not delivered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from bot.store.queries.claims import REFRESHED
from bot.store.tables import Conversation, Direction, Message, MessageStatus, Resident, SentBy

UNDELIVERED: Final = (MessageStatus.FAILED, MessageStatus.UNCERTAIN)
_OUT: Final = Message.direction == Direction.OUT


@dataclass(frozen=True)
class Undelivered:
    """A reply that did not reach, or may not have reached, its resident."""

    message: Message
    conversation: Conversation
    resident: Resident


def conversations_to_send(session: Session, channels: Collection[str], now: datetime, limit: int = 200) -> list[int]:
    """Conversations with a reply that may be sent now, the longest waiting first."""
    ready = (
        select(Message.conversation_id)
        .where(_OUT, Message.status == MessageStatus.PENDING, Message.channel.in_(channels))
        .where(or_(Message.due_at.is_(None), Message.due_at <= now))
        .group_by(Message.conversation_id)
        .order_by(func.min(Message.id))
        .limit(limit)
    )
    return list(session.scalars(ready))


def unsent(session: Session, conversation_id: int, channel: str) -> Sequence[Message]:
    """Replies of a conversation not yet out, oldest first; those being sent are among them."""
    return session.scalars(
        select(Message)
        .where(
            _OUT,
            Message.conversation_id == conversation_id,
            Message.channel == channel,
            Message.status.in_((MessageStatus.PENDING, MessageStatus.SENDING)),
        )
        .order_by(Message.id)
    ).all()


def begin_sending(session: Session, message_ids: Collection[int], sent_by: SentBy, now: datetime) -> bool:
    """Claim pending replies for one way of sending; False, and nothing is claimed, if any is not pending.

    `due_at` holds when they were claimed, until they are settled.
    """
    pending = (Message.id.in_(message_ids), Message.status == MessageStatus.PENDING)
    free = session.scalars(select(Message.id).where(*pending).order_by(Message.id).with_for_update()).all()
    if len(free) < len(message_ids):
        return False
    session.execute(update(Message).where(*pending).values(status=MessageStatus.SENDING, sent_by=sent_by, due_at=now))
    return True


def end_sending(session: Session, message_ids: Collection[int], status: MessageStatus, fault: str | None = None) -> int:
    """Settle replies being sent; returns how many were."""
    ended = session.scalars(
        update(Message)
        .where(Message.id.in_(message_ids), Message.status == MessageStatus.SENDING)
        .values(status=status, fault=fault, attempts=Message.attempts + 1, due_at=None)
        .returning(Message),
        execution_options=REFRESHED,
    ).all()
    return len(ended)


def answered(session: Session, message_ids: Collection[int]) -> None:
    """An answer went out with a delivery's response; that holds even if another copy of the delivery got none."""
    session.execute(
        update(Message)
        .where(Message.id.in_(message_ids), Message.status.in_((MessageStatus.SENDING, MessageStatus.PENDING)))
        .values(
            status=MessageStatus.SENT, sent_by=SentBy.ANSWER, fault=None, attempts=Message.attempts + 1, due_at=None
        )
    )


def send_later(session: Session, message_ids: Collection[int], due_at: datetime, fault: str | None) -> None:
    """Put replies being sent back into the outbox, not to be tried before `due_at`."""
    session.execute(
        update(Message)
        .where(Message.id.in_(message_ids), Message.status == MessageStatus.SENDING)
        .values(status=MessageStatus.PENDING, sent_by=None, due_at=due_at, fault=fault, attempts=Message.attempts + 1)
    )


def part_sent(session: Session, message_id: int) -> None:
    """Note that one more part of a reply is out, so that it is not sent again."""
    session.execute(update(Message).where(Message.id == message_id).values(parts_sent=Message.parts_sent + 1))


def by_notice(session: Session, message_ids: Collection[int], notice_id: str | None) -> None:
    """Note that a notice took the place of these replies; its id stands with the first."""
    session.execute(update(Message).where(Message.id.in_(message_ids)).values(sent_by=SentBy.NOTICE))
    if notice_id is not None:
        session.execute(update(Message).where(Message.id == min(message_ids)).values(channel_message_id=notice_id))


def answers_by(session: Session, inbox_id: int, sent_by: SentBy) -> Sequence[Message]:
    """The replies to one message that went this way."""
    return session.scalars(
        select(Message).where(_OUT, Message.in_reply_to == inbox_id, Message.sent_by == sent_by).order_by(Message.id)
    ).all()


def left_sending(session: Session, channels: Collection[str], claimed_before: datetime) -> Sequence[Message]:
    """Replies whose sending began before this moment and never ended."""
    return session.scalars(
        select(Message)
        .where(_OUT, Message.status == MessageStatus.SENDING, Message.channel.in_(channels))
        .where(Message.due_at <= claimed_before)
        .order_by(Message.id)
    ).all()


def notice_failed(session: Session, channel: str, notice_id: str) -> Sequence[Message]:
    """The channel said afterwards that a notice did not reach the resident; returns the replies it stood for."""
    first = session.scalar(
        select(Message).where(
            Message.channel == channel, Message.channel_message_id == notice_id, Message.sent_by == SentBy.NOTICE
        )
    )
    if first is None:
        return []
    later = (Message.conversation_id == first.conversation_id, Message.sent_by == SentBy.NOTICE, Message.id > first.id)
    next_notice = session.scalar(select(func.min(Message.id)).where(*later, Message.channel_message_id.is_not(None)))
    others = select(Message).where(*later)
    if next_notice is not None:
        others = others.where(Message.id < next_notice)
    failed = [first, *session.scalars(others.order_by(Message.id))]
    for message in failed:
        message.status, message.fault = MessageStatus.FAILED, "notice"
    session.flush()
    return failed


def last_heard(session: Session, conversation_id: int, channel: str) -> Message | None:
    """The last message of the resident on this channel."""
    return session.scalar(
        select(Message)
        .where(
            Message.conversation_id == conversation_id, Message.direction == Direction.IN, Message.channel == channel
        )
        .order_by(Message.id.desc())
        .limit(1)
    )


def service_messages_since(session: Session, conversation_id: int, message_id: int) -> int:
    """How many customer-service messages have gone out since a message of the resident.

    Replies that went out together are counted once: only the first of them carries `parts_sent`.
    """
    sent = select(func.coalesce(func.sum(Message.parts_sent), 0)).where(
        Message.conversation_id == conversation_id, Message.id > message_id, Message.sent_by == SentBy.SERVICE
    )
    return int(session.scalars(sent).one())


def undelivered(session: Session, community_id: str | None, limit: int = 200) -> list[Undelivered]:
    """What no worker has dealt with yet, the oldest first; with a community, that one's residents'."""
    query = (
        select(Message, Conversation, Resident)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Resident, Resident.id == Conversation.resident_id)
        .where(_OUT, Message.status.in_(UNDELIVERED))
        .order_by(Message.id)
        .limit(limit)
    )
    if community_id is not None:
        query = query.where(or_(Resident.community_id == community_id, Resident.community_id.is_(None)))
    return [Undelivered(message, conversation, resident) for message, conversation, resident in session.execute(query)]


def is_undelivered(session: Session, conversation_id: int) -> bool:
    """Whether a conversation has a reply that did not arrive and that nobody has dealt with."""
    query = select(Message.id).where(_OUT, Message.conversation_id == conversation_id, Message.status.in_(UNDELIVERED))
    return session.scalar(query.limit(1)) is not None


def decide(session: Session, message_id: int, current: Collection[MessageStatus], status: MessageStatus) -> bool:
    """Change what a reply that did not arrive is; False if somebody has done so already."""
    changed = session.scalars(
        update(Message)
        .where(Message.id == message_id, Message.status.in_(current))
        .values(status=status, sent_by=None, due_at=None, attempts=0)
        .returning(Message),
        execution_options=REFRESHED,
    ).all()
    return len(changed) == 1
