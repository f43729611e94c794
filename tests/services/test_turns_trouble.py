"""Turns in trouble: a store that is away, a service that keeps dying, a crowd before the gate."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import delete, select, update

from bot.services.desk import Desk
from bot.services.gate import AT_ONCE, Gate
from bot.services.turns import MOST_BEGINNINGS, Turns
from bot.store.tables import Handover, HandoverKind, Message, MessageStatus, Receipt
from tests.services.deliveries import delivered, said_back
from tests.services.dialogues import Breaking, Parrot, until


def status_of(desk: Desk, message_id: int) -> MessageStatus:
    with desk.transaction(read_only=True) as session:
        return session.get_one(Message, message_id).status


def reasons(desk: Desk, message_id: int) -> list[HandoverKind]:
    with desk.transaction(read_only=True) as session:
        return list(session.scalars(select(Handover.kind).where(Handover.inbox_id == message_id)))


@contextmanager
def away(desk: Desk) -> Iterator[None]:
    """While these tables are not to be had."""
    _do(desk, "ALTER TABLE trackers RENAME TO trackers_away", "ALTER TABLE handovers RENAME TO handovers_away")
    try:
        yield
    finally:
        _do(desk, "ALTER TABLE trackers_away RENAME TO trackers", "ALTER TABLE handovers_away RENAME TO handovers")


@contextmanager
def refusing(desk: Desk) -> Iterator[None]:
    """While the database takes no replies, for a reason nobody thought of."""
    broken = "BEFORE INSERT ON messages WHEN NEW.direction = 'out' BEGIN SELECT RAISE(ABORT, 'no room'); END"
    _do(desk, f"CREATE TRIGGER no_replies {broken}")
    try:
        yield
    finally:
        _do(desk, "DROP TRIGGER no_replies")


def _do(desk: Desk, *statements: str) -> None:
    with desk.transaction() as session:
        for statement in statements:
            session.connection().exec_driver_sql(statement)


async def breathe() -> None:
    """Let whatever can go on go on."""
    for _ in range(20):
        await asyncio.sleep(0.005)


async def die_while_answering(desk: Desk) -> int:
    """A service that takes up what was left, and ends before it has answered; returns how much was left."""
    parrot = Parrot()
    parrot.may_answer.clear()
    turns = Turns(desk, parrot)
    left = turns.recover()
    await until(lambda: parrot.heard or not turns.outstanding)
    await turns.close()
    return left


@pytest.mark.parametrize("broken", [away, refusing])
async def test_where_nothing_can_be_stored_the_message_stays_as_it_was(
    talking_desk: Desk, broken: Callable[[Desk], AbstractContextManager[None]]
) -> None:
    message_id = delivered(talking_desk, "1", "谢谢")
    turns = Turns(talking_desk, Parrot())

    with broken(talking_desk):
        is_settled = await turns.take(message_id)

    assert not is_settled
    assert (status_of(talking_desk, message_id), said_back(talking_desk, message_id)) == (MessageStatus.RECEIVED, "")


async def test_once_the_store_is_back_the_message_is_answered_and_those_behind_it_in_order(talking_desk: Desk) -> None:
    settled: list[int] = []
    parrot = Parrot()
    turns = Turns(talking_desk, parrot, settled=settled.append)
    first, second = delivered(talking_desk, "1", "一"), delivered(talking_desk, "2", "二")

    with refusing(talking_desk):
        turns.submit(first)
        turns.submit(second)
        await until(lambda: parrot.heard)
        await breathe()
        assert (settled, turns.outstanding) == ([], 1)
    await turns.settled()

    assert [said_back(talking_desk, m) for m in (first, second)] == ["听到：一", "听到：二"]
    assert (settled, parrot.heard) == ([first, second], ["一", "一", "二"])
    assert reasons(talking_desk, first) == []


async def test_the_log_names_no_words(talking_desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    message_id = delivered(talking_desk, "1", "我家在紫藤巷")

    with caplog.at_level(logging.INFO), away(talking_desk):
        await Turns(talking_desk, Parrot()).take(message_id)

    assert f"message {message_id} waits" in caplog.text
    assert "紫藤巷" not in caplog.text


async def test_a_dialogue_that_breaks_is_told_to_the_resident_and_to_a_person(talking_desk: Desk) -> None:
    message_id = delivered(talking_desk, "1", "谢谢")

    assert await Turns(talking_desk, Breaking()).take(message_id)

    assert "119" in said_back(talking_desk, message_id)
    assert reasons(talking_desk, message_id) == [HandoverKind.FAILURE]


async def test_a_message_that_takes_the_service_down_again_and_again_goes_to_a_person(talking_desk: Desk) -> None:
    message_id = delivered(talking_desk, "1", "谢谢")
    left = [await die_while_answering(talking_desk) for _ in range(MOST_BEGINNINGS)]
    assert (left, status_of(talking_desk, message_id)) == ([1] * MOST_BEGINNINGS, MessageStatus.RECEIVED)
    parrot = Parrot()
    turns = Turns(talking_desk, parrot)

    turns.recover()
    await turns.settled()

    assert (parrot.heard, reasons(talking_desk, message_id)) == ([], [HandoverKind.FAILURE])
    assert "119" in said_back(talking_desk, message_id)
    assert turns.recover() == 0


async def test_one_death_less_and_the_message_is_answered(talking_desk: Desk) -> None:
    message_id = delivered(talking_desk, "1", "谢谢")
    for _ in range(MOST_BEGINNINGS - 1):
        await die_while_answering(talking_desk)
    turns = Turns(talking_desk, Parrot())

    turns.recover()
    await turns.settled()

    assert (said_back(talking_desk, message_id), reasons(talking_desk, message_id)) == ("听到：谢谢", [])


async def test_only_what_was_left_behind_is_counted(talking_desk: Desk) -> None:
    message_id = delivered(talking_desk, "1", "谢谢")
    turns = Turns(talking_desk, Parrot())

    turns.submit(message_id)
    await turns.settled()

    with talking_desk.transaction(read_only=True) as session:
        assert session.get_one(Message, message_id).attempts == 0


async def test_a_message_that_is_gone_meanwhile_holds_up_nobody(talking_desk: Desk) -> None:
    settled: list[int] = []
    turns = Turns(talking_desk, Parrot(), settled=settled.append)
    gone, next_one = delivered(talking_desk, "1", "一"), delivered(talking_desk, "2", "二")
    turns.submit(gone)
    turns.submit(next_one)
    with talking_desk.transaction() as session:
        session.execute(update(Receipt).where(Receipt.inbox_id == gone).values(inbox_id=None))
        session.execute(delete(Message).where(Message.id == gone))

    await turns.settled()

    assert settled == [gone, next_one]
    assert said_back(talking_desk, next_one) == "听到：二"


async def test_a_cry_for_help_passes_a_full_gate(talking_desk: Desk) -> None:
    parrot = Parrot()
    parrot.may_answer.clear()
    turns = Turns(talking_desk, parrot)
    crowd = [delivered(talking_desk, f"c{n}", f"第{n}位", f"oCrowd{n}") for n in range(AT_ONCE + 2)]
    for message_id in crowd:
        turns.submit(message_id)
    await until(lambda: len(parrot.heard) == AT_ONCE)
    cry = delivered(talking_desk, "cry", "着火了", "oCry")

    turns.submit(cry)
    await until(lambda: status_of(talking_desk, cry) is MessageStatus.ANSWERED)

    assert "119" in said_back(talking_desk, cry)
    assert {status_of(talking_desk, message_id) for message_id in crowd} == {MessageStatus.RECEIVED}
    assert len(parrot.heard) == AT_ONCE
    parrot.may_answer.set()
    await turns.settled()
    assert {status_of(talking_desk, message_id) for message_id in crowd} == {MessageStatus.ANSWERED}


async def test_a_cry_for_help_does_not_wait_until_others_are_taken_in(talking_desk: Desk) -> None:
    gate, parrot = Gate(), Parrot()
    turns = Turns(talking_desk, parrot, gate)
    crowd = [delivered(talking_desk, f"c{n}", f"第{n}位", f"oCrowd{n}") for n in range(3)]
    cry = delivered(talking_desk, "cry", "着火了", "oCry")

    with gate.taking_in():
        for message_id in (*crowd, cry):
            turns.submit(message_id)
        await until(lambda: status_of(talking_desk, cry) is MessageStatus.ANSWERED)
        assert parrot.heard == []
    await turns.settled()

    assert {status_of(talking_desk, message_id) for message_id in crowd} == {MessageStatus.ANSWERED}
