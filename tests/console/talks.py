"""Conversations for the tests of the workers' pages: one that waits, and one in a worker's hands."""

import re
from dataclasses import dataclass

from bot.services.desk import Desk
from bot.services.handover import hand_over
from bot.store.tables import Conversation, HandoverKind, Message
from tests.services import stage
from tests.services.held import held, writes

LIST = "/console/conversations"


@dataclass(frozen=True)
class Talk:
    """A conversation, and what the resident said in it last."""

    id: int
    message_id: int

    @property
    def address(self) -> str:
        return f"{LIST}/{self.id}"

    @property
    def message(self) -> str:
        return f"{self.address}/messages/{self.message_id}"


def in_hand(desk: Desk, text: str = "楼道灯坏了三天", name: str = "someone", by: str = stage.WORKER) -> Talk:
    """A worker holds it, and the resident has just written."""
    with desk.transaction() as session:
        one = held(session, desk, name, by=by)
        return Talk(one.id, writes(session, desk, one, text).id)


def waits(desk: Desk, text: str = "能找个人吗", name: str = "someone") -> Talk:
    """It waits for a worker."""
    with desk.transaction() as session:
        resident = stage.someone(session, desk, name)
        message = stage.says(session, desk, resident, text)
        conversation = stage.talk_of(session, desk, resident)
        hand_over(session, conversation, message, HandoverKind.PERSON, "居民要找工作人员", desk.clock())
        return Talk(conversation.id, message)


def reads(desk: Desk, talk: Talk, reading: dict[str, object]) -> None:
    """Let the bot have understood the message so."""
    with desk.transaction() as session:
        session.get_one(Message, talk.message_id).reading = reading


def token_in(page: str, form: str) -> str:
    """The token of a form of the page of a conversation."""
    found = re.search(rf'action="[^"]*/{form}".*?name="token" value="([0-9a-f]{{32}})"', page, re.DOTALL)
    assert found
    return found[1]


def holder(desk: Desk, talk: Talk) -> int | None:
    with desk.transaction(read_only=True) as session:
        return session.get_one(Conversation, talk.id).worker_id


def id_of(desk: Desk, username: str) -> int:
    with desk.transaction(read_only=True) as session:
        return stage.staff(session, username).id


def told(desk: Desk, name: str = "someone") -> list[str]:
    """What the resident has been written."""
    with desk.transaction() as session:
        return stage.told(session, stage.someone(session, desk, name))
