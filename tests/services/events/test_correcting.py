"""Putting right what was misread."""

import pytest
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.urgency import Urgency
from bot.errors import Conflict, InvalidInput, NotAllowed
from bot.services.desk import Desk
from bot.services.events import correcting
from bot.services.events.correcting import Correction
from bot.store.tables import ClockKind, GridEvent, Message
from tests.services.events import course
from tests.services.events.cast import CLERK, PROPERTY, deeds, last
from tests.services.stage import (
    BUILDING,
    GRID_WORKER,
    LIFT_FAULT,
    STREET_LAMP,
    TOWER,
    WORKER,
    at,
    report,
    someone,
    somewhere,
    staff,
    told,
)

ELSEWHERE_BUILDING = "liuan-lx-9"


@pytest.fixture
def event(session: Session, desk: Desk) -> GridEvent:
    return report(session, desk, someone(session, desk), at(desk, BUILDING, "2", "301"))


def correct(session: Session, desk: Desk, event: GridEvent, who: str = WORKER, **right: object) -> GridEvent:
    correction = Correction(**right)  # type: ignore[arg-type]
    return correcting.correct(session, desk, event.number, correction, staff(session, who), event.version)


def test_another_leaf_changes_lead_and_due_times_and_reaches_the_trainers(
    session: Session, desk: Desk, event: GridEvent
) -> None:
    before = event.due_resolve

    correct(session, desk, event, leaf=LIFT_FAULT)

    assert (event.leaf, event.urgency) == (LIFT_FAULT, Urgency.P1)
    assert event.due_resolve < before
    assert course.clock_of(session, event, ClockKind.RESOLVE).due_at == event.due_resolve
    assert event.inbox_id is not None
    assert session.get_one(Message, event.inbox_id).reading == {"corrected": LIFT_FAULT}
    step = last(session, event)
    assert step.deed == "correct"
    assert step.facts is not None
    assert step.facts["leaf"] == LIFT_FAULT
    assert any("核对过了" in bubble for bubble in told(session, someone(session, desk)))


def test_another_place_brings_its_grid_and_drops_the_door(session: Session, desk: Desk, event: GridEvent) -> None:
    correct(session, desk, event, place=at(desk, TOWER, "1"))

    assert (event.building_id, event.unit, event.room, event.grid_id) == (TOWER, "1", None, "qinghe-g3")
    assert event.title.startswith("银杏里27号楼1单元")
    assert event.lead_name == "银杏里物业服务中心"


def test_a_word_more_on_the_place_leaves_grid_and_door(session: Session, desk: Desk, event: GridEvent) -> None:
    correct(session, desk, event, place=at(desk, BUILDING, "3"))
    assert (event.unit, event.room) == ("3", "301")

    correct(session, desk, event, place=somewhere("北门花坛边"))

    assert (event.place_text, event.building_id, event.grid_id) == ("北门花坛边", None, "qinghe-g1")


def test_the_place_stays_in_the_community(session: Session, desk: Desk, event: GridEvent) -> None:
    with pytest.raises(InvalidInput, match="不在这个社区"):
        correct(session, desk, event, place=at(desk, ELSEWHERE_BUILDING))


def test_less_urgent_needs_a_reason_and_more_urgent_does_not(session: Session, desk: Desk, event: GridEvent) -> None:
    correct(session, desk, event, urgency=Urgency.P1)
    due = event.due_resolve
    with pytest.raises(InvalidInput, match="原因"):
        correct(session, desk, event, urgency=Urgency.P3)
    session.expire(event)

    correct(session, desk, event, urgency=Urgency.P2, words="问过了，还有一盏亮着")

    assert event.urgency is Urgency.P2
    assert event.due_resolve > due
    assert "问过了" in last(session, event).note


def test_nothing_to_correct_is_no_correction(session: Session, desk: Desk, event: GridEvent) -> None:
    for right in ({}, {"leaf": event.leaf}, {"urgency": event.urgency}):
        with pytest.raises(InvalidInput, match="和原来一样"):
            correct(session, desk, event, **right)

    assert deeds(session, event) == ["file"]


def test_a_unit_that_has_it_keeps_it_until_it_is_transferred(session: Session, desk: Desk, event: GridEvent) -> None:
    course.goes(session, desk, event, Deed.SIGN)

    correct(session, desk, event, leaf=STREET_LAMP)

    assert event.lead_party_id == PROPERTY


def test_who_may_not_correct_does_not(session: Session, desk: Desk, event: GridEvent) -> None:
    with pytest.raises(NotAllowed):
        correct(session, desk, event, GRID_WORKER, leaf=LIFT_FAULT)
    course.goes(session, desk, event, Deed.DISPATCH)
    with pytest.raises(NotAllowed):
        correct(session, desk, event, CLERK, leaf=LIFT_FAULT)


def test_what_is_over_is_not_corrected(session: Session, desk: Desk, event: GridEvent) -> None:
    course.goes(session, desk, event, Deed.CLOSE)

    with pytest.raises(Conflict):
        correct(session, desk, event, leaf=LIFT_FAULT)


def test_a_stale_correction_changes_nothing(session: Session, desk: Desk, event: GridEvent) -> None:
    with pytest.raises(Conflict, match="刚被别人改过"):
        correcting.correct(session, desk, event.number, Correction(LIFT_FAULT), staff(session, WORKER), 99)
