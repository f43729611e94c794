"""The choices a resident was offered: which were the last, whether they were answered, what was filed since."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.queries import cases
from bot.store.tables import Case, Conversation, Direction, Message, Sender

# As far back as a page that was left open shows its choices.
_LOOK_BACK = 50


def last_before(session: Session, message: Message) -> Message | None:
    """The bot's message whose choices were the last ones before it; None if somebody else offered the last ones."""
    earlier = session.scalars(
        select(Message)
        .where(
            Message.conversation_id == message.conversation_id,
            Message.direction == Direction.OUT,
            Message.id < message.id,
        )
        .order_by(Message.id.desc())
        .limit(_LOOK_BACK)
    )
    last = next((one for one in earlier if one.buttons), None)
    return last if last is not None and last.sender is Sender.BOT else None


def is_answered(session: Session, offer: Message, message: Message) -> bool:
    """Whether the bot has said something else between the two."""
    later = (
        select(Message.in_reply_to)
        .where(
            Message.conversation_id == offer.conversation_id,
            Message.sender == Sender.BOT,
            Message.id > offer.id,
            Message.id < message.id,
        )
        .order_by(Message.id)
    )
    return any(one is None or one != offer.in_reply_to for one in session.scalars(later))


def filed_after(session: Session, offer: Message) -> Sequence[Case]:
    """What was filed from messages of the conversation since, the newest first."""
    conversation = session.get_one(Conversation, offer.conversation_id)
    return [
        case
        for case in cases.latest_cases(session, conversation.resident_id)
        if case.created_at >= offer.created_at and _is_from(session, case, conversation)
    ]


def _is_from(session: Session, case: Case, conversation: Conversation) -> bool:
    message = session.get(Message, case.inbox_id) if case.inbox_id is not None else None
    return message is not None and message.conversation_id == conversation.id
