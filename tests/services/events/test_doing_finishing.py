"""Verified by somebody else, closed, called back by a third, suspended, and begun anew where it was not solved."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import Completion, EventStatus, Satisfaction, Solved
from bot.core.staff import Role
from bot.core.zone import SHANGHAI
from bot.errors import Conflict, InvalidInput, NotAllowed
from bot.services.desk import Desk
from bot.store.queries import handled
from bot.store.tables import ClockKind, GridEvent, Staff
from tests.services.events import course
from tests.services.events.cast import CLERK, LEADER, PROPERTY, deeds, does, last
from tests.services.stage import COLLEAGUE, DIRECTOR, DISPATCHER, GRID_WORKER, WORKER, Clock, someone, staff, told


@pytest.fixture
def resolved(session: Session, desk: Desk) -> GridEvent:
    """Resolved by the property company's clerk."""
    event = course.goes(session, desk, course.lamp(session, desk), Deed.DISPATCH)
    for deed in (Deed.SIGN, Deed.START, Deed.RESOLVE):
        does(session, desk, CLERK, event, deed)
    return event


@pytest.fixture
def closed(session: Session, desk: Desk, resolved: GridEvent) -> GridEvent:
    """Verified and closed by a worker of the community."""
    does(session, desk, WORKER, resolved, Deed.VERIFY)
    return does(session, desk, WORKER, resolved, Deed.CLOSE, words="灯亮了")


def test_somebody_else_verifies_and_closes(session: Session, desk: Desk, closed: GridEvent) -> None:
    assert (closed.status, closed.verifier_id) == (EventStatus.CLOSED, staff(session, WORKER).id)
    assert closed.closed_at == desk.clock()
    step = last(session, closed)
    assert step.facts == {"completion": Completion.SUBSTANTIVE.value}
    assert "灯亮了" in told(session, someone(session, desk))


@pytest.mark.parametrize("deed", [Deed.VERIFY, Deed.REJECT])
def test_nobody_verifies_what_they_handled(session: Session, desk: Desk, deed: Deed) -> None:
    event = course.goes(session, desk, course.lamp(session, desk), Deed.START)
    does(session, desk, WORKER, event, Deed.RESOLVE)

    with pytest.raises(NotAllowed, match="自己办的事"):
        does(session, desk, WORKER, event, deed)

    assert event.status is EventStatus.RESOLVED


def test_who_wrote_down_the_signature_has_had_a_hand_in_it(session: Session, desk: Desk) -> None:
    event = course.goes(session, desk, course.lamp(session, desk), Deed.DISPATCH)
    does(session, desk, COLLEAGUE, event, Deed.SIGN)
    does(session, desk, CLERK, event, Deed.START)
    does(session, desk, CLERK, event, Deed.RESOLVE)

    with pytest.raises(NotAllowed, match="自己办的事"):
        does(session, desk, COLLEAGUE, event, Deed.VERIFY)


def test_a_unit_has_no_part_in_verifying_closing_and_calling(session: Session, desk: Desk, resolved: GridEvent) -> None:
    for deed in (Deed.VERIFY, Deed.REJECT):
        with pytest.raises(NotAllowed):
            does(session, desk, CLERK, resolved, deed)


def test_a_colleague_in_the_same_unit_verifies_nothing_of_it(session: Session, desk: Desk, resolved: GridEvent) -> None:
    turned = staff(session, COLLEAGUE)
    turned.party_id = PROPERTY

    with pytest.raises(NotAllowed, match="自己办的事"):
        does(session, desk, COLLEAGUE, resolved, Deed.VERIFY)


def test_what_is_not_done_goes_back_to_the_unit(session: Session, desk: Desk, resolved: GridEvent) -> None:
    does(session, desk, GRID_WORKER, resolved, Deed.REJECT, words="还是不亮")

    assert (resolved.status, resolved.completion) == (EventStatus.REWORK, None)
    assert any("还没弄好" in bubble for bubble in told(session, someone(session, desk)))
    with pytest.raises(Conflict):
        does(session, desk, CLERK, resolved, Deed.RESOLVE)
    does(session, desk, CLERK, resolved, Deed.START)
    does(session, desk, CLERK, resolved, Deed.RESOLVE)
    assert resolved.status is EventStatus.RESOLVED


def test_it_is_closed_only_after_it_was_verified(session: Session, desk: Desk, resolved: GridEvent) -> None:
    with pytest.raises(Conflict):
        does(session, desk, WORKER, resolved, Deed.CLOSE)


def test_who_verified_does_not_call_back(session: Session, desk: Desk, closed: GridEvent) -> None:
    with pytest.raises(NotAllowed, match="回访"):
        does(session, desk, WORKER, closed, Deed.CALL_BACK, solved=Solved.YES)

    does(session, desk, COLLEAGUE, closed, Deed.CALL_BACK, solved=Solved.YES, satisfaction=Satisfaction.SATISFIED)

    (call,) = handled.call_backs_of(session, closed.id)
    assert (call.solved, call.satisfaction, call.staff_id) == (
        *(Solved.YES, Satisfaction.SATISFIED),
        staff(session, COLLEAGUE).id,
    )
    assert last(session, closed).facts == {"is_reached": True, "solved": "yes", "satisfaction": "satisfied"}
    assert ClockKind.CALL_BACK not in course.running(session, closed)


def test_who_handled_it_does_not_call_back(session: Session, desk: Desk) -> None:
    event = course.goes(session, desk, course.lamp(session, desk), Deed.CLOSE)

    with pytest.raises(NotAllowed, match="自己办的事"):
        does(session, desk, WORKER, event, Deed.CALL_BACK, solved=Solved.YES)
    does(session, desk, DIRECTOR, event, Deed.CALL_BACK, solved=Solved.YES)

    assert deeds(session, event)[-1] == "call_back"


