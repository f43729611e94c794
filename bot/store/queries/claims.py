"""Changes only one of several may make: each is a conditional UPDATE that tells whether it was the one."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from bot.store.tables import (
    Conversation,
    ConversationState,
    Handover,
    HandoverStatus,
    Message,
    MessageStatus,
)

# Objects already in the session show the change as the database made it.
REFRESHED: Final = {"populate_existing": True, "synchronize_session": False}


def settle_inbox(session: Session, message_id: int, status: MessageStatus) -> bool:
    """Mark a received message as answered, held or failed; False if it was settled already.

    Done in the transaction that writes the replies, it makes the answer happen exactly once.
    """
    return _moved_message(session, message_id, MessageStatus.RECEIVED, {"status": status})


def count_attempt(session: Session, message_id: int) -> int:
    """Count that a received message is begun once more; returns how often that is now."""
    counted = update(Message).where(Message.id == message_id).values(attempts=Message.attempts + 1)
    return session.scalars(counted.returning(Message.attempts)).one()


def settle_outbox(
    session: Session, message_id: int, status: MessageStatus, channel_message_id: str | None = None
) -> bool:
    """Mark a pending reply as sent (with the id the channel gave it) or failed; False if settled already."""
    values: dict[str, object] = {"status": status}
    if channel_message_id is not None:
        values["channel_message_id"] = channel_message_id
    return _moved_message(session, message_id, MessageStatus.PENDING, values)


def resend(session: Session, message_id: int) -> bool:
    """Put a failed reply back into the outbox; False if it is not failed."""
    return _moved_message(session, message_id, MessageStatus.FAILED, {"status": MessageStatus.PENDING})


def await_worker(
    session: Session, conversation_id: int, reason: str, now: datetime, *, handover_id: int | None = None
) -> bool:
    """Put a conversation the bot leads before the workers; False if it waits or is held already."""
    return _moved_conversation(
        session,
        conversation_id,
        (Conversation.state == ConversationState.BOT,),
        {
            "state": ConversationState.WAITING,
            "reason": reason,
            "waiting_since": now,
            "handover_id": handover_id,
            "updated_at": now,
        },
    )


def take_conversation(session: Session, conversation_id: int, staff_id: int, now: datetime) -> bool:
    """Give the conversation, waiting or led by the bot, to this worker; False if another one holds it.

    Its waiting handovers become taken. Taking again what one holds is True and changes nothing.
    """
    taken = _moved_conversation(
        session,
        conversation_id,
        (Conversation.state != ConversationState.WORKER,),
        {
            "state": ConversationState.WORKER,
            "worker_id": staff_id,
            "held_since": now,
            "touched_at": now,
            "updated_at": now,
        },
    )
    if not taken:
        held = session.get(Conversation, conversation_id, populate_existing=True)
        return held is not None and held.worker_id == staff_id
    session.execute(
        update(Handover)
        .where(Handover.conversation_id == conversation_id, Handover.status == HandoverStatus.WAITING)
        .values(status=HandoverStatus.TAKEN, staff_id=staff_id)
    )
    return True


def settle_handover(session: Session, handover_id: int, staff_id: int, now: datetime) -> None:
    """Close one handover; a conversation that waited for nothing else goes back to the bot."""
    settled = session.scalars(
        update(Handover)
        .where(Handover.id == handover_id, Handover.status != HandoverStatus.CLOSED)
        .values(status=HandoverStatus.CLOSED, staff_id=staff_id, closed_at=now)
        .returning(Handover),
        execution_options=REFRESHED,
    ).all()
    for handover in settled:
        left = select(Handover.id).where(
            Handover.conversation_id == handover.conversation_id, Handover.status != HandoverStatus.CLOSED
        )
        if session.scalar(left.limit(1)) is None:
            _moved_conversation(
                session,
                handover.conversation_id,
                (Conversation.state == ConversationState.WAITING,),
                {"state": ConversationState.BOT, "reason": None, "waiting_since": None, "handover_id": None},
            )


def release_conversation(session: Session, conversation_id: int, staff_id: int, now: datetime) -> bool:
    """Hand the conversation back to the bot, its handovers closed; False if this worker does not hold it."""
    released = _moved_conversation(
        session,
        conversation_id,
        (Conversation.state == ConversationState.WORKER, Conversation.worker_id == staff_id),
        {
            "state": ConversationState.BOT,
            "worker_id": None,
            "reason": None,
            "waiting_since": None,
            "handover_id": None,
            "emergency_event_id": None,
            "held_since": None,
            "touched_at": None,
            "updated_at": now,
        },
    )
    if released:
        session.execute(
            update(Handover)
            .where(Handover.conversation_id == conversation_id, Handover.status != HandoverStatus.CLOSED)
            .values(status=HandoverStatus.CLOSED, staff_id=staff_id, closed_at=now)
        )
    return released


def _moved_message(session: Session, message_id: int, current: MessageStatus, values: dict[str, object]) -> bool:
    changed = session.scalars(
        update(Message).where(Message.id == message_id, Message.status == current).values(values).returning(Message),
        execution_options=REFRESHED,
    ).all()
    return len(changed) == 1


def _moved_conversation(
    session: Session,
    conversation_id: int,
    conditions: tuple[ColumnElement[bool], ...],
    values: dict[str, object],
) -> bool:
    changed = session.scalars(
        update(Conversation)
        .where(Conversation.id == conversation_id, *conditions)
        .values(values)
        .returning(Conversation),
        execution_options=REFRESHED,
    ).all()
    return len(changed) == 1
