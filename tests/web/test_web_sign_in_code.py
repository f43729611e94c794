"""The second page of signing in: only behind the right password, for a few minutes and tries, each code once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.core import totp
from bot.core.staff import Role
from bot.services import second_step, staff
from bot.services.desk import Desk
from tests.web.served import Browser
from tests.web.signing import Ahead, give_phone, hire, is_in, signing_in, try_code, try_password

OVER = "/login?over=1"


@dataclass(frozen=True)
class Person:
    """Somebody with a phone, before a browser; the password has been typed."""

    username: str
    browser: Browser
    clock: Ahead
    secret: str

    def code(self) -> str:
        return totp.code_at(self.secret, totp.step_at(self.clock()))

    def wrong(self) -> str:
        return str((int(self.code()) + 1) % 10**6).zfill(6)


@pytest.fixture
async def person(desk: Desk) -> AsyncIterator[Person]:
    username = hire(desk)
    secret = give_phone(desk, username)
    async with signing_in(desk) as (browser, clock):
        assert await try_password(browser, username, wanted="/who?page=2") == (303, "/login/code")
        yield Person(username, browser, clock, secret)


async def test_the_password_alone_opens_nothing(person: Person) -> None:
    assert not await is_in(person.browser)
    assert "6位验证码" in await (await person.browser.get("/login/code")).text()


async def test_the_code_opens_the_page_that_was_wanted(person: Person) -> None:
    assert await try_code(person.browser, person.code()) == (303, "/who?page=2")
    assert await is_in(person.browser)


async def test_a_trainer_comes_to_the_workbench(desk: Desk) -> None:
    username = hire(desk, Role.TRAINER)
    secret = give_phone(desk, username)
    async with signing_in(desk) as (browser, clock):
        await try_password(browser, username)
        assert await try_code(browser, totp.code_at(secret, totp.step_at(clock()))) == (303, "/workbench")


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５６", pytest.param("0" * 9000, id="long")])
async def test_what_is_no_code_is_refused(person: Person, code: str) -> None:
    status, page = await try_code(person.browser, code)

    assert (status, "验证码不对，请等手机上换了新的验证码再试" in page) == (403, True)
    assert not await is_in(person.browser)


async def test_whatever_is_wrong_with_a_code_the_words_are_the_same(person: Person, desk: Desk) -> None:
    answers = [await try_code(person.browser, person.wrong())]
    with desk.transaction() as session:
        someone = staff.by_username(session, person.username)
        assert second_step.accepts(session, someone, person.code(), person.clock())
    answers.append(await try_code(person.browser, person.code()))
    with desk.transaction() as session:
        staff.disable(session, person.username, desk.clock())
    answers.append(await try_code(person.browser, person.code()))

    assert answers == [answers[0]] * 3
    assert answers[0][0] == 403


async def test_the_fifth_wrong_code_leads_back_to_the_password(person: Person) -> None:
    answers = [await try_code(person.browser, person.wrong()) for _ in range(5)]

    assert [status for status, _ in answers] == [403, 403, 403, 403, 303]
    assert answers[-1][1] == OVER
    assert "请重新登录" in await (await person.browser.get(OVER)).text()
    assert await try_code(person.browser, person.code()) == (303, OVER)


async def test_codes_sent_at_once_are_counted_too(person: Person) -> None:
    answers = await asyncio.gather(*(try_code(person.browser, person.wrong()) for _ in range(8)))

    assert [status for status, _ in answers].count(403) == 4


async def test_more_passwords_do_not_give_more_than_ten_codes_an_hour(person: Person) -> None:
    for _ in range(2):
        for _ in range(5):
            await try_code(person.browser, person.wrong())
        await try_password(person.browser, person.username)

    status, page = await try_code(person.browser, person.code())

    assert (status, "登录试得太多了，请过60分钟再试" in page) == (429, True)


async def test_the_password_holds_for_five_minutes_only(person: Person) -> None:
    person.clock.by = timedelta(minutes=5)

    assert await try_code(person.browser, person.code()) == (303, OVER)
    assert (await person.browser.get("/login/code", allow_redirects=False)).headers["Location"] == OVER


async def test_a_password_changed_meanwhile_is_no_first_step_any_more(person: Person, desk: Desk) -> None:
    with desk.transaction() as session:
        staff.set_password(session, person.username, "another horse", desk.clock())

    assert (await try_code(person.browser, person.code()))[0] == 403


async def test_a_button_pressed_twice_lets_in_once(person: Person) -> None:
    code = person.code()
    answers = [await try_code(person.browser, code) for _ in range(2)]

    assert answers == [(303, "/who?page=2"), (303, "/console")]
    assert await is_in(person.browser)


async def test_without_a_password_there_is_no_second_page(desk: Desk) -> None:
    async with signing_in(desk) as (browser, _):
        assert await try_code(browser, "123456") == (303, OVER)
        browser.session.cookie_jar.update_cookies({"linli_half": "made up"})
        assert await try_code(browser, "123456") == (303, OVER)


async def test_another_site_cannot_send_the_code(person: Person) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    response = await person.browser.post("/login/code", data={"code": person.code()}, headers=headers)

    assert response.status == 403
    assert not await is_in(person.browser)


async def test_after_a_reset_the_password_is_enough(person: Person, desk: Desk) -> None:
    with desk.transaction() as session:
        second_step.reset(session, person.username, desk.clock())

    assert (await try_code(person.browser, person.code()))[0] == 403
    assert await try_password(person.browser, person.username) == (303, "/console")
