"""Turns in a thread of their own: they begin when the model is loaded, and end without losing a message."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

import pytest

from bot.dialogue.assistant import Assistant
from bot.errors import BrokenFile
from bot.services.desk import Desk
from bot.services.hub import conversation_topic
from bot.services.talk_thread import TalkThread
from bot.store.tables import Message, MessageStatus
from tests.services.deliveries import delivered, said_back, talk_with
from tests.services.dialogues import Parrot, until


class Loading:
    """A model whose loading lasts until it is let, and may end in a problem."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.may_end = threading.Event()
        self.threads: list[str] = []
        self._problem = problem

    def __call__(self) -> Assistant:
        self.threads.append(threading.current_thread().name)
        self.may_end.wait()
        if self._problem:
            raise self._problem
        return cast("Assistant", Parrot())


@asynccontextmanager
async def started(desk: Desk, load: Callable[[], Assistant]) -> AsyncIterator[TalkThread]:
    talk = TalkThread(desk, load)
    talk.start()
    try:
        yield talk
    finally:
        if isinstance(load, Loading):
            load.may_end.set()
        await asyncio.to_thread(talk.close)


async def loaded(talk: TalkThread) -> Assistant | None:
    return await asyncio.wrap_future(talk.loaded)


async def settled(talk: TalkThread) -> None:
    await until(lambda: not talk.outstanding)


def status_of(desk: Desk, message_id: int) -> MessageStatus:
    with desk.transaction(read_only=True) as session:
        return session.get_one(Message, message_id).status


async def test_what_is_written_while_the_model_is_loaded_is_answered_after_it(talking_desk: Desk) -> None:
    load = Loading()
    left_before = delivered(talking_desk, "1", "上次没答的")

    async with started(talking_desk, load) as talk:
        meanwhile = delivered(talking_desk, "2", "等着的")
        talk.submit(meanwhile)
        assert (talk.outstanding, talk.loaded.done()) == (1, False)
        load.may_end.set()
        assert await loaded(talk) is not None
        await settled(talk)
        await until(lambda: status_of(talking_desk, left_before) is MessageStatus.ANSWERED)

    assert [said_back(talking_desk, m) for m in (left_before, meanwhile)] == ["听到：上次没答的", "听到：等着的"]


async def test_once_it_is_loaded_messages_of_any_thread_are_answered_once_each(talking_desk: Desk) -> None:
    load = Loading()
    load.may_end.set()
    ids = [delivered(talking_desk, str(n), f"第{n}句", f"o{n % 4}") for n in range(12)]

    async with started(talking_desk, load) as talk:
        await loaded(talk)
        await asyncio.gather(*(asyncio.to_thread(talk.submit, message_id) for message_id in ids * 2))
        await settled(talk)

    assert [said_back(talking_desk, message_id) for message_id in ids] == [f"听到：第{n}句" for n in range(12)]


async def test_it_loads_and_answers_in_its_own_thread_and_wakes_whoever_listens_here(talking_desk: Desk) -> None:
    load = Loading()
    message_id = delivered(talking_desk, "1", "你好")
    topic = conversation_topic(talk_with(talking_desk).id)

    async with started(talking_desk, load) as talk:
        with talking_desk.hub.subscribe(topic) as listening:
            load.may_end.set()
            assert await listening.next() == topic
        await loaded(talk)

    assert load.threads == ["talk"]
    assert said_back(talking_desk, message_id) == "听到：你好"


@pytest.mark.parametrize(
    "problem", [BrokenFile("model", 0, "", "坏了"), OSError("no space left"), ZeroDivisionError()], ids=repr
)
async def test_without_a_model_every_message_goes_to_a_person(
    talking_desk: Desk, problem: Exception, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    load = Loading(problem)
    load.may_end.set()
    message_id = delivered(talking_desk, "1", "路灯坏了")

    async with started(talking_desk, load) as talk:
        assert await loaded(talk) is None
        talk.submit(message_id)
        await settled(talk)

    assert "119" in said_back(talking_desk, message_id)
    assert "居民的话先转给工作人员" in capsys.readouterr().err or "goes to workers" in caplog.text


async def test_a_store_that_is_away_at_the_start_is_waited_for(talking_desk: Desk) -> None:
    load = Loading()
    message_id = delivered(talking_desk, "1", "你好")
    with talking_desk.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE messages RENAME TO messages_away")

    async with started(talking_desk, load) as talk:
        load.may_end.set()
        await asyncio.sleep(0.05)
        assert not talk.loaded.done()
        with talking_desk.transaction() as session:
            session.connection().exec_driver_sql("ALTER TABLE messages_away RENAME TO messages")
        await loaded(talk)
        await until(lambda: status_of(talking_desk, message_id) is MessageStatus.ANSWERED)

    assert said_back(talking_desk, message_id) == "听到：你好"


async def test_what_is_unanswered_when_it_ends_is_answered_by_the_next(talking_desk: Desk) -> None:
    first, parrot = Loading(), Parrot()
    parrot.may_answer.clear()
    message_id = delivered(talking_desk, "1", "你好")
    async with started(talking_desk, lambda: cast("Assistant", parrot)) as talk:
        await until(lambda: parrot.heard)
        assert talk.loaded.done()
    assert status_of(talking_desk, message_id) is MessageStatus.RECEIVED
    first.may_end.set()

    async with started(talking_desk, first):
        await until(lambda: status_of(talking_desk, message_id) is MessageStatus.ANSWERED)

    assert said_back(talking_desk, message_id) == "听到：你好"


async def test_it_can_be_ended_while_it_loads(talking_desk: Desk) -> None:
    load = Loading()
    message_id = delivered(talking_desk, "1", "你好")

    async with started(talking_desk, load) as talk:
        talk.submit(message_id)

    assert status_of(talking_desk, message_id) in {MessageStatus.RECEIVED, MessageStatus.ANSWERED}
