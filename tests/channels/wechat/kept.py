"""What the service keeps of a follower, read from its database, and words written to them unasked."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import select

from bot.services import outbox, residents
from bot.services.desk import Desk
from bot.store.tables import (
    Attachment,
    Conversation,
    Direction,
    GridEvent,
    Handover,
    HandoverKind,
    Message,
    Resident,
)

Found = TypeVar("Found")
WAIT = 10.0


async def eventually(look: Callable[[], Found | None]) -> Found:
    """What `look` finds, once it does; raises TimeoutError."""
    async with asyncio.timeout(WAIT):
        while True:
            if found := look():
                return found
            await asyncio.sleep(0.02)


def resident_of(desk: Desk, openid: str) -> Resident:
    with desk.transaction(read_only=True) as session:
        return session.scalars(select(Resident).where(Resident.channel_user == openid)).one()


def sent_to(desk: Desk, openid: str) -> list[Message]:
    """Replies to a follower, the oldest first."""
    return _messages(desk, openid, Direction.OUT)


def heard_from(desk: Desk, openid: str) -> list[Message]:
    """What a follower wrote, the oldest first."""
    return _messages(desk, openid, Direction.IN)


def events_of(desk: Desk, openid: str) -> list[GridEvent]:
    """What a follower reported, the oldest first."""
    with desk.transaction(read_only=True) as session:
        query = select(GridEvent).join(Resident, Resident.id == GridEvent.resident_id)
        return list(session.scalars(query.where(Resident.channel_user == openid).order_by(GridEvent.id)))


def attachments_of(desk: Desk, openid: str) -> list[Attachment]:
    """What a follower sent besides words, the oldest first."""
    with desk.transaction(read_only=True) as session:
        query = (
            select(Attachment)
            .join(Message, Message.id == Attachment.message_id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .join(Resident, Resident.id == Conversation.resident_id)
            .where(Resident.channel_user == openid)
        )
        return list(session.scalars(query.order_by(Attachment.id)))


def handed_over(desk: Desk, kind: HandoverKind) -> list[Handover]:
    """What waits for a worker for this reason, whoever it is about."""
    with desk.transaction(read_only=True) as session:
        return list(session.scalars(select(Handover).where(Handover.kind == kind).order_by(Handover.id)))


def write(desk: Desk, openid: str, *bubbles: str, buttons: Sequence[str] = ()) -> None:
    """Write to a resident without being asked, as when a case moves on."""
    with desk.transaction() as session:
        conversation = residents.conversation_with(session, desk, resident_of(desk, openid))
        outbox.post(session, conversation, bubbles, outbox.SYSTEM, desk.clock(), buttons=buttons)


def _messages(desk: Desk, openid: str, direction: Direction) -> list[Message]:
    with desk.transaction(read_only=True) as session:
        query = (
            select(Message)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .join(Resident, Resident.id == Conversation.resident_id)
            .where(Resident.channel_user == openid, Message.direction == direction)
        )
        return list(session.scalars(query.order_by(Message.id)))