def test_nobody_reached_is_nobody_content(session: Session, desk: Desk, closed: GridEvent) -> None:
    does(session, desk, COLLEAGUE, closed, Deed.CALL_BACK, is_reached=False, words="没人接")

    (call,) = handled.call_backs_of(session, closed.id)
    assert (call.is_reached, call.solved, call.satisfaction) == (False, None, Satisfaction.UNRATED)
    assert last(session, closed).facts == {"is_reached": False}


def test_a_call_says_whether_it_was_solved(session: Session, desk: Desk, closed: GridEvent) -> None:
    with pytest.raises(InvalidInput, match="解决了没有"):
        does(session, desk, COLLEAGUE, closed, Deed.CALL_BACK)
    with pytest.raises(InvalidInput, match="差在哪里"):
        does(session, desk, COLLEAGUE, closed, Deed.CALL_BACK, solved=Solved.NO, words=" ")


def test_not_solved_begins_a_new_round_with_fresh_clocks(
    session: Session, desk: Desk, clock: Clock, closed: GridEvent
) -> None:
    old = closed.due_resolve
    clock.turn(days=3)

    does(session, desk, COLLEAGUE, closed, Deed.CALL_BACK, solved=Solved.NO, words="晚上又黑了")

    assert (closed.status, closed.round) == (EventStatus.REOPENED, 2)
    assert (closed.handler_ids, closed.verifier_id, closed.completion, closed.closed_at) == ([], None, None, None)
    assert deeds(session, closed)[-2:] == ["call_back", "reopen"]
    assert closed.due_resolve > old
    resolve = course.clock_of(session, closed, ClockKind.RESOLVE)
    assert (resolve.round, resolve.due_at) == (2, closed.due_resolve)
    assert {ClockKind.RESPOND, ClockKind.RESOLVE, ClockKind.DISPATCH} <= course.running(session, closed)
    assert any("没解决，我们重新办" in bubble for bubble in told(session, someone(session, desk)))


def test_a_new_round_may_ask_for_time_again(session: Session, desk: Desk, resolved: GridEvent) -> None:
    for who, deed in ((WORKER, Deed.VERIFY), (WORKER, Deed.CLOSE), (COLLEAGUE, Deed.REOPEN)):
        does(session, desk, who, resolved, deed)
    does(session, desk, WORKER, resolved, Deed.DISPATCH, party_id=PROPERTY)
    does(session, desk, CLERK, resolved, Deed.SIGN)

    does(session, desk, CLERK, resolved, Deed.ASK_EXTENSION, amount=1)

    asked = handled.extension_of(session, resolved)
    assert asked is not None
    assert asked.round == 2


def test_what_waits_is_looked_at_on_a_day_that_the_resident_knows(session: Session, desk: Desk) -> None:
    event = course.goes(session, desk, course.lamp(session, desk), Deed.START)
    day = desk.clock().astimezone(SHANGHAI).date() + timedelta(days=10)

    does(session, desk, DISPATCHER, event, Deed.SUSPEND, review_on=day, words="要等路面开挖")

    assert (event.status, event.review_on) == (EventStatus.SUSPENDED, day)
    assert "3月22日会再看一次，到时候告诉您。" in told(session, someone(session, desk))
    assert last(session, event).facts == {"review_on": "2026-03-22"}


@pytest.mark.parametrize("days", [None, 0, -1, 31])
@pytest.mark.parametrize("deed", [Deed.SUSPEND, Deed.REVIEW])
def test_a_review_is_within_thirty_days(session: Session, desk: Desk, deed: Deed, days: int | None) -> None:
    event = course.goes(session, desk, course.lamp(session, desk), Deed.START)
    today = desk.clock().astimezone(SHANGHAI).date()
    if deed is Deed.REVIEW:
        does(session, desk, DISPATCHER, event, Deed.SUSPEND, review_on=today + timedelta(days=1))

    review = None if days is None else today + timedelta(days=days)
    with pytest.raises(InvalidInput, match="30天"):
        does(session, desk, DISPATCHER, event, deed, review_on=review)


def test_only_the_street_lets_a_matter_wait(session: Session, desk: Desk) -> None:
    event = course.goes(session, desk, course.lamp(session, desk), Deed.START)

    with pytest.raises(NotAllowed):
        does(session, desk, WORKER, event, Deed.SUSPEND)


def test_work_goes_on_with_the_time_that_was_left(session: Session, desk: Desk, clock: Clock) -> None:
    event = course.goes(session, desk, course.lamp(session, desk), Deed.START)
    due, day = event.due_resolve, desk.clock().astimezone(SHANGHAI).date() + timedelta(days=20)
    does(session, desk, LEADER, event, Deed.SUSPEND, review_on=day)
    clock.turn(days=14)

    does(session, desk, LEADER, event, Deed.RESUME)

    assert (event.status, event.review_on, event.suspended_at) == (EventStatus.IN_PROGRESS, None, None)
    assert event.due_resolve > due


def test_nobody_undoes_an_end(session: Session, desk: Desk) -> None:
    event = course.lamp(session, desk)
    does(session, desk, WORKER, event, Deed.WITHDRAW, words="居民说不用了")
    everybody = session.query(Staff).filter(Staff.role == Role.DISPATCHER).all()

    for deed in (Deed.TRIAGE, Deed.REOPEN, Deed.WITHDRAW):
        with pytest.raises(Conflict):
            does(session, desk, everybody[0].username, event, deed)
