"""More time: counted in the unit of the limit that runs, granted as asked, void with the attempt it was for."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from bot.core.catalogue import LimitUnit, TimeLimit
from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.core.urgency import Urgency
from bot.errors import Conflict, InvalidInput
from bot.services import outcomes
from bot.services.desk import Desk
from bot.services.events import clocks, rating
from bot.services.events.correcting import Correction, correct
from bot.services.events.doing import do
from bot.services.events.extensions import LAPSED
from bot.store.queries.cases import steps_of
from bot.store.queries.handled import extension_of
from bot.store.tables import ClockKind, GridEvent
from tests.services.events.cast import CLERK, COMMITTEE, LEADER, PROPERTY, URBAN, URBAN_CLERK
from tests.services.events.cast import does as did
from tests.services.events.course import clock_of, does, goes, lamp, shanghai, wish
from tests.services.stage import COLLEAGUE, DISPATCHER, WORKER, Clock, says, someone, staff

# Its own limit is 24 hours, counted through nights.
IN_HOURS = "0602"


@pytest.fixture
def event(session: Session, desk: Desk) -> GridEvent:
    """In work, with a limit of five working days."""
    return goes(session, desk, lamp(session, desk), Deed.START)


def asks(session: Session, desk: Desk, event: GridEvent, amount: int, who: str = WORKER) -> None:
    do(session, desk, staff(session, who), replace(wish(event, Deed.ASK_EXTENSION), amount=amount))


def hurries(session: Session, desk: Desk, event: GridEvent, **correction: object) -> None:
    changed = Correction(words="居民家有老人", **correction)  # type: ignore[arg-type]
    correct(session, desk, event.number, changed, staff(session, WORKER), event.version)


def test_of_a_limit_in_hours_hours_are_asked_for_and_granted(
    session: Session, desk: Desk, clock: Clock, event: GridEvent
) -> None:
    hurries(session, desk, event, urgency=Urgency.P1)
    assert clocks.running_limit(session, desk, event) == TimeLimit(24, LimitUnit.HOURS)
    with pytest.raises(InvalidInput, match="延期最多24小时"):
        asks(session, desk, event, 25)

    asks(session, desk, event, 5)
    due = event.due_resolve
    does(session, desk, event, Deed.GRANT_EXTENSION)

    assert (event.due_resolve - due).total_seconds() == 5 * 3600
    asked = extension_of(session, event)
    assert asked is not None
    assert (asked.amount, asked.unit) == (5, LimitUnit.HOURS)
    assert steps_of(session, event)[-1].note.startswith("同意延期5小时")


def test_in_rework_no_more_is_asked_for_than_its_own_shorter_limit(
    session: Session, desk: Desk, event: GridEvent
) -> None:
    goes(session, desk, event, Deed.RESOLVE)
    does(session, desk, event, Deed.REJECT, COLLEAGUE)
    goes(session, desk, event, Deed.START)

    with pytest.raises(InvalidInput, match="延期最多3工作日"):
        asks(session, desk, event, 4)


@pytest.mark.parametrize("correction", [{"urgency": Urgency.P1}, {"leaf": IN_HOURS}])
def test_what_no_longer_fits_the_limit_is_denied_and_asked_anew(
    session: Session, desk: Desk, event: GridEvent, correction: dict[str, object]
) -> None:
    asks(session, desk, event, 5)
    hurries(session, desk, event, **correction)
    due = event.due_resolve

    with pytest.raises(Conflict, match="对不上") as told:
        does(session, desk, event, Deed.GRANT_EXTENSION)
    assert "重新申请" in told.value.hint
    assert event.due_resolve == due
    does(session, desk, event, Deed.DENY_EXTENSION)
    asks(session, desk, event, 6)
    does(session, desk, event, Deed.GRANT_EXTENSION)

    assert (event.due_resolve - due).total_seconds() == 6 * 3600


def test_what_still_fits_is_granted_as_it_was_asked(session: Session, desk: Desk, event: GridEvent) -> None:
    asks(session, desk, event, 2)
    correct(session, desk, event.number, Correction(leaf="0805"), staff(session, WORKER), event.version)
    due = event.due_resolve

    does(session, desk, event, Deed.GRANT_EXTENSION)

    assert event.due_resolve == desk.calendar.add(due, TimeLimit(2, LimitUnit.WORK_DAYS))


def test_what_was_asked_for_one_attempt_is_not_granted_for_the_next(
    session: Session, desk: Desk, event: GridEvent
) -> None:
    asks(session, desk, event, 5)

    goes(session, desk, event, Deed.RESOLVE)
    does(session, desk, event, Deed.REJECT, COLLEAGUE)

    assert extension_of(session, event) is None
    with pytest.raises(Conflict, match="没有等着批"):
        does(session, desk, event, Deed.GRANT_EXTENSION)
    assert [step.note for step in steps_of(session, event) if LAPSED in step.note] == [f"{LAPSED}：5工作日"]
    goes(session, desk, event, Deed.START)
    asks(session, desk, event, 1)


def test_a_resident_who_sends_it_back_ends_the_request_too(session: Session, desk: Desk, event: GridEvent) -> None:
    asks(session, desk, event, 5)
    goes(session, desk, event, Deed.RESOLVE)
    resident = someone(session, desk)

    rating.not_solved(session, desk, event, resident, "还黑", says(session, desk, resident, "还黑"))

    assert event.status is EventStatus.REWORK
    with pytest.raises(Conflict, match="没有等着批"):
        does(session, desk, event, Deed.GRANT_EXTENSION)


def test_a_unit_that_loses_the_matter_takes_its_request_along(session: Session, desk: Desk, event: GridEvent) -> None:
    asks(session, desk, event, 5)

    did(session, desk, DISPATCHER, event, Deed.TRANSFER, party_id=URBAN)

    assert extension_of(session, event) is None
    did(session, desk, URBAN_CLERK, event, Deed.SIGN)
    asks(session, desk, event, 2, URBAN_CLERK)
    did(session, desk, LEADER, event, Deed.GRANT_EXTENSION)
    assert clock_of(session, event, ClockKind.RESOLVE).granted == 2


def test_what_one_unit_was_denied_another_may_ask_once(session: Session, desk: Desk, event: GridEvent) -> None:
    asks(session, desk, event, 5)
    did(session, desk, LEADER, event, Deed.DENY_EXTENSION)

    did(session, desk, DISPATCHER, event, Deed.TRANSFER, party_id=URBAN)
    did(session, desk, URBAN_CLERK, event, Deed.SIGN)
    asks(session, desk, event, 1, URBAN_CLERK)
    did(session, desk, LEADER, event, Deed.DENY_EXTENSION)

    with pytest.raises(Conflict, match="一次"):
        asks(session, desk, event, 1, URBAN_CLERK)


def test_a_unit_does_not_ask_again_by_sending_the_matter_back(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk), Deed.SIGN)
    assert event.lead_party_id == PROPERTY
    asks(session, desk, event, 5, CLERK)
    did(session, desk, LEADER, event, Deed.DENY_EXTENSION)
    did(session, desk, CLERK, event, Deed.RETURN)

    did(session, desk, WORKER, event, Deed.DISPATCH, party_id=PROPERTY)
    did(session, desk, CLERK, event, Deed.SIGN)

    with pytest.raises(Conflict, match="一次"):
        asks(session, desk, event, 1, CLERK)


def test_what_was_granted_is_granted_whoever_handles_it(session: Session, desk: Desk, event: GridEvent) -> None:
    asks(session, desk, event, 2)
    does(session, desk, event, Deed.GRANT_EXTENSION)

    did(session, desk, DISPATCHER, event, Deed.TRANSFER, party_id=COMMITTEE)
    goes(session, desk, event, Deed.SIGN)

    assert event.due_resolve == shanghai("2026-03-23 17:30")
    with pytest.raises(Conflict, match="一次"):
        asks(session, desk, event, 1)


def test_the_figures_hear_of_the_new_time_and_of_nothing_else(session: Session, desk: Desk, event: GridEvent) -> None:
    asks(session, desk, event, 5)
    did(session, desk, DISPATCHER, event, Deed.TRANSFER, party_id=URBAN)

    outcome = outcomes.fold(event, steps_of(session, event))

    assert (outcome.due_resolve, outcome.status) == (event.due_resolve, EventStatus.DISPATCHED)
