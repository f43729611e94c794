"""The simulated platform delivers to a service as WeChat does: patience, retries, faults."""

import asyncio
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator

import pytest

from bot.channels.wechat.simulator import Shown, simulated
from bot.channels.wechat.simulator.casting import account_for
from bot.channels.wechat.simulator.screen import FAULT
from tests.channels.wechat.simulated_service import Heard, Planned, Scene, playing

PATIENCE = 0.3
GOOD = "<MsgType>text</MsgType><Content>好的</Content>"


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with playing() as played:
        yield played


@pytest.fixture
async def hasty() -> AsyncIterator[Scene]:
    """A platform that cuts soon."""
    async with playing(PATIENCE) as played:
        yield played


def answer(heard: Heard, inside: str = GOOD, *, turned: bool = True) -> bytes:
    asked = ET.fromstring(heard.body)  # noqa: S314 - written by the simulator
    names = ["FromUserName", "ToUserName"] if turned else ["ToUserName", "FromUserName"]
    to, by = (asked.findtext(name) for name in names)
    return (
        f"<xml><ToUserName>{to}</ToUserName><FromUserName>{by}</FromUserName>"
        f"<CreateTime>1714968000</CreateTime>{inside}</xml>"
    ).encode()


async def test_a_slow_service_is_cut_and_tried_three_times_more_with_the_same_words(hasty: Scene) -> None:
    hasty.service.plan = [Planned(seconds=3.0)] * 4
    delivered = await hasty.follower().says("楼道灯不亮")
    assert (delivered.tries, delivered.acknowledged, delivered.statuses) == (4, False, (None,) * 4)
    assert all(seconds > PATIENCE * 0.9 for seconds in delivered.seconds)
    first, *again = hasty.service.heard
    assert [(heard.query, heard.body) for heard in again] == [(first.query, first.body)] * 3


async def test_the_retries_come_from_another_address(scene: Scene) -> None:
    scene.service.plan = [Planned(status=500)] * 4
    await scene.follower().says("楼道灯不亮")
    assert [heard.address for heard in scene.service.heard] == ["127.0.0.1", *["127.0.0.2"] * 3]


async def test_a_retry_that_is_answered_in_time_ends_the_matter(hasty: Scene) -> None:
    hasty.service.plan = [Planned(seconds=3.0)]
    follower = hasty.follower()
    delivered = await follower.says("楼道灯不亮")
    assert (delivered.tries, delivered.statuses, delivered.body) == (2, (None, 200), b"success")
    assert follower.shown == []


async def test_the_answer_to_a_cut_connection_is_never_shown(hasty: Scene) -> None:
    follower = hasty.follower()
    hasty.service.plan = [Planned(seconds=PATIENCE + 0.1)]
    hasty.service.reply = answer
    await follower.says("楼道灯不亮")
    await asyncio.sleep(0.2)
    assert [shown.text for shown in follower.shown] == ["好的"]


@pytest.mark.parametrize("status", [201, 204, 302, 403, 500])
async def test_anything_but_200_is_a_failure(scene: Scene, status: int) -> None:
    scene.service.plan = [Planned(status=status)] * 4
    follower = scene.follower()
    delivered = await follower.says("楼道灯不亮")
    assert (delivered.statuses, delivered.body) == ((status,) * 4, None)
    assert [(shown.kind, shown.text, shown.by) for shown in follower.shown] == [("fault", FAULT, "platform")]


async def test_a_connection_the_service_drops_is_tried_again(scene: Scene) -> None:
    scene.service.plan = [Planned(cuts=True)]
    delivered = await scene.follower().says("楼道灯不亮")
    assert delivered.statuses == (None, 200)


async def test_a_service_that_does_not_listen_leaves_a_fault_on_the_screen() -> None:
    account = account_for("http://127.0.0.1:1", "qinghe")
    async with simulated([account], "http://127.0.0.1:1", retry_pause=0.01) as wechat:
        follower = wechat.follower(account.id)
        delivered = await follower.says("有人吗")
    assert (delivered.tries, delivered.acknowledged) == (4, False)
    assert [shown.kind for shown in follower.shown] == ["fault"]


@pytest.mark.parametrize("body", [b"success", b""])
async def test_success_and_nothing_show_nothing(scene: Scene, body: bytes) -> None:
    scene.service.plan = [Planned(body)]
    follower = scene.follower()
    delivered = await follower.says("楼道灯不亮")
    assert delivered.acknowledged
    assert follower.shown == []


