"""Chains of deeds: fewer clicks, and still every step in the log, done by whoever may."""

from dataclasses import replace
from itertools import pairwise

import pytest
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.core.urgency import Urgency
from bot.errors import Conflict, InvalidInput, NotAllowed
from bot.services.desk import Desk
from bot.services.events import chains
from bot.store.queries.cases import steps_of
from bot.store.tables import ActorKind, GridEvent
from tests.services.events import course
from tests.services.events.cast import CLERK, COMMITTEE, PROPERTY, URBAN, deeds, does, wishes
from tests.services.stage import COLLEAGUE, DISPATCHER, GRID_WORKER, WORKER, someone, staff, told


@pytest.fixture
def event(session: Session, desk: Desk) -> GridEvent:
    return course.lamp(session, desk)


def take_on(session: Session, desk: Desk, who: str, event: GridEvent, *, dispatches: bool) -> GridEvent:
    return chains.take_on(
        session, desk, wishes(event, Deed.ACCEPT, words="马上派人"), staff(session, who), dispatches=dispatches
    )


def settle(session: Session, desk: Desk, who: str, event: GridEvent, *, has_met: bool = False) -> GridEvent:
    wish = wishes(event, Deed.RESOLVE, words="换了灯泡")
    return chains.settle_on_the_spot(session, desk, wish, staff(session, who), has_met=has_met)


def test_a_report_is_checked_and_accepted_at_once(session: Session, desk: Desk, event: GridEvent) -> None:
    take_on(session, desk, WORKER, event, dispatches=False)

    assert event.status is EventStatus.ACCEPTED
    assert deeds(session, event) == ["file", "triage", "accept"]
    assert "马上派人" in told(session, someone(session, desk))


def test_a_report_is_sent_along_to_the_unit_proposed_for_it(session: Session, desk: Desk, event: GridEvent) -> None:
    take_on(session, desk, WORKER, event, dispatches=True)

    assert (event.status, event.first_party_id) == (EventStatus.DISPATCHED, PROPERTY)
    assert deeds(session, event) == ["file", "triage", "accept", "dispatch"]


def test_what_is_sorted_already_is_only_accepted(session: Session, desk: Desk, event: GridEvent) -> None:
    does(session, desk, COLLEAGUE, event, Deed.TRIAGE)

    take_on(session, desk, WORKER, event, dispatches=False)

    assert deeds(session, event) == ["file", "triage", "accept"]


def test_a_chain_gets_nobody_around_a_guard(session: Session, desk: Desk, event: GridEvent) -> None:
    with pytest.raises(NotAllowed):
        take_on(session, desk, GRID_WORKER, event, dispatches=False)
    event.lead_party_id = URBAN
    session.flush()
    with pytest.raises(NotAllowed, match="街道"):
        take_on(session, desk, WORKER, event, dispatches=True)


def test_a_chain_is_not_begun_twice(session: Session, desk: Desk, event: GridEvent) -> None:
    seen = wishes(event, Deed.ACCEPT)
    chains.take_on(session, desk, seen, staff(session, WORKER), dispatches=True)

    with pytest.raises(Conflict):
        chains.take_on(session, desk, seen, staff(session, WORKER), dispatches=True)
    with pytest.raises(Conflict):
        take_on(session, desk, WORKER, event, dispatches=False)


def test_sending_along_is_offered_to_whom_it_is_open(session: Session, desk: Desk, event: GridEvent) -> None:
    worker, dispatcher = staff(session, WORKER), staff(session, DISPATCHER)

    assert chains.may_take_on(session, desk, worker, event)
    assert chains.may_send_along(session, worker, event)
    assert not chains.may_take_on(session, desk, staff(session, GRID_WORKER), event)
    event.lead_party_id = URBAN
    assert not chains.may_send_along(session, worker, event)
    assert chains.may_send_along(session, dispatcher, event)


def test_a_grid_worker_settles_it_where_they_stand(session: Session, desk: Desk, event: GridEvent) -> None:
    settle(session, desk, GRID_WORKER, event, has_met=True)

    assert (event.status, event.lead_party_id, event.outcome) == (EventStatus.RESOLVED, COMMITTEE, "换了灯泡")
    assert deeds(session, event) == [
        *("file", "triage", "accept", "dispatch"),
        *("sign", "start", "contact", "resolve"),
    ]
    actors = [step.actor_kind for step in steps_of(session, event)]
    assert actors == [ActorKind.BOT, *[ActorKind.SYSTEM] * 3, *[ActorKind.WORKER] * 4]
    moves = [(step.from_status, step.to_status) for step in steps_of(session, event)]
    assert all(after[0] == before[1] for before, after in pairwise(moves))


def test_the_resident_hears_once_that_it_is_settled(session: Session, desk: Desk, event: GridEvent) -> None:
    settle(session, desk, GRID_WORKER, event)

    said = "\n".join(told(session, someone(session, desk)))
    assert said.count("您报的「") == 1
    assert "换了灯泡" in said


def test_somebody_else_verifies_what_was_settled_on_the_spot(session: Session, desk: Desk, event: GridEvent) -> None:
    settle(session, desk, GRID_WORKER, event)

    with pytest.raises(NotAllowed, match="自己办的事"):
        does(session, desk, GRID_WORKER, event, Deed.VERIFY)
    does(session, desk, WORKER, event, Deed.VERIFY)

    assert event.status is EventStatus.VERIFIED


def test_it_goes_on_from_where_it_stands(session: Session, desk: Desk, event: GridEvent) -> None:
    course.goes(session, desk, event, Deed.ACCEPT)

    settle(session, desk, GRID_WORKER, event)

    assert deeds(session, event).count("accept") == 1


def test_only_grid_workers_settle_on_the_spot_and_no_emergency(session: Session, desk: Desk, event: GridEvent) -> None:
    for who in (WORKER, DISPATCHER):
        with pytest.raises(NotAllowed, match="就地解决"):
            settle(session, desk, who, event)
    event.urgency = Urgency.P0
    session.flush()
    with pytest.raises(Conflict, match="紧急"):
        settle(session, desk, GRID_WORKER, event)

    assert deeds(session, event) == ["file"]


def test_what_a_unit_has_already_is_not_settled_past_it(session: Session, desk: Desk, event: GridEvent) -> None:
    course.goes(session, desk, event, Deed.DISPATCH)

    with pytest.raises(Conflict, match="不能就地解决"):
        settle(session, desk, GRID_WORKER, event)
    does(session, desk, CLERK, event, Deed.SIGN)


def test_what_was_done_must_be_said(session: Session, desk: Desk, event: GridEvent) -> None:
    wish = replace(wishes(event, Deed.RESOLVE), words=" ")

    with pytest.raises(InvalidInput, match="请写明"):
        chains.settle_on_the_spot(session, desk, wish, staff(session, GRID_WORKER), has_met=False)
