"""Which clock runs when, what stops it, and what moves it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.core.catalogue import LimitUnit, TimeLimit, Whistle
from bot.core.deeds import Deed
from bot.core.grid_events import Disposition, Solved
from bot.core.urgency import Urgency
from bot.services.desk import Desk
from bot.services.events import clocks
from bot.services.events.correcting import Correction, correct
from bot.services.events.doing import do
from bot.services.events.merging import merge
from bot.services.events.ticking import Subject
from bot.services.settings.in_force import Live
from bot.store.queries import clocks as rows
from bot.store.tables import CaseClock, ClockKind, ClockSubject, EventTask, GridEvent, Staff
from tests.services.events.course import clock_of, does, goes, lamp, running, sends, shanghai, wish
from tests.services.lives import outcome_of
from tests.services.stage import COLLEAGUE, DIRECTOR, DISPATCHER, FIRE, LIFT_FAULT, WORKER, Clock, staff

K = ClockKind
SMELL = "0805"
OTHER_UNIT, THIRD_UNIT = "street-power", "street-municipal"
# Of the demo street's calendar: Qingming is Saturday 4 to Monday 6 April, Saturday 9 May is worked for it.
BEFORE_THE_HOLIDAY, BEFORE_THE_SATURDAY = "2026-04-03 10:00", "2026-05-08 16:30"


def seen(session: Session, event: GridEvent) -> tuple[Staff, int]:
    return staff(session, WORKER), event.version


def lamp_in_work(session: Session, desk: Desk) -> GridEvent:
    return goes(session, desk, lamp(session, desk, "another"), Deed.START)


def asks_help(session: Session, desk: Desk, event: GridEvent) -> EventTask:
    asked = replace(wish(event, Deed.ADD_TASK), party_id=OTHER_UNIT)
    do(session, desk, staff(session, DISPATCHER), asked)
    clock = clock_of(session, event, K.TASK)
    return session.get_one(EventTask, clock.subject_id)


def suspends(session: Session, desk: Desk, event: GridEvent, until: date) -> None:
    do(session, desk, staff(session, DISPATCHER), replace(wish(event, Deed.SUSPEND), review_on=until))


def extends(session: Session, desk: Desk, event: GridEvent, amount: int) -> None:
    do(session, desk, staff(session, WORKER), replace(wish(event, Deed.ASK_EXTENSION), amount=amount))
    does(session, desk, event, Deed.GRANT_EXTENSION)


@pytest.mark.parametrize(
    ("until", "beside"),
    [
        (Deed.TRIAGE, K.ACCEPT),
        (Deed.ACCEPT, K.DISPATCH),
        (Deed.DISPATCH, K.SIGN),
        (Deed.SIGN, None),
        (Deed.START, None),
    ],
)
def test_each_step_has_its_own_clock_beside_those_of_the_matter(
    session: Session, desk: Desk, until: Deed, beside: ClockKind | None
) -> None:
    event = goes(session, desk, lamp(session, desk), until)

    assert running(session, event) == {K.RESPOND, K.RESOLVE} | ({beside} if beside else set())


def test_reporting_starts_the_clocks_of_the_matter_with_the_limits_of_its_kind(session: Session, desk: Desk) -> None:
    event = lamp(session, desk)

    assert running(session, event) == {K.TRIAGE, K.RESPOND, K.RESOLVE}
    resolve = clock_of(session, event, K.RESOLVE)
    leaf = desk.catalogue.leaf(event.leaf)
    assert TimeLimit(resolve.amount, resolve.unit) == leaf.resolve
    assert (event.due_respond, event.due_resolve) == (
        desk.calendar.add(event.created_at, leaf.respond),
        desk.calendar.add(event.created_at, leaf.resolve),
    )


def test_after_the_handling_only_what_is_left_to_do_runs(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    does(session, desk, event, Deed.CONTACT)

    resolved = running(session, goes(session, desk, event, Deed.RESOLVE))
    verified = running(session, goes(session, desk, event, Deed.VERIFY))
    closed = running(session, goes(session, desk, event, Deed.CLOSE))

    assert (resolved, verified, closed) == ({K.VERIFY}, set(), {K.CALL_BACK})


def test_an_answer_stops_the_clock_that_waits_for_one(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.TRIAGE)
    clock.turn(minutes=5)

    does(session, desk, event, Deed.CONTACT, WORKER)

    respond = clock_of(session, event, K.RESPOND)
    assert (respond.stopped_at, respond.breached_at, respond.next_at) == (clock(), None, None)


def test_moving_between_units_never_resets_the_clock_of_the_matter(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.DISPATCH)
    before = (clock_of(session, event, K.RESOLVE).id, event.due_resolve)

    clock.turn(hours=1)
    does(session, desk, event, Deed.RETURN, WORKER)
    clock.turn(hours=1)
    sends(session, desk, event, Deed.DISPATCH, OTHER_UNIT)
    clock.turn(hours=1)
    sends(session, desk, event, Deed.TRANSFER, THIRD_UNIT)

    resolve = clock_of(session, event, K.RESOLVE)
    assert (resolve.id, event.due_resolve, resolve.due_at) == (*before, before[1])
    assert clock_of(session, event, K.SIGN).party_id == THIRD_UNIT


def test_a_unit_that_loses_a_matter_in_time_is_not_counted_for_it(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.ACCEPT)
    sends(session, desk, event, Deed.DISPATCH, OTHER_UNIT)
    lost = clock_of(session, event, K.SIGN)

    sends(session, desk, event, Deed.TRANSFER, THIRD_UNIT)

    assert (lost.is_void, lost.is_running) == (True, False)
    assert clock_of(session, event, K.SIGN).is_running


def test_a_unit_that_was_late_before_it_lost_the_matter_stays_late(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.ACCEPT)
    sends(session, desk, event, Deed.DISPATCH, OTHER_UNIT)
    lost = clock_of(session, event, K.SIGN)
    clock.turn(days=3)

    sends(session, desk, event, Deed.TRANSFER, THIRD_UNIT)

    assert (lost.is_void, lost.breached_at) == (False, lost.due_at)


def test_a_merged_event_is_silent_and_the_other_keeps_its_time(session: Session, desk: Desk, clock: Clock) -> None:
    goes_on = lamp(session, desk, "first")
    due = goes_on.due_resolve
    clock.turn(hours=1)
    double = lamp(session, desk, "second")

    merge(session, desk, double.number, goes_on.number, staff(session, WORKER), "", double.version)

    assert all(one.is_void and one.next_at is None for one in rows.of_event(session, double.id))
    assert running(session, goes_on) == {K.TRIAGE, K.RESPOND, K.RESOLVE}
    assert goes_on.due_resolve == due


@pytest.mark.parametrize(
    "course",
    [((WORKER, Deed.WITHDRAW),), ((WORKER, Deed.PROPOSE_REFUSAL), (DIRECTOR, Deed.REFUSE))],
    ids=["withdrawn", "refused"],
)
def test_what_is_not_taken_on_counts_for_nothing(
    session: Session, desk: Desk, course: tuple[tuple[str, Deed], ...]
) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.TRIAGE)

    for who, deed in course:
        do(session, desk, staff(session, who), replace(wish(event, deed), disposition=Disposition.DUPLICATE))

    assert {(one.is_void, one.next_at) for one in rows.of_event(session, event.id)} == {(True, None)}
    assert running(session, event) == set()


def test_a_reopened_event_begins_with_fresh_time(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.CLOSE)
    clock.turn(days=7)

    does(session, desk, event, Deed.REOPEN)

    assert event.round == 2
    assert running(session, event) == {K.DISPATCH, K.RESPOND, K.RESOLVE}
    resolve = clock_of(session, event, K.RESOLVE)
    assert (resolve.round, resolve.started_at, resolve.due_at) == (2, clock(), event.due_resolve)
    assert event.due_resolve == desk.calendar.add(clock(), desk.catalogue.leaf(event.leaf).resolve)


def test_a_holiday_does_not_count(session: Session, desk: Desk, clock: Clock) -> None:
    clock.moment = shanghai(BEFORE_THE_HOLIDAY)

    event = goes(session, desk, lamp(session, desk), Deed.DISPATCH)

    assert clock_of(session, event, K.SIGN).due_at == shanghai("2026-04-07 17:30")
    assert clock_of(session, event, K.RESOLVE).due_at == shanghai("2026-04-13 17:30")


def test_a_saturday_worked_instead_counts(session: Session, desk: Desk, clock: Clock) -> None:
    clock.moment = shanghai(BEFORE_THE_SATURDAY)

    event = goes(session, desk, lamp(session, desk), Deed.DISPATCH)

    assert clock_of(session, event, K.TRIAGE).due_at == shanghai("2026-05-09 10:00")
    assert clock_of(session, event, K.SIGN).due_at == shanghai("2026-05-09 17:30")


def test_noon_between_the_two_periods_of_a_day_does_not_count(session: Session, desk: Desk, clock: Clock) -> None:
    clock.moment = shanghai("2026-03-12 11:00")

    event = goes(session, desk, lamp(session, desk), Deed.ACCEPT)

    assert clock_of(session, event, K.TRIAGE).due_at == shanghai("2026-03-12 14:30")
    assert clock_of(session, event, K.DISPATCH).due_at == shanghai("2026-03-12 16:30")


def test_in_a_year_nobody_knows_the_holidays_of_the_plain_week_holds(
    session: Session, desk: Desk, clock: Clock
) -> None:
    clock.moment = shanghai("2031-05-01 10:00")

    event = goes(session, desk, lamp(session, desk), Deed.DISPATCH)

    assert clock_of(session, event, K.SIGN).due_at == shanghai("2031-05-02 17:30")


@pytest.mark.parametrize(
    ("reported", "due"),
    [("2026-03-12 16:00", "2026-03-12 17:30"), ("2026-03-12 17:30", "2026-03-13 17:30")],
)
def test_accepting_is_due_the_same_day_while_the_office_is_open(
    session: Session, desk: Desk, clock: Clock, reported: str, due: str
) -> None:
    clock.moment = shanghai(reported)

    event = goes(session, desk, lamp(session, desk), Deed.TRIAGE)

    assert clock_of(session, event, K.ACCEPT).due_at == shanghai(due)


def test_an_emergency_does_not_wait_for_the_office_to_open(session: Session, desk: Desk, clock: Clock) -> None:
    clock.moment = shanghai("2026-03-13 20:00")
    event = lamp(session, desk, leaf=FIRE)
    assert event.urgency is Urgency.P0

    dues = []
    for deed, kind in ((Deed.TRIAGE, K.ACCEPT), (Deed.ACCEPT, K.DISPATCH), (Deed.DISPATCH, K.SIGN)):
        does(session, desk, event, deed)
        dues.append(clock_of(session, event, kind).due_at)
    return_by = event.return_by
    goes(session, desk, event, Deed.RESOLVE)

    assert dues == [shanghai(f"2026-03-13 {due}") for due in ("20:05", "20:30", "20:10")]
    assert return_by == shanghai("2026-03-13 20:10")
    assert clock_of(session, event, K.VERIFY).due_at == shanghai("2026-03-14 20:00")


def test_what_turns_out_an_emergency_is_accepted_and_signed_at_once(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.TRIAGE)
    other = goes(session, desk, lamp(session, desk, "other"), Deed.DISPATCH)
    clock.turn(hours=1)

    for one in (event, other):
        correct(session, desk, one.number, Correction(urgency=Urgency.P0), *seen(session, one))

    assert clock_of(session, event, K.ACCEPT).due_at == clock() + timedelta(minutes=5)
    assert clock_of(session, other, K.SIGN).due_at == clock() + timedelta(minutes=10)
    calm = Correction(urgency=Urgency.P2, words="看错了")
    correct(session, desk, event.number, calm, *seen(session, event))
    assert clock_of(session, event, K.ACCEPT).due_at == shanghai("2026-03-12 17:30")


def test_called_off_late_it_stays_late(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.ACCEPT)
    clock.moment = event.due_resolve + timedelta(seconds=20)

    does(session, desk, event, Deed.WITHDRAW)

    resolve = clock_of(session, event, K.RESOLVE)
    assert (resolve.is_running, resolve.is_void, resolve.breached_at) == (False, False, resolve.due_at)
    outcome = outcome_of(session, event)
    assert (outcome.is_void, outcome.is_overdue, outcome.is_overdue_now) == (False, True, False)


def test_an_answer_and_a_wait_in_one_step_stop_one_clock_and_hold_the_other(
    session: Session, desk: Desk, clock: Clock
) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    clock.turn(hours=1)

    does(session, desk, event, Deed.CONTACT)
    suspends(session, desk, event, date(2026, 3, 20))

    respond, resolve = clock_of(session, event, K.RESPOND), clock_of(session, event, K.RESOLVE)
    assert (respond.stopped_at, respond.breached_at) == (clock(), None)
    assert (resolve.stopped_at, resolve.paused_at, resolve.next_at) == (None, clock(), None)


def test_what_waits_is_due_for_review_on_the_day_that_was_named(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)

    suspends(session, desk, event, date(2026, 3, 20))

    review = clock_of(session, event, K.REVIEW)
    assert (review.warn_at, review.due_at) == (shanghai("2026-03-20 09:00"), shanghai("2026-03-20 17:30"))


def test_another_day_of_review_is_another_clock_and_the_matter_still_waits(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    suspends(session, desk, event, date(2026, 3, 20))
    first = clock_of(session, event, K.REVIEW)

    later = replace(wish(event, Deed.REVIEW), review_on=date(2026, 3, 30))
    do(session, desk, staff(session, DISPATCHER), later)

    assert not first.is_running
    assert clock_of(session, event, K.REVIEW).due_at == shanghai("2026-03-30 17:30")
    assert clock_of(session, event, K.RESOLVE).paused_at is not None


def test_time_that_waited_is_given_back(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    assert event.due_resolve == shanghai("2026-03-19 17:30")
    suspends(session, desk, event, date(2026, 3, 20))
    clock.moment = shanghai("2026-03-20 10:00")

    does(session, desk, event, Deed.RESUME)

    resolve = clock_of(session, event, K.RESOLVE)
    assert event.due_resolve == resolve.due_at == shanghai("2026-03-27 17:30")
    assert (resolve.paused_at, resolve.next_at) == (None, resolve.warn_at)
    assert not clock_of(session, event, K.REVIEW).is_running


def test_many_short_holds_give_back_what_was_held_and_not_a_minute_more(
    session: Session, desk: Desk, clock: Clock
) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    for evening, morning in (("2026-03-12 17:29", "2026-03-13 08:31"), ("2026-03-13 17:29", "2026-03-16 08:31")):
        clock.moment = shanghai(evening)
        suspends(session, desk, event, date(2026, 3, 20))
        clock.moment = shanghai(morning)
        does(session, desk, event, Deed.RESUME)

    assert event.due_resolve == clock_of(session, event, K.RESOLVE).due_at == shanghai("2026-03-20 09:02")


def test_a_delay_granted_moves_the_due_time_and_the_warning(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    resolve = clock_of(session, event, K.RESOLVE)
    warned = resolve.warn_at

    extends(session, desk, event, 2)

    assert event.due_resolve == resolve.due_at == shanghai("2026-03-23 17:30")
    assert resolve.warn_at > warned
    assert resolve.granted == 2


def test_a_delay_granted_after_a_breach_leaves_the_breach(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    due = event.due_resolve
    do(session, desk, staff(session, WORKER), replace(wish(event, Deed.ASK_EXTENSION), amount=5))
    clock.moment = due + timedelta(minutes=1)

    does(session, desk, event, Deed.GRANT_EXTENSION)
    goes(session, desk, event, Deed.RESOLVE)

    resolve = clock_of(session, event, K.RESOLVE)
    assert resolve.due_at > clock()
    assert (resolve.breached_at, resolve.overdue) == (due, timedelta(minutes=1))


def test_another_calendar_afterwards_changes_nothing_written_down(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    due = event.due_resolve
    holidays = frozenset(date(2026, 3, 13) + timedelta(days=count) for count in range(7))
    in_force = replace(desk.live.now, calendar=replace(desk.calendar, holidays=holidays))
    generous = replace(desk, live=Live(in_force))
    clock.moment = due + timedelta(hours=1)

    goes(session, generous, event, Deed.RESOLVE)

    resolve = clock_of(session, event, K.RESOLVE)
    assert (event.due_resolve, resolve.due_at, resolve.breached_at) == (due, due, due)


def test_stopped_late_it_is_late_although_nobody_looked(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    clock.moment = event.due_resolve + timedelta(hours=2)

    goes(session, desk, event, Deed.RESOLVE)

    resolve = clock_of(session, event, K.RESOLVE)
    assert (resolve.breached_at, resolve.overdue) == (resolve.due_at, timedelta(hours=2))


def test_exactly_at_the_due_time_is_in_time(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    clock.moment = event.due_resolve

    goes(session, desk, event, Deed.RESOLVE)

    resolve = clock_of(session, event, K.RESOLVE)
    assert (resolve.breached_at, resolve.overdue) == (None, None)


def test_rework_has_half_the_time(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.RESOLVE)
    first = clock_of(session, event, K.RESOLVE)
    clock.turn(hours=1)

    does(session, desk, event, Deed.REJECT, COLLEAGUE)

    again = clock_of(session, event, K.RESOLVE)
    assert (TimeLimit(first.amount, first.unit), TimeLimit(again.amount, again.unit)) == (
        TimeLimit(5, LimitUnit.WORK_DAYS),
        TimeLimit(3, LimitUnit.WORK_DAYS),
    )
    assert event.due_resolve == again.due_at == shanghai("2026-03-17 17:30")
    assert running(session, event) == {K.RESPOND, K.RESOLVE}


def test_closed_before_anybody_had_to_speak_with_the_resident_that_clock_counts_for_nothing(
    session: Session, desk: Desk
) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.CLOSE)

    assert (clock_of(session, event, K.RESPOND).is_void, running(session, event)) == (True, {K.CALL_BACK})


def test_closed_when_somebody_should_have_spoken_with_the_resident_it_is_late(
    session: Session, desk: Desk, clock: Clock
) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.VERIFY)
    clock.moment = event.due_respond + timedelta(minutes=1)

    goes(session, desk, event, Deed.CLOSE)

    respond = clock_of(session, event, K.RESPOND)
    assert (respond.is_void, respond.breached_at) == (False, respond.due_at)


def test_a_call_back_stops_the_last_clock(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.CLOSE)

    do(session, desk, staff(session, DISPATCHER), replace(wish(event, Deed.CALL_BACK), solved=Solved.YES))

    assert running(session, event) == set()


def test_a_matter_found_more_urgent_is_due_sooner_but_never_at_once(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    clock.moment = shanghai("2026-03-16 10:00")

    correct(session, desk, event.number, Correction(urgency=Urgency.P1, words="有老人"), *seen(session, event))

    resolve = clock_of(session, event, K.RESOLVE)
    assert event.due_resolve == resolve.due_at == shanghai("2026-03-17 10:00")
    assert TimeLimit(resolve.amount, resolve.unit) == TimeLimit(24, LimitUnit.HOURS)


def test_a_matter_sorted_otherwise_keeps_the_delay_it_was_granted(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    extends(session, desk, event, 5)

    correct(session, desk, event.number, Correction(leaf=SMELL), *seen(session, event))

    own = desk.catalogue.leaf(SMELL).resolve
    assert own.unit is LimitUnit.WORK_DAYS
    longer = TimeLimit(own.amount + 5, LimitUnit.WORK_DAYS)
    assert event.due_resolve == desk.calendar.add(event.created_at, longer)


def test_what_was_answered_already_keeps_the_due_time_it_had(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    does(session, desk, event, Deed.CONTACT)
    due = event.due_respond
    clock.turn(hours=1)

    correct(session, desk, event.number, Correction(leaf=LIFT_FAULT), *seen(session, event))

    assert event.due_respond == clock_of(session, event, K.RESPOND).due_at == due


def test_a_helper_is_due_with_the_matter(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)

    task = asks_help(session, desk, event)

    clock = clock_of(session, event, K.TASK)
    assert (clock.subject, clock.subject_id, clock.party_id) == (ClockSubject.TASK, task.id, OTHER_UNIT)
    assert clock.due_at == task.due == event.due_resolve


def test_a_helper_asked_when_it_is_late_already_has_until_the_office_closes(
    session: Session, desk: Desk, clock: Clock
) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    clock.moment = shanghai("2026-03-25 10:00")

    task = asks_help(session, desk, event)

    assert task.due == shanghai("2026-03-25 17:30")


def test_a_helper_waits_with_the_matter(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    task = asks_help(session, desk, event)
    suspends(session, desk, event, date(2026, 3, 20))
    clock.moment = shanghai("2026-03-20 10:00")

    does(session, desk, event, Deed.RESUME)

    assert clock_of(session, event, K.TASK).due_at == task.due == event.due_resolve == shanghai("2026-03-27 17:30")


def test_a_helper_who_is_done_or_not_needed_is_asked_no_more(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    done = asks_help(session, desk, event)
    clocks.stop_task(session, done, clock())
    dropped = asks_help(session, desk, lamp_in_work(session, desk))
    clocks.void_task(session, dropped, clock())

    found = {task.id: rows.of_event(session, task.event_id)[-1] for task in (done, dropped)}
    assert {one.is_running for one in found.values()} == {False}
    assert [found[done.id].is_void, found[dropped.id].is_void] == [False, True]


def test_anything_can_have_a_clock(session: Session, desk: Desk, clock: Clock) -> None:
    call = Subject(ClockSubject.WHISTLE_CALL, 7, None, OTHER_UNIT)
    limits = desk.handling.whistles[Whistle.TOUGH]
    signed = clocks.start_for(session, desk, call, K.SIGN_IN, limits.sign_in, clock())
    arrived = clocks.start_for(session, desk, call, K.ARRIVE, limits.arrive, clock())
    clock.turn(minutes=61)

    clocks.stop_for(session, ClockSubject.WHISTLE_CALL, 7, [K.SIGN_IN], clock())
    clocks.void_for(session, ClockSubject.WHISTLE_CALL, 7, clock())

    assert (signed.breached_at, signed.is_void) == (signed.due_at, False)
    assert (arrived.breached_at, arrived.is_void, arrived.is_running) == (None, True, False)


@pytest.mark.parametrize(
    ("last", "kinds"),
    [
        (None, {K.TRIAGE, K.RESPOND, K.RESOLVE}),
        (Deed.DISPATCH, {K.SIGN, K.RESOLVE}),
        (Deed.START, {K.RESOLVE}),
        (Deed.RESOLVE, {K.VERIFY}),
    ],
)
def test_an_event_from_before_there_were_clocks_keeps_its_due_times(
    session: Session, desk: Desk, clock: Clock, last: Deed | None, kinds: set[ClockKind]
) -> None:
    event = lamp(session, desk)
    if last is not None:
        goes(session, desk, event, last)
    session.execute(delete(CaseClock).where(CaseClock.event_id == event.id))
    due = event.due_resolve
    clock.turn(days=1)

    clocks.adopt(session, desk, event, clock())

    assert running(session, event) == kinds
    assert event.due_resolve == due
    steps = [one for one in rows.of_event(session, event.id) if one.kind not in (K.RESPOND, K.RESOLVE)]
    assert {one.started_at for one in steps} <= {clock()}
