"""Every message is answered or put before a worker, exactly once, in order, whatever dies in between."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from bot.dialogue.assistant import Answer, Assistant
from bot.errors import Unavailable
from bot.services import residents
from bot.services.desk import Desk
from bot.services.turns import Turns
from bot.store.queries import learning, talk
from bot.store.queries.talk import Incoming
from bot.store.tables import (
    Conversation,
    ConversationState,
    Direction,
    GridEvent,
    Handover,
    HandoverKind,
    InPersonOrder,
    Message,
    MessageStatus,
    Sender,
)

ROOT = Path(__file__).parents[2]
CHANNEL = "terminal"


def _written(desk: Desk, text: str, user: str = "resident") -> int:
    with desk.transaction() as session:
        resident = residents.resident_for(session, desk, CHANNEL, user)
        conversation = residents.conversation_with(session, desk, resident)
        message = talk.insert_inbox(session, conversation.id, Incoming(CHANNEL, text, desk.clock()))
        assert message is not None
        return message.id


def _replies(desk: Desk, message_id: int) -> list[Message]:
    with desk.transaction(read_only=True) as session:
        return list(talk.replies_to(session, message_id))


def _status(desk: Desk, message_id: int) -> MessageStatus:
    with desk.transaction(read_only=True) as session:
        return session.get_one(Message, message_id).status


async def _said(desk: Desk, turns: Turns, *texts: str) -> list[int]:
    ids = []
    for text in texts:
        ids.append(_written(desk, text))
        await turns.take(ids[-1])
    return ids


class Failing:
    """An assistant that is out of order."""

    async def answer(self, *_: Any) -> Answer:
        raise Unavailable("对话模型没有回应")


@pytest.fixture
def turns(talking_desk: Desk, talking_assistant: Assistant) -> Turns:
    return Turns(talking_desk, talking_assistant)


async def test_two_hundred_messages_in_a_second_are_all_answered_in_order(talking_desk: Desk, turns: Turns) -> None:
    ids = [_written(talking_desk, f"谢谢{n}") for n in range(200)]

    for message_id in ids:
        turns.submit(message_id)
    await turns.settled()

    with talking_desk.transaction(read_only=True) as session:
        out = select(Message.in_reply_to).where(Message.direction == Direction.OUT).order_by(Message.id)
        answered = [reply for reply in session.scalars(out) if reply in set(ids)]
        assert not talk.unanswered_inbox(session)
    assert list(dict.fromkeys(answered)) == ids


async def test_a_message_submitted_twice_is_answered_once(talking_desk: Desk, turns: Turns) -> None:
    message_id = _written(talking_desk, "谢谢")

    turns.submit(message_id)
    turns.submit(message_id)
    await turns.settled()

    assert len(_replies(talking_desk, message_id)) == 1


async def test_residents_do_not_wait_for_each_other(talking_desk: Desk, turns: Turns) -> None:
    first, second = _written(talking_desk, "谢谢", "one"), _written(talking_desk, "谢谢", "two")

    turns.submit(first)
    turns.submit(second)
    await turns.settled()

    assert [_status(talking_desk, m) for m in (first, second)] == [MessageStatus.ANSWERED] * 2


async def test_while_a_worker_holds_the_talk_the_bot_is_silent(talking_desk: Desk, turns: Turns) -> None:
    message_id = _written(talking_desk, "在吗")
    with talking_desk.transaction() as session:
        session.scalars(select(Conversation).order_by(Conversation.id.desc())).first().state = ConversationState.WORKER  # type: ignore[union-attr]

    await turns.take(message_id)

    assert (_status(talking_desk, message_id), _replies(talking_desk, message_id)) == (MessageStatus.HELD, [])


async def test_when_rasa_cannot_answer_the_resident_gets_numbers_and_a_worker_sees_it(talking_desk: Desk) -> None:
    message_id = _written(talking_desk, "3号楼2单元楼道灯坏了")

    await Turns(talking_desk, Failing()).take(message_id)  # type: ignore[arg-type]

    replies = _replies(talking_desk, message_id)
    with talking_desk.transaction(read_only=True) as session:
        kinds = session.scalars(select(Handover.kind).where(Handover.inbox_id == message_id)).all()
        assert session.scalars(select(InPersonOrder).where(InPersonOrder.inbox_id == message_id)).all() == []
    assert kinds == [HandoverKind.FAILURE]
    assert {r.sender for r in replies} == {Sender.SYSTEM}
    assert "119" in "".join(r.text for r in replies)


async def test_when_rasa_cannot_answer_an_elder_is_called(talking_desk: Desk) -> None:
    message_id = _written(talking_desk, "我今年八十三了，耳朵背，楼道灯坏了")

    await Turns(talking_desk, Failing()).take(message_id)  # type: ignore[arg-type]

    with talking_desk.transaction(read_only=True) as session:
        assert session.scalars(select(InPersonOrder.way).where(InPersonOrder.inbox_id == message_id)).all() == ["phone"]


async def test_killed_between_action_and_reply_the_message_is_answered_once_with_the_same_number(
    talking_desk: Desk, turns: Turns, talking_assistant: Assistant
) -> None:
    await _said(talking_desk, turns, "3号楼2单元楼道灯坏了")
    message_id = _written(talking_desk, "对")
    talking_desk.store.close()
    database = talking_desk.settings.database_url
    command = [sys.executable, "-m", "tests.services.dying", database, str(talking_assistant.model), str(message_id)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    died = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, timeout=120)  # noqa: ASYNC221
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()[-2000:]
    assert (_status(talking_desk, message_id), _replies(talking_desk, message_id)) == (MessageStatus.RECEIVED, [])
    with talking_desk.transaction(read_only=True) as session:
        number = session.scalars(select(GridEvent.number).where(GridEvent.inbox_id == message_id)).one()

    recovered = turns.recover()
    await turns.settled()
    again = turns.recover()

    assert (recovered, again) == (1, 0)
    with talking_desk.transaction(read_only=True) as session:
        assert session.scalars(select(GridEvent.number).where(GridEvent.inbox_id == message_id)).all() == [number]
    told = [r.text for r in _replies(talking_desk, message_id) if number in r.text]
    assert len(told) == 1, [r.text for r in _replies(talking_desk, message_id)]


async def test_the_five_hundredth_message_reads_and_keeps_no_more_than_the_tenth(
    talking_desk: Desk, turns: Turns
) -> None:
    await _said(talking_desk, turns, *["谢谢"] * 9)
    tenth = await _cost(talking_desk, turns)
    _age(talking_desk, 490)

    five_hundredth = await _cost(talking_desk, turns)

    assert five_hundredth == tenth


async def _cost(desk: Desk, turns: Turns) -> tuple[int, int, int]:
    """Of one more message: statements, rows fetched, and length of the stored tracker without its times."""
    seen = {"statements": 0, "rows": 0}

    def count(_: Any, cursor: Any, statement: str, *__: Any) -> None:
        seen["statements"] += 1

    engine = desk.store.engine
    event.listen(engine, "after_cursor_execute", count)
    [message_id] = await _said(desk, turns, "谢谢")
    event.remove(engine, "after_cursor_execute", count)
    with desk.transaction(read_only=True) as session:
        resident = session.get_one(Conversation, session.get_one(Message, message_id).conversation_id).resident_id
        tracker = learning.tracker_data(session, resident) or ""
    return seen["statements"], tracker.count('"event"'), len(_replies(desk, message_id))


def _age(desk: Desk, messages: int) -> None:
    """Give the talk a long past."""
    with desk.transaction() as session:
        last = session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
        session.add_all(
            Message(
                conversation_id=last.conversation_id,
                direction=Direction.IN if n % 2 else Direction.OUT,
                sender=Sender.RESIDENT if n % 2 else Sender.BOT,
                text="谢谢",
                channel=CHANNEL,
                status=MessageStatus.ANSWERED if n % 2 else MessageStatus.SENT,
                created_at=desk.clock(),
            )
            for n in range(messages * 2)
        )
        session.flush()
        assert session.scalars(select(func.count()).select_from(Message)).one() > messages
