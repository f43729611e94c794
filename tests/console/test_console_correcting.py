"""What the bot understood and why, and putting it right with one key."""

import asyncio

import pytest

from bot.core.urgency import Urgency
from bot.services.desk import Desk
from bot.store.tables import Label, Message
from tests.console.house import SCRIPT, House
from tests.console.talks import Talk, in_hand, reads
from tests.services import stage

READING: dict[str, object] = {
    "intent": "report_event",
    "confidence": 0.62,
    "leaf": "0503",
    "leaf_top3": ["0503", "0603", "0501"],
    "leaf_confidence": 0.4,
    "ranking": [["report_event", 0.62]],
    "urgency": "P2",
    "urgency_reasons": ["已经好几天"],
    "address": [{"text": "5号楼", "type": "building"}],
    "intent_words": ["灯坏"],
    "leaf_words": ["楼道"],
}


@pytest.fixture
def talk(desk: Desk) -> Talk:
    found = in_hand(desk)
    reads(desk, found, READING)
    return found


def label(desk: Desk) -> Label:
    with desk.transaction(read_only=True) as session:
        return session.query(Label).one()


def count(desk: Desk) -> int:
    with desk.transaction(read_only=True) as session:
        return session.query(Label).count()


async def test_the_page_says_what_was_understood_and_by_which_words(house: House, talk: Talk) -> None:
    page = (await (await house.enter(stage.WORKER)).get(talk.address)).text

    assert "地点：5号楼" in page
    assert "“灯坏”" in page
    assert "分类看“楼道”" in page
    assert "急的原因：已经好几天" in page
    assert Urgency.P2.plain in page


async def test_every_key_is_written_on_what_it_does(house: House, talk: Talk) -> None:
    page = (await (await house.enter(stage.WORKER)).get(talk.address)).text

    assert page.count('value="report_event/0503" data-key="1"') == 1
    assert 'value="report_event/0603" data-key="2"' in page
    for key in "ilauevp":
        assert f'data-key="{key}" aria-describedby="t{talk.message_id}"><kbd>{key.upper()}</kbd>' in page


async def test_one_key_keeps_what_the_message_meant(house: House, desk: Desk, talk: Talk) -> None:
    worker = await house.enter(stage.WORKER)

    answer = await worker.post(f"{talk.message}/pick", {"choice": "report_event/0603"}, SCRIPT)

    assert answer.status == 204
    assert (label(desk).intent, label(desk).leaf) == ("report_event", "0603")
    assert "已改为：报问题" in (await worker.get(talk.address)).text


async def test_without_a_script_the_page_comes_again_at_the_message(house: House, talk: Talk) -> None:
    answer = await (await house.enter(stage.WORKER)).post(f"{talk.message}/pick", {"choice": "track_progress"})

    assert (answer.status, answer.location) == (303, f"{talk.address}#m{talk.message_id}")


@pytest.mark.parametrize("choice", ["", "nonsense", "report_event", "report_event/9999", "emergency/0503"])
async def test_a_choice_nobody_offers_changes_nothing(house: House, desk: Desk, talk: Talk, choice: str) -> None:
    worker = await house.enter(stage.WORKER)

    assert (await worker.post(f"{talk.message}/pick", {"choice": choice})).status == 400
    assert (await worker.post(f"{talk.message}/pick", {"choice": choice}, SCRIPT)).status == 400
    assert count(desk) == 0


@pytest.mark.parametrize(
    ("at", "field"), [("intent", "intent"), ("leaf", "leaf"), ("place", "place"), ("urgency", "urgency")]
)
async def test_a_key_leads_to_its_field(house: House, talk: Talk, at: str, field: str) -> None:
    page = (await (await house.enter(stage.WORKER)).get(f"{talk.message}?at={at}")).text

    assert page.count("autofocus") == 1
    assert f'id="{field}"' in page.partition("autofocus")[0].rpartition("<")[2]


async def test_place_and_urgency_reach_the_trainers_too(house: House, desk: Desk, talk: Talk) -> None:
    fields = {"intent": "report_event", "leaf": "0503", "place": "6号楼", "urgency": "P1", "note": "打电话问过"}

    answer = await (await house.enter(stage.WORKER)).post(talk.message, fields)

    assert answer.status == 303
    assert label(desk).note == f"地点应是“6号楼”；应是{Urgency.P1.plain}；打电话问过"
    with desk.transaction(read_only=True) as session:
        reading = session.get_one(Message, talk.message_id).reading
    assert reading
    assert (reading["right_place"], reading["right_urgency"]) == ("6号楼", "P1")


@pytest.mark.parametrize("wrong", [{"urgency": "P9"}, {"place": "长" * 61}])
async def test_a_place_or_urgency_without_sense_is_refused(
    house: House, desk: Desk, talk: Talk, wrong: dict[str, str]
) -> None:
    fields = {"intent": "report_event", "leaf": "0503", **wrong}

    assert (await (await house.enter(stage.WORKER)).post(talk.message, fields)).status == 400
    assert count(desk) == 0


async def test_who_does_not_belong_there_puts_nothing_right(house: House, desk: Desk, talk: Talk) -> None:
    fields = {"choice": "track_progress"}

    assert (await (await house.nobody()).post(f"{talk.message}/pick", fields)).status == 303
    assert (await (await house.enter(stage.GRID_WORKER)).post(f"{talk.message}/pick", fields)).status == 403
    assert (await (await house.enter(stage.ELSEWHERE)).post(f"{talk.message}/pick", fields)).status == 404
    assert (await (await house.enter(stage.WORKER)).post(f"{talk.address}/messages/999/pick", fields)).status == 404
    assert count(desk) == 0


async def test_an_open_page_hears_of_a_correction(house: House, talk: Talk) -> None:
    worker, colleague = await house.enter(stage.WORKER), await house.enter(stage.COLLEAGUE)

    async with asyncio.timeout(10), colleague.listening(f"/console/stream?conversation={talk.id}") as stream:
        await stream.next()
        await stream.next()
        await worker.post(f"{talk.message}/pick", {"choice": "track_progress"})
        heard = await stream.next()

    fresh = (await colleague.get(f"{talk.address}/news?part=said&after=0")).text
    assert heard == f"conversation:{talk.id}"
    assert "已改为：问进度" in fresh
