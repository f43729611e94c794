"""The client: what WeChat hears, and what comes of its answers."""

import asyncio
import traceback
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from bot.channels.wechat.accounts import NoticeKind
from bot.channels.wechat.faults import WechatFault, WechatUnreachable
from bot.channels.wechat.menu import load_menu
from bot.channels.wechat.rendering import Branches
from bot.services.pictures import MediaRefused, Reason
from tests.channels.wechat.fake_api import SECRET, SEND, STABLE, World, connected, gives, resets

OPENID = "o-invented-1"
CODE = "041aBcDe0815"
TEXT: Branches = {"touser": OPENID, "msgtype": "text", "text": {"content": "3号楼的灯，明天来修😀"}}
TYPING = "/cgi-bin/message/custom/typing"
MEDIA = "/cgi-bin/media/get"
OAUTH = "/sns/oauth2/access_token"
INVALID = {"errcode": 40001, "errmsg": "invalid credential"}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with connected(tmp_path) as connected_world:
        yield connected_world


async def test_a_message_goes_out_with_the_token_and_in_raw_utf8(world: World) -> None:
    await world.client.send(world.account, TEXT)
    heard = world.api.heard[-1]
    assert (heard.path, heard.query) == (SEND, {"access_token": "token-1"})
    assert "3号楼的灯，明天来修😀".encode() in heard.body
    assert heard.fields == TEXT


async def test_a_message_refused_for_its_token_goes_out_with_a_new_one(world: World) -> None:
    world.api.tell(SEND, INVALID)
    await world.client.send(world.account, TEXT)
    tokens = [heard.query["access_token"] for heard in world.api.heard if heard.path == SEND]
    assert tokens == ["token-1", "token-2"]


async def test_a_lasting_refusal_of_tokens_ends_after_one_renewal(world: World) -> None:
    world.api.tell(SEND, INVALID, times=10)
    with pytest.raises(WechatFault) as raised:
        await world.client.send(world.account, TEXT)
    assert raised.value.fault.code == 40001
    assert world.api.paths().count(SEND) == 2
    assert world.api.paths().count(STABLE) == 3


@pytest.mark.parametrize("code", [-1, 43004, 45009, 45015, 45047, 48001])
async def test_another_fault_is_told_at_once(world: World, code: int) -> None:
    world.api.tell(SEND, {"errcode": code, "errmsg": "no"})
    with pytest.raises(WechatFault) as raised:
        await world.client.send(world.account, TEXT)
    assert raised.value.fault.code == code
    assert world.api.paths() == [STABLE, SEND]


async def test_a_connection_lost_after_sending_may_have_arrived_and_is_not_tried_again(world: World) -> None:
    world.api.tell(SEND, resets)
    with pytest.raises(WechatUnreachable) as raised:
        await world.client.send(world.account, TEXT)
    assert raised.value.may_have_arrived
    assert world.api.paths().count(SEND) == 1
    assert "token-1" not in "".join(traceback.format_exception(raised.value))


async def test_failing_to_get_a_token_is_no_doubt_about_the_message(world: World) -> None:
    world.api.tell(STABLE, resets)
    with pytest.raises(WechatUnreachable) as raised:
        await world.client.send(world.account, TEXT)
    assert not raised.value.may_have_arrived
    assert SEND not in world.api.paths()


async def test_typing_is_shown(world: World) -> None:
    await world.client.typing(world.account, OPENID)
    assert world.api.heard[-1].fields == {"touser": OPENID, "command": "Typing"}
    assert world.client.typing_failures == 0


async def test_typing_that_fails_is_counted_and_disturbs_nobody(world: World) -> None:
    world.api.tell(TYPING, {"errcode": 45080, "errmsg": "no"})
    world.api.tell(TYPING, gives(b"", status=502))
    await world.client.typing(world.account, OPENID)
    await world.client.typing(world.account, OPENID)
    assert world.client.typing_failures == 2


async def test_a_template_message_links_to_its_page_and_gives_its_id(world: World) -> None:
    world.api.tell("/cgi-bin/message/template/send", {"errcode": 0, "errmsg": "ok", "msgid": 200163836})
    page = "https://linli.example/progress"
    sent = await world.client.send_template(
        world.account, OPENID, "T-1", {"thing1": "楼道灯", "phrase2": "修好了"}, page, NoticeKind.TEMPLATE
    )
    assert sent == "200163836"
    assert world.api.heard[-1].fields == {
        "touser": OPENID,
        "template_id": "T-1",
        "data": {"thing1": {"value": "楼道灯"}, "phrase2": {"value": "修好了"}},
        "url": page,
    }


