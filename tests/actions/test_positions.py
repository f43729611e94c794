"""A position a phone sent, as each form takes it: it says where, and answers nothing else."""

from typing import Any

import pytest
from rasa_sdk import Tracker

from actions.facts import NoteFact
from actions.place_slot import dumped, loaded, told_in
from actions.propose import ValidateProposeForm
from actions.report import ValidateReportForm
from actions.turn import Position, Turn
from actions.visit import ValidateVisitForm
from bot.services.desk import Desk
from bot.store.tables import Resident
from tests.actions.stage import at, item, report_slots, request, run, slot, touched, tracker_of, visit_slots, written
from tests.services.deliveries import AT_FIVE, FAR_AWAY, IN_THE_GRID

FIVE, THREE = "qinghe-qh-5", "qinghe-qh-3"
PROPOSAL: dict[str, Any] = {
    "proposal": {"text": "装充电桩", "leaf": "1202", "place": None, "group": None},
    "propose_title": "小区装充电桩",
    "propose_similar": "new",
}


def sent(
    desk: Desk,
    where: tuple[float, float] = AT_FIVE,
    label: str = "",
    form: str | None = None,
    asked: str | None = None,
    slots: dict[str, Any] | None = None,
) -> Tracker:
    """The tracker of somebody who sends a position."""
    sender, inbox = written(desk, "[位置]")
    known = {**(slots or {}), "requested_slot": asked}
    tracker = tracker_of(sender, inbox, label or "一个位置", "inform", known, form)
    tracker.latest_message["metadata"]["position"] = {"lon": where[0], "lat": where[1], "label": label}
    return tracker


def no_place_yet(desk: Desk) -> dict[str, Any]:
    slots = report_slots(item(), place=at(desk, FIVE))
    slots["report"]["place"] = None
    return slots


def place_in(desk: Desk, kept: dict[str, Any]) -> str:
    place = loaded(kept["place"], desk.gazetteer)
    return place.label() if place else ""


def test_a_turn_carries_the_position_and_others_carry_none(talking_desk: Desk) -> None:
    assert Turn.of(sent(talking_desk, label="东门")).position == Position(*AT_FIVE, "东门")
    assert Turn.of(tracker_of("r", 7)).position is None


def test_the_position_counts_and_not_what_its_words_name(talking_desk: Desk) -> None:
    turn = Turn.of(sent(talking_desk, label="青禾苑3号楼旁边的超市"))

    found = told_in(turn, talking_desk, "qinghe", before=at(talking_desk, THREE))

    assert found.place is not None
    assert found.place.building is not None
    assert (found.place.building.id, found.choices, found.problem) == (FIVE, (), None)


def test_without_a_position_the_words_count(talking_desk: Desk) -> None:
    turn = Turn.of(tracker_of("r", 7, "青禾苑3号楼", "inform"))

    assert told_in(turn, talking_desk, "qinghe").place == at(talking_desk, THREE)


@pytest.mark.parametrize(
    ("where", "label", "place"),
    [(AT_FIVE, "超市", "青禾苑5号楼"), (IN_THE_GRID, "青禾公园", "青禾公园"), (FAR_AWAY, "", "微信发来的位置")],
)
async def test_a_report_that_asks_where_is_filled(
    talking_desk: Desk, where: tuple[float, float], label: str, place: str
) -> None:
    tracker = sent(talking_desk, where, label, "report_form", "report_place", no_place_yet(talking_desk))

    events, _ = await run(ValidateReportForm(), tracker)

    assert place_in(talking_desk, slot(events, "report")) == place
    assert slot(events, "report_place") == "known"
    assert slot(events, "requested_slot") == "report_confirmed"


async def test_at_the_confirmation_a_position_puts_the_place_right(talking_desk: Desk) -> None:
    slots = report_slots(item(), place=at(talking_desk, THREE))

    events, _ = await run(
        ValidateReportForm(), sent(talking_desk, form="report_form", asked="report_confirmed", slots=slots)
    )

    assert place_in(talking_desk, slot(events, "report")) == "青禾苑5号楼"
    assert slot(events, "requested_slot") == "report_confirmed"


