"""The page itself: who it is for, what it says first, and what it remembers."""

import re

import pytest
from sqlalchemy import select

from bot.services.desk import Desk
from bot.store.tables import Resident
from tests.channels.webchat.conftest import NewPhone
from tests.channels.webchat.phone import Phone
from tests.web.served import Echo


def residents(desk: Desk) -> int:
    with desk.store.transaction(read_only=True) as session:
        return len(session.scalars(select(Resident.id)).all())


def secret(phone: Phone) -> str:
    return next(cookie.value for cookie in phone.session.cookie_jar if cookie.key == "linli_resident")


async def test_the_page_gives_a_cookie_that_scripts_cannot_read(phone: Phone) -> None:
    phone.session.cookie_jar.clear()
    async with phone.session.get(phone.base + "/") as response:
        cookie = response.cookies["linli_resident"]
    assert len(cookie.value) == 43
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


async def test_looking_at_the_page_makes_no_resident(phone: Phone, desk: Desk) -> None:
    before = residents(desk)
    phone.session.cookie_jar.clear()
    await phone.open()
    assert residents(desk) == before


async def test_whoever_comes_back_is_the_same_resident(phone: Phone) -> None:
    first = secret(phone)
    await phone.open()
    assert secret(phone) == first


async def test_the_store_does_not_know_the_secret_of_the_cookie(phone: Phone, desk: Desk) -> None:
    await phone.say("路灯不亮")
    with desk.store.transaction(read_only=True) as session:
        users = session.scalars(select(Resident.channel_user)).all()
    assert secret(phone) not in users


@pytest.mark.parametrize("cookie", ["short", "x" * 500, "a" * 42 + "<"], ids=["short", "long", "markup"])
async def test_a_cookie_we_did_not_make_is_replaced(phone: Phone, cookie: str) -> None:
    phone.session.cookie_jar.clear()
    async with phone.session.get(phone.base + "/", headers={"Cookie": f"linli_resident={cookie}"}) as response:
        assert response.cookies["linli_resident"].value != cookie


async def test_the_first_words_say_who_runs_it_what_it_is_and_whom_to_call(phone: Phone) -> None:
    page = await phone.open()
    for words in ("居委会开办", "我是机器，不是真人", "只用来办您的事"):
        assert words in page
    for number in ("119", "110", "120"):
        assert f'href="tel:{number}"' in page


async def test_a_community_is_chosen_by_its_address_and_remembered(phone: Phone, desk: Desk) -> None:
    other = next(one for one in desk.gazetteer.communities if one.id != desk.settings.default_community)
    chosen = await phone.open(f"?community={other.id}")
    later = await phone.open()
    assert f"<title>{other.name} · 邻里小助手</title>" in chosen
    assert f"<title>{other.name} · 邻里小助手</title>" in later


async def test_a_stranger_who_scans_a_communitys_code_keeps_it(new_phone: NewPhone, desk: Desk) -> None:
    other = next(one for one in desk.gazetteer.communities if one.id != desk.settings.default_community)
    phone = await new_phone()
    phone.session.cookie_jar.clear()
    assert other.name in await phone.open(f"?community={other.id}")
    await phone.say("路灯不亮")
    with desk.store.transaction(read_only=True) as session:
        newest = session.scalars(select(Resident).order_by(Resident.created_at.desc()).limit(1)).one()
    assert newest.community_id == other.id


@pytest.mark.parametrize("community", ["nowhere", "", "%3Cscript%3E", "'--"])
async def test_an_unknown_community_is_no_reason_to_refuse_anybody(phone: Phone, desk: Desk, community: str) -> None:
    home = next(one for one in desk.gazetteer.communities if one.id == desk.settings.default_community)
    assert f"<title>{home.name} · 邻里小助手</title>" in await phone.open(f"?community={community}")


async def test_every_community_can_be_chosen_on_the_page(phone: Phone, desk: Desk) -> None:
    offered = re.findall(r'href="/\?community=([\w-]+)"', await phone.open())
    assert sorted(offered) == sorted(one.id for one in desk.gazetteer.communities)


@pytest.mark.parametrize(
    ("size", "drawn"),
    [("26", ' class="large size-26"'), ("12", ""), ("22 evil", ""), ("", "")],
)
async def test_large_type_is_drawn_at_once_when_the_cookie_asks_for_it(phone: Phone, size: str, drawn: str) -> None:
    async with phone.session.get(phone.base + "/", headers={"Cookie": f'linli_type="{size}"'}) as response:
        page = await response.text()
    assert f'<html lang="zh-CN"{drawn}>' in page


async def test_the_choice_of_large_type_is_kept_with_the_resident(phone: Phone, desk: Desk, talk: Echo) -> None:
    status, _ = await phone.post("/chat/type", {"large": True})
    with desk.store.transaction(read_only=True) as session:
        newest = session.scalars(select(Resident).order_by(Resident.created_at.desc()).limit(1)).one()
    assert (status, newest.wants_large_type) == (204, True)


async def test_a_choice_of_type_needs_our_page_and_a_choice(phone: Phone) -> None:
    foreign, _ = await phone.post("/chat/type", {"large": True}, {"X-CSRF-Token": "0"})
    nonsense, _ = await phone.post("/chat/type", {"large": "yes"})
    assert (foreign, nonsense) == (403, 400)
