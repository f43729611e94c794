"""Writing to a resident: rows in the outbox that their channel then sends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.services.cards import Card
from bot.services.hub import CONSOLE, OUTBOX, conversation_topic, note
from bot.store.tables import Conversation, Direction, Message, MessageStatus, Resident, Sender


@dataclass(frozen=True)
class Writer:
    """Who writes; `staff_id` only for a worker."""

    sender: Sender
    staff_id: int | None = None


BOT = Writer(Sender.BOT)
SYSTEM = Writer(Sender.SYSTEM)


def post(  # noqa: PLR0913 - a message has that many parts
    session: Session,
    conversation: Conversation,
    bubbles: Sequence[str],
    writer: Writer,
    now: datetime,
    *,
    in_reply_to: int | None = None,
    buttons: Sequence[str] = (),
    card: Card | Mapping[str, object] | None = None,
) -> list[Message]:
    """Write bubbles; the card goes with the first one, the buttons stand under the last.

    A card alone makes one message without text. An answer goes where the question came from, anything else to the
    resident's own channel.
    """
    channel = _channel(session, conversation, in_reply_to)
    texts = list(bubbles) or ([""] if card else [])
    drawn = dict(card) if isinstance(card, Mapping) else card.as_json() if card else None
    messages = [
        Message(
            conversation_id=conversation.id,
            direction=Direction.OUT,
            sender=writer.sender,
            staff_id=writer.staff_id,
            text=text,
            buttons=list(buttons) if at == len(texts) - 1 else [],
            card=drawn if at == 0 else None,
            channel=channel,
            status=MessageStatus.PENDING,
            in_reply_to=in_reply_to,
            created_at=now,
        )
        for at, text in enumerate(texts)
    ]
    session.add_all(messages)
    session.flush()
    note(session, OUTBOX)
    touch(session, conversation)
    return messages


def _channel(session: Session, conversation: Conversation, in_reply_to: int | None) -> str:
    if in_reply_to is not None:
        return session.get_one(Message, in_reply_to).channel
    return session.get_one(Resident, conversation.resident_id).channel


def touch(session: Session, conversation: Conversation) -> None:
    """Have the pages that show the conversation read it again after the commit."""
    note(session, conversation_topic(conversation.id), CONSOLE)
