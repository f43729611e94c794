"""Being late is in the clock, the log and the figures, once, whoever comes first: the sweep or a deed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus, Supervision
from bot.core.urgency import Urgency
from bot.services import outcomes
from bot.services.desk import Desk
from bot.services.events import contacting, rating
from bot.services.events.correcting import Correction, correct
from bot.services.events.doing import do
from bot.services.events.sweeping import sweep
from bot.store.queries.cases import steps_of
from bot.store.tables import CaseStep, ClockKind, GridEvent
from tests.services.events.course import clock_of, does, goes, lamp, wish
from tests.services.lives import outcome_of
from tests.services.stage import COLLEAGUE, DISPATCHER, WORKER, Clock, says, someone, staff

K = ClockKind


@pytest.fixture
def url(own_file: str) -> str:
    """What happens here is committed, for the sweep."""
    return own_file


def breaches(session: Session, event: GridEvent, kind: ClockKind) -> list[CaseStep]:
    """The lines that say that this clock was missed."""
    log = [step for step in steps_of(session, event) if step.deed == Deed.BREACH]
    return [step for step in log if (step.facts or {})["clock"] == kind.value]


def asks_time(session: Session, desk: Desk, event: GridEvent) -> None:
    do(session, desk, staff(session, WORKER), replace(wish(event, Deed.ASK_EXTENSION), amount=5))


def grants(session: Session, desk: Desk, event: GridEvent) -> None:
    does(session, desk, event, Deed.GRANT_EXTENSION)


def holds(session: Session, desk: Desk, event: GridEvent) -> None:
    day = desk.clock().date() + timedelta(days=7)
    do(session, desk, staff(session, DISPATCHER), replace(wish(event, Deed.SUSPEND), review_on=day))
    does(session, desk, event, Deed.RESUME)


def corrects(session: Session, desk: Desk, event: GridEvent) -> None:
    correct(session, desk, event.number, Correction(leaf="0805"), staff(session, WORKER), event.version)


def resolves(session: Session, desk: Desk, event: GridEvent) -> None:
    goes(session, desk, event, Deed.RESOLVE)


@pytest.mark.parametrize("act", [grants, holds, corrects, resolves])
def test_nothing_done_between_the_due_time_and_the_sweep_washes_it_off(
    session: Session, desk: Desk, clock: Clock, act: object
) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    asks_time(session, desk, event)
    due = event.due_resolve
    clock.moment = due + timedelta(seconds=20)

    act(session, desk, event)  # type: ignore[operator]

    assert clock_of(session, event, K.RESOLVE).breached_at == due
    [line] = breaches(session, event, K.RESOLVE)
    assert line.facts == {"clock": "resolve", "due": due.isoformat()}
    assert outcome_of(session, event).is_overdue
    assert outcomes.fold(event, steps_of(session, event)).is_overdue
    assert event.supervision is Supervision.NORMAL


def test_the_line_stands_before_the_deed_that_came_too_late(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    clock.moment = event.due_resolve + timedelta(seconds=1)

    goes(session, desk, event, Deed.RESOLVE)

    log = steps_of(session, event)
    [line] = breaches(session, event, K.RESOLVE)
    assert (line.from_status, line.to_status) == (EventStatus.IN_PROGRESS, EventStatus.IN_PROGRESS)
    assert log.index(line) < next(n for n, step in enumerate(log) if step.deed == Deed.RESOLVE)


def test_the_sweep_does_not_say_again_what_a_deed_has_said(desk: Desk, clock: Clock) -> None:
    with desk.transaction() as session:
        event = goes(session, desk, lamp(session, desk), Deed.START)
        asks_time(session, desk, event)
        clock.moment = event.due_resolve + timedelta(seconds=20)
        grants(session, desk, event)

    sweep(desk, clock())
    sweep(desk, clock() + timedelta(minutes=10))

    with desk.transaction() as session:
        assert len(breaches(session, session.get_one(GridEvent, event.id), K.RESOLVE)) == 1


def test_a_deed_does_not_say_again_what_the_sweep_has_said(desk: Desk, clock: Clock) -> None:
    with desk.transaction() as session:
        event = goes(session, desk, lamp(session, desk), Deed.START)
    clock.moment = event.due_resolve + timedelta(seconds=20)
    sweep(desk, clock())

    with desk.transaction() as session:
        event = goes(session, desk, session.get_one(GridEvent, event.id), Deed.RESOLVE)

        assert len(breaches(session, event, K.RESOLVE)) == 1


def test_exactly_at_the_due_time_nothing_is_said(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    clock.moment = event.due_resolve

    goes(session, desk, event, Deed.RESOLVE)

    assert breaches(session, event, K.RESOLVE) == []


def test_what_stands_still_is_not_late(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    do(session, desk, staff(session, DISPATCHER), replace(wish(event, Deed.SUSPEND), review_on=date(2026, 4, 8)))
    clock.moment = event.due_resolve + timedelta(days=1)

    does(session, desk, event, Deed.NOTE)

    assert breaches(session, event, K.RESOLVE) == []


def test_an_answer_that_comes_too_late_is_late(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.TRIAGE)
    resident = someone(session, desk)
    clock.moment = event.due_respond + timedelta(seconds=5)

    contacting.answered(session, desk, resident.id, staff(session, WORKER))

    assert len(breaches(session, event, K.RESPOND)) == 1
    assert outcome_of(session, event).responded is False


def test_a_call_that_comes_too_late_is_late(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.CLOSE)
    clock.moment = clock_of(session, event, K.CALL_BACK).due_at + timedelta(seconds=5)

    do(session, desk, staff(session, DISPATCHER), replace(wish(event, Deed.CALL_BACK), is_reached=False))

    assert len(breaches(session, event, K.CALL_BACK)) == 1


def test_what_a_resident_begins_anew_leaves_the_round_before_as_late_as_it_was(
    session: Session, desk: Desk, clock: Clock
) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.CLOSE)
    resident = someone(session, desk)
    clock.moment = clock_of(session, event, K.CALL_BACK).due_at + timedelta(seconds=5)

    rating.not_solved(session, desk, event, resident, "还黑", says(session, desk, resident, "还黑"))

    [line] = breaches(session, event, K.CALL_BACK)
    assert (line.round, line.from_status, event.round) == (1, EventStatus.CLOSED, 2)


def test_more_urgent_by_itself_it_is_as_late_as_before(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.START)
    clock.moment = event.due_resolve + timedelta(seconds=20)

    correct(session, desk, event.number, Correction(urgency=Urgency.P1), staff(session, COLLEAGUE), event.version)

    assert len(breaches(session, event, K.RESOLVE)) == 1
