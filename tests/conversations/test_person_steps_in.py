"""A worker takes over while the bot waits for a yes: the model, the actions and the rules are real."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from bot.channels.terminal import CHANNEL, Exchange, TerminalTalk
from bot.core.urgency import Urgency
from bot.dialogue.assistant import Assistant
from bot.services import recording, talk
from bot.services.desk import Desk
from bot.services.record_source import Source, Spot
from bot.services.recording import EventForm, VisitForm
from bot.store.tables import Conversation, Direction, GridEvent, InPersonOrder, Message, MessageStatus, Resident, Staff
from tests.services.stage import LIFT_FAULT, STREET_LAMP, WORKER, staff

Say = Callable[[str], Awaitable[Exchange]]
LIFT = "9号楼1单元的电梯门关不上，老人上下楼不方便"
YES = "对，报上去"
WHERE = Spot("qinghe-qh-9", "1", "")
EVENT = EventForm(LIFT_FAULT, Urgency.P1.value, WHERE, LIFT)


@pytest.fixture
def say(talking_desk: Desk, talking_assistant: Assistant) -> Say:
    return TerminalTalk(talking_desk, talking_assistant, "居民", None).say


@pytest.fixture
async def asked(say: Say) -> Exchange:
    """The bot has read the report back and waits for a yes."""
    await say("转人工")
    told = await say(LIFT)
    assert told.replies[-1].buttons[0] == YES
    return told


def does(desk: Desk, deed: Callable[..., object], *more: object) -> None:
    with desk.transaction() as session:
        deed(session, desk, _conversation(desk).id, staff(session, WORKER), *more)


def _conversation(desk: Desk) -> Conversation:
    with desk.transaction(read_only=True) as session:
        of_terminal = select(Conversation).join(Resident).where(Resident.channel == CHANNEL)
        return session.scalars(of_terminal).one()


def said_last(desk: Desk, words: str) -> Message:
    with desk.transaction(read_only=True) as session:
        one = select(Message).where(Message.direction == Direction.IN, Message.text == words)
        return session.scalars(one.order_by(Message.id.desc()).limit(1)).one()


def files(desk: Desk, words: str = LIFT, form: EventForm = EVENT) -> str:
    source = Source(_conversation(desk).id, said_last(desk, words).id, 0)
    with desk.transaction() as session:
        return recording.record_event(session, desk, staff(session, WORKER), source, form).number


def events(desk: Desk) -> list[str]:
    with desk.transaction(read_only=True) as session:
        own = select(GridEvent).where(GridEvent.resident_id == _conversation(desk).resident_id)
        return [event.number for event in session.scalars(own)]


def bubbles(exchange: Exchange) -> str:
    return "\n".join(reply.text for reply in exchange.replies)


@pytest.mark.usefixtures("asked")
async def test_a_late_yes_is_with_the_worker_and_the_resident_hears_who_reads_it(say: Say, talking_desk: Desk) -> None:
    does(talking_desk, talk.take)

    told = await say(YES)

    assert _conversation(talking_desk).choices == []
    assert said_last(talking_desk, YES).status is MessageStatus.HELD
    assert "李青禾正在看您的话" in bubbles(told)
    assert events(talking_desk) == []


@pytest.mark.usefixtures("asked")
async def test_what_is_said_to_the_worker_besides_gets_no_answer_of_ours(say: Say, talking_desk: Desk) -> None:
    does(talking_desk, talk.take)
    await say("您好")

    assert "正在看您的话" not in bubbles(await say("门一直开着"))


@pytest.mark.parametrize("ends", [talk.hand_back, talk.close])
@pytest.mark.usefixtures("asked")
async def test_what_the_worker_filed_is_not_filed_again(
    say: Say, talking_desk: Desk, ends: Callable[..., object]
) -> None:
    does(talking_desk, talk.take)
    await say(YES)
    number = files(talking_desk)
    does(talking_desk, ends)

    told = [bubbles(await say(YES)), bubbles(await say(YES))]

    assert [f"已经登记好了，编号{number}" in one for one in told] == [True, True]
    assert events(talking_desk) == [number]


@pytest.mark.usefixtures("asked")
async def test_it_is_not_filed_again_either_where_nobody_took_the_conversation(say: Say, talking_desk: Desk) -> None:
    number = files(talking_desk)

    told = await say("1")

    assert f"已经登记好了，编号{number}" in bubbles(told)
    assert events(talking_desk) == [number]


@pytest.mark.usefixtures("asked")
async def test_filing_something_else_leaves_the_open_question_alone(say: Say, talking_desk: Desk) -> None:
    files(talking_desk, "转人工", EventForm(STREET_LAMP, "P2", Spot("", "", "小区北门"), "北门路灯不亮"))

    await say(YES)

    assert len(events(talking_desk)) == 2


@pytest.mark.usefixtures("asked")
async def test_where_the_worker_filed_nothing_the_bot_asks_once_more(say: Say, talking_desk: Desk) -> None:
    does(talking_desk, talk.take)
    does(talking_desk, talk.hand_back)
    handed_back = await say("接着办")

    filed = await say(YES)

    assert "刚才说到一半的事还没登记，要接着办吗" in bubbles(handed_back)
    assert handed_back.replies[-1].buttons[0] == YES
    assert "报上去了" in bubbles(filed) or "编号" in bubbles(filed)
    assert len(events(talking_desk)) == 1


@pytest.mark.usefixtures("asked")
async def test_where_the_worker_has_ended_the_matter_nothing_is_left_to_say_yes_to(
    say: Say, talking_desk: Desk
) -> None:
    does(talking_desk, talk.take)
    does(talking_desk, talk.close)

    told = await say(YES)

    assert "接着办" not in bubbles(told)
    assert events(talking_desk) == []


async def test_a_visit_the_worker_ordered_is_not_ordered_again(say: Say, talking_desk: Desk) -> None:
    await say("我腿脚不好，想请人上门帮忙办老年卡，青禾苑5号楼2单元301，电话19900000088，明天上午")
    does(talking_desk, talk.take)
    words = "我腿脚不好，想请人上门帮忙办老年卡，青禾苑5号楼2单元301，电话19900000088，明天上午"
    source = Source(_conversation(talking_desk).id, said_last(talking_desk, words).id, 0)
    form = VisitForm("办老年卡", "visit", "self", "", "", "", Spot("qinghe-qh-5", "2", ""))
    with talking_desk.transaction() as session:
        worker: Staff = staff(session, WORKER)
        number = recording.record_visit(session, talking_desk, worker, source, form).number
    does(talking_desk, talk.hand_back)

    told = await say("对，就这样")

    with talking_desk.transaction(read_only=True) as session:
        own = InPersonOrder.resident_id == _conversation(talking_desk).resident_id
        orders = [one.number for one in session.scalars(select(InPersonOrder).where(own))]
    assert orders == [number]
    assert number in bubbles(told)
