"""Verdicts in the chat: taps, numbers and plain words, before any model is asked; everything else passes on."""

import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus, Satisfaction, Solved
from bot.services.desk import Desk
from bot.services.out_of_order import OutOfOrder
from bot.services.talk import hand_back, reply, take
from bot.services.turns import Turns
from bot.store.queries import cases, verdicts
from bot.store.tables import ElderlyStatus, EventCallBack, GridEvent, Message, MessageStatus, Resident
from tests.services.deliveries import delivered, replies, said_back, talk_with
from tests.services.dialogues import Parrot
from tests.services.events.course import goes
from tests.services.stage import BUILDING, DIRECTOR, TOWER, at, report, staff
from tests.talking import Clock

Say = Callable[[str], Awaitable[str]]
HEARD_BY_MODEL = "听到："


class Understanding(Parrot):
    """Reads every message as one intent."""

    def __init__(self, intent: str) -> None:
        super().__init__()
        self._intent = intent

    async def parse(self, text: str) -> dict[str, Any]:
        return {"text": text, "intent": {"name": self._intent, "confidence": 0.9}}


@pytest.fixture
def say(talking_desk: Desk) -> Say:
    """The resident of WeChat writes; returns what they are told, a line a bubble."""
    return saying(talking_desk, Parrot())


def saying(desk: Desk, dialogue: Parrot | OutOfOrder) -> Say:
    turns, numbers = Turns(desk, dialogue), itertools.count()

    async def said(text: str) -> str:
        message_id = delivered(desk, f"{id(numbers)}-{next(numbers)}", text)
        assert await turns.take(message_id)
        return said_back(desk, message_id)

    return said


@pytest.fixture
async def lamp(talking_desk: Desk, say: Say) -> str:
    """The number of the resident's lamp, which is said to be repaired."""
    await say("你好")
    return handled(talking_desk, Deed.RESOLVE)


@pytest.fixture
async def asked_lamp(talking_desk: Desk, lamp: str) -> str:
    """The same, closed since: its resident has just been asked whether it is solved."""
    onward(talking_desk, lamp, Deed.CLOSE)
    return lamp


def handled(desk: Desk, until: Deed, building: str = BUILDING) -> str:
    with desk.transaction() as session:
        resident = session.get_one(Resident, talk_with(desk).resident_id)
        event = report(session, desk, resident, at(desk, building))
        return goes(session, desk, event, until).number


def later(desk: Desk, **time: int) -> None:
    assert isinstance(desk.clock, Clock)
    desk.clock.turn(**time)


def onward(desk: Desk, number: str, until: Deed) -> None:
    with desk.transaction() as session:
        goes(session, desk, found(session, number), until)


def found(session: Session, number: str) -> GridEvent:
    event = cases.case_by_number(session, number)
    assert isinstance(event, GridEvent)
    return event


def status_of(desk: Desk, number: str) -> EventStatus:
    with desk.transaction(read_only=True) as session:
        return found(session, number).status


def word_on(desk: Desk, number: str) -> EventCallBack | None:
    with desk.transaction(read_only=True) as session:
        return verdicts.last_said(session, found(session, number), talk_with(desk).resident_id)


def notes_of(desk: Desk, number: str) -> list[str]:
    with desk.transaction(read_only=True) as session:
        return [step.note for step in cases.steps_of(session, found(session, number))]


@pytest.mark.parametrize("said", ["1", "解决了", "修好了谢谢", "嗯，亮了"])
async def test_yes_is_kept_and_one_more_thing_is_asked(
    talking_desk: Desk, say: Say, asked_lamp: str, said: str
) -> None:
    told = await say(said)

    assert "办得您满意吗" in told
    word = word_on(talking_desk, asked_lamp)
    assert word is not None
    assert (word.solved, word.satisfaction) == (Solved.YES, Satisfaction.UNRATED)
    assert [one["title"] for one in talk_with(talking_desk).choices] == ["满意", "基本满意", "不满意"]


@pytest.mark.parametrize(
    ("said", "satisfaction"),
    [
        ("1", Satisfaction.SATISFIED),
        ("挺满意的", Satisfaction.SATISFIED),
        ("还行", Satisfaction.FAIR),
        ("3", Satisfaction.UNSATISFIED),
    ],
)
async def test_the_rating_follows_with_one_tap(
    talking_desk: Desk, say: Say, asked_lamp: str, said: str, satisfaction: Satisfaction
) -> None:
    await say("1")

    told = await say(said)

    assert "记下" in told
    word = word_on(talking_desk, asked_lamp)
    assert word is not None
    assert (word.solved, word.satisfaction) == (Solved.YES, satisfaction)
    assert talk_with(talking_desk).choices == []


