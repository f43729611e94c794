"""The simulated platform's tokens, files, pages, menus, limits and group robots."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from bot.channels.wechat.simulator.oauth import WHO
from tests.channels.wechat.simulated_service import Scene, playing

MENU = "/cgi-bin/menu/create"
BUTTON = {"type": "click", "name": "报事", "key": "report"}


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with playing() as played:
        yield played


async def ticket(scene: Scene, token: object) -> Mapping[str, object]:
    return await scene.get("/cgi-bin/ticket/getticket", access_token=str(token), type="jsapi")


async def test_a_stable_token_stays_the_same_until_shortly_before_its_end(scene: Scene) -> None:
    first = await scene.fetch()
    scene.clock.passes(hours=1, minutes=54)
    same = await scene.fetch()
    scene.clock.passes(minutes=1)
    new = await scene.fetch()
    assert (first["expires_in"], same["expires_in"], new["expires_in"]) == (7200, 360, 7200)
    assert first["access_token"] == same["access_token"] != new["access_token"]


async def test_the_token_before_stays_good_for_five_minutes(scene: Scene) -> None:
    old = await scene.token()
    scene.clock.passes(hours=1, minutes=56)
    await scene.fetch()
    scene.clock.passes(minutes=4, seconds=59)
    in_time = await ticket(scene, old)
    scene.clock.passes(seconds=1)
    assert (in_time["errcode"], (await ticket(scene, old))["errcode"]) == (0, 42001)


async def test_a_token_renewed_by_force_kills_the_one_before_at_once(scene: Scene) -> None:
    old = await scene.token()
    new = (await scene.fetch(force=True))["access_token"]
    assert (await ticket(scene, old))["errcode"] == 40001
    assert (await ticket(scene, new))["errcode"] == 0


async def test_force_works_once_in_half_a_minute(scene: Scene) -> None:
    first = (await scene.fetch(force=True))["access_token"]
    second = (await scene.fetch(force=True))["access_token"]
    scene.clock.passes(seconds=30)
    third = (await scene.fetch(force=True))["access_token"]
    assert first == second != third


async def test_every_ordinary_token_is_another_one(scene: Scene) -> None:
    account = scene.accounts["plaintext"]
    query = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.secret}
    tokens = [(await scene.get("/cgi-bin/token", **query))["access_token"] for _ in range(2)]
    stable = await scene.token()
    assert len({*tokens, stable}) == 3
    assert [(await ticket(scene, token))["errcode"] for token in [*tokens, stable]] == [0, 0, 0]


async def test_tokens_can_be_ended_and_forgotten_from_outside(scene: Scene) -> None:
    tokens = scene.wechat.platform.account("plaintext").tokens
    token = await scene.token()
    tokens.end(scene.clock())
    ended = await ticket(scene, token)
    tokens.forget()
    assert (ended["errcode"], (await ticket(scene, token))["errcode"]) == (42001, 40001)
    assert (await ticket(scene, ""))["errcode"] == 41001


async def test_a_wrong_secret_or_address_gets_no_token(scene: Scene) -> None:
    assert (await scene.fetch(secret="guessed"))["errcode"] == 40125
    scene.wechat.platform.allowed_ips = frozenset({"203.0.113.7"})
    assert (await scene.fetch())["errcode"] == 40164


async def test_token_fetches_are_counted_with_how_many_came_together(scene: Scene) -> None:
    scene.wechat.platform.delay("/cgi-bin/stable_token", 0.05)
    await asyncio.gather(*(scene.fetch() for _ in range(3)))
    await scene.fetch()
    platform = scene.wechat.platform
    assert (platform.fetches("plaintext"), platform.most_fetches_at_once("plaintext")) == (4, 3)
    assert platform.fetches("safe") == 0


async def test_files_are_kept_for_three_days(scene: Scene) -> None:
    follower = scene.follower()
    await follower.sends_image(b"\x89PNG", "灯.png")
    media_id = next(iter(scene.wechat.platform.account("plaintext").media))
    scene.clock.passes(days=2, hours=23)
    target = f"{scene.wechat.api}/cgi-bin/media/get"
    async with scene.http.get(target, params={"access_token": await scene.token(), "media_id": media_id}) as response:
        found = (response.content_type, await response.read())
    scene.clock.passes(hours=1)
    gone = await scene.get("/cgi-bin/media/get", access_token=await scene.token(), media_id=media_id)
    assert found == ("image/png", b"\x89PNG")
    assert gone["errcode"] == 40007


async def test_a_video_can_come_by_an_address(scene: Scene) -> None:
    scene.wechat.platform.videos_by_address = True
    await scene.follower().sends_video(b"moving")
    media_id = next(iter(scene.wechat.platform.account("plaintext").media))
    answer = await scene.get("/cgi-bin/media/get", access_token=await scene.token(), media_id=media_id)
    async with scene.http.get(str(answer["video_url"])) as response:
        assert (response.content_type, await response.read()) == ("video/mp4", b"moving")


async def code_of(scene: Scene, openid: str) -> tuple[str, str]:
    query = {"appid": scene.accounts["plaintext"].app_id, "redirect_uri": "http://page.invalid/?a=1", "state": "s"}
    target = f"{scene.wechat.api}/connect/oauth2/authorize"
    async with scene.http.get(target, params={**query, WHO: openid}, allow_redirects=False) as response:
        assert response.status == 302
        place, _, rest = response.headers["Location"].partition("&code=")
        return place, rest.removesuffix("&state=s")


async def openid_of(scene: Scene, code: str) -> Mapping[str, object]:
    account = scene.accounts["plaintext"]
    query = {"appid": account.app_id, "secret": account.secret, "grant_type": "authorization_code", "code": code}
    return await scene.get("/sns/oauth2/access_token", **query)


async def test_a_page_learns_who_opened_it_and_only_once(scene: Scene) -> None:
    place, code = await code_of(scene, "oGranny")
    first, second = await openid_of(scene, code), await openid_of(scene, code)
    assert place == "http://page.invalid/?a=1"
    assert (first["openid"], second["errcode"]) == ("oGranny", 40163)
    assert "is_snapshotuser" not in first


async def test_a_code_that_is_unknown_or_too_old_tells_nothing(scene: Scene) -> None:
    _, code = await code_of(scene, "oGranny")
    scene.clock.passes(minutes=5)
    assert [(await openid_of(scene, given))["errcode"] for given in (code, "guessed")] == [40029, 40029]


async def test_a_page_that_only_looks_in_gets_a_made_up_person(scene: Scene) -> None:
    scene.wechat.platform.account("plaintext").contact("oGranny").is_snapshot = True
    _, code = await code_of(scene, "oGranny")
    answer = await openid_of(scene, code)
    assert answer["is_snapshotuser"] == 1
    assert answer["openid"] != "oGranny"


@pytest.mark.parametrize(
    ("buttons", "code"),
    [
        ([BUTTON], 0),
        ([{"name": "报事", "sub_button": [BUTTON] * 5}], 0),
        ([BUTTON] * 4, 40016),
        ([{"name": "报事", "sub_button": [BUTTON] * 6}], 40023),
        ([BUTTON | {"name": "报" * 6}], 40018),
        ([{"name": "报事", "sub_button": [BUTTON | {"name": "报" * 21}]}], 40025),
        ([BUTTON | {"type": "dance"}], 40017),
        ([{"type": "view", "name": "网页"}], 47003),
    ],
)
async def test_a_menu_has_its_measures(scene: Scene, buttons: list[object], code: int) -> None:
    token = await scene.token()
    assert (await scene.post(MENU, {"button": buttons}, token))["errcode"] == code
    answer = await scene.get("/cgi-bin/menu/get", access_token=token)
    assert answer.get("menu") == (None if code else {"button": buttons})


async def test_limits_of_the_day_and_the_minute_end_with_them(scene: Scene) -> None:
    traffic, token = scene.wechat.platform.traffic, await scene.token()
    traffic.daily[MENU], traffic.a_minute[MENU] = 3, 2
    numbers = [(await scene.post(MENU, {"button": [BUTTON]}, token))["errcode"] for _ in range(3)]
    scene.clock.passes(minutes=1)
    numbers += [(await scene.post(MENU, {"button": [BUTTON]}, token))["errcode"] for _ in range(2)]
    scene.clock.passes(hours=12)
    numbers.append((await scene.post(MENU, {"button": [BUTTON]}, await scene.token()))["errcode"])
    assert numbers == [0, 0, 45011, 0, 45009, 0]


async def test_a_group_hears_twenty_messages_a_minute(scene: Scene) -> None:
    robot = scene.wechat.platform.open_group("duty")
    body = {"msgtype": "text", "text": {"content": "有新的来事", "mentioned_list": ["zhang"]}}
    numbers = [(await scene.post("/cgi-bin/webhook/send?key=duty", body))["errcode"] for _ in range(21)]
    scene.clock.passes(minutes=1)
    numbers.append((await scene.post("/cgi-bin/webhook/send?key=duty", body))["errcode"])
    assert numbers == [0] * 20 + [45009, 0]
    assert {(heard.text, heard.mentioned) for heard in robot.heard} == {("有新的来事", ("zhang",))}


@pytest.mark.parametrize(
    ("key", "kind", "content", "code"),
    [
        ("guessed", "text", "好", 93000),
        ("duty", "text", "a" * 2048, 0),
        ("duty", "text", "a" * 2049, 40058),
        ("duty", "markdown", "a" * 4096, 0),
        ("duty", "markdown", "a" * 4097, 40058),
        ("duty", "poem", "好", 40008),
    ],
)
async def test_a_group_robot_has_its_measures(scene: Scene, key: str, kind: str, content: str, code: int) -> None:
    scene.wechat.platform.open_group("duty")
    body = {"msgtype": kind, kind: {"content": content}}
    assert (await scene.post(f"/cgi-bin/webhook/send?key={key}", body))["errcode"] == code
