"""The page of one's own logins: every job has it, and nobody touches another's."""

import re

import pytest

from bot.core import totp
from bot.core.staff import Role
from bot.services import second_step
from bot.services import staff as accounts
from bot.services.desk import Desk
from tests.console.house import ADMIN, SCRIPT, TRAINER, Browser, House
from tests.services import stage

PAGE = "/console/sessions"
DEEDS = [f"{PAGE}/{deed}" for deed in ("end", "end-others", "code", "code/on", "code/off")]
PASSWORD = "correct horse"


async def ids_on(browser: Browser) -> list[str]:
    """What ends the other logins, in the order of the page."""
    return re.findall(r'name="login" value="(\w+)"', (await browser.get(PAGE)).text)


def code_for(desk: Desk, secret: str) -> str:
    return totp.code_at(secret, totp.step_at(desk.clock()))


def secret_on(page: str) -> str:
    found = re.search(r'class="key">([A-Z2-7 ]{39})<', page)
    assert found
    return found[1].replace(" ", "")


def has_code(desk: Desk) -> bool:
    with desk.transaction(read_only=True) as session:
        return second_step.is_on(stage.staff(session, stage.WORKER))


async def switched_on(house: House, desk: Desk) -> tuple[Browser, str]:
    """The worker, who has a password, after switching the second step on; and the secret."""
    with desk.transaction() as session:
        accounts.add_user(session, accounts.Newcomer(stage.WORKER, PASSWORD, Role.WORKER), desk.clock())
    browser = await house.enter(stage.WORKER)
    secret = secret_on((await browser.post(f"{PAGE}/code")).text)
    assert (await browser.post(f"{PAGE}/code/on", {"code": code_for(desk, secret)})).status == 303
    return browser, secret


@pytest.mark.parametrize("username", [stage.WORKER, stage.GRID_WORKER, stage.DISPATCHER, TRAINER, ADMIN])
async def test_every_job_sees_its_own_logins(house: House, username: str) -> None:
    answer = await (await house.enter(username)).get(PAGE)

    assert answer.status == 200
    assert "就是这里" in answer.text


async def test_who_is_not_signed_in_is_sent_to_the_login(house: House) -> None:
    nobody = await house.nobody()

    assert (await nobody.get(PAGE)).location == f"/login?next={PAGE}"
    assert [(await nobody.post(deed, headers=SCRIPT)).status for deed in DEEDS] == [401] * len(DEEDS)


@pytest.mark.parametrize("deed", DEEDS)
async def test_nothing_is_done_without_the_token_of_the_login(house: House, deed: str) -> None:
    assert (await (await house.enter(stage.WORKER)).post_bare(deed, {"csrf": "made up"})).status == 403


async def test_one_login_is_ended_from_another(house: House) -> None:
    here, there = await house.enter(stage.WORKER), await house.enter(stage.WORKER)
    fields = {"login": (await ids_on(here))[0]}

    answers = [await here.post(f"{PAGE}/end", fields) for _ in range(2)]

    assert [(answer.status, answer.location) for answer in answers] == [(303, PAGE)] * 2
    assert [(await one.get(PAGE)).status for one in (here, there)] == [200, 303]
    assert len(house.audited("staff:logout")) == 1


async def test_all_other_logins_end_and_this_one_stays(house: House) -> None:
    here, *others = [await house.enter(stage.WORKER) for _ in range(3)]

    await here.post(f"{PAGE}/end-others")

    assert [(await one.get(PAGE)).status for one in (here, *others)] == [200, 303, 303]
    assert "退出其他所有" not in (await here.get(PAGE)).text


async def test_the_login_of_a_colleague_is_neither_shown_nor_ended(house: House) -> None:
    mine = await house.enter(stage.WORKER)
    theirs = [await house.enter(stage.COLLEAGUE) for _ in range(2)]
    fields = {"login": (await ids_on(theirs[0]))[0]}

    await mine.post(f"{PAGE}/end", fields)
    await mine.post(f"{PAGE}/end-others")

    assert await ids_on(mine) == []
    assert [(await one.get(PAGE)).status for one in theirs] == [200, 200]


@pytest.mark.parametrize("login", ["", "x", "' OR 1=1", pytest.param("9" * 5000, id="long")])
async def test_a_login_that_is_none_ends_nothing(house: House, login: str) -> None:
    browser, _ = await house.enter(stage.WORKER), await house.enter(stage.WORKER)

    assert (await browser.post(f"{PAGE}/end", {"login": login})).status == 303
    assert len(await ids_on(browser)) == 1


async def test_the_device_is_shown_as_text(house: House, desk: Desk) -> None:
    with desk.transaction() as session:
        accounts.add_user(session, accounts.Newcomer(stage.WORKER, PASSWORD, Role.WORKER), desk.clock())
    phone = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0 <b>", "Accept": "text/html"}
    await (await house.nobody()).post_bare("/login", {"username": stage.WORKER, "password": PASSWORD}, phone)

    page = (await (await house.enter(stage.WORKER)).get(PAGE)).text

    assert "安卓手机，微信" in page
    assert "<b>安卓" in page
    assert "Mozilla" not in page


async def test_the_secret_is_shown_once_and_a_code_switches_it_on(house: House, desk: Desk) -> None:
    browser = await house.enter(stage.WORKER)

    offered = (await browser.post(f"{PAGE}/code")).text
    secret = secret_on(offered)
    again = (await browser.get(PAGE)).text
    refused = await browser.post(f"{PAGE}/code/on", {"code": "no code"})
    accepted = await browser.post(f"{PAGE}/code/on", {"code": code_for(desk, secret)})

    assert f"otpauth://totp/%E9%82%BB%E9%87%8C%3A{stage.WORKER}?secret={secret}" in offered
    assert secret not in again.replace(" ", "")
    assert (refused.status, secret_on(refused.text)) == (400, secret)
    assert (accepted.status, accepted.location) == (303, PAGE)
    assert has_code(desk)
    assert secret not in (await browser.get(PAGE)).text.replace(" ", "")


async def test_a_button_pressed_twice_switches_it_on_once(house: House, desk: Desk) -> None:
    browser, secret = await switched_on(house, desk)

    answers = [
        await browser.post(f"{PAGE}/code/on", {"code": code_for(desk, secret)}),
        await browser.post(f"{PAGE}/code"),
    ]

    assert [answer.status for answer in answers] == [409, 409]
    assert not [answer for answer in answers if secret in answer.text.replace(" ", "")]
    assert len(house.audited("staff:code_on")) == 1


async def test_password_and_a_new_code_switch_it_off(house: House, desk: Desk, clock: stage.Clock) -> None:
    browser, secret = await switched_on(house, desk)
    used = {"password": PASSWORD, "code": code_for(desk, secret)}
    clock.turn(minutes=1)
    fresh = {"password": PASSWORD, "code": code_for(desk, secret)}

    answers = [
        await browser.post(f"{PAGE}/code/off", fields)
        for fields in (used, {**fresh, "password": "wrong horse"}, {}, fresh, fresh)
    ]

    assert [answer.status for answer in answers] == [400, 400, 400, 303, 409]
    assert all("密码或验证码不对" in answer.text for answer in answers[:3])
    assert not has_code(desk)


async def test_codes_are_not_guessed_here_either(house: House, desk: Desk) -> None:
    browser, _ = await switched_on(house, desk)
    for _ in range(9):
        await browser.post(f"{PAGE}/code/off", {"password": "guess", "code": "000000"})

    answer = await browser.post(f"{PAGE}/code/off", {"password": "guess", "code": "000000"})

    assert answer.status == 429
    assert "登录试得太多了" in answer.text
