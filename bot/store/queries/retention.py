"""What has been kept long enough."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.orm import Session, aliased

from bot.core.visits import VisitStatus
from bot.store.queries import erasing
from bot.store.queries.cases import OPEN_EVENTS
from bot.store.queries.erasing import HelpCase
from bot.store.tables import (
    Attachment,
    AttachmentKind,
    AttachmentState,
    CaseKind,
    Conversation,
    ConversationState,
    GridEvent,
    Handover,
    HandoverKind,
    HandoverStatus,
    InPersonOrder,
    Message,
    MessageStatus,
    Tracker,
)

OPEN_ORDERS: Final = tuple(status for status in VisitStatus if status.is_open)
EXPIRED: Final = "expired"


def old_messages(session: Session, before: datetime, complaints_since: datetime, limit: int) -> Sequence[int]:
    """Messages older than that which neither an open case nor anybody waiting needs, the newest first.

    An answer goes before, or together with, what it answers; that one stays as long as the answer does. A
    complaint made since `complaints_since` stays: whom it is about must not be sent to the resident.
    """
    answer = aliased(Message)
    has_younger_answer = exists().where(answer.in_reply_to == Message.id, answer.created_at >= before)
    return session.scalars(
        select(Message.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Message.created_at < before,
            Message.status != MessageStatus.RECEIVED,
            Conversation.state == ConversationState.BOT,
            ~_is_waited_for(),
            ~_is_of_open_case(),
            ~_is_complaint(complaints_since),
            ~has_younger_answer,
        )
        .order_by(Message.id.desc())
        .limit(limit)
    ).all()


def old_voices(session: Session, before: datetime, limit: int) -> Sequence[Attachment]:
    """Recordings stored before that."""
    return session.scalars(
        select(Attachment)
        .where(
            Attachment.kind == AttachmentKind.VOICE,
            Attachment.state == AttachmentState.STORED,
            Attachment.created_at < before,
        )
        .order_by(Attachment.id)
        .limit(limit)
    ).all()


def drop_recordings(session: Session, voices: Sequence[Attachment]) -> list[str]:
    """Keep that something was said, not the voice; returns the files nobody else's row names."""
    files = {one.file for one in voices if one.file}
    for one in voices:
        one.state, one.fault = AttachmentState.LOST, EXPIRED
        one.file = one.media_id = None
    session.flush()
    return erasing.unused(session, files)


def drop_enclosed(session: Session, message_ids: Sequence[int]) -> list[str]:
    """Delete what came with the messages; returns the files nobody else's row names."""
    enclosed = session.scalars(select(Attachment).where(Attachment.message_id.in_(message_ids))).all()
    return erasing.drop_attachments(session, enclosed)


def drop_trackers(session: Session, before: datetime) -> int:
    """Let Rasa forget residents who have not written since then; returns how many."""
    old = delete(Tracker).where(Tracker.updated_at < before).returning(Tracker.sender_id)
    return len(session.scalars(old).all())


def old_cases(session: Session, before: datetime, limit: int) -> list[HelpCase]:
    """Events and orders over since then that still say who it was."""
    events = (
        select(GridEvent)
        .where(GridEvent.updated_at < before, GridEvent.status.not_in(OPEN_EVENTS), erasing.NAMES_REPORTER)
        .order_by(GridEvent.id)
        .limit(limit)
    )
    orders = (
        select(InPersonOrder)
        .where(InPersonOrder.updated_at < before, InPersonOrder.status.not_in(OPEN_ORDERS), erasing.NAMES_RECIPIENT)
        .order_by(InPersonOrder.id)
        .limit(limit)
    )
    return [*session.scalars(events), *session.scalars(orders)][:limit]


def _is_waited_for() -> ColumnElement[bool]:
    return exists().where(Handover.conversation_id == Message.conversation_id, Handover.status != HandoverStatus.CLOSED)


def _is_complaint(since: datetime) -> ColumnElement[bool]:
    return exists().where(
        Handover.inbox_id == Message.id, Handover.kind == HandoverKind.COMPLAINT, Handover.created_at >= since
    )


def _is_of_open_case() -> ColumnElement[bool]:
    event = (GridEvent.status.in_(OPEN_EVENTS),)
    order = (InPersonOrder.status.in_(OPEN_ORDERS),)
    shown = (Attachment.message_id == Message.id,)
    of_event = (Attachment.case_kind == CaseKind.GRID_EVENT, Attachment.case_id == GridEvent.id)
    of_order = (Attachment.case_kind == CaseKind.IN_PERSON_ORDER, Attachment.case_id == InPersonOrder.id)
    return or_(
        exists().where(GridEvent.inbox_id == Message.id, *event),
        exists().where(InPersonOrder.inbox_id == Message.id, *order),
        exists().where(*shown, *of_event, *event),
        exists().where(*shown, *of_order, *order),
    )
