"""A whistle outlives its event: departments that were called owe their answer until the street calls it off."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from bot.core.catalogue import Whistle as WhistleKind
from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.core.whistles import WhistleStatus
from bot.errors import Conflict
from bot.services.desk import Desk
from bot.services.events.merging import merge
from bot.services.whistles import answering, blowing
from bot.store.tables import GridEvent
from tests.services import stage
from tests.services.events.course import does, goes
from tests.services.whistling import LEADER, PARTY_IDS, URBAN, accepted, blown, call, hire, judges, key, reports

ONE = (PARTY_IDS[URBAN],)
Ending = Callable[[Session, Desk, GridEvent], object]


@pytest.fixture(autouse=True)
def hired(session: Session) -> None:
    hire(session)


def closed(session: Session, desk: Desk, event: GridEvent) -> None:
    goes(session, desk, event, Deed.CLOSE)


def withdrawn(session: Session, desk: Desk, event: GridEvent) -> None:
    does(session, desk, event, Deed.WITHDRAW, stage.WORKER)


def refused(session: Session, desk: Desk, event: GridEvent) -> None:
    event.status = EventStatus.REFUSED
    session.flush()


def merged(session: Session, desk: Desk, event: GridEvent) -> None:
    goes_on = accepted(session, desk, resident="neighbor")
    merge(session, desk, event.number, goes_on.number, stage.staff(session, stage.WORKER), "", event.version)


ENDINGS: tuple[Ending, ...] = (closed, withdrawn, refused, merged)


@pytest.mark.parametrize("ends", ENDINGS)
def test_departments_report_and_are_judged_although_the_event_is_over(
    session: Session, desk: Desk, ends: Ending
) -> None:
    whistle = blown(session, desk, ONE)
    ends(session, desk, session.get_one(GridEvent, whistle.event_id))

    reports(session, desk, whistle)
    judges(session, desk, whistle)

    assert whistle.status is WhistleStatus.EVALUATED
    assert call(session, whistle).score == 4


@pytest.mark.parametrize("ends", ENDINGS)
def test_it_is_called_off_although_the_event_is_over(session: Session, desk: Desk, ends: Ending) -> None:
    whistle = blown(session, desk, ONE)
    ends(session, desk, session.get_one(GridEvent, whistle.event_id))
    dispatcher = stage.staff(session, stage.DISPATCHER)

    blowing.call_off(session, desk, dispatcher, whistle.number, "不用来了", whistle.version)

    assert whistle.status is WhistleStatus.CALLED_OFF


def test_an_emergency_is_judged_only_once_the_street_has_confirmed_it(session: Session, desk: Desk) -> None:
    whistle = blown(session, desk, ONE, WhistleKind.EMERGENCY, stage.WORKER)
    reports(session, desk, whistle)
    leader = stage.staff(session, LEADER)

    with pytest.raises(Conflict, match="还没有经街道确认"):
        answering.evaluate(session, desk, leader, key(session, whistle), 4, "来得快")
    assert call(session, whistle).score is None
    blowing.confirm(session, desk, leader, whistle.number, whistle.version)
    judges(session, desk, whistle)

    assert whistle.status is WhistleStatus.EVALUATED
