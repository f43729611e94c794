"""What keeps a login alive: what a person does, not a page that stays open."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.core.staff import Role
from bot.services import staff
from bot.services.desk import Desk
from bot.store.tables import StaffSession
from tests.web.signing import hire, is_in, signing_in, try_password

DOCUMENT = {"Sec-Fetch-Dest": "document"}
SCRIPT = {"Sec-Fetch-Dest": "empty"}


@pytest.mark.parametrize(
    ("headers", "is_kept"), [(DOCUMENT, True), ({}, True), (SCRIPT, False), ({"Sec-Fetch-Dest": "image"}, False)]
)
async def test_opening_a_page_keeps_a_login_alive_and_a_page_that_refreshes_itself_does_not(
    desk: Desk, headers: dict[str, str], *, is_kept: bool
) -> None:
    username = hire(desk)
    async with signing_in(desk) as (browser, clock):
        await try_password(browser, username)
        for _ in range(3):
            clock.by += timedelta(minutes=50)
            await browser.get("/who", headers=headers)

        assert await is_in(browser) is is_kept


async def test_what_is_sent_by_script_keeps_a_login_alive(desk: Desk) -> None:
    username = hire(desk)
    async with signing_in(desk) as (browser, clock):
        await try_password(browser, username)
        for _ in range(3):
            clock.by += timedelta(minutes=50)
            await browser.post("/who", headers=SCRIPT)

        assert await is_in(browser)


async def test_who_does_nothing_for_two_hours_is_asked_to_sign_in_again(desk: Desk) -> None:
    username = hire(desk)
    async with signing_in(desk) as (browser, clock):
        await try_password(browser, username)
        clock.by = timedelta(hours=2)
        response = await browser.get("/console/sessions", headers={"Accept": "text/html"}, allow_redirects=False)

    assert (response.status, response.headers["Location"]) == (303, "/login?next=/console/sessions")


async def test_signing_in_again_in_the_same_browser_replaces_the_login(desk: Desk) -> None:
    username = hire(desk)
    async with signing_in(desk) as (browser, _):
        for _ in range(3):
            await try_password(browser, username)

    with desk.transaction(read_only=True) as session:
        staff_id = staff.by_username(session, username).id
        opened = session.scalars(select(StaffSession).where(StaffSession.staff_id == staff_id)).all()
    assert len(opened) == 1


async def test_a_change_of_rights_asks_to_sign_in_again(desk: Desk) -> None:
    username = hire(desk)
    async with signing_in(desk) as (browser, _):
        await try_password(browser, username)
        with desk.transaction() as session:
            staff.change_rights(session, username, desk.clock(), role=Role.DIRECTOR)

        assert not await is_in(browser)
