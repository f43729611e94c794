"""Conversations and messages: what was said, what is still to be answered or sent, who is waiting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from bot.store.tables import (
    Conversation,
    ConversationState,
    Direction,
    Handover,
    HandoverKind,
    HandoverStatus,
    Message,
    MessageStatus,
    Resident,
    Sender,
)
from bot.store.upsert import insert_into

PAGE = 200


@dataclass(frozen=True)
class Incoming:
    """What a channel delivered; without an id of the channel's own it never counts as a duplicate."""

    channel: str
    text: str
    at: datetime
    channel_message_id: str | None = None


@dataclass(frozen=True)
class OpenConversation:
    """A conversation in a worker's list; `last` is the newest message of the resident, if any was written."""

    conversation: Conversation
    resident: Resident
    last: Message | None


def conversation_of(session: Session, resident_id: str, now: datetime) -> Conversation:
    """The resident's one conversation, begun if there is none; safe when two messages come at once."""
    query = select(Conversation).where(Conversation.resident_id == resident_id)
    if known := session.scalar(query):
        return known
    session.execute(
        insert_into(session, Conversation)
        .values(resident_id=resident_id, state=ConversationState.BOT, choices=[], updated_at=now)
        .on_conflict_do_nothing(index_elements=["resident_id"])
    )
    return session.scalars(query).one()


def insert_inbox(session: Session, conversation_id: int, incoming: Incoming) -> Message | None:
    """Store what a resident wrote; None if the channel delivered this message before."""
    stored = session.scalar(
        insert_into(session, Message)
        .values(
            conversation_id=conversation_id,
            direction=Direction.IN,
            sender=Sender.RESIDENT,
            text=incoming.text,
            buttons=[],
            channel=incoming.channel,
            channel_message_id=incoming.channel_message_id,
            status=MessageStatus.RECEIVED,
            created_at=incoming.at,
        )
        .on_conflict_do_nothing(index_elements=["channel", "conversation_id", "channel_message_id"])
        .returning(Message.id)
    )
    return None if stored is None else session.get(Message, stored)


def inbox_message(session: Session, conversation_id: int, channel: str, channel_message_id: str) -> Message | None:
    """The stored message with the channel's own id, as when a channel delivers it twice."""
    return session.scalar(
        select(Message).where(
            Message.channel == channel,
            Message.conversation_id == conversation_id,
            Message.channel_message_id == channel_message_id,
        )
    )


def history_after(session: Session, conversation_id: int, message_id: int = 0, limit: int = PAGE) -> Sequence[Message]:
    """Messages of both sides newer than message_id, oldest first."""
    return session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.id > message_id)
        .order_by(Message.id)
        .limit(limit)
    ).all()


def latest_history(
    session: Session, conversation_id: int, before_id: int | None = None, limit: int = PAGE
) -> Sequence[Message]:
    """The newest messages of both sides (those before before_id, if given), oldest first."""
    query = select(Message).where(Message.conversation_id == conversation_id)
    if before_id is not None:
        query = query.where(Message.id < before_id)
    newest_first = session.scalars(query.order_by(Message.id.desc()).limit(limit)).all()
    return newest_first[::-1]


def replies_to(session: Session, inbox_id: int) -> Sequence[Message]:
    """What was written to the outbox in answer to one message."""
    return session.scalars(
        select(Message).where(Message.in_reply_to == inbox_id, Message.direction == Direction.OUT).order_by(Message.id)
    ).all()


def unanswered_inbox(session: Session, conversation_id: int | None = None) -> Sequence[Message]:
    """Messages received and not yet settled, oldest first; after a crash these are to be run again."""
    query = select(Message).where(Message.direction == Direction.IN, Message.status == MessageStatus.RECEIVED)
    if conversation_id is not None:
        query = query.where(Message.conversation_id == conversation_id)
    return session.scalars(query.order_by(Message.id)).all()


def pending_outbox(session: Session, channel: str | None = None, limit: int = PAGE) -> Sequence[Message]:
    """Messages still to be sent, oldest first."""
    query = select(Message).where(Message.direction == Direction.OUT, Message.status == MessageStatus.PENDING)
    if channel is not None:
        query = query.where(Message.channel == channel)
    return session.scalars(query.order_by(Message.id).limit(limit)).all()


def waiting_conversations(session: Session, community_id: str | None = None) -> Sequence[OpenConversation]:
    """Conversations no worker has taken yet, the longest waiting first.

    With a community: its residents', and those of residents whose community is not known.
    """
    found = _open_conversations(session, Conversation.state == ConversationState.WAITING)
    if community_id is None:
        return found
    return [one for one in found if one.resident.community_id in (community_id, None)]


def conversations_of_worker(session: Session, staff_id: int) -> Sequence[OpenConversation]:
    """Conversations this worker holds."""
    held = Conversation.state == ConversationState.WORKER
    return _open_conversations(session, held & (Conversation.worker_id == staff_id))


def open_handovers(session: Session, conversation_id: int) -> Sequence[Handover]:
    """Handovers of the conversation that no worker has closed, oldest first."""
    return session.scalars(
        select(Handover)
        .where(Handover.conversation_id == conversation_id, Handover.status != HandoverStatus.CLOSED)
        .order_by(Handover.id)
    ).all()


def last_inbox_id(session: Session, conversation_id: int) -> int | None:
    """The newest message of the resident, whatever channel it came by."""
    return session.scalar(
        select(func.max(Message.id)).where(
            Message.conversation_id == conversation_id, Message.direction == Direction.IN
        )
    )


def handover_of(session: Session, inbox_id: int, kind: HandoverKind) -> Handover | None:
    """The handover of a message for this reason."""
    return session.scalar(select(Handover).where(Handover.inbox_id == inbox_id, Handover.kind == kind))


def _open_conversations(session: Session, condition: ColumnElement[bool]) -> Sequence[OpenConversation]:
    newest = (
        select(func.max(Message.id))
        .where(Message.conversation_id == Conversation.id, Message.direction == Direction.IN)
        .correlate(Conversation)
        .scalar_subquery()
    )
    last = aliased(Message)
    rows = session.execute(
        select(Conversation, Resident, last)
        .join(Resident, Resident.id == Conversation.resident_id)
        .outerjoin(last, last.id == newest)
        .where(condition)
        .order_by(Conversation.waiting_since, Conversation.id)
    )
    return [OpenConversation(conversation, resident, message) for conversation, resident, message in rows]
