"""The conversation of somebody who is erased: nobody waits in it any more, except for a complaint or a danger."""

from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from bot.services.desk import Desk
from bot.services.handover import name_complained_about
from bot.store.queries import beside, talk
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

NOTE: Final = "居民已离开，聊天记录已按规定删除。"
STAYING: Final = frozenset({HandoverKind.COMPLAINT, HandoverKind.EMERGENCY})


def settle_talk(session: Session, desk: Desk, conversation: Conversation) -> None:
    """Close what waits for a worker; open complaints and emergencies go on, and so does the conversation then.

    To be called while the messages are there: who a complaint is about is read from them. Safe to repeat.
    """
    staying = []
    for handover in talk.open_handovers(session, conversation.id):
        if handover.kind in STAYING:
            staying.append(handover)
        else:
            handover.status, handover.closed_at = HandoverStatus.CLOSED, desk.clock()
        if handover.kind is HandoverKind.COMPLAINT:
            name_complained_about(session, conversation, handover)
    if conversation.state is ConversationState.WORKER and not _is_noted(session, conversation):
        session.add(_note(session, desk, conversation))
    conversation.choices = []
    conversation.emergency_event_id = None
    if staying:
        _wait_for(conversation, staying)
    else:
        _release(conversation)
        beside.forget_notes(session, conversation.id)
    session.flush()


def _wait_for(conversation: Conversation, staying: list[Handover]) -> None:
    if conversation.handover_id not in {one.id for one in staying}:
        conversation.handover_id, conversation.reason = staying[0].id, staying[0].reason


def _release(conversation: Conversation) -> None:
    conversation.state = ConversationState.BOT
    conversation.reason = None
    conversation.waiting_since = None
    conversation.worker_id = None
    conversation.held_since = conversation.touched_at = None
    conversation.handover_id = None
    conversation.phone_needed_since = None


def _is_noted(session: Session, conversation: Conversation) -> bool:
    same = (Message.conversation_id == conversation.id, Message.text == NOTE)
    return bool(session.scalar(select(exists().where(*same))))


def _note(session: Session, desk: Desk, conversation: Conversation) -> Message:
    """For the worker's eyes: it never waits to be sent, because nobody can be reached."""
    return Message(
        conversation_id=conversation.id,
        direction=Direction.OUT,
        sender=Sender.SYSTEM,
        text=NOTE,
        buttons=[],
        channel=session.get_one(Resident, conversation.resident_id).channel,
        status=MessageStatus.WAIVED,
        created_at=desk.clock(),
    )
