"""Attachments: of messages and cases, and those whose bytes are still to be fetched."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot.store.tables import (
    Attachment,
    AttachmentKind,
    AttachmentState,
    CaseKind,
    Conversation,
    Direction,
    Message,
)

# A voice message is for the worker of the conversation, a position is in the case already.
_FOR_CASES: Final = (AttachmentKind.IMAGE, AttachmentKind.VIDEO, AttachmentKind.FILE, AttachmentKind.LINK)


def of_message(session: Session, message_id: int) -> Attachment | None:
    """What came with a message; channels deliver one at most."""
    return session.scalar(select(Attachment).where(Attachment.message_id == message_id).limit(1))


def of_messages(session: Session, message_ids: Collection[int]) -> dict[int, Attachment]:
    """What came with each of these messages."""
    found = session.scalars(select(Attachment).where(Attachment.message_id.in_(message_ids)))
    return {attachment.message_id: attachment for attachment in found}


def of_case(session: Session, kind: CaseKind, case_id: int) -> Sequence[Attachment]:
    """What belongs to a case, in the order it came."""
    return session.scalars(
        select(Attachment).where(Attachment.case_kind == kind, Attachment.case_id == case_id).order_by(Attachment.id)
    ).all()


def loose_of(session: Session, resident_id: str, since: datetime) -> list[int]:
    """Messages of a resident whose pictures belong to no case yet."""
    return list(
        session.scalars(
            select(Attachment.message_id)
            .join(Message, Message.id == Attachment.message_id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Conversation.resident_id == resident_id, Message.direction == Direction.IN)
            .where(Attachment.case_id.is_(None))
            .where(Attachment.created_at > since, Attachment.kind.in_(_FOR_CASES))
        )
    )


def give_to_case(session: Session, message_ids: Collection[int], kind: CaseKind, case_id: int) -> int:
    """Let the attachments of these messages belong to a case; returns how many did not before."""
    given = session.scalars(
        update(Attachment)
        .where(Attachment.message_id.in_(message_ids), Attachment.case_id.is_(None))
        .values(case_kind=kind, case_id=case_id)
        .returning(Attachment.id)
    ).all()
    return len(given)


def to_fetch(session: Session, now: datetime, limit: int = 20) -> Sequence[int]:
    """Ids of attachments whose bytes may be fetched now, the oldest first; ids, for a row may be unreadable."""
    return session.scalars(
        select(Attachment.id)
        .where(Attachment.state == AttachmentState.PENDING)
        .where(or_(Attachment.due_at.is_(None), Attachment.due_at <= now))
        .order_by(Attachment.id)
        .limit(limit)
    ).all()
