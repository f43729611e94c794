"""What lies beside conversations for the workers alone: notes, and ready answers."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from bot.store.tables import (
    CannedAnswer,
    Conversation,
    ConversationNote,
    ConversationState,
    Handover,
    HandoverStatus,
    Staff,
)


def notes_of(session: Session, conversation_id: int) -> Sequence[tuple[ConversationNote, Staff]]:
    """The notes beside a conversation with who wrote them, the oldest first."""
    rows = session.execute(
        select(ConversationNote, Staff)
        .join(Staff, Staff.id == ConversationNote.staff_id)
        .where(ConversationNote.conversation_id == conversation_id)
        .order_by(ConversationNote.id)
    )
    return [(note, author) for note, author in rows]


def forget_notes(session: Session, conversation_id: int) -> int:
    """Delete the notes beside a conversation; returns how many."""
    gone = delete(ConversationNote).where(ConversationNote.conversation_id == conversation_id)
    return len(session.scalars(gone.returning(ConversationNote.id)).all())


def forget_old_notes(session: Session, before: datetime) -> int:
    """Delete older notes beside conversations in which nobody waits or is helped; returns how many."""
    waits = exists().where(Handover.conversation_id == Conversation.id, Handover.status != HandoverStatus.CLOSED)
    at_rest = select(Conversation.id).where(Conversation.state == ConversationState.BOT, ~waits)
    gone = delete(ConversationNote).where(ConversationNote.at < before, ConversationNote.conversation_id.in_(at_rest))
    return len(session.scalars(gone.returning(ConversationNote.id)).all())


def canned_answers(session: Session, community_id: str | None = None) -> Sequence[CannedAnswer]:
    """The ready answers, by title, those out of use too; with a community its own and the street's."""
    query = select(CannedAnswer)
    if community_id is not None:
        query = query.where(or_(CannedAnswer.community_id.is_(None), CannedAnswer.community_id == community_id))
    return session.scalars(query.order_by(CannedAnswer.title, CannedAnswer.id)).all()
