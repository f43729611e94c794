"""Urging and supervising: a signal stays a signal, and a card is never replaced by a lower one."""

import pytest
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import Supervision
from bot.errors import Conflict, InvalidInput, NotAllowed
from bot.services.desk import Desk
from bot.services.events import doing
from bot.store.tables import GridEvent
from tests.services.events import course
from tests.services.events.cast import AUDITOR, CLERK, LEADER, does, last
from tests.services.stage import DIRECTOR, DISPATCHER, WORKER, Clock, staff


@pytest.fixture
def event(session: Session, desk: Desk) -> GridEvent:
    return course.goes(session, desk, course.lamp(session, desk), Deed.SIGN)


def test_a_unit_is_urged_again_only_after_a_while(session: Session, desk: Desk, clock: Clock, event: GridEvent) -> None:
    does(session, desk, WORKER, event, Deed.URGE)
    clock.turn(hours=23)
    with pytest.raises(Conflict, match="刚催过"):
        does(session, desk, DIRECTOR, event, Deed.URGE)
    clock.turn(hours=1)

    does(session, desk, DIRECTOR, event, Deed.URGE)

    assert event.urges == 2
    assert last(session, event).facts == {"urges": 2}


def test_cards_only_rise(session: Session, desk: Desk, event: GridEvent) -> None:
    does(session, desk, DISPATCHER, event, Deed.SUPERVISE, supervision=Supervision.YELLOW)
    for lower in (Supervision.NORMAL, Supervision.YELLOW):
        with pytest.raises(Conflict, match="只能往上加"):
            does(session, desk, LEADER, event, Deed.SUPERVISE, supervision=lower)

    does(session, desk, LEADER, event, Deed.SUPERVISE, supervision=Supervision.RED)

    assert event.supervision is Supervision.RED
    with pytest.raises(Conflict, match="没有更高"):
        does(session, desk, LEADER, event, Deed.SUPERVISE, supervision=Supervision.RED)


def test_a_card_is_lifted_before_a_lower_one_is_shown(session: Session, desk: Desk, event: GridEvent) -> None:
    does(session, desk, LEADER, event, Deed.SUPERVISE, supervision=Supervision.RED)

    does(session, desk, LEADER, event, Deed.LIFT, words="已经到位")
    does(session, desk, LEADER, event, Deed.SUPERVISE, supervision=Supervision.NORMAL)

    assert event.supervision is Supervision.NORMAL


def test_there_must_be_a_card_to_lift(session: Session, desk: Desk, event: GridEvent) -> None:
    with pytest.raises(Conflict, match="没有督办"):
        does(session, desk, LEADER, event, Deed.LIFT)


@pytest.mark.parametrize("level", [None, Supervision.NONE])
def test_a_card_has_a_colour(session: Session, desk: Desk, event: GridEvent, level: Supervision | None) -> None:
    with pytest.raises(InvalidInput, match="级别"):
        does(session, desk, LEADER, event, Deed.SUPERVISE, supervision=level)


def test_only_the_street_supervises(session: Session, desk: Desk, event: GridEvent) -> None:
    for who in (WORKER, DIRECTOR, CLERK):
        with pytest.raises(NotAllowed):
            does(session, desk, who, event, Deed.SUPERVISE, supervision=Supervision.NORMAL)


def test_an_auditor_reads_no_event(session: Session, desk: Desk, event: GridEvent) -> None:
    with pytest.raises(NotAllowed):
        does(session, desk, AUDITOR, event, Deed.NOTE)


@pytest.mark.parametrize("who", [WORKER, CLERK, LEADER, DISPATCHER])
def test_what_is_possible_is_what_the_guards_let_pass(session: Session, desk: Desk, event: GridEvent, who: str) -> None:
    possible = doing.possible(session, desk, staff(session, who), event)

    for deed in set(doing.EFFECTS) - set(possible):
        with pytest.raises((Conflict, NotAllowed)):
            does(session, desk, who, event, deed)
    assert Deed.NOTE in possible
