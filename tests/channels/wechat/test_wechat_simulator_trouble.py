"""Trouble at the simulated platform's interfaces happens as written down, and only so often."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientError, ClientTimeout

from tests.channels.wechat.simulated_service import Scene, playing

SEND = "/cgi-bin/message/custom/send"
STABLE = "/cgi-bin/stable_token"


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with playing() as played:
        yield played


async def attempt(scene: Scene, seconds: float = 5.0) -> int:
    """Call an interface and return the HTTP status."""
    body = scene.http.post(scene.wechat.api + SEND, data=b"{}", timeout=ClientTimeout(total=seconds))
    async with body as response:
        await response.read()
        return response.status


@pytest.mark.parametrize("code", [-1, 40001, 45009])
async def test_a_number_is_given_as_often_as_it_was_written_down(scene: Scene, code: int) -> None:
    follower = scene.follower()
    await follower.says("你好")
    scene.wechat.platform.fail_next(SEND, code, times=2)
    assert [await scene.write(follower.openid, "好") for _ in range(3)] == [code, code, 0]
    assert len(follower.shown) == 1


async def test_faults_of_other_paths_stay_there(scene: Scene) -> None:
    scene.wechat.platform.fail_next(STABLE, -1)
    assert (await scene.get("/cgi-bin/ticket/getticket"))["errcode"] == 41001
    assert (await scene.fetch())["errcode"] == -1


async def test_a_status_comes_without_json(scene: Scene) -> None:
    scene.wechat.platform.http_fault(SEND, 502, times=2)
    assert [await attempt(scene) for _ in range(3)] == [502, 502, 200]


async def test_a_call_can_hang_until_the_caller_gives_up(scene: Scene) -> None:
    scene.wechat.platform.http_fault(SEND, "hang")
    with pytest.raises(TimeoutError):
        await attempt(scene, seconds=0.1)
    assert await attempt(scene) == 200


async def test_a_connection_can_be_reset_before_anything_is_done(scene: Scene) -> None:
    follower = scene.follower()
    await follower.says("你好")
    scene.wechat.platform.http_fault(SEND, "reset")
    with pytest.raises(ClientError):
        await scene.write(follower.openid, "好")
    assert follower.shown == []


async def test_an_answer_can_be_lost_after_everything_was_done(scene: Scene) -> None:
    follower = scene.follower()
    await follower.says("你好")
    scene.wechat.platform.http_fault(SEND, "lost")
    with pytest.raises(ClientError):
        await scene.write(follower.openid, "好")
    assert [shown.text for shown in follower.shown] == ["好"]


async def test_trouble_of_an_unknown_kind_is_refused(scene: Scene) -> None:
    with pytest.raises(ValueError, match="earthquake"):
        scene.wechat.platform.http_fault(SEND, "earthquake")


async def test_a_delay_holds_every_call_until_it_is_taken_away(scene: Scene) -> None:
    scene.wechat.platform.delay(SEND, 0.5)
    with pytest.raises(TimeoutError):
        await attempt(scene, seconds=0.1)
    scene.wechat.platform.delay(SEND, 0)
    assert await attempt(scene) == 200


async def test_a_hanging_call_does_not_keep_the_simulator_from_ending() -> None:
    async with asyncio.timeout(3):
        async with playing() as scene:
            scene.wechat.platform.http_fault(SEND, "hang")
            hanging = asyncio.create_task(attempt(scene))
            await asyncio.sleep(0.1)
        with pytest.raises(ClientError):
            await hanging