async def test_the_rating_may_be_skipped(talking_desk: Desk, say: Say, asked_lamp: str) -> None:
    await say("1")

    assert await say("居住证怎么办") == f"{HEARD_BY_MODEL}居住证怎么办"

    word = word_on(talking_desk, asked_lamp)
    assert word is not None
    assert word.satisfaction is Satisfaction.UNRATED


async def test_no_begins_again_at_once_and_asks_why(talking_desk: Desk, say: Say, asked_lamp: str) -> None:
    told = await say("2")

    assert "重新办" in told
    assert "差在哪里？" in told
    assert status_of(talking_desk, asked_lamp) is EventStatus.REOPENED


async def test_somebody_elderly_is_told_of_the_ways_without_typing(
    talking_desk: Desk, say: Say, asked_lamp: str
) -> None:
    with talking_desk.transaction() as session:
        resident = session.get_one(Resident, talk_with(talking_desk).resident_id)
        resident.elderly_status = ElderlyStatus.DECLARED

    assert "回复9" in await say("2")


async def test_the_reason_reaches_the_workers(talking_desk: Desk, say: Say, lamp: str) -> None:
    await say("没解决")

    assert await say("师傅换了灯泡还是一闪一闪的") == "记下了，办这件事的人看得到。"

    assert notes_of(talking_desk, lamp)[-1] == "居民说差在哪里，师傅换了灯泡还是一闪一闪的"
    assert await say("换了灯泡还是闪") == f"{HEARD_BY_MODEL}换了灯泡还是闪"


async def test_nobody_has_to_give_a_reason(talking_desk: Desk, say: Say, lamp: str) -> None:
    await say("没解决")
    before = notes_of(talking_desk, lamp)

    assert await say("1") == "好，不说也行，这件事接着办。"

    assert notes_of(talking_desk, lamp) == before


async def test_who_says_why_at_once_is_not_asked(talking_desk: Desk, say: Say, asked_lamp: str) -> None:
    told = await say("灯还是不亮，白跑一趟")

    assert "差在哪里" not in told
    assert "灯还是不亮，白跑一趟" in notes_of(talking_desk, asked_lamp)[-1]


@pytest.mark.parametrize("intent", ["complaint_escalate", "request_in_person", "track_progress"])
async def test_another_wish_is_not_taken_for_the_reason(talking_desk: Desk, say: Say, lamp: str, intent: str) -> None:
    await say("没解决")
    before = notes_of(talking_desk, lamp)

    assert HEARD_BY_MODEL in await saying(talking_desk, Understanding(intent))("叫个人来跟我说")

    assert notes_of(talking_desk, lamp) == before


async def test_a_report_of_another_place_is_not_taken_for_the_reason(talking_desk: Desk, say: Say, lamp: str) -> None:
    await say("没解决")

    reads = saying(talking_desk, Understanding("report_event"))

    assert HEARD_BY_MODEL in await reads("27号楼电梯停了")
    assert len(notes_of(talking_desk, lamp)) == len(
        [note for note in notes_of(talking_desk, lamp) if "电梯" not in note]
    )


async def test_a_reason_that_sounds_like_a_report_is_one(talking_desk: Desk, say: Say, lamp: str) -> None:
    await say("没解决")

    assert "记下了" in await saying(talking_desk, Understanding("report_event"))("两个灯只换了一个")


async def test_without_a_model_a_verdict_and_its_reason_are_heard_all_the_same(talking_desk: Desk, lamp: str) -> None:
    deaf = saying(talking_desk, OutOfOrder())

    assert "差在哪里" in await deaf("没解决")
    assert "记下了" in await deaf("晚上又灭了")

    assert status_of(talking_desk, lamp) is EventStatus.REWORK


async def test_not_content_without_a_word_on_the_outcome_is_asked_for_it(
    talking_desk: Desk, say: Say, lamp: str
) -> None:
    told = await say("不满意")

    assert "对不起" in told
    assert told.endswith("解决了没有？")
    await say("解决了")
    word = word_on(talking_desk, lamp)
    assert word is not None
    assert (word.solved, word.satisfaction) == (Solved.YES, Satisfaction.UNSATISFIED)


