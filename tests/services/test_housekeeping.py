"""What is done every hour: erasures that are due, and data kept long enough, in portions."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.core.grid_events import EventStatus
from bot.errors import BrokenFile
from bot.services import erasing, reporting, retention
from bot.services.desk import Desk
from bot.services.housekeeping import Housekeeping, keep_house
from bot.services.retention import RetentionRules, load_retention
from bot.store.queries.audit import latest_audit
from bot.store.tables import Direction, GridEvent, Message, MessageStatus, Resident, Sender
from tests.services.dialogues import until
from tests.services.leaving import WORDS, leaver
from tests.services.stage import BUILDING, FIRE, at, draft, says, someone, talk_of
from tests.talking import Clock


def rules_of(desk: Desk) -> RetentionRules:
    return load_retention(desk.settings.data / "catalogue" / "retention.yml")


def turn(desk: Desk, **later: int) -> None:
    assert isinstance(desk.clock, Clock)
    desk.clock.turn(**later)


def old_talk(desk: Desk, messages: int) -> None:
    """So many messages, all answered, older than any may be kept."""
    with desk.transaction() as session:
        conversation = talk_of(session, desk, someone(session, desk)).id
        session.add_all(
            Message(
                conversation_id=conversation,
                direction=Direction.IN,
                sender=Sender.RESIDENT,
                text=WORDS,
                channel="webchat",
                status=MessageStatus.ANSWERED,
                created_at=desk.clock(),
            )
            for _ in range(messages)
        )
    turn(desk, days=181)


def messages_left(desk: Desk) -> int:
    with desk.transaction(read_only=True) as session:
        return session.scalars(select(func.count()).select_from(Message).where(Message.text == WORDS)).one()


@asynccontextmanager
async def kept(desk: Desk) -> AsyncIterator[asyncio.Task[None]]:
    running = asyncio.create_task(Housekeeping(desk).run())
    try:
        yield running
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


def is_purged(desk: Desk) -> bool:
    with desk.transaction(read_only=True) as session:
        return any(entry.action == "data:purge" for entry in latest_audit(session))


def test_all_that_is_due_goes_however_much_in_portions(talking_desk: Desk) -> None:
    number = retention.AT_ONCE + 3
    old_talk(talking_desk, number)
    with talking_desk.transaction() as session:
        says(session, talking_desk, someone(session, talking_desk), WORDS)

    keep_house(talking_desk, rules_of(talking_desk))

    assert messages_left(talking_desk) == 1
    with talking_desk.transaction(read_only=True) as session:
        portions = [entry.detail for entry in latest_audit(session) if entry.action == "data:purge"]
    assert [detail.split()[0] for detail in reversed(portions)] == [f"messages={retention.AT_ONCE}", "messages=3"]


def test_where_nothing_is_due_nothing_is_done_nor_written_down(talking_desk: Desk) -> None:
    keep_house(talking_desk, rules_of(talking_desk))

    with talking_desk.transaction(read_only=True) as session:
        assert not [entry for entry in latest_audit(session) if entry.action == "data:purge"]


def test_what_stayed_for_an_open_danger_goes_once_it_is_closed(talking_desk: Desk) -> None:
    with talking_desk.transaction() as session:
        resident = leaver(session, talking_desk)
        danger = replace(
            draft(session, talking_desk, resident, at(talking_desk, BUILDING), FIRE, WORDS), is_emergency=True
        )
        event = reporting.file_event(session, talking_desk, danger)
        erasing.erase_resident(session, talking_desk, resident, because="unsubscribed")
    keep_house(talking_desk, rules_of(talking_desk))
    with talking_desk.transaction() as session:
        while_open = session.get_one(GridEvent, event.id).contact_phone
        session.get_one(GridEvent, event.id).status = EventStatus.CLOSED

    keep_house(talking_desk, rules_of(talking_desk))

    with talking_desk.transaction(read_only=True) as session:
        assert while_open
        assert session.get_one(GridEvent, event.id).contact_phone is None
        assert session.get_one(Resident, resident.id).phone is None


async def test_it_begins_as_soon_as_the_service_runs(talking_desk: Desk) -> None:
    old_talk(talking_desk, 1)

    async with kept(talking_desk):
        await until(lambda: is_purged(talking_desk))

    assert messages_left(talking_desk) == 0


async def test_a_store_that_cannot_be_written_is_noted_and_not_the_end_of_it(
    talking_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    old_talk(talking_desk, 1)
    with talking_desk.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE receipts RENAME TO receipts_gone")

    with caplog.at_level(logging.ERROR):
        async with kept(talking_desk) as running:
            await until(lambda: "stays for now" in caplog.text)
            assert not running.done()

    assert messages_left(talking_desk) == 1
    assert WORDS not in caplog.text


def test_periods_that_cannot_be_read_stop_the_start(talking_desk: Desk, tmp_path: Path) -> None:
    settings = replace(talking_desk.settings, data=tmp_path)

    with pytest.raises(BrokenFile):
        Housekeeping(replace(talking_desk, settings=settings))