@pytest.mark.parametrize(
    "body", [b"ok", b"Success", b'{"text": "ok"}', b"<xml></xml>", b"<xml>", b"\xff", b"<!DOCTYPE a><xml/>"]
)
async def test_a_body_that_is_no_answer_is_a_fault_at_once(scene: Scene, body: bytes) -> None:
    scene.service.plan = [Planned(body)]
    follower = scene.follower()
    delivered = await follower.says("楼道灯不亮")
    assert delivered.tries == 1
    assert [shown.kind for shown in follower.shown] == ["fault"]


@pytest.mark.parametrize(
    "inside",
    [
        "<MsgType>text</MsgType><Content></Content>",
        f"<MsgType>text</MsgType><Content>{'好' * 683}</Content>",
        "<MsgType>poem</MsgType><Content>好的</Content>",
        "<MsgType>image</MsgType><Image></Image>",
        "<MsgType>news</MsgType><ArticleCount>2</ArticleCount><Articles><item/></Articles>",
    ],
)
async def test_an_answer_with_something_missing_is_a_fault(scene: Scene, inside: str) -> None:
    scene.service.reply = lambda heard: answer(heard, inside)
    follower = scene.follower()
    await follower.says("楼道灯不亮")
    assert [shown.kind for shown in follower.shown] == ["fault"]


async def test_an_answer_to_somebody_else_is_a_fault(scene: Scene) -> None:
    scene.service.reply = lambda heard: answer(heard, turned=False)
    follower = scene.follower()
    await follower.says("楼道灯不亮")
    assert [shown.kind for shown in follower.shown] == ["fault"]


async def test_a_fault_is_not_shown_to_somebody_who_left(scene: Scene) -> None:
    scene.service.plan = [Planned(status=500)] * 4
    follower = scene.follower()
    await follower.leaves()
    assert follower.shown == []


async def test_a_link_in_a_text_can_be_tapped_by_its_label(scene: Scene) -> None:
    link = "weixin://bizmsgmenu?msgmenucontent=对，100%25&msgmenuid=7"
    inside = f"<MsgType>text</MsgType><Content><![CDATA[1. <a href='{link}'>对，报上去</a>]]></Content>"
    scene.service.reply = lambda heard: answer(heard, inside)
    follower = scene.follower()
    await follower.says("楼道灯不亮")
    await follower.taps("对，报上去")
    tapped = ET.fromstring(scene.service.heard[-1].body)  # noqa: S314 - written by the simulator
    assert (follower.shown[0].text, follower.shown[0].choices) == ("1. 对，报上去", ("对，报上去",))
    assert (tapped.findtext("Content"), tapped.findtext("bizmsgmenuid")) == ("对，100%", "7")


async def test_a_choice_that_is_not_there_cannot_be_tapped(scene: Scene) -> None:
    with pytest.raises(LookupError, match="不对"):
        await scene.follower().taps("不对")


async def test_messages_have_numbers_of_their_own_and_events_have_none(scene: Scene) -> None:
    one, other = scene.follower(), scene.follower()
    await asyncio.gather(one.says("甲"), other.says("乙"), one.clicks("report"), other.follows("lobby"))
    numbers = [ET.fromstring(heard.body).findtext("MsgId") for heard in scene.service.heard]  # noqa: S314
    told = [number for number in numbers if number is not None]
    assert len(told) == len(set(told)) == 2
    assert all(2**32 < int(number) < 2**63 for number in told)


async def test_two_hundred_followers_can_write_at_once() -> None:
    async with playing() as wide:
        wide.service.plan = [Planned(b"", seconds=0.05)] * 200
        phones = [wide.follower() for _ in range(200)]
        delivered = await asyncio.gather(*(phone.says("你好") for phone in phones))
    assert {(one.tries, one.statuses) for one in delivered} == {(1, (200,))}
    assert len({heard.body for heard in wide.service.heard}) == 200


async def test_waiting_for_a_message_says_what_was_shown_instead(scene: Scene) -> None:
    scene.service.reply = answer
    follower = scene.follower()
    await follower.says("楼道灯不亮")
    with pytest.raises(TimeoutError, match="好的"):
        await follower.wait_for(2, within=0.05)


async def test_a_message_that_comes_later_can_be_waited_for(scene: Scene) -> None:
    follower = scene.follower()
    await follower.says("楼道灯不亮")

    def about_number(shown: Shown) -> bool:
        return "编号" in shown.text

    waiting = asyncio.create_task(follower.wait_for(about_number))
    await scene.write(follower.openid, "稍等")
    await scene.write(follower.openid, "编号 GE-1")
    assert [shown.text for shown in await waiting] == ["编号 GE-1"]
