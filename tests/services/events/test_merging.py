"""Letting doubles go on as one: with everybody behind them, and the stricter of all that binds them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus, Supervision
from bot.core.urgency import Urgency
from bot.core.whistles import WhistleStatus
from bot.errors import Conflict, InvalidInput, NotAllowed
from bot.services import case_lists, outcomes
from bot.services.desk import Desk
from bot.services.events import doing
from bot.services.events.correcting import Correction, correct
from bot.services.events.filing_by_staff import Report, file_by_staff
from bot.services.events.merging import merge
from bot.services.whistles.finding import calls_of, clocks_of, whistles_of
from bot.store.queries import cases as stored
from bot.store.queries import clocks as rows
from bot.store.queries import handled
from bot.store.queries.cases import steps_of
from bot.store.tables import CalledOut, CaseKind, ClockKind, ClockSubject, Discovery, GridEvent, TaskStatus
from tests.services import whistling
from tests.services.events import course
from tests.services.events.cast import COMMITTEE, LEADER, STATION, deeds, does, last
from tests.services.lives import outcome_of
from tests.services.stage import (
    BUILDING,
    COLLEAGUE,
    DISPATCHER,
    GRID_WORKER,
    LAMP,
    NEXT_DOOR,
    STREET_LAMP,
    TOWER,
    WORKER,
    Clock,
    at,
    report,
    someone,
    somewhere,
    staff,
    told,
)

PHONE, OTHER_PHONE = "19900000077", "19900000088"


@pytest.fixture
def event(session: Session, desk: Desk) -> GridEvent:
    return report(session, desk, someone(session, desk), at(desk, BUILDING, "2", "301"))


def elsewhere(session: Session, desk: Desk, leaf: str = LAMP) -> GridEvent:
    """Of another resident at a building where nothing else was reported."""
    return report(session, desk, someone(session, desk, "other"), at(desk, TOWER), leaf)


def merged(
    session: Session, desk: Desk, double: GridEvent, goes_on: GridEvent, words: str = "", who: str = WORKER
) -> GridEvent:
    return merge(session, desk, double.number, goes_on.number, staff(session, who), words, double.version)


def by_phone(session: Session, desk: Desk, phone: str = "", name: str = "", **other: object) -> GridEvent:
    """What staff wrote down for somebody who agreed, or saw themselves."""
    token = f"{len(phone) + len(name):016x}{phone or '0':0>16}"
    plain = Report(token, LAMP, at(desk, BUILDING), "楼道灯坏", None, Discovery.PATROL, is_another=True)
    filled = replace(plain, phone=phone, name=name, has_agreed=True, **other)  # type: ignore[arg-type]
    return file_by_staff(session, desk, filled, staff(session, WORKER))


def is_right(session: Session, event: GridEvent) -> bool:
    """Whether what is kept for the figures is what the whole log says."""
    kept, counted = outcome_of(session, event), outcomes.fold(event, steps_of(session, event))
    return all(getattr(kept, name) == getattr(counted, name) for name in outcomes.NAMES)


def suspended(session: Session, desk: Desk, event: GridEvent, until: date) -> GridEvent:
    course.goes(session, desk, event, Deed.START)
    return doing.do(
        session, desk, staff(session, DISPATCHER), replace(course.wish(event, Deed.SUSPEND), review_on=until)
    )


def test_merging_brings_the_reporters_along(session: Session, desk: Desk, event: GridEvent) -> None:
    other = someone(session, desk, "other")
    double = report(session, desk, other, at(desk, BUILDING, "3"))

    goes_on = merged(session, desk, double, event)

    assert goes_on is event
    assert double.status is EventStatus.MERGED
    assert [row.resident_id for row in stored.reporters_of(session, event.id)] == [other.id]
    assert any(event.number in bubble for bubble in told(session, other))
    assert (deeds(session, double)[-1], deeds(session, event)[-1]) == ("merge", "join")
    assert course.running(session, double) == set()


def test_nobody_helps_with_what_is_merged(session: Session, desk: Desk, event: GridEvent) -> None:
    double = course.goes(session, desk, course.lamp(session, desk, "other"), Deed.DISPATCH)
    does(session, desk, WORKER, double, Deed.ADD_TASK, party_id=STATION)

    merged(session, desk, double, event)

    assert [task.status for task in handled.tasks_of(session, double.id)] == [TaskStatus.DROPPED]


def test_a_case_cannot_be_merged_into_itself_or_a_finished_one(session: Session, desk: Desk, event: GridEvent) -> None:
    double = report(session, desk, someone(session, desk, "other"), at(desk, NEXT_DOOR, "3"))

    with pytest.raises(InvalidInput):
        merged(session, desk, double, double)
    course.goes(session, desk, event, Deed.CLOSE)
    with pytest.raises(Conflict):
        merged(session, desk, double, event)


def test_another_kind_of_matter_at_another_place_takes_a_reason(session: Session, desk: Desk, event: GridEvent) -> None:
    double = elsewhere(session, desk, STREET_LAMP)
    with pytest.raises(InvalidInput, match="合并要写原因"):
        merged(session, desk, double, event, " ")
    assert (deeds(session, double), deeds(session, event)) == (["file"], ["file"])

    merged(session, desk, double, event, "打电话问过，说的是同一盏灯")

    assert double.status is EventStatus.MERGED
    assert last(session, event).note == f"并入{double.number}。打电话问过，说的是同一盏灯"


@pytest.mark.parametrize("words", ["河边步道", "菜场门口"])
def test_the_same_place_or_the_same_kind_needs_no_reason(
    session: Session, desk: Desk, event: GridEvent, words: str
) -> None:
    here = report(session, desk, someone(session, desk, "second"), at(desk, BUILDING, "1"), STREET_LAMP)
    first = report(session, desk, someone(session, desk, "third"), somewhere("河边步道"), STREET_LAMP)
    second = report(session, desk, someone(session, desk, "fourth"), somewhere(words), LAMP)

    merged(session, desk, here, event)
    if words == first.place_text:
        merged(session, desk, second, first)
    else:
        with pytest.raises(InvalidInput):
            merged(session, desk, second, first)


def test_what_goes_on_is_due_when_the_first_of_both_was(session: Session, desk: Desk, clock: Clock) -> None:
    double = elsewhere(session, desk)
    dues, reported_at = (double.due_respond, double.due_resolve), clock()
    clock.turn(days=1)
    goes_on = course.lamp(session, desk)
    clock.turn(minutes=5)
    assert goes_on.due_respond > dues[0]

    merged(session, desk, double, goes_on)

    assert (goes_on.due_respond, goes_on.due_resolve) == dues
    respond = course.clock_of(session, goes_on, ClockKind.RESPOND)
    assert (respond.due_at, respond.next_at, respond.breached_at) == (dues[0], respond.warn_at, None)
    assert reported_at < respond.warn_at < dues[0]
    kept = outcome_of(session, goes_on)
    assert (kept.due_respond, kept.due_resolve) == dues
    assert is_right(session, goes_on)


def test_what_is_due_sooner_already_keeps_its_time(session: Session, desk: Desk, clock: Clock) -> None:
    goes_on = course.lamp(session, desk)
    dues = goes_on.due_respond, goes_on.due_resolve
    clock.turn(days=1)
    double = elsewhere(session, desk)

    merged(session, desk, double, goes_on)

    assert (goes_on.due_respond, goes_on.due_resolve) == dues
    assert deeds(session, goes_on) == ["file", "join"]


def test_what_hurries_later_never_gives_more_time_than_the_double_had(
    session: Session, desk: Desk, clock: Clock
) -> None:
    double = elsewhere(session, desk)
    clock.turn(days=1)
    goes_on = course.lamp(session, desk)
    merged(session, desk, double, goes_on)
    before = goes_on.due_resolve

    correction = Correction(urgency=Urgency.P1, words="有人摔了")
    correct(session, desk, goes_on.number, correction, staff(session, WORKER), goes_on.version)

    assert goes_on.due_resolve < before


def overdue(session: Session, desk: Desk, clock: Clock) -> GridEvent:
    """In work, and an hour late; no sweep has seen it."""
    double = course.goes(session, desk, elsewhere(session, desk), Deed.START)
    does(session, desk, WORKER, double, Deed.CONTACT)
    clock.moment = double.due_resolve + timedelta(hours=1)
    return double


def test_an_overdue_is_not_got_rid_of_by_merging(session: Session, desk: Desk, clock: Clock) -> None:
    double = overdue(session, desk, clock)
    due = double.due_resolve
    goes_on = course.lamp(session, desk)

    merged(session, desk, double, goes_on)
    course.goes(session, desk, goes_on, Deed.RESOLVE)

    assert course.clock_of(session, goes_on, ClockKind.RESOLVE).breached_at == due
    assert outcome_of(session, goes_on).is_overdue is True
    assert is_right(session, goes_on)


def test_an_overdue_said_already_is_written_down_once_and_not_said_again(
    session: Session, desk: Desk, clock: Clock
) -> None:
    double = overdue(session, desk, clock)
    goes_on = course.lamp(session, desk)
    late = course.clock_of(session, double, ClockKind.RESOLVE)
    late.breached_at = late.due_at

    merged(session, desk, double, goes_on)

    taken_over = course.clock_of(session, goes_on, ClockKind.RESOLVE)
    assert taken_over.breached_at == late.due_at
    assert taken_over.next_at is None or taken_over.next_at > late.due_at
    said = [step for step in steps_of(session, goes_on) if step.deed == Deed.BREACH]
    assert [(step.facts or {}).get("clock") for step in said] == ["resolve"]
    assert double.number in said[0].note
    assert outcome_of(session, goes_on).is_overdue is True


def test_what_waits_does_not_wash_off_that_the_double_was_late(session: Session, desk: Desk, clock: Clock) -> None:
    double = overdue(session, desk, clock)
    due, day = double.due_resolve, clock().date()
    goes_on = suspended(session, desk, course.lamp(session, desk), day + timedelta(days=10))
    clock.turn(days=1)

    merged(session, desk, double, goes_on)
    clock.turn(days=3)
    does(session, desk, DISPATCHER, goes_on, Deed.RESUME)

    assert course.clock_of(session, goes_on, ClockKind.RESOLVE).breached_at == due
    assert outcome_of(session, goes_on).is_overdue is True
    assert is_right(session, goes_on)


def test_a_matter_that_waits_gets_what_was_left_to_the_double(session: Session, desk: Desk, clock: Clock) -> None:
    goes_on = suspended(session, desk, course.lamp(session, desk), date(2026, 4, 8))
    clock.turn(days=14)
    double = elsewhere(session, desk)
    clock.turn(days=5)
    left = double.due_resolve

    merged(session, desk, double, goes_on)
    does(session, desk, DISPATCHER, goes_on, Deed.RESUME)

    assert goes_on.due_resolve == left


def test_who_was_not_spoken_with_in_time_stays_counted(session: Session, desk: Desk, clock: Clock) -> None:
    double, goes_on = elsewhere(session, desk), course.goes(session, desk, course.lamp(session, desk), Deed.ACCEPT)
    does(session, desk, WORKER, goes_on, Deed.CONTACT)
    clock.moment = double.due_respond + timedelta(minutes=1)
    assert outcome_of(session, goes_on).responded is True

    merged(session, desk, double, goes_on)

    assert outcome_of(session, goes_on).responded is False
    assert is_right(session, goes_on)


def test_the_higher_urgency_and_card_stay(session: Session, desk: Desk, event: GridEvent, clock: Clock) -> None:
    double = elsewhere(session, desk)
    correction = Correction(urgency=Urgency.P1, words="有人摔了")
    correct(session, desk, double.number, correction, staff(session, WORKER), double.version)
    does(session, desk, LEADER, double, Deed.SUPERVISE, supervision=Supervision.YELLOW)
    clock.turn(minutes=10)

    merged(session, desk, double, event)

    assert (event.urgency, event.supervision) == (Urgency.P1, Supervision.YELLOW)
    assert event.due_resolve == double.due_resolve
    assert course.clock_of(session, event, ClockKind.RESOLVE).due_at == event.due_resolve
    shown = next(step for step in steps_of(session, event) if step.deed == Deed.SUPERVISE)
    assert shown.facts == {"supervision": "yellow"}


def test_a_lower_urgency_and_card_change_nothing(session: Session, desk: Desk, event: GridEvent) -> None:
    does(session, desk, LEADER, event, Deed.SUPERVISE, supervision=Supervision.RED)
    correction = Correction(urgency=Urgency.P1, words="有人摔了")
    correct(session, desk, event.number, correction, staff(session, WORKER), event.version)
    double = elsewhere(session, desk)
    does(session, desk, LEADER, double, Deed.SUPERVISE, supervision=Supervision.NORMAL)

    merged(session, desk, double, event)

    assert (event.urgency, event.supervision) == (Urgency.P1, Supervision.RED)


def test_a_second_report_of_one_matter_is_no_repetition_of_it(session: Session, desk: Desk, event: GridEvent) -> None:
    due = event.due_resolve
    double = course.lamp(session, desk, "other")
    assert double.urgency is Urgency.P1

    merged(session, desk, double, event)

    assert (event.urgency, event.due_resolve) == (Urgency.P2, due)


def test_the_third_household_merged_makes_it_more_urgent(session: Session, desk: Desk, event: GridEvent) -> None:
    usual = event.due_resolve
    second, third = (course.lamp(session, desk, name) for name in ("second", "third"))

    merged(session, desk, second, event)
    assert event.urgency is Urgency.P2
    merged(session, desk, third, event)

    assert (event.urgency, event.urgency_reasons) == (Urgency.P1, ["影响三户以上"])
    assert event.due_resolve < usual
    assert is_right(session, event)


def test_who_was_written_down_by_staff_counts_and_is_reached(session: Session, desk: Desk, event: GridEvent) -> None:
    first = by_phone(session, desk, PHONE, "王大妈")
    between = by_phone(session, desk, OTHER_PHONE)
    merged(session, desk, between, first)
    seen = by_phone(session, desk)

    merged(session, desk, seen, event)
    assert event.urgency is Urgency.P2
    merged(session, desk, first, event)

    shown = case_lists.detail(session, CaseKind.GRID_EVENT, event.number, staff(session, WORKER))
    clear = case_lists.reveal_contact(
        session, desk, CaseKind.GRID_EVENT, event.number, staff(session, WORKER), "约时间"
    )
    assert (event.urgency, shown.voices) == (Urgency.P1, 3)
    assert shown.contact == "王** 199****0077；199****0088"
    assert [(one.name, one.phone) for one in clear.others] == [("王大妈", PHONE), ("", OTHER_PHONE)]
    assert all(PHONE not in step.note for step in steps_of(session, event))


def test_the_same_person_written_down_twice_is_one(session: Session, desk: Desk) -> None:
    goes_on = by_phone(session, desk, PHONE, "王大妈")
    again = by_phone(session, desk, PHONE)
    seen = by_phone(session, desk)

    merged(session, desk, again, goes_on)
    merged(session, desk, goes_on, seen)

    assert (seen.contact_name, seen.contact_phone) == ("王大妈", PHONE)
    assert case_lists.detail(session, CaseKind.GRID_EVENT, seen.number, staff(session, WORKER)).voices == 1


def test_whoever_handled_one_has_handled_both(session: Session, desk: Desk, event: GridEvent) -> None:
    double = course.goes(session, desk, elsewhere(session, desk), Deed.START)
    course.goes(session, desk, event, Deed.DISPATCH)
    for deed in (Deed.SIGN, Deed.START):
        does(session, desk, COLLEAGUE, event, deed)
    merged(session, desk, double, event)
    does(session, desk, COLLEAGUE, event, Deed.RESOLVE)

    with pytest.raises(NotAllowed, match="自己办的事"):
        does(session, desk, WORKER, event, Deed.VERIFY)

    assert set(double.handling_party_ids) <= set(event.handling_party_ids)


def test_who_signed_for_a_helper_does_not_verify(session: Session, desk: Desk, event: GridEvent) -> None:
    course.goes(session, desk, event, Deed.DISPATCH)
    for deed in (Deed.SIGN, Deed.START):
        does(session, desk, COLLEAGUE, event, deed)
    does(session, desk, COLLEAGUE, event, Deed.ADD_TASK, party_id=COMMITTEE)
    (task,) = handled.tasks_of(session, event.id)
    does(session, desk, WORKER, event, Deed.SIGN_TASK, task_id=task.id)
    does(session, desk, COLLEAGUE, event, Deed.FINISH_TASK, task_id=task.id)
    does(session, desk, COLLEAGUE, event, Deed.RESOLVE)

    with pytest.raises(NotAllowed, match="自己办的事"):
        does(session, desk, WORKER, event, Deed.VERIFY)


def test_who_reported_hears_that_the_other_matter_waits(session: Session, desk: Desk, event: GridEvent) -> None:
    suspended(session, desk, event, date(2026, 4, 8))

    merged(session, desk, elsewhere(session, desk), event)

    assert any("4月8日以前再看一次" in bubble for bubble in told(session, someone(session, desk, "other")))


def whistled(session: Session, desk: Desk) -> tuple[CalledOut, GridEvent]:
    whistling.hire(session)
    whistle = whistling.blown(session, desk)
    assert whistle.event_id is not None
    return whistle, session.get_one(GridEvent, whistle.event_id)


def test_a_whistle_under_way_goes_along(session: Session, desk: Desk) -> None:
    whistle, double = whistled(session, desk)
    goes_on = elsewhere(session, desk)

    merged(session, desk, double, goes_on)

    assert (whistle.event_id, whistle.status) == (goes_on.id, WhistleStatus.BLOWN)
    called = clocks_of(session, calls_of(session, whistle)).values()
    assert all(one.is_running and not one.is_void and one.event_id == goes_on.id for one in called)
    for one in (double, goes_on):
        lines = [step.note for step in steps_of(session, one) if step.deed == Deed.WHISTLE]
        assert whistle.number in lines[-1]
    assert deeds(session, double)[-1] == "merge"
    whistling.reports(session, desk, whistle)
    assert "每天早晚各巡一次" in last(session, goes_on).note


def test_where_there_is_one_of_the_kind_it_stays_and_keeps_running(session: Session, desk: Desk) -> None:
    whistle, double = whistled(session, desk)
    own = whistling.blown(session, desk)
    goes_on = session.get_one(GridEvent, own.event_id)

    merged(session, desk, double, goes_on)

    assert (whistle.event_id, whistle.status, own.event_id) == (double.id, WhistleStatus.BLOWN, goes_on.id)
    running = [one for one in rows.of_event(session, double.id) if one.subject is ClockSubject.WHISTLE_CALL]
    assert running
    assert all(one.is_running and not one.is_void for one in running)


def test_nobody_is_asked_twice_for_one_whistle(session: Session, desk: Desk) -> None:
    whistling.hire(session)
    asked = whistling.asked(session, desk)
    double = session.get_one(GridEvent, asked.event_id)
    goes_on = session.get_one(GridEvent, whistling.asked(session, desk).event_id)

    merged(session, desk, double, goes_on)

    assert (asked.status, asked.event_id) == (WhistleStatus.DECLINED, double.id)
    assert [one.status for one in whistles_of(session, goes_on.id)] == [WhistleStatus.PROPOSED]


def test_what_is_only_asked_for_goes_along_too(session: Session, desk: Desk) -> None:
    whistling.hire(session)
    asked = whistling.asked(session, desk)
    goes_on = elsewhere(session, desk)

    merged(session, desk, session.get_one(GridEvent, asked.event_id), goes_on)

    assert (asked.status, asked.event_id) == (WhistleStatus.PROPOSED, goes_on.id)


def test_a_few_steps_away_is_the_same_place(session: Session, desk: Desk, event: GridEvent) -> None:
    dense = replace(desk, handling=replace(desk.handling, same_place_metres=200))
    double = report(session, desk, someone(session, desk, "other"), at(desk, NEXT_DOOR), STREET_LAMP)
    with pytest.raises(InvalidInput):
        merged(session, desk, double, event)

    assert merged(session, dense, double, event) is event


def test_who_only_sees_it_does_not_merge(session: Session, desk: Desk, event: GridEvent) -> None:
    double = course.lamp(session, desk, "other")

    with pytest.raises(NotAllowed):
        merged(session, desk, double, event, who=GRID_WORKER)

    assert double.status is EventStatus.REPORTED
