"""Who holds a conversation: passing it on, taking it from somebody who is gone, and who was there when."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from bot.store.queries import talk
from bot.store.queries.claims import REFRESHED
from bot.store.tables import (
    Conversation,
    ConversationState,
    Direction,
    Handover,
    HandoverStatus,
    Message,
    MessageStatus,
    Sender,
)


def pass_on(session: Session, conversation_id: int, giver: int, taker: int, reason: str, now: datetime) -> bool:
    """Let a colleague hold the conversation; False if the giver does not hold it any more."""
    values: dict[str, object] = {"worker_id": taker, "reason": reason, "held_since": now, "touched_at": now}
    # What the resident said to the giver still waits, though the taker holds it only from now on.
    since = func.coalesce(Conversation.waiting_since, Conversation.held_since)
    passed = _changed(session, _held_by(conversation_id, giver), {**values, "waiting_since": since, "updated_at": now})
    if passed:
        _hand_handovers_on(session, conversation_id, HandoverStatus.TAKEN, taker)
    return passed


def put_back(
    session: Session,
    conversation_id: int,
    holder: int,
    reason: str,
    waiting_since: datetime,
    now: datetime,
    *,
    untouched_since: datetime | None = None,
) -> bool:
    """Let the conversation wait for workers again; False if the holder does not hold it any more.

    With `untouched_since` also if they were there after it.
    """
    conditions = _held_by(conversation_id, holder)
    if untouched_since is not None:
        conditions = (*conditions, or_(Conversation.touched_at.is_(None), Conversation.touched_at <= untouched_since))
    values: dict[str, object] = {
        "state": ConversationState.WAITING,
        "worker_id": None,
        "reason": reason,
        "waiting_since": waiting_since,
        "held_since": None,
        "touched_at": None,
        "updated_at": now,
    }
    if not _changed(session, conditions, values):
        return False
    _hand_handovers_on(session, conversation_id, HandoverStatus.WAITING, None)
    return True


def touch(session: Session, conversation_id: int, holder: int, now: datetime, unless_since: datetime) -> bool:
    """Keep that the holder is there, unless that was kept since a moment; False if nothing had to be written."""
    before = or_(Conversation.touched_at.is_(None), Conversation.touched_at <= unless_since)
    return _changed(session, (*_held_by(conversation_id, holder), before), {"touched_at": now})


def held_conversations(session: Session) -> Sequence[int]:
    """Ids of the conversations in somebody's hands; ids, for a row may be unreadable."""
    held = (Conversation.state == ConversationState.WORKER, Conversation.worker_id.is_not(None))
    return session.scalars(select(Conversation.id).where(*held).order_by(Conversation.id)).all()


def unanswered(session: Session, conversation_id: int) -> Message | None:
    """The oldest message of the resident that waits for a worker's answer: held for one, or handed over to one.

    What was held for workers who have given the conversation back to the bot waits no more.
    """
    conversation = session.get_one(Conversation, conversation_id)
    begun = conversation.waiting_since or conversation.held_since
    said = session.scalar(
        select(Message.id)
        .where(Message.conversation_id == conversation_id, Message.sender == Sender.WORKER)
        .order_by(Message.id.desc())
        .limit(1)
    )
    since = (Message.conversation_id == conversation_id, Message.id > (said or 0))
    handed_over = [one.inbox_id for one in talk.open_handovers(session, conversation_id)]
    is_held = Message.status == MessageStatus.HELD
    held_now = and_(is_held, Message.created_at >= begun) if begun else is_held
    waits = or_(held_now, Message.id.in_(handed_over))
    return session.scalars(
        select(Message).where(*since, Message.direction == Direction.IN, waits).order_by(Message.id).limit(1)
    ).first()


def has_answered(session: Session, conversation: Conversation) -> bool:
    """Whether the holder has written to the resident since it came into their hands."""
    if conversation.held_since is None:
        return True
    answers = select(Message.id).where(
        Message.conversation_id == conversation.id,
        Message.staff_id == conversation.worker_id,
        Message.created_at >= conversation.held_since,
    )
    return session.scalar(answers.order_by(Message.id.desc()).limit(1)) is not None


def _held_by(conversation_id: int, holder: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Conversation.id == conversation_id,
        Conversation.state == ConversationState.WORKER,
        Conversation.worker_id == holder,
    )


def _changed(session: Session, conditions: tuple[ColumnElement[bool], ...], values: dict[str, object]) -> bool:
    changed = session.scalars(
        update(Conversation).where(*conditions).values(values).returning(Conversation), execution_options=REFRESHED
    ).all()
    return len(changed) == 1


def _hand_handovers_on(session: Session, conversation_id: int, status: HandoverStatus, staff_id: int | None) -> None:
    session.execute(
        update(Handover)
        .where(Handover.conversation_id == conversation_id, Handover.status != HandoverStatus.CLOSED)
        .values(status=status, staff_id=staff_id)
    )
