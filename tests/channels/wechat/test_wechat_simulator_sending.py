"""What the simulated platform lets an account send, to whom, how often and how long."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.channels.wechat.simulated_service import Planned, Scene, playing

SEND = "/cgi-bin/message/custom/send"
TYPING = "/cgi-bin/message/custom/typing"


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with playing() as played:
        yield played


async def test_five_messages_may_follow_one_of_the_residents(scene: Scene) -> None:
    follower = scene.follower()
    await follower.says("楼道灯不亮")
    numbers = [await scene.write(follower.openid, f"第{number}条") for number in range(6)]
    assert numbers == [0, 0, 0, 0, 0, 45047]
    assert [shown.text for shown in follower.shown] == [f"第{number}条" for number in range(5)]


async def test_another_message_of_the_resident_renews_the_five(scene: Scene) -> None:
    follower = scene.follower()
    await follower.says("楼道灯不亮")
    for _ in range(5):
        await scene.write(follower.openid, "好")
    await follower.says("还是不亮")
    assert [await scene.write(follower.openid, "好") for _ in range(6)] == [0, 0, 0, 0, 0, 45047]


async def test_the_window_of_a_message_shuts_after_48_hours(scene: Scene) -> None:
    follower = scene.follower()
    await follower.says("楼道灯不亮")
    scene.clock.passes(hours=47, minutes=59)
    in_time = await scene.write(follower.openid, "好")
    scene.clock.passes(minutes=1)
    assert (in_time, await scene.write(follower.openid, "好")) == (0, 45015)


async def test_nobody_can_be_written_to_who_did_nothing(scene: Scene) -> None:
    assert await scene.write(scene.follower().openid, "你好") == 45015


@pytest.mark.parametrize("doing", ["follows", "scans", "clicks"])
async def test_a_touch_allows_three_messages_within_a_minute(scene: Scene, doing: str) -> None:
    follower = scene.follower()
    await (follower.follows() if doing == "follows" else getattr(follower, doing)("report"))
    assert [await scene.write(follower.openid, "好") for _ in range(4)] == [0, 0, 0, 45047]
    scene.clock.passes(minutes=1)
    assert await scene.write(follower.openid, "好") == 45015


async def test_a_tapped_choice_counts_as_a_touch(scene: Scene) -> None:
    follower = scene.follower()
    await follower.clicks("report")
    menu = {"head_content": "对吗？", "list": [{"id": "1", "content": "对"}], "tail_content": ""}
    body = {"touser": follower.openid, "msgtype": "msgmenu", "msgmenu": menu}
    await scene.post(SEND, body, await scene.token())
    scene.clock.passes(minutes=2)
    await follower.taps("对")
    assert [await scene.write(follower.openid, "好") for _ in range(4)] == [0, 0, 0, 45047]


async def test_opening_a_page_from_the_menu_allows_nothing(scene: Scene) -> None:
    follower = scene.follower()
    await follower.views("https://example.cn/")
    assert await scene.write(follower.openid, "好") == 45015


async def test_strangers_and_those_who_left_cannot_be_reached(scene: Scene) -> None:
    follower = scene.follower()
    await follower.says("你好")
    await follower.leaves()
    assert await scene.write("oNobody", "好") == 40003
    assert await scene.write(follower.openid, "好") == 43004


async def test_an_account_that_was_never_verified_may_only_answer(scene: Scene) -> None:
    registered = scene.wechat.platform.account("plaintext")
    registered.account = replace(registered.account, has_customer_service=False)
    follower = scene.follower()
    await follower.says("你好")
    assert await scene.write(follower.openid, "好") == 48001


async def test_escapes_are_shown_as_they_were_sent(scene: Scene) -> None:
    follower = scene.follower()
    await follower.says("你好")
    content = r"\u4f60\u597d \\u597d \u003c\n完"
    raw = f'{{"touser":"{follower.openid}","msgtype":"text","text":{{"content":"{content}"}}}}'
    await scene.post(SEND, raw.encode(), await scene.token())
    assert follower.shown[0].text == "\\u4f60\\u597d \\u597d <\n完"


@pytest.mark.parametrize(("length", "code"), [(682, 0), (683, 45002)])
async def test_a_text_has_at_most_2048_bytes(scene: Scene, length: int, code: int) -> None:
    follower = scene.follower()
    await follower.says("你好")
    assert await scene.write(follower.openid, "好" * length) == code


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "text"}, 47001),
        ({"msgtype": "poem", "poem": {}}, 40008),
        ({"msgtype": "image", "image": {"media_id": "gone"}}, 40007),
        ({"msgtype": "news", "news": {"articles": [{"title": "a", "url": "b"}] * 2}}, 45008),
        ({"msgtype": "msgmenu", "msgmenu": {"head_content": "a", "list": []}}, 47001),
        ({"msgtype": "msgmenu", "msgmenu": {"list": [{"id": 1, "content": "a"}]}}, 47003),
        ({"msgtype": "msgmenu", "msgmenu": {"list": [{"id": "1", "content": "好" * 683}]}}, 45002),
    ],
)
async def test_a_message_that_is_not_right_is_refused_and_costs_nothing(
    scene: Scene, part: dict[str, object], code: int
) -> None:
    follower = scene.follower()
    await follower.clicks("report")
    refused = await scene.post(SEND, {"touser": follower.openid, **part}, await scene.token())
    assert refused["errcode"] == code
    assert [await scene.write(follower.openid, "好") for _ in range(4)] == [0, 0, 0, 45047]


@pytest.mark.parametrize(("raw", "code"), [(b"{", 47001), (b"[]", 47001), (b'{"a":"\xff"}', 40033)])
async def test_a_body_that_cannot_be_read_is_refused(scene: Scene, raw: bytes, code: int) -> None:
    assert (await scene.post(SEND, raw, await scene.token()))["errcode"] == code


async def test_the_screen_keeps_the_order_of_answers_and_messages(scene: Scene) -> None:
    follower = scene.follower()
    scene.service.plan = [Planned(), Planned(b"nonsense")]
    await follower.says("一")
    await scene.write(follower.openid, "甲")
    await follower.says("二")
    await scene.write(follower.openid, "乙")
    assert [(shown.kind, shown.by) for shown in follower.shown] == [
        ("text", "service"),
        ("fault", "platform"),
        ("text", "service"),
    ]
    assert follower.messages == await follower.wait_for(3)


async def typing(scene: Scene, openid: str, command: str = "Typing") -> object:
    return (await scene.post(TYPING, {"touser": openid, "command": command}, await scene.token()))["errcode"]


async def test_typing_is_shown_once_in_15_seconds_and_30_seconds_after_a_message(scene: Scene) -> None:
    follower = scene.follower()
    await follower.says("你好")
    numbers = [await typing(scene, follower.openid), await typing(scene, follower.openid)]
    scene.clock.passes(seconds=15)
    numbers.append(await typing(scene, follower.openid))
    scene.clock.passes(seconds=16)
    numbers.append(await typing(scene, follower.openid))
    assert numbers == [0, 45081, 0, 45080]
    assert [shown.kind for shown in follower.shown] == ["typing", "typing"]
    assert follower.messages == []


async def test_typing_can_be_taken_back_and_knows_only_its_own_commands(scene: Scene) -> None:
    follower = scene.follower()
    await follower.says("你好")
    numbers = [await typing(scene, follower.openid, word) for word in ("Typing", "CancelTyping", "Typing", "Dancing")]
    assert numbers == [0, 0, 0, 45072]
