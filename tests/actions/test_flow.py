"""What follows what: waiting requests, cases set aside, asides, misunderstandings."""

from typing import Any

import pytest
from sqlalchemy import select

from actions.handing_over import Misunderstood
from actions.noticing import Notice
from actions.pending import left_over, next_case, set_aside
from actions.report_file import FileReport
from actions.switching import Aside, GiveUp, Switch
from actions.turn import Turn
from bot.services.desk import Desk
from bot.store.tables import Handover, HandoverKind
from tests.actions.stage import (
    at,
    followups,
    item,
    report_slots,
    request,
    run,
    slot,
    touched,
    tracker_of,
    written,
)

QUESTION = request("居住证怎么办", "consult_policy", "1108")
PROPOSAL = request("建议装充电桩", "propose_agenda_item", "1202")


def test_the_requests_besides_the_leading_one_wait() -> None:
    lamp = request("灯坏了", "report_event", "0503")
    tracker = tracker_of("r", 7, intent="report_event", requests=[lamp, PROPOSAL, QUESTION])

    waiting = left_over(Turn.of(tracker))

    assert [(w["intent"], w["group"]) for w in waiting] == [("propose_agenda_item", "m7"), ("consult_policy", "m7")]


def test_a_single_request_leaves_nothing_waiting() -> None:
    tracker = tracker_of("r", 7, intent="report_event", requests=[request("灯坏了", "report_event", "0503")])

    assert left_over(Turn.of(tracker)) == []


def test_what_waits_of_the_same_message_comes_before_a_case_set_aside() -> None:
    drafts = [{"form": "visit_form", "slots": {"visit": {"text": "x"}}}]
    tracker = tracker_of("r", 7, slots={"pending": [PROPOSAL, QUESTION], "drafts": drafts})

    events = next_case(tracker)

    assert followups(events) == ["propose_form"]
    assert slot(events, "pending") == [QUESTION]


def test_a_case_set_aside_gets_its_slots_back() -> None:
    drafts = [{"form": "visit_form", "slots": {"visit": {"text": "x"}, "visit_way": "phone"}}]

    events = next_case(tracker_of("r", 7, slots={"drafts": drafts}))

    assert (slot(events, "visit_way"), slot(events, "drafts"), slot(events, "resuming")) == (
        "phone",
        None,
        "visit_form",
    )
    assert followups(events) == ["action_resume_draft"]


def test_setting_aside_keeps_only_what_is_known() -> None:
    tracker = tracker_of("r", 7, form="report_form", slots={"report": {"items": [1]}, "report_leaf": "known"})

    events = set_aside(tracker)

    assert slot(events, "drafts") == [
        {"form": "report_form", "slots": {"report": {"items": [1]}, "report_leaf": "known"}}
    ]
    assert slot(events, "report") is None


async def test_while_another_request_waits_no_contact_is_asked(talking_desk: Desk) -> None:
    sender, inbox = written(talking_desk, "对")
    slots = report_slots(item(), place=at(talking_desk, "qinghe-qh-3")) | {"pending": [PROPOSAL]}

    events, said = await run(FileReport(), tracker_of(sender, inbox, slots=slots))

    assert "utter_ask_contact" not in said
    assert slot(events, "to_ask") == {"contact": True}
    assert followups(events) == ["propose_form"]


async def test_giving_up_goes_on_with_the_case_set_aside(talking_desk: Desk) -> None:
    sender, inbox = written(talking_desk, "不用了")
    drafts = [{"form": "report_form", "slots": {"report": {"items": [1]}}}]
    tracker = tracker_of(sender, inbox, intent="cancel", form="visit_form", slots={"drafts": drafts, "visit": {}})

    events, said = await run(GiveUp(), tracker)

    assert (said, followups(events)) == (["utter_given_up"], ["action_resume_draft"])
    assert slot(events, "visit") is None


async def test_nine_in_a_report_asks_for_somebody_about_that_report(talking_desk: Desk) -> None:
    sender, inbox = written(talking_desk, "9")
    slots = report_slots(item(), place=at(talking_desk, "qinghe-qh-3"))
    tracker = tracker_of(sender, inbox, "要上门", "request_in_person", slots, "report_form")

    events, _ = await run(Switch(), tracker)

    assert slot(events, "current_request")["text"] == "上门：楼道灯坏了"
    assert followups(events) == ["visit_form"]


async def test_an_emergency_seen_by_the_classifier_silences_the_forms_question(talking_desk: Desk) -> None:
    sender, inbox = written(talking_desk, "不好了")
    tracker = tracker_of(sender, inbox, "不好了", "emergency", form="report_form")

    events, said = await run(Aside(), tracker)

    assert followups(events) == ["action_listen"]
    assert len(said) > 1


@pytest.mark.parametrize(("intent", "form"), [("chitchat", None), ("affirm", None), ("inform", "report_form")])
async def test_an_understood_message_ends_a_row_of_misunderstandings(
    talking_desk: Desk, intent: str, form: str | None
) -> None:
    sender, inbox = written(talking_desk, "谢谢")
    tracker = tracker_of(sender, inbox, "谢谢", intent, {"misunderstandings": 1}, form)

    events, _ = await run(Notice(), tracker)

    assert slot(events, "misunderstandings") is None


async def test_another_misunderstanding_does_not_end_the_row(talking_desk: Desk) -> None:
    sender, inbox = written(talking_desk, "呜哩")
    tracker = tracker_of(sender, inbox, "呜哩", "nlu_fallback", {"misunderstandings": 1})

    events, _ = await run(Notice(), tracker)

    assert "misunderstandings" not in touched(events)


async def test_a_question_after_a_case_lapses_when_the_talk_goes_elsewhere(talking_desk: Desk) -> None:
    sender, inbox = written(talking_desk, "居住证怎么办")
    tracker = tracker_of(sender, inbox, "居住证怎么办", "consult_policy", {"awaits": {"what": "contact"}})

    events, _ = await run(Notice(), tracker)

    assert slot(events, "awaits") is None


async def test_the_first_misunderstanding_offers_choices(talking_desk: Desk) -> None:
    sender, inbox = written(talking_desk, "呜哩")

    events, said = await run(Misunderstood(), tracker_of(sender, inbox, "呜哩", "nlu_fallback"))

    assert (said, slot(events, "misunderstandings")) == (["utter_not_understood"], 1)


@pytest.mark.parametrize(
    ("elderly", "follows", "says"),
    [("no", ["action_listen"], "utter_not_understood_person"), ("yes", ["visit_form"], "utter_visit_instead")],
)
async def test_the_second_misunderstanding_goes_to_a_person(
    talking_desk: Desk, elderly: str, follows: list[str], says: str
) -> None:
    sender, inbox = written(talking_desk, "呜哩")
    slots: dict[str, Any] = {"misunderstandings": 1, "elderly": elderly}

    events, said = await run(Misunderstood(), tracker_of(sender, inbox, "呜哩", "nlu_fallback", slots))

    with talking_desk.transaction(read_only=True) as session:
        kinds = session.scalars(select(Handover.kind).where(Handover.inbox_id == inbox)).all()
    assert kinds == [HandoverKind.MISUNDERSTOOD]
    assert (followups(events), said) == (follows, [says])
