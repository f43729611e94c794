"""Conversations about matters that workers have handled meanwhile: the model, the actions and the rules are real."""

import re
from collections.abc import Awaitable, Callable

import pytest

from bot.channels.terminal import Exchange, TerminalTalk
from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.dialogue.assistant import Assistant
from bot.services.desk import Desk
from bot.store.queries import cases
from bot.store.tables import GridEvent
from tests.services.events.course import goes

Say = Callable[[str], Awaitable[str]]
LONGEST_BUBBLE = 60
NUMBER = re.compile(r"GE\d{9}-\d{8}-\d{4}")


@pytest.fixture
def say(talking_desk: Desk, talking_assistant: Assistant) -> Say:
    """The resident writes at a terminal; returns what they are told, a line a bubble."""
    talk = TerminalTalk(talking_desk, talking_assistant, "居民", None)

    async def said(text: str) -> str:
        exchange = await talk.say(text)
        _check_manners(exchange)
        return "\n".join(reply.text for reply in exchange.replies)

    return said


@pytest.fixture
async def lamp(say: Say) -> str:
    """The number of a lamp that was just reported."""
    await say("3号楼2单元楼道灯坏了")
    found = NUMBER.search(await say("对"))
    assert found
    await say("不留")
    await say("不用记")
    return found[0]


def handled(desk: Desk, number: str, until: Deed) -> None:
    with desk.transaction() as session:
        event = cases.case_by_number(session, number)
        assert isinstance(event, GridEvent)
        goes(session, desk, event, until)


def status_of(desk: Desk, number: str) -> EventStatus:
    with desk.transaction(read_only=True) as session:
        event = cases.case_by_number(session, number)
        assert isinstance(event, GridEvent)
        return event.status


def _check_manners(exchange: Exchange) -> None:
    """There is an answer, in short bubbles."""
    assert exchange.replies
    assert all(len(reply.text) <= LONGEST_BUBBLE for reply in exchange.replies)


async def test_repaired_thanks_and_content(talking_desk: Desk, say: Say, lamp: str) -> None:
    handled(talking_desk, lamp, Deed.RESOLVE)

    assert "办得您满意吗" in await say("修好了谢谢")
    assert "记下了，谢谢您告诉我" in await say("挺满意的")

    assert status_of(talking_desk, lamp) is EventStatus.RESOLVED


async def test_still_not_repaired_and_why(talking_desk: Desk, say: Say, lamp: str) -> None:
    handled(talking_desk, lamp, Deed.RESOLVE)

    assert "差在哪里" in await say("还是没修好")
    assert "记下了，办这件事的人看得到" in await say("师傅来了一趟没修好就走了，两个灯只换了一个")

    assert status_of(talking_desk, lamp) is EventStatus.REWORK


async def test_a_complaint_about_the_call_back_stays_a_complaint(talking_desk: Desk, say: Say, lamp: str) -> None:
    handled(talking_desk, lamp, Deed.CLOSE)

    assert "被反映的人看不到" in await say("回访的时候说没修好，还填满意")

    assert status_of(talking_desk, lamp) is EventStatus.CLOSED


async def test_a_question_about_a_closed_case_may_reopen_it(talking_desk: Desk, say: Say, lamp: str) -> None:
    handled(talking_desk, lamp, Deed.CLOSE)

    assert "我们重新办" in await say("收到短信说修好了，其实没好")

    assert status_of(talking_desk, lamp) is EventStatus.REOPENED


async def test_asking_how_far_a_done_case_is_offers_the_verdict(talking_desk: Desk, say: Say, lamp: str) -> None:
    handled(talking_desk, lamp, Deed.CLOSE)
    await say("居住证怎么办")

    assert "解决了没有？" in await say("我上次报的怎么样了")
    assert "我们重新办" in await say("2")

    assert status_of(talking_desk, lamp) is EventStatus.REOPENED


async def test_hurry_up(talking_desk: Desk, say: Say, lamp: str) -> None:
    handled(talking_desk, lamp, Deed.START)

    assert "我替您催了一次" in await say("怎么还没修")
    assert "刚替您催过没多久" in await say("催一下")


async def test_reporting_it_again_and_hurrying_is_a_push_as_well(talking_desk: Desk, say: Say, lamp: str) -> None:
    handled(talking_desk, lamp, Deed.START)

    await say("3号楼2单元楼道灯坏了")
    assert "快些办" in await say("1")
    await say("3号楼2单元楼道灯坏了")
    assert "刚替您催过没多久" in await say("1")

    with talking_desk.transaction(read_only=True) as session:
        event = cases.case_by_number(session, lamp)
        assert isinstance(event, GridEvent)
        assert event.urges == 1


async def test_each_step_in_bubbles(talking_desk: Desk, say: Say, lamp: str) -> None:
    handled(talking_desk, lamp, Deed.CLOSE)
    await say("我上次报的怎么样了")

    told = await say("看每一步")

    assert f"编号{lamp}" in told
    assert all(words in told for words in ("报上去了", "受理了", "开始处理", "社区去看过，办好了", "办结了"))


async def test_in_the_middle_of_a_report_the_form_goes_on(talking_desk: Desk, say: Say, lamp: str) -> None:
    await say("电梯坏了，在7号楼")
    handled(talking_desk, lamp, Deed.RESOLVE)

    assert "报好了" in await say("1")

    assert status_of(talking_desk, lamp) is EventStatus.RESOLVED
