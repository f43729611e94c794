import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.dialogue.assistant import Answer, Bubble, Button
from bot.errors import Unavailable
from bot.services import learning, talk
from bot.services.desk import Desk
from bot.services.turns import Turns
from bot.store.queries import talk as messages_of
from bot.store.tables import Message, MessageStatus
from tests.services.dialogues import Parrot, until
from tests.services.held import held
from tests.services.stage import WORKER, says, someone, staff, talk_of

READING = {"intent": "report_event", "confidence": 0.2, "leaf": "0503", "leaf_words": ["灯"]}


class Reading(Parrot):
    """Reads everything alike."""

    async def parse(self, text: str) -> dict[str, Any]:
        self.heard.append(text)
        return {"text": text, "reading": READING}


class Asking(Parrot):
    """Asks for a yes."""

    async def answer(self, sender: str, text: str, known: dict[str, Any], payload: str | None = None) -> Answer:
        answer = await super().answer(sender, text, known, payload)
        return replace(answer, bubbles=(Bubble("对吗？", (Button("对，报上去", "/affirm"),)),))


class Blind(Parrot):
    """Cannot read at all."""

    async def parse(self, _: str) -> dict[str, Any]:
        raise Unavailable("没有能用的模型")


@pytest.fixture
def url(own_file: str) -> str:
    """What is said here is committed."""
    return own_file


async def said_to_a_worker(desk: Desk, dialogue: Parrot, text: str = "楼道灯坏了") -> Message:
    with desk.transaction() as session:
        held(session, desk)
        message_id = says(session, desk, someone(session, desk), text)
    await Turns(desk, dialogue).take(message_id)
    with desk.transaction(read_only=True) as session:
        return session.get_one(Message, message_id)


async def test_the_bot_is_silent_and_still_says_how_it_would_have_read_it(desk: Desk) -> None:
    message = await said_to_a_worker(desk, Reading())

    assert (message.status, message.reading) == (MessageStatus.HELD, READING)


async def test_what_the_bot_asks_too_late_is_asked_without_choices(desk: Desk) -> None:
    """A worker takes the conversation while the answer is being found."""
    asking = Asking()
    asking.may_answer.clear()
    with desk.transaction() as session:
        message_id = says(session, desk, someone(session, desk), "楼道灯坏了")
    turn = asyncio.create_task(Turns(desk, asking).take(message_id))
    await until(lambda: asking.heard)
    with desk.transaction() as session:
        talk.take(session, desk, talk_of(session, desk, someone(session, desk)).id, staff(session, WORKER))
    asking.may_answer.set()
    await turn

    with desk.transaction() as session:
        conversation = talk_of(session, desk, someone(session, desk))
        said = messages_of.latest_history(session, conversation.id)
    assert "对吗？" in [one.text for one in said]
    assert conversation.choices == []
    assert [one.buttons for one in said if one.buttons] == []


async def test_a_worker_gets_the_message_where_nothing_can_be_read(desk: Desk) -> None:
    message = await said_to_a_worker(desk, Blind())

    assert (message.status, message.reading) == (MessageStatus.HELD, None)


async def test_trainers_do_not_read_along_with_every_talk(desk: Desk) -> None:
    message = await said_to_a_worker(desk, Reading())

    with desk.transaction(read_only=True) as session:
        assert message.id not in [row.message_id for row in learning.misread(session).rows]


async def test_an_emergency_is_kept_with_the_words_that_told_of_it(desk: Desk) -> None:
    message = await said_to_a_worker(desk, Parrot(), "快来人，厨房着火了")

    assert message.reading
    assert message.reading["intent"] == "emergency"
    assert "着火" in str(message.reading["intent_words"])
