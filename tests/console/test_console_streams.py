"""A page that stays current hears nothing more once its reader's login or rights are gone."""

import asyncio
from collections.abc import Callable

import pytest

from bot.core.staff import Role
from bot.services import staff
from bot.services.desk import Desk
from bot.services.hub import CONSOLE
from tests.console.house import Browser, House
from tests.console.talks import in_hand
from tests.services import stage

BOARD = "/console/board/stream"
# With how many topics a page is told of at once.
STREAMS = [("/console/stream", 1), ("/console/stream?conversation={talk}", 2), (BOARD, 1)]


def shut_out(desk: Desk) -> None:
    with desk.transaction() as session:
        staff.disable(session, stage.WORKER, desk.clock())


def another_job(desk: Desk) -> None:
    with desk.transaction() as session:
        staff.change_rights(session, stage.WORKER, desk.clock(), role=Role.AUDITOR)


def new_password(desk: Desk) -> None:
    with desk.transaction() as session:
        staff.set_password(session, stage.WORKER, "another password", desk.clock())


@pytest.mark.parametrize("end", [shut_out, another_job, new_password])
@pytest.mark.parametrize(("address", "topics"), STREAMS)
async def test_a_stream_ends_when_its_reader_is_shut_out(
    house: House, desk: Desk, end: Callable[[Desk], None], address: str, topics: int
) -> None:
    browser = await house.enter(stage.WORKER)

    async with asyncio.timeout(10), browser.listening(address.format(talk=in_hand(desk).id)) as stream:
        for _ in range(topics):
            await stream.next()
        end(desk)
        assert await stream.rest() == []


async def test_a_stream_ends_when_its_reader_signs_out_in_another_window(house: House, desk: Desk) -> None:
    browser = await house.enter(stage.WORKER)

    async with asyncio.timeout(10), browser.listening(BOARD) as stream:
        await stream.next()
        await browser.post("/logout")
        assert await stream.rest() == []


async def test_whoever_was_shut_out_unheard_hears_of_nothing_new(house: House, desk: Desk) -> None:
    browser = await house.enter(stage.WORKER)

    async with asyncio.timeout(10), browser.listening(BOARD) as stream:
        await stream.next()
        # Another process has done it, and tells nobody here.
        with desk.store.transaction() as session:
            staff.disable(session, stage.WORKER, desk.clock())
        desk.hub.publish(CONSOLE)
        assert await stream.rest() == []


async def test_others_go_on_hearing_when_somebody_is_shut_out(house: House, desk: Desk) -> None:
    other = await house.enter(stage.COLLEAGUE)

    async with asyncio.timeout(10), other.listening(BOARD) as stream:
        await stream.next()
        shut_out(desk)
        desk.hub.publish(CONSOLE)
        assert await stream.next() == CONSOLE


async def test_a_stream_keeps_no_login_alive(house: House, desk: Desk, clock: stage.Clock) -> None:
    browser = await house.enter(stage.WORKER)

    async with asyncio.timeout(10), browser.listening(BOARD) as stream:
        await stream.next()
        clock.turn(hours=3)
        desk.hub.publish(CONSOLE)
        assert await stream.rest() == []

    assert await _is_out(browser)


async def _is_out(browser: Browser) -> bool:
    return (await browser.get("/console/events")).location.startswith("/login")
