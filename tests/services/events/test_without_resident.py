"""Events no resident is behind: nobody waits to be spoken with or called, until somebody joins."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.figures import Part
from bot.core.periods import Period
from bot.services import figures, outcomes, reporting
from bot.services.desk import Desk
from bot.services.events import contacting
from bot.services.events.beginnings import CAME
from bot.services.events.filing_by_staff import Report, file_by_staff
from bot.services.events.merging import merge
from bot.services.figures import Asked
from bot.store.queries.cases import steps_of
from bot.store.tables import ClockKind, Discovery, GridEvent, Resident
from tests.services.events.course import clock_of, does, goes, lamp, running
from tests.services.lives import outcome_of
from tests.services.stage import BUILDING, DISPATCHER, GRID_WORKER, LAMP, WORKER, Clock, at, says, someone, staff

K = ClockKind
# Long after anything of the demo street happened, so that nothing else is counted.
LATER = date(2026, 7, 15)


def found(session: Session, desk: Desk, phone: str = "") -> GridEvent:
    """Filed on a round, or on behalf of whoever left a phone number."""
    report = Report(
        token="a" * 32,
        leaf=LAMP,
        place=at(desk, BUILDING),
        text="楼道灯不亮",
        urgency=None,
        discovery=Discovery.PATROL,
        phone=phone,
        has_agreed=bool(phone),
        is_another=True,
    )
    return file_by_staff(session, desk, report, staff(session, GRID_WORKER))


def joins(session: Session, desk: Desk, event: GridEvent, name: str = "neighbour") -> Resident:
    resident = someone(session, desk, name)
    reporting.join_event(session, desk, event, resident.id, says(session, desk, resident, "我家门口"), "我家门口")
    return resident


def counted(session: Session, desk: Desk, part: Part) -> int:
    month = Period(LATER.replace(day=1), LATER.replace(day=31))
    return figures.overview(session, desk, staff(session, DISPATCHER), Asked(month, "qinghe")).total.of(part)


def test_nobody_waits_to_be_spoken_with(session: Session, desk: Desk) -> None:
    event = found(session, desk)

    assert running(session, event) == {K.TRIAGE, K.RESOLVE}
    assert event.due_respond == event.due_resolve


def test_nobody_is_called_back(session: Session, desk: Desk) -> None:
    event = goes(session, desk, found(session, desk), Deed.CLOSE)

    assert running(session, event) == set()


def test_begun_anew_nobody_waits_either(session: Session, desk: Desk) -> None:
    event = goes(session, desk, found(session, desk), Deed.CLOSE)

    does(session, desk, event, Deed.REOPEN)

    assert running(session, event) == {K.DISPATCH, K.RESOLVE}


def test_who_left_a_number_with_staff_waits_and_is_called(session: Session, desk: Desk) -> None:
    event = found(session, desk, "19900010001")
    assert K.RESPOND in running(session, event)

    goes(session, desk, event, Deed.CLOSE)

    assert running(session, event) == {K.CALL_BACK}


def test_only_where_there_is_a_resident_is_one_to_be_contacted(session: Session, desk: Desk, clock: Clock) -> None:
    clock.moment = clock.moment.replace(month=LATER.month, day=LATER.day)
    patrol = goes(session, desk, found(session, desk), Deed.ACCEPT)
    does(session, desk, patrol, Deed.CONTACT, WORKER)
    goes(session, desk, lamp(session, desk, "one"), Deed.ACCEPT)
    answered = goes(session, desk, lamp(session, desk, "two"), Deed.ACCEPT)
    does(session, desk, answered, Deed.CONTACT, WORKER)

    parts = (Part.ACCEPTED, Part.TO_CONTACT, Part.RESPONDED)
    assert [counted(session, desk, part) for part in parts] == [3, 2, 1]
    assert outcomes.fold(patrol, steps_of(session, patrol)).due_respond is None


def test_from_the_first_who_joins_on_somebody_waits(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, found(session, desk), Deed.DISPATCH)
    clock.turn(hours=1)

    joins(session, desk, event)

    respond = clock_of(session, event, K.RESPOND)
    assert (respond.started_at, respond.due_at) == (clock(), event.due_respond)
    assert outcome_of(session, event).due_respond == event.due_respond
    assert outcomes.fold(event, steps_of(session, event)).due_respond == event.due_respond
    assert [step.note for step in steps_of(session, event)].count(CAME) == 1


def test_the_second_who_joins_changes_nothing(session: Session, desk: Desk, clock: Clock) -> None:
    event = found(session, desk)
    joins(session, desk, event)
    began = clock()
    clock.turn(minutes=30)

    joins(session, desk, event, "another")

    assert clock_of(session, event, K.RESPOND).started_at == began
    assert [step.note for step in steps_of(session, event)].count(CAME) == 1


def test_who_joins_and_is_answered_has_been_contacted(session: Session, desk: Desk, clock: Clock) -> None:
    event = goes(session, desk, found(session, desk), Deed.TRIAGE)
    neighbour = joins(session, desk, event)
    clock.turn(minutes=5)

    contacting.answered(session, desk, neighbour.id, staff(session, WORKER))

    assert clock_of(session, event, K.RESPOND).stopped_at == clock()
    assert outcome_of(session, event).responded is True


@pytest.mark.parametrize("phone", ["", "19900010001"])
def test_where_somebody_else_waits_an_answer_to_who_joined_is_not_to_them(
    session: Session, desk: Desk, phone: str
) -> None:
    event = found(session, desk, phone) if phone else lamp(session, desk)
    neighbour = joins(session, desk, event)

    contacting.answered(session, desk, neighbour.id, staff(session, WORKER))

    assert clock_of(session, event, K.RESPOND).is_running


def test_who_joined_is_called_back(session: Session, desk: Desk) -> None:
    event = found(session, desk)
    joins(session, desk, event)

    goes(session, desk, event, Deed.CLOSE)

    assert running(session, event) == {K.CALL_BACK}


def test_merged_into_what_was_found_on_a_round_a_resident_waits_there(
    session: Session, desk: Desk, clock: Clock
) -> None:
    patrol = goes(session, desk, found(session, desk), Deed.ACCEPT)
    clock.turn(minutes=10)
    double = lamp(session, desk)
    clock.turn(minutes=10)

    merge(session, desk, double.number, patrol.number, staff(session, WORKER), "", double.version)

    respond = clock_of(session, patrol, K.RESPOND)
    assert respond.is_running
    assert respond.due_at == patrol.due_respond
    assert outcome_of(session, patrol).due_respond == patrol.due_respond


def test_put_right_what_it_is_it_still_concerns_nobody(session: Session, desk: Desk, clock: Clock) -> None:
    event = found(session, desk)
    clock.moment = event.due_resolve - timedelta(days=1)

    does(session, desk, goes(session, desk, event, Deed.ACCEPT), Deed.NOTE, WORKER)

    assert outcomes.fold(event, steps_of(session, event)).due_respond is None