@pytest.mark.parametrize(
    "said", ["回访的时候说没修好，还填满意", "我要投诉，根本没修好", "3号楼2单元楼道灯坏了", "谢谢"]
)
async def test_complaints_and_other_matters_go_on_to_the_model(
    talking_desk: Desk, say: Say, lamp: str, said: str
) -> None:
    assert await say(said) == f"{HEARD_BY_MODEL}{said}"

    assert word_on(talking_desk, lamp) is None
    assert status_of(talking_desk, lamp) is EventStatus.RESOLVED


async def test_plain_words_count_after_other_talk_too(talking_desk: Desk, say: Say, lamp: str) -> None:
    await say("居住证怎么办")

    assert "没弄好" in await say("还是没修好")

    assert status_of(talking_desk, lamp) is EventStatus.REWORK


async def test_a_bare_word_counts_only_while_the_question_stands(talking_desk: Desk, say: Say, lamp: str) -> None:
    await say("居住证怎么办")

    assert await say("没有") == f"{HEARD_BY_MODEL}没有"
    assert await say("2") == f"{HEARD_BY_MODEL}2"

    assert word_on(talking_desk, lamp) is None


async def test_no_words_about_an_outcome_count_where_none_is_awaited(say: Say) -> None:
    assert await say("修好了谢谢") == f"{HEARD_BY_MODEL}修好了谢谢"


async def test_not_yet_repaired_is_about_the_newer_matter(talking_desk: Desk, say: Say, lamp: str) -> None:
    await say("你好")
    later(talking_desk, hours=1)
    handled(talking_desk, Deed.ACCEPT, TOWER)

    assert await say("还没修好") == f"{HEARD_BY_MODEL}还没修好"

    assert status_of(talking_desk, lamp) is EventStatus.RESOLVED


async def test_after_a_month_words_are_about_something_else(talking_desk: Desk, say: Say, lamp: str) -> None:
    await say("你好")
    later(talking_desk, days=31)

    assert await say("没修好") == f"{HEARD_BY_MODEL}没修好"


async def test_what_a_worker_asked_last_is_what_is_answered(talking_desk: Desk, say: Say, lamp: str) -> None:
    with talking_desk.transaction() as session:
        worker, talk = staff(session, DIRECTOR), talk_with(talking_desk)
        take(session, talking_desk, talk.id, worker)
        reply(session, talking_desk, talk.id, worker, "您家是502吗")
        hand_back(session, talking_desk, talk.id, worker)

    assert await say("是的") == f"{HEARD_BY_MODEL}是的"

    assert word_on(talking_desk, lamp) is None


async def test_while_a_worker_holds_the_talk_the_bot_stays_silent(talking_desk: Desk, say: Say, lamp: str) -> None:
    with talking_desk.transaction() as session:
        take(session, talking_desk, talk_with(talking_desk).id, staff(session, DIRECTOR))

    assert await say("没解决") == ""

    assert status_of(talking_desk, lamp) is EventStatus.RESOLVED


async def test_a_cry_for_help_goes_before_any_verdict(talking_desk: Desk, say: Say, lamp: str) -> None:
    assert "119" in await say("没修好，现在着火了")

    assert status_of(talking_desk, lamp) is EventStatus.RESOLVED


async def test_a_no_that_comes_second_is_written_down_with_how_things_stand(
    talking_desk: Desk, say: Say, asked_lamp: str
) -> None:
    with talking_desk.transaction() as session:
        event = found(session, asked_lamp)
        event.status = event.status.move(EventStatus.REOPENED)

    told = await say("没解决")

    assert told.startswith("您的话记下了，谢谢您。")
    assert "社区重新在办" in told
    assert status_of(talking_desk, asked_lamp) is EventStatus.REOPENED


async def test_after_closing_no_reopens_and_says_so(talking_desk: Desk, say: Say, lamp: str) -> None:
    onward(talking_desk, lamp, Deed.CLOSE)

    assert "没解决，我们重新办" in await say("又坏了")

    assert status_of(talking_desk, lamp) is EventStatus.REOPENED


async def test_a_message_taken_twice_is_one_verdict(talking_desk: Desk, lamp: str) -> None:
    turns = Turns(talking_desk, Parrot())
    message_id = delivered(talking_desk, "once", "没解决")
    assert await turns.take(message_id)
    before = notes_of(talking_desk, lamp)

    assert await turns.take(message_id)

    assert notes_of(talking_desk, lamp) == before
    with talking_desk.transaction(read_only=True) as session:
        assert session.get_one(Message, message_id).status is MessageStatus.ANSWERED
    assert all(len(one.text) <= 60 for one in replies(talking_desk, message_id))