async def test_among_buildings_of_one_number_a_position_decides(talking_desk: Desk) -> None:
    slots = no_place_yet(talking_desk)
    slots["report"] |= {"choices": ["青禾苑3号楼", "柳岸新村3栋"], "said": "3号楼"}

    events, _ = await run(
        ValidateReportForm(), sent(talking_desk, form="report_form", asked="report_place", slots=slots)
    )

    assert place_in(talking_desk, slot(events, "report")) == "青禾苑5号楼"


async def test_a_position_sent_before_it_is_said_what_is_wrong_is_remembered(talking_desk: Desk) -> None:
    first, _ = await run(
        ValidateReportForm(), sent(talking_desk, form="report_form", asked="report_leaf", slots={"report": {}})
    )
    said_place = slot(first, "said_place")
    sender, inbox = written(talking_desk, "楼道灯坏了")
    lamp = [request("楼道灯坏了", "report_event", "0503")]
    slots = {"report": slot(first, "report"), "said_place": said_place, "requested_slot": "report_leaf"}

    events, _ = await run(
        ValidateReportForm(),
        tracker_of(sender, inbox, "楼道灯坏了", "report_event", slots, "report_form", requests=lamp),
    )

    assert slot(first, "requested_slot") == "report_leaf"
    assert place_in(talking_desk, slot(events, "report")) == "青禾苑5号楼"
    assert slot(events, "said_place") is None


@pytest.mark.parametrize("asked", ["visit_recipient", "visit_way", "visit_time"])
async def test_a_visit_takes_the_place_and_asks_its_question_again(talking_desk: Desk, asked: str) -> None:
    slots = visit_slots(at(talking_desk, THREE)) | {asked: None}
    tracker = sent(talking_desk, label="爸妈家，明天上午电话", form="visit_form", asked=asked, slots=slots)

    events, _ = await run(ValidateVisitForm(), tracker)

    assert place_in(talking_desk, slot(events, "visit")) == "青禾苑5号楼"
    assert touched(events) == {"visit", "visit_place", "requested_slot"}
    assert slot(events, "requested_slot") == asked


async def test_a_position_is_no_wish_for_help_but_says_where(talking_desk: Desk) -> None:
    slots = visit_slots(at(talking_desk, THREE)) | {"visit_need": None, "visit_place": None}

    events, _ = await run(ValidateVisitForm(), sent(talking_desk, form="visit_form", asked="visit_need", slots=slots))

    assert place_in(talking_desk, slot(events, "visit")) == "青禾苑5号楼"
    assert slot(events, "requested_slot") == "visit_need"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("propose_title", {"propose_title": None}),
        ("propose_reason", {}),
        ("propose_scope", {"propose_reason": "没地方充电"}),
        ("propose_confirmed", {"propose_reason": "没地方充电", "propose_scope": "estate"}),
    ],
)
async def test_a_position_answers_no_question_of_a_proposal(
    talking_desk: Desk, asked: str, told: dict[str, Any]
) -> None:
    slots = {**PROPOSAL, **told}

    events, _ = await run(ValidateProposeForm(), sent(talking_desk, form="propose_form", asked=asked, slots=slots))

    assert slot(events, "requested_slot") == asked
    assert place_in(talking_desk, slot(events, "proposal")) == "青禾苑5号楼"


async def test_the_place_a_proposal_named_itself_stays(talking_desk: Desk) -> None:
    named = {**PROPOSAL, "proposal": {**PROPOSAL["proposal"], "place": dumped(at(talking_desk, THREE))}}

    events, _ = await run(
        ValidateProposeForm(), sent(talking_desk, form="propose_form", asked="propose_reason", slots=named)
    )

    assert place_in(talking_desk, slot(events, "proposal")) == "青禾苑3号楼"


async def test_a_position_out_of_the_blue_asks_what_is_wrong_there(talking_desk: Desk) -> None:
    events, said = await run(NoteFact(), sent(talking_desk))

    assert said == ["utter_what_is_there"]
    assert slot(events, "said_place") == dumped(at(talking_desk, FIVE))


async def test_a_phone_number_on_the_map_is_not_the_residents(talking_desk: Desk) -> None:
    tracker = sent(talking_desk, label="快递驿站19900000088")

    _, said = await run(NoteFact(), tracker)

    assert said == ["utter_what_is_there"]
    with talking_desk.transaction(read_only=True) as session:
        assert session.get_one(Resident, tracker.sender_id).phone is None
