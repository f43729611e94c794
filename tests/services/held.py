"""Conversations in workers' hands, for the tests of what becomes of them."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.services import talk
from bot.services.desk import Desk
from bot.services.handover import hand_over
from bot.store.tables import Conversation, HandoverKind, Message, MessageStatus, Resident, Staff
from tests.services.stage import WORKER, says, someone, staff, talk_of


@dataclass(frozen=True)
class Held:
    """A conversation, whose it is, and who holds it."""

    conversation: Conversation
    resident: Resident
    worker: Staff

    @property
    def id(self) -> int:
        return self.conversation.id


def held(
    session: Session, desk: Desk, name: str = "someone", kind: HandoverKind = HandoverKind.PERSON, by: str = WORKER
) -> Held:
    """Somebody asks for a person, and a worker takes it and answers."""
    resident = someone(session, desk, name)
    conversation = talk_of(session, desk, resident)
    hand_over(
        session, conversation, says(session, desk, resident, "能找个人吗"), kind, "居民要找工作人员", desk.clock()
    )
    worker = staff(session, by)
    talk.take(session, desk, conversation.id, worker)
    talk.reply(session, desk, conversation.id, worker, "您好，我在")
    return Held(conversation, resident, worker)


def writes(session: Session, desk: Desk, one: Held, text: str = "还在吗") -> Message:
    """The resident writes to the worker who holds the conversation."""
    message = session.get_one(Message, says(session, desk, one.resident, text))
    message.status = MessageStatus.HELD
    session.flush()
    return message