async def test_a_subscription_notice_may_go_without_a_page(world: World) -> None:
    sent = await world.client.send_template(
        world.account, OPENID, "S-1", {"thing1": "楼道灯"}, "", NoticeKind.SUBSCRIPTION
    )
    assert sent is None
    assert world.api.heard[-1].path == "/cgi-bin/message/subscribe/bizsend"
    assert world.api.heard[-1].fields == {
        "touser": OPENID,
        "template_id": "S-1",
        "data": {"thing1": {"value": "楼道灯"}},
    }


async def test_the_menu_is_put_up(world: World, tmp_path: Path) -> None:
    file = tmp_path / "menu.yml"
    file.write_text("buttons: [{name: 报事, items: [{name: 报修上报, key: report, text: 报修, intent: r}]}]", "utf-8")
    await world.client.create_menu(world.account, load_menu(file, {"r"}))
    heard = world.api.heard[-1]
    assert heard.path == "/cgi-bin/menu/create"
    assert "报修上报".encode() in heard.body


@pytest.mark.parametrize(("flag", "is_snapshot"), [({}, False), ({"is_snapshotuser": 1}, True)])
async def test_the_visitor_of_a_page_is_named(
    world: World,
    flag: dict[str, object],
    is_snapshot: bool,  # noqa: FBT001
) -> None:
    world.api.tell(OAUTH, {"access_token": "page", "expires_in": 7200, "openid": OPENID, **flag})
    answer = await world.client.openid_of(world.account, "code-1")
    assert (answer.openid, answer.is_snapshot) == (OPENID, is_snapshot)
    assert world.api.paths() == [OAUTH]
    assert world.api.heard[0].query["grant_type"] == "authorization_code"


async def test_a_code_used_twice_is_a_fault_that_names_neither_code_nor_secret(world: World) -> None:
    world.api.tell(OAUTH, {"errcode": 40163, "errmsg": "code been used"})
    with pytest.raises(WechatFault) as raised:
        await world.client.openid_of(world.account, CODE)
    told = "".join(traceback.format_exception(raised.value))
    assert raised.value.fault.code == 40163
    assert CODE not in told
    assert SECRET not in told


async def test_media_is_fetched_by_its_id(world: World) -> None:
    world.api.tell(MEDIA, gives(b"\xff\xd8\xff...", "image/jpeg"))
    fetched = await world.client.download(world.account, "media-1", 1000)
    assert (fetched.content_type, fetched.data) == ("image/jpeg", b"\xff\xd8\xff...")
    assert world.api.heard[-1].query == {"access_token": "token-1", "media_id": "media-1"}


async def test_expired_media_is_a_fault_though_it_comes_as_text(world: World) -> None:
    world.api.tell(MEDIA, {"errcode": 40007, "errmsg": "invalid media_id"})
    with pytest.raises(WechatFault) as raised:
        await world.client.download(world.account, "media-1", 1000)
    assert raised.value.fault.code == 40007


async def test_media_refused_for_the_token_is_fetched_with_a_new_one(world: World) -> None:
    world.api.tell(MEDIA, INVALID)
    world.api.tell(MEDIA, gives(b"#!AMR\n", "audio/amr"))
    assert (await world.client.download(world.account, "media-1", 1000)).data == b"#!AMR\n"


async def test_a_video_is_fetched_from_its_own_address_without_the_token(world: World) -> None:
    world.api.tell(MEDIA, {"video_url": f"{world.account.api}/film?vid=1"})
    world.api.tell("/film", gives(b"film", "video/mp4"))
    assert (await world.client.download(world.account, "media-1", 1000)).data == b"film"
    assert world.api.heard[-1].query == {"vid": "1"}


async def test_a_video_address_that_is_none_is_no_answer(world: World) -> None:
    world.api.tell(MEDIA, {"video_url": "file:///etc/hostname"})
    with pytest.raises(WechatUnreachable):
        await world.client.download(world.account, "media-1", 1000)


async def test_media_larger_than_wanted_is_not_read_to_its_end(world: World) -> None:
    ended = asyncio.Event()

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65_536)
        finally:
            ended.set()

    world.api.tell(MEDIA, endless)
    with pytest.raises(MediaRefused) as raised:
        await world.client.download(world.account, "media-1", 100_000)
    assert raised.value.reason is Reason.TOO_LARGE
    assert await asyncio.wait_for(ended.wait(), 5)
