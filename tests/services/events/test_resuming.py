"""What waits and is looked at by nobody on its day is taken up again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.services.desk import Desk
from bot.services.events import resuming
from bot.services.events.doing import do
from bot.services.events.sweeping import sweep
from bot.services.told_steps import told_steps
from bot.store.queries.cases import steps_of
from bot.store.tables import ActorKind, ClockKind, GridEvent, GroupAlert
from tests.services.events.course import clock_of, does, goes, lamp, shanghai, wish
from tests.services.stage import DISPATCHER, Clock, someone, staff, told

REVIEW = date(2026, 3, 20)
# The review is due when the office closes on Friday 20 March; one more working day ends on Monday.
OVERDUE, FORGOTTEN = shanghai("2026-03-23 17:30"), shanghai("2026-03-23 17:31")


@pytest.fixture
def url(own_file: str) -> str:
    """What happens here is committed, for the sweep."""
    return own_file


@pytest.fixture
def event(desk: Desk) -> GridEvent:
    """On hold until the review, with five working days left but for two hours."""
    with desk.transaction() as session:
        event = goes(session, desk, lamp(session, desk), Deed.START)
        do(session, desk, staff(session, DISPATCHER), replace(wish(event, Deed.SUSPEND), review_on=REVIEW))
        return event


def now_of(session: Session, event: GridEvent) -> GridEvent:
    return session.get_one(GridEvent, event.id)


def test_until_the_further_day_is_over_it_waits(desk: Desk, clock: Clock, event: GridEvent) -> None:
    clock.moment = OVERDUE

    sweep(desk, clock())

    with desk.transaction() as session:
        assert now_of(session, event).status is EventStatus.SUSPENDED


def test_forgotten_it_is_taken_up_by_the_system_and_its_time_runs_on(
    desk: Desk, clock: Clock, event: GridEvent
) -> None:
    clock.moment = FORGOTTEN

    sweep(desk, clock())

    with desk.transaction() as session:
        event = now_of(session, event)
        assert (event.status, event.suspended_at, event.review_on) == (EventStatus.IN_PROGRESS, None, None)
        resolve, review = clock_of(session, event, ClockKind.RESOLVE), clock_of(session, event, ClockKind.REVIEW)
        assert (resolve.is_running, resolve.paused_at) == (True, None)
        assert event.due_resolve == resolve.due_at > clock()
        assert (review.is_running, review.breached_at) == (False, review.due_at)
        step = next(one for one in steps_of(session, event) if one.deed == Deed.RESUME)
        assert (step.actor_kind, step.from_status) == (ActorKind.SYSTEM, EventStatus.SUSPENDED)
        assert (step.facts or {})["due_resolve"] == event.due_resolve.isoformat()


def test_it_happens_once_and_the_next_hold_is_another(desk: Desk, clock: Clock, event: GridEvent) -> None:
    clock.moment = FORGOTTEN
    sweep(desk, clock())
    sweep(desk, clock())
    with desk.transaction() as session:
        again = replace(wish(now_of(session, event), Deed.SUSPEND), review_on=date(2026, 4, 10))
        do(session, desk, staff(session, DISPATCHER), again)
    clock.turn(days=3)

    sweep(desk, clock())

    with desk.transaction() as session:
        event = now_of(session, event)
        assert event.status is EventStatus.SUSPENDED
        assert [one.deed for one in steps_of(session, event)].count(Deed.RESUME) == 1


def test_the_resident_hears_that_nobody_looked_and_staff_are_called(desk: Desk, clock: Clock, event: GridEvent) -> None:
    clock.moment = FORGOTTEN

    sweep(desk, clock())

    with desk.transaction() as session:
        event = now_of(session, event)
        said = told(session, someone(session, desk))[-3:]
        assert said[0].endswith("到了说好的日子没有再看，对不起。")
        assert said[2].startswith("争取")
        assert f"接着办了：{resuming.WORDS}" in [one.words for one in told_steps(session, event)]
        topic = f"forgotten-{event.community_id}#{clock_of(session, event, ClockKind.REVIEW).id}"
        groups = select(GroupAlert.group).where(GroupAlert.topic == topic)
        assert set(session.scalars(groups)) == {event.community_id, "street"}


def test_where_the_time_had_run_out_before_no_day_is_promised(desk: Desk, clock: Clock) -> None:
    with desk.transaction() as session:
        event = goes(session, desk, lamp(session, desk), Deed.START)
        clock.moment = event.due_resolve + timedelta(hours=1)
        day = clock().date() + timedelta(days=7)
        do(session, desk, staff(session, DISPATCHER), replace(wish(event, Deed.SUSPEND), review_on=day))
    clock.turn(days=12)

    sweep(desk, clock())

    with desk.transaction() as session:
        assert now_of(session, event).status is EventStatus.IN_PROGRESS
        assert told(session, someone(session, desk))[-1] == f"现在不再挂着，由{event.lead_name}接着办。"


def test_who_reviewed_it_meanwhile_is_not_overruled(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    do(session, desk, staff(session, DISPATCHER), replace(wish(event, Deed.SUSPEND), review_on=REVIEW))
    clock.moment = FORGOTTEN
    do(session, desk, staff(session, DISPATCHER), replace(wish(event, Deed.REVIEW), review_on=date(2026, 4, 1)))

    resuming.resume(session, desk, event.id, clock())

    assert event.id not in resuming.forgotten(session, desk, clock())
    assert event.status is EventStatus.SUSPENDED


def test_a_hold_that_ended_as_it_should_is_not_taken_up_twice(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    do(session, desk, staff(session, DISPATCHER), replace(wish(event, Deed.SUSPEND), review_on=REVIEW))
    does(session, desk, event, Deed.RESUME)
    clock.moment = FORGOTTEN

    resuming.resume(session, desk, event.id, clock())

    assert [one.deed for one in steps_of(session, event)].count(Deed.RESUME) == 1
