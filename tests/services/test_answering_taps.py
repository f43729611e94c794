"""Taps on the menu of the account, and what is said while no model can be loaded."""

import itertools
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from bot.dialogue.assistant import Assistant
from bot.errors import Unavailable
from bot.services.desk import Desk
from bot.services.out_of_order import OutOfOrder
from bot.services.turns import Turns
from bot.store.queries import talk
from bot.store.queries.receipts import Said
from bot.store.tables import GridEvent, HandoverKind, Message, MessageStatus
from tests.services.deliveries import AT_FIVE, PICTURE, VOICE, delivered, position, said_back, talk_with

Say = Callable[[Said | str], Awaitable[str]]
REPORT, PROPOSE = Said("我要报修", "/report_event"), Said("我想给小区提个建议", "/propose_agenda_item")
VISIT, PERSON = Said("要上门", "/request_in_person"), Said("找人工", "/complaint_escalate")
PROGRESS = Said("我报的事怎么样了", "/track_progress")
WHERE, WHAT, CONFIRM = "在什么地方", "什么事、在哪里", "这样报上去，对吗"
FIRE_WHERE = "着火的是哪个小区"


@pytest.fixture
def say(talking_desk: Desk, talking_assistant: Assistant) -> Say:
    """The resident sends something; returns what they are told."""
    return saying(talking_desk, Turns(talking_desk, talking_assistant))


def saying(desk: Desk, turns: Turns) -> Say:
    numbers = itertools.count()

    async def said(what: Said | str) -> str:
        message_id = delivered(desk, str(next(numbers)), what)
        assert await turns.take(message_id)
        return said_back(desk, message_id)

    return said


def handed_over(desk: Desk) -> list[HandoverKind]:
    with desk.transaction(read_only=True) as session:
        return [one.kind for one in talk.open_handovers(session, talk_with(desk).id)]


@pytest.mark.parametrize(
    ("tapped", "asked"),
    [
        (REPORT, WHAT),
        (PROPOSE, "商量什么事"),
        (VISIT, "帮您做什么"),
        (PERSON, "已经转给社区工作人员"),
        (PROGRESS, "没找到您报过的事"),
    ],
)
async def test_a_tap_begins_what_the_menu_says(say: Say, tapped: Said, asked: str) -> None:
    assert asked in await say(tapped)


async def test_after_a_tap_the_words_are_read_as_usual(say: Say, talking_desk: Desk) -> None:
    await say(REPORT)

    told = await say("3号楼2单元楼道灯坏了")

    assert CONFIRM in told
    assert "报修" not in told


async def test_a_tap_is_no_place_and_no_detail_of_the_report_it_began(say: Say, talking_desk: Desk) -> None:
    await say("楼道灯坏了")
    for_the_place = await say(REPORT)
    await say("3号楼2单元")
    for_the_details = await say(REPORT)

    await say("对")

    assert WHERE in for_the_place
    assert CONFIRM in for_the_details
    resident_id = talk_with(talking_desk).resident_id
    with talking_desk.transaction(read_only=True) as session:
        event = session.scalars(select(GridEvent).where(GridEvent.resident_id == resident_id)).one()
    assert (event.place_text, event.text) == ("青禾苑3号楼2单元", "楼道灯坏了")


async def test_a_tap_is_no_reason_for_the_proposal_it_began(say: Say) -> None:
    await say("建议在小区加装充电桩")

    assert "为什么想办这件事" in await say(PROPOSE)


async def test_a_tap_on_the_way_to_a_person_leaves_the_report_where_it_was(say: Say, talking_desk: Desk) -> None:
    await say("楼道灯坏了")

    told = await say(PERSON)

    assert "转给社区工作人员" in told
    assert WHERE in told
    assert handed_over(talking_desk) == [HandoverKind.PERSON]


async def test_a_tap_is_not_the_place_of_an_emergency(say: Say, talking_desk: Desk) -> None:
    assert FIRE_WHERE in await say("着火了")

    told = await say(VISIT)

    assert "帮您做什么" in told
    assert talk_with(talking_desk).emergency_event_id is not None


async def test_words_with_a_slash_are_no_tap(say: Say, talking_desk: Desk) -> None:
    await say("/complaint_escalate")

    assert handed_over(talking_desk) == []


async def test_out_of_order_nothing_can_be_read() -> None:
    with pytest.raises(Unavailable):
        await OutOfOrder().parse("你好")
    with pytest.raises(Unavailable):
        await OutOfOrder().answer("resident", "你好", {}, None)


@pytest.mark.parametrize("what", ["楼道灯坏了", REPORT, position(AT_FIVE)])
async def test_out_of_order_every_message_goes_to_a_person(talking_desk: Desk, what: Said | str) -> None:
    told = await saying(talking_desk, Turns(talking_desk, OutOfOrder()))(what)

    assert "119" in told
    assert handed_over(talking_desk) == [HandoverKind.FAILURE]


async def test_out_of_order_pictures_and_recordings_are_taken_as_ever(talking_desk: Desk) -> None:
    say = saying(talking_desk, Turns(talking_desk, OutOfOrder()))

    assert "照片收到了" in await say(PICTURE)
    assert "语音收到了" in await say(VOICE)
    assert handed_over(talking_desk) == [HandoverKind.MEDIA]


async def test_out_of_order_a_cry_for_help_gets_its_card_and_a_position_its_place(talking_desk: Desk) -> None:
    say = saying(talking_desk, Turns(talking_desk, OutOfOrder()))

    cried = await say("着火了")
    placed = await say(position(AT_FIVE))

    assert "打119" in cried
    assert "已经告诉值班人员" in placed
    assert handed_over(talking_desk) == [HandoverKind.EMERGENCY]


async def test_a_message_answered_before_is_not_answered_again(talking_desk: Desk) -> None:
    message_id = delivered(talking_desk, "1", "着火了")
    turns = Turns(talking_desk, OutOfOrder())
    await turns.take(message_id)
    first = said_back(talking_desk, message_id)

    assert await turns.take(message_id)

    assert said_back(talking_desk, message_id) == first
    with talking_desk.transaction(read_only=True) as session:
        assert session.get_one(Message, message_id).status is MessageStatus.ANSWERED
