"""One request: what counts as an answer, a fault or silence, and what silence says about having arrived."""

import traceback
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port

from bot.channels.wechat.exchange import Request, ask, fetch
from bot.channels.wechat.faults import WechatFault, WechatUnreachable
from tests.channels.wechat.fake_api import Behaviour, World, connected, gives, hangs, resets

PATH = "/cgi-bin/any"
TOKEN = "a-token-nobody-may-see"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with connected(tmp_path) as connected_world:
        yield connected_world


def asking(world: World, seconds: float = 8.0) -> Request:
    return Request(world.account.api + PATH, {"access_token": TOKEN}, {"touser": "o-1"}, seconds)


async def test_an_answer_without_a_code_or_with_zero_is_success(world: World) -> None:
    world.api.tell(PATH, {"ticket": "t"})
    world.api.tell(PATH, {"errcode": 0, "msgid": 7})
    assert await ask(world.http, asking(world)) == {"ticket": "t"}
    assert await ask(world.http, asking(world)) == {"errcode": 0, "msgid": 7}


async def test_a_code_is_a_fault_though_the_status_is_200(world: World) -> None:
    world.api.tell(PATH, {"errcode": 45015, "errmsg": "response out of time limit"})
    with pytest.raises(WechatFault) as raised:
        await ask(world.http, asking(world))
    assert raised.value.fault.code == 45015


@pytest.mark.parametrize(
    ("behaviour", "may_have_arrived"),
    [
        (hangs, True),
        (resets, True),
        (gives(b"oops", status=500), True),
        (gives(b"oops", status=502), True),
        (gives(b"no", status=404), False),
        (gives(b"", status=302), False),
        (gives(b"<html>busy</html>", "text/html"), True),
        (gives(b"[1]", "application/json"), True),
        (gives(b'{"errcode": "45015"}', "application/json"), True),
        (gives(b"[" * 100_000, "application/json"), True),
    ],
    ids=["hangs", "resets", "500", "502", "404", "302", "html", "list", "code as text", "deep"],
)
async def test_silence_tells_whether_it_may_have_arrived(
    world: World,
    behaviour: Behaviour,
    may_have_arrived: bool,  # noqa: FBT001
) -> None:
    world.api.tell(PATH, behaviour)
    with pytest.raises(WechatUnreachable) as raised:
        await ask(world.http, asking(world, seconds=0.3))
    assert raised.value.may_have_arrived is may_have_arrived


async def test_what_was_never_connected_cannot_have_arrived(world: World) -> None:
    request = Request(f"http://127.0.0.1:{unused_port()}{PATH}", {"access_token": TOKEN})
    with pytest.raises(WechatUnreachable) as raised:
        await ask(world.http, request)
    assert raised.value.may_have_arrived is False


@pytest.mark.parametrize("behaviour", [hangs, resets, gives(b"x", status=500), gives(b"?")])
async def test_no_error_names_the_token(world: World, behaviour: Behaviour) -> None:
    world.api.tell(PATH, behaviour)
    with pytest.raises(WechatUnreachable) as raised:
        await ask(world.http, asking(world, seconds=0.3))
    told = "".join(traceback.format_exception(raised.value)) + repr(raised.value) + repr(asking(world))
    assert TOKEN not in told


async def test_no_more_is_read_than_one_byte_over_what_was_asked_for(world: World) -> None:
    world.api.tell(PATH, gives(b"x" * 500_000))
    fetched = await fetch(world.http, asking(world), 1000)
    assert len(fetched.data) == 1001


async def test_texts_go_over_the_wire_as_they_are(world: World) -> None:
    await ask(
        world.http, Request(world.account.api + PATH, body={"text": {"content": '您好😀\n"对"', "odd": "\ud800"}})
    )
    sent = world.api.heard[-1]
    assert "您好😀".encode() in sent.body
    assert b"\\u" not in sent.body
