"""Pages opened inside WeChat: the visitor is the resident of the chat, and nobody else can become them."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientResponse, ClientSession, CookieJar
from sqlalchemy import func, select
from yarl import URL

from bot.channels.wechat.simulator.oauth import WHO
from bot.services.desk import Desk
from bot.store.tables import PageLink
from tests.channels.webchat.phone import Phone
from tests.channels.wechat.connected import Connected, account_at, with_accounts
from tests.channels.wechat.kept import eventually, resident_of, sent_to
from tests.web.served import Echo

QINGHE, BARE = "qinghe", "bare"


@pytest.fixture
def desk(desk: Desk, ports: tuple[int, int], tmp_path: Path) -> Desk:
    """Of two accounts only one says where residents' phones reach this service."""
    service, platform = ports
    address = f"http://127.0.0.1:{service}"
    return with_accounts(desk, tmp_path, [replace(account_at(platform), address=address), account_at(platform, BARE)])


@pytest.fixture
async def browser() -> AsyncIterator[ClientSession]:
    """WeChat's own browser on somebody's phone; who holds the phone is told to the platform by `holds`."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield session


def holds(browser: ClientSession, town: Connected, openid: str) -> None:
    browser.cookie_jar.update_cookies({WHO: openid}, URL(town.wechat.api))


async def opens(browser: ClientSession, url: str, *, follows: bool = False) -> ClientResponse:
    async with browser.get(url, allow_redirects=follows) as response:
        await response.read()
        return response


def cookie(browser: ClientSession, town: Connected, name: str, path: str = "/") -> str | None:
    found = browser.cookie_jar.filter_cookies(URL(town.service + path)).get(name)
    return found.value if found else None


def links(desk: Desk) -> int:
    with desk.transaction(read_only=True) as session:
        return session.scalar(select(func.count()).select_from(PageLink)) or 0


async def way_back(browser: ClientSession, town: Connected) -> str:
    """Enter and be sent on by the platform: the address with code and state the phone opens next."""
    entered = await opens(browser, f"{town.service}/wechat/{QINGHE}/enter")
    at_platform = await opens(browser, entered.headers["Location"].partition("#")[0])
    return at_platform.headers["Location"]


async def test_the_page_is_the_same_resident_as_the_chat(
    town: Connected, desk: Desk, talk: Echo, browser: ClientSession
) -> None:
    resident = town.wechat.follower(QINGHE)
    await resident.says("路灯坏了")
    holds(browser, town, resident.openid)

    landed = await opens(browser, f"{town.service}/wechat/{QINGHE}/enter", follows=True)

    phone = Phone(browser, town.service)
    await phone.open()
    assert (landed.status, landed.url.path) == (200, "/")
    assert await phone.texts() == ["路灯坏了", "听到：路灯坏了"]
    await phone.say("修了吗")
    await talk.settled()
    assert (await phone.texts())[2:] == ["修了吗", "听到：修了吗"]


async def test_what_is_asked_on_the_page_is_answered_there_and_not_in_the_chat(
    town: Connected, desk: Desk, talk: Echo, browser: ClientSession
) -> None:
    resident = town.wechat.follower(QINGHE)
    await resident.says("路灯坏了")
    holds(browser, town, resident.openid)
    await opens(browser, await way_back(browser, town))
    phone = Phone(browser, town.service)
    await phone.open()

    await phone.say("修了吗")
    await talk.settled()
    await resident.says("好的")

    assert [shown.text.splitlines()[0] for shown in resident.messages] == ["听到：路灯坏了", "听到：好的"]


async def test_the_platform_is_told_where_to_send_the_visitor_back_to(town: Connected, browser: ClientSession) -> None:
    entered = await opens(browser, f"{town.service}/wechat/{QINGHE}/enter")

    target = urlsplit(entered.headers["Location"])
    asked = parse_qs(target.query)
    state = cookie(browser, town, "linli_wechat_state", f"/wechat/{QINGHE}/return")
    assert (entered.status, f"{target.scheme}://{target.netloc}", target.fragment) == (
        303,
        town.wechat.api,
        "wechat_redirect",
    )
    assert asked["redirect_uri"] == [f"{town.service}/wechat/{QINGHE}/return"]
    assert (asked["scope"], asked["state"]) == (["snsapi_base"], [state])
    assert cookie(browser, town, "linli_wechat_state") is None


async def test_every_visit_has_a_state_of_its_own(town: Connected, browser: ClientSession) -> None:
    visits = [await opens(browser, f"{town.service}/wechat/{QINGHE}/enter") for _ in range(2)]

    states = {parse_qs(urlsplit(visit.headers["Location"]).query)["state"][0] for visit in visits}
    assert len(states) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", state) for state in states)


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda back: re.sub("state=[0-9a-f]+", "state=" + "0" * 32, back),
        lambda back: re.sub("&state=[0-9a-f]+", "", back),
        lambda back: re.sub("state=[0-9a-f]+", "state=%ED%A0%80é", back),
        lambda back: re.sub("code=[0-9a-f]+", "code=", back),
        lambda back: re.sub("code=[0-9a-f]+", "code=guessed", back),
    ],
    ids=["another state", "no state", "odd state", "no code", "guessed code"],
)
async def test_whoever_comes_back_without_having_been_sent_is_nobody(
    town: Connected, desk: Desk, browser: ClientSession, spoilt: Callable[[str], str]
) -> None:
    holds(browser, town, "oAunt")
    back = await way_back(browser, town)

    refused = await opens(browser, spoilt(back))

    assert refused.status == 400
    assert (links(desk), cookie(browser, town, "linli_resident")) == (0, None)


async def test_a_link_somebody_else_was_given_opens_nothing(
    town: Connected, desk: Desk, browser: ClientSession
) -> None:
    holds(browser, town, "oThief")
    back = await way_back(browser, town)

    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as victim:
        refused = await opens(victim, back)

    assert (refused.status, links(desk)) == (400, 0)


async def test_a_code_used_before_opens_nothing_again(town: Connected, desk: Desk, browser: ClientSession) -> None:
    holds(browser, town, "oAunt")
    back = await way_back(browser, town)
    state = cookie(browser, town, "linli_wechat_state", f"/wechat/{QINGHE}/return")
    await opens(browser, back)

    without_cookie = await opens(browser, back)
    browser.cookie_jar.update_cookies({"linli_wechat_state": state or ""}, URL(back))
    with_cookie = await opens(browser, back)

    assert (without_cookie.status, with_cookie.status) == (400, 400)
    assert links(desk) == 1


async def test_a_preview_is_a_stranger_of_its_own(town: Connected, desk: Desk, browser: ClientSession) -> None:
    resident = town.wechat.follower(QINGHE)
    await resident.says("路灯坏了")
    resident.contact.is_snapshot = True
    holds(browser, town, resident.openid)

    landed = await opens(browser, f"{town.service}/wechat/{QINGHE}/enter", follows=True)

    phone = Phone(browser, town.service)
    await phone.open()
    assert (landed.status, links(desk)) == (200, 0)
    assert await phone.texts() == []


async def test_who_left_the_account_is_no_longer_on_the_page(
    town: Connected, desk: Desk, browser: ClientSession
) -> None:
    resident = town.wechat.follower(QINGHE)
    await resident.says("路灯坏了")
    await eventually(lambda: sent_to(desk, resident.openid))
    holds(browser, town, resident.openid)
    await opens(browser, await way_back(browser, town))

    await resident.leaves()

    phone = Phone(browser, town.service)
    await phone.open()
    assert links(desk) == 0
    assert await phone.texts() == []


async def test_whoever_never_wrote_can_begin_on_the_page(town: Connected, desk: Desk, browser: ClientSession) -> None:
    holds(browser, town, "oNew")

    await opens(browser, await way_back(browser, town))

    known = resident_of(desk, "oNew")
    assert (known.channel, known.community_id) == ("wechat:qinghe", "qinghe")


@pytest.mark.parametrize(("account", "status"), [(BARE, 503), ("nobody", 404)])
async def test_an_account_without_an_address_has_no_pages(
    town: Connected, browser: ClientSession, account: str, status: int
) -> None:
    assert (await opens(browser, f"{town.service}/wechat/{account}/enter")).status == status


@pytest.mark.parametrize("code", [40125, 40164, -1])
async def test_a_fault_the_visitor_cannot_mend_is_not_blamed_on_their_link(
    town: Connected, desk: Desk, browser: ClientSession, code: int
) -> None:
    holds(browser, town, "oAunt")
    back = await way_back(browser, town)
    town.wechat.platform.fail_next("/sns/oauth2/access_token", code)

    assert ((await opens(browser, back)).status, links(desk)) == (503, 0)


async def test_a_platform_that_is_silent_is_told_as_such(town: Connected, desk: Desk, browser: ClientSession) -> None:
    holds(browser, town, "oAunt")
    back = await way_back(browser, town)
    town.wechat.platform.http_fault("/sns/oauth2/access_token", 502)

    assert ((await opens(browser, back)).status, links(desk)) == (503, 0)
