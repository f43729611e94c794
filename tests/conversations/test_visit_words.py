"""What is said within the form for a visit stands in the order: the model, the actions and the rules are real."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from bot.channels.terminal import CHANNEL, TerminalTalk
from bot.dialogue.assistant import Assistant
from bot.services.desk import Desk
from bot.store.tables import InPersonOrder, Resident

Say = Callable[[str], Awaitable[str]]
WISH = "我腿脚不好，想请人上门帮忙办老年卡，青禾苑5号楼2单元301，电话19900000088"


@pytest.fixture
def say(talking_desk: Desk, talking_assistant: Assistant) -> Say:
    talk = TerminalTalk(talking_desk, talking_assistant, "居民", None)

    async def said(text: str) -> str:
        return "\n".join(reply.text for reply in (await talk.say(text)).replies)

    return said


def ordered(desk: Desk) -> InPersonOrder:
    with desk.transaction(read_only=True) as session:
        own = select(InPersonOrder).join(Resident).where(Resident.channel == CHANNEL)
        return session.scalars(own).one()


@pytest.mark.parametrize("before", [(), ("建议在小区加装充电桩",)])
@pytest.mark.parametrize("tapped", ["9", "要上门"])
async def test_the_purpose_of_a_visit_is_what_the_resident_says_it_is(
    say: Say, talking_desk: Desk, tapped: str, before: tuple[str, ...]
) -> None:
    for words in before:
        await say(words)
    assert "帮您做什么" in await say(tapped)

    await say(WISH)
    await say("明天上午")
    await say("可以")

    order = ordered(talking_desk)
    assert order.need == "我腿脚不好，想请人上门帮忙办老年卡"
    assert WISH.partition("，电话")[0] in order.text
    assert order.leaf != "1102"
    assert (order.place_text, order.room, order.preferred_time) == ("青禾苑5号楼2单元", "301", "明天上午")


async def test_what_is_said_later_and_better_is_the_purpose_and_all_of_it_is_quoted(
    say: Say, talking_desk: Desk
) -> None:
    await say("想请人上门帮忙")
    for words in ("想请人来家里教我用手机交水费", "我自己", "5号楼2单元301", "明天上午", "我耳朵背，敲门大声点"):
        await say(words)
    await say("可以")

    order = ordered(talking_desk)
    assert "教我用手机交水费" in order.need
    assert [one for one in ("教我用手机交水费", "耳朵背") if one not in order.text] == []
