"""Handling an event: the holder signs and works, asks others to help, asks for time, and says what came of it."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import Completion, EventStatus
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services.desk import Desk
from bot.store.queries import clocks as rows
from bot.store.queries import handled
from bot.store.queries.cases import steps_of
from bot.store.tables import ActorKind, ClockKind, EventTask, GridEvent, TaskStatus
from tests.services.events import course
from tests.services.events.cast import (
    CLERK,
    COMMITTEE,
    LEADER,
    PROPERTY,
    STATION,
    URBAN,
    URBAN_CLERK,
    deeds,
    does,
    last,
)
from tests.services.stage import COLLEAGUE, DISPATCHER, GRID_WORKER, WORKER, Clock, someone, staff, told


@pytest.fixture
def event(session: Session, desk: Desk) -> GridEvent:
    """In the hands of the property company."""
    event = course.goes(session, desk, course.lamp(session, desk), Deed.DISPATCH)
    assert event.lead_party_id == PROPERTY
    return event


def task_of(session: Session, event: GridEvent) -> EventTask:
    return handled.tasks_of(session, event.id)[-1]


def test_the_holder_signs_starts_and_resolves(session: Session, desk: Desk, event: GridEvent) -> None:
    for deed in (Deed.SIGN, Deed.START, Deed.RESOLVE):
        does(session, desk, CLERK, event, deed, words="换了灯泡")

    assert (event.status, event.completion, event.outcome) == (
        *(EventStatus.RESOLVED, Completion.SUBSTANTIVE),
        "换了灯泡",
    )
    assert event.handler_ids == [staff(session, CLERK).id]
    assert event.handling_party_ids == [PROPERTY]
    assert "换了灯泡" in told(session, someone(session, desk))


def test_the_community_may_write_down_for_a_unit_without_account(
    session: Session, desk: Desk, event: GridEvent
) -> None:
    does(session, desk, GRID_WORKER, event, Deed.SIGN)

    assert event.handler_ids == [staff(session, GRID_WORKER).id]
    assert event.handling_party_ids == [PROPERTY]


def test_whoever_signs_for_a_unit_says_how_it_was_reached(session: Session, desk: Desk, event: GridEvent) -> None:
    with pytest.raises(InvalidInput, match="替青禾苑物业服务中心签收"):
        does(session, desk, WORKER, event, Deed.SIGN, words=" ")
    does(session, desk, WORKER, event, Deed.SIGN, words="乔经理电话里说马上来")

    step = last(session, event)
    assert (step.note, step.facts) == ("乔经理电话里说马上来", {"behalf": "青禾苑物业服务中心"})


def test_a_unit_signs_for_itself_without_a_word(session: Session, desk: Desk, event: GridEvent) -> None:
    does(session, desk, CLERK, event, Deed.SIGN, words="")

    assert "behalf" not in (last(session, event).facts or {})


def test_the_committee_is_the_unit_of_those_who_work_in_the_community(
    session: Session, desk: Desk, event: GridEvent
) -> None:
    does(session, desk, DISPATCHER, event, Deed.TRANSFER, party_id=COMMITTEE)

    does(session, desk, WORKER, event, Deed.SIGN, words="")

    assert event.status is EventStatus.SIGNED


@pytest.mark.parametrize("deed", [Deed.SIGN, Deed.RETURN])
def test_only_the_holder_acts(session: Session, desk: Desk, event: GridEvent, deed: Deed) -> None:
    does(session, desk, DISPATCHER, event, Deed.ADD_TASK, party_id=URBAN)

    with pytest.raises(NotAllowed, match="不在您单位手上"):
        does(session, desk, URBAN_CLERK, event, deed)


def test_how_it_was_completed_must_be_said(session: Session, desk: Desk, event: GridEvent) -> None:
    does(session, desk, CLERK, event, Deed.SIGN)
    does(session, desk, CLERK, event, Deed.START)

    with pytest.raises(InvalidInput, match="怎么办完"):
        does(session, desk, CLERK, event, Deed.RESOLVE, completion=None)
    with pytest.raises(InvalidInput, match="请写明"):
        does(session, desk, CLERK, event, Deed.RESOLVE, words=" ")


def test_the_first_word_with_the_resident_stops_the_clock(session: Session, desk: Desk, event: GridEvent) -> None:
    does(session, desk, CLERK, event, Deed.CONTACT, words="打过电话，明天去")

    assert ClockKind.RESPOND not in course.running(session, event)
    assert (event.status, last(session, event).deed) == (EventStatus.DISPATCHED, "contact")


def test_a_helper_does_its_part_and_only_then_is_it_resolved(session: Session, desk: Desk, event: GridEvent) -> None:
    does(session, desk, CLERK, event, Deed.SIGN)
    does(session, desk, CLERK, event, Deed.START)
    does(session, desk, DISPATCHER, event, Deed.ADD_TASK, party_id=URBAN, words="请来拆掉私拉的线")
    task = task_of(session, event)
    assert "青禾街道综合执法队" in event.co_names

    with pytest.raises(Conflict, match="还有1家协办"):
        does(session, desk, CLERK, event, Deed.RESOLVE)
    does(session, desk, URBAN_CLERK, event, Deed.SIGN_TASK, task_id=task.id)
    does(session, desk, URBAN_CLERK, event, Deed.FINISH_TASK, task_id=task.id, words="拆了")
    does(session, desk, CLERK, event, Deed.RESOLVE)

    assert (task.status, task.outcome) == (TaskStatus.DONE, "拆了")
    assert staff(session, URBAN_CLERK).id in event.handler_ids
    assert URBAN in event.handling_party_ids


def test_help_that_is_not_wanted_any_more_holds_nothing_up(session: Session, desk: Desk, event: GridEvent) -> None:
    course.goes(session, desk, event, Deed.START)
    does(session, desk, WORKER, event, Deed.ADD_TASK, party_id=COMMITTEE)
    does(session, desk, WORKER, event, Deed.DROP_TASK, task_id=task_of(session, event).id)

    does(session, desk, WORKER, event, Deed.RESOLVE)

    assert (task_of(session, event).status, event.status) == (TaskStatus.DROPPED, EventStatus.RESOLVED)


def test_help_is_asked_of_others_once_and_within_ones_reach(session: Session, desk: Desk, event: GridEvent) -> None:
    does(session, desk, WORKER, event, Deed.ADD_TASK, party_id=COMMITTEE)

    with pytest.raises(Conflict, match="已经请"):
        does(session, desk, WORKER, event, Deed.ADD_TASK, party_id=COMMITTEE)
    with pytest.raises(InvalidInput, match="主办"):
        does(session, desk, WORKER, event, Deed.ADD_TASK, party_id=PROPERTY)
    with pytest.raises(NotAllowed, match="街道"):
        does(session, desk, WORKER, event, Deed.ADD_TASK, party_id=URBAN)


def test_a_task_is_of_its_own_event_and_unit(session: Session, desk: Desk, event: GridEvent) -> None:
    does(session, desk, WORKER, event, Deed.ADD_TASK, party_id=STATION)
    task = task_of(session, event)
    other = course.goes(session, desk, course.lamp(session, desk, "other"), Deed.DISPATCH)

    for task_id in (None, task.id + 1):
        with pytest.raises(NotFound):
            does(session, desk, WORKER, event, Deed.SIGN_TASK, task_id=task_id)
    with pytest.raises(NotFound):
        does(session, desk, WORKER, other, Deed.SIGN_TASK, task_id=task.id)
    with pytest.raises(NotAllowed, match="不是您单位"):
        does(session, desk, CLERK, event, Deed.SIGN_TASK, task_id=task.id)


def test_a_task_is_finished_after_it_was_signed(session: Session, desk: Desk, event: GridEvent) -> None:
    does(session, desk, WORKER, event, Deed.ADD_TASK, party_id=STATION)
    task = task_of(session, event)

    with pytest.raises(Conflict, match="已经变了"):
        does(session, desk, WORKER, event, Deed.FINISH_TASK, task_id=task.id)


def test_a_helper_that_gets_the_whole_matter_helps_no_more(session: Session, desk: Desk, event: GridEvent) -> None:
    course.goes(session, desk, event, Deed.START)
    does(session, desk, DISPATCHER, event, Deed.ADD_TASK, party_id=URBAN)
    does(session, desk, DISPATCHER, event, Deed.ADD_TASK, party_id=STATION)

    does(session, desk, DISPATCHER, event, Deed.TRANSFER, party_id=URBAN)

    own, other = handled.tasks_of(session, event.id)
    assert (own.status, own.outcome, other.status) == (TaskStatus.DROPPED, "转为主办", TaskStatus.ASKED)
    clock = next(one for one in rows.of_event(session, event.id) if one.subject_id == own.id and one.kind == "task")
    assert (clock.is_running, clock.is_void) == (False, True)
    dropped = next(step for step in steps_of(session, event) if step.deed == Deed.DROP_TASK)
    assert (dropped.actor_kind, dropped.party_id, dropped.note) == (ActorKind.SYSTEM, URBAN, "转为主办")


def test_more_time_is_asked_by_one_and_granted_by_another(session: Session, desk: Desk, event: GridEvent) -> None:
    does(session, desk, CLERK, event, Deed.SIGN)
    before = event.due_resolve
    does(session, desk, CLERK, event, Deed.ASK_EXTENSION, amount=2, words="配件没到")
    with pytest.raises(NotAllowed):
        does(session, desk, WORKER, event, Deed.GRANT_EXTENSION)

    does(session, desk, LEADER, event, Deed.GRANT_EXTENSION, words="同意")

    assert event.due_resolve > before
    step = last(session, event)
    assert step.facts is not None
    assert step.facts["due_resolve"] == event.due_resolve.isoformat()
    assert any("要多等一阵" in bubble for bubble in told(session, someone(session, desk)))


def test_nobody_grants_their_own_delay(session: Session, desk: Desk, event: GridEvent) -> None:
    does(session, desk, DISPATCHER, event, Deed.SIGN)
    does(session, desk, DISPATCHER, event, Deed.ASK_EXTENSION, amount=1)

    for deed in (Deed.GRANT_EXTENSION, Deed.DENY_EXTENSION):
        with pytest.raises(NotAllowed, match="别人来批"):
            does(session, desk, DISPATCHER, event, deed)


def test_time_is_asked_for_once_in_a_round_and_decided_once(session: Session, desk: Desk, event: GridEvent) -> None:
    does(session, desk, CLERK, event, Deed.SIGN)
    due = event.due_resolve
    does(session, desk, CLERK, event, Deed.ASK_EXTENSION, amount=1)
    does(session, desk, LEADER, event, Deed.DENY_EXTENSION)

    assert event.due_resolve == due
    with pytest.raises(Conflict, match="没有等着批"):
        does(session, desk, LEADER, event, Deed.GRANT_EXTENSION)
    with pytest.raises(Conflict, match="一次"):
        does(session, desk, CLERK, event, Deed.ASK_EXTENSION, amount=1)


def test_time_is_asked_for_before_it_has_run_out(session: Session, desk: Desk, clock: Clock, event: GridEvent) -> None:
    does(session, desk, CLERK, event, Deed.SIGN)
    clock.moment = event.due_resolve + timedelta(seconds=1)

    with pytest.raises(Conflict, match="已经到期"):
        does(session, desk, CLERK, event, Deed.ASK_EXTENSION, amount=1)


@pytest.mark.parametrize("amount", [None, 0, -1, 6, 999])
def test_no_more_time_is_asked_for_than_the_rules_give(
    session: Session, desk: Desk, event: GridEvent, amount: int | None
) -> None:
    does(session, desk, CLERK, event, Deed.SIGN)

    with pytest.raises(InvalidInput, match="延期最多5工作日"):
        does(session, desk, CLERK, event, Deed.ASK_EXTENSION, amount=amount)


def test_the_log_grows_with_every_deed_whatever_became_of_the_status(
    session: Session, desk: Desk, event: GridEvent
) -> None:
    before = len(deeds(session, event))

    does(session, desk, COLLEAGUE, event, Deed.NOTE, words="电话里问过")
    does(session, desk, COLLEAGUE, event, Deed.CONTACT)

    assert deeds(session, event)[before:] == ["note", "contact"]
