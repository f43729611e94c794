"""A resident calls off what they reported: before a unit has it; afterwards it goes on, and staff hear of it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.core.whistles import WhistleStatus
from bot.services import reporting, withdrawing
from bot.services.desk import Desk
from bot.services.whistles.finding import whistles_of
from bot.store.queries.cases import steps_of
from bot.store.tables import ActorKind, GridEvent, GroupAlert
from tests.services.events.course import goes, lamp, running
from tests.services.stage import FIRE, Clock, says, someone

WORDS = "自己修好了，撤了吧"


def calls_off(session: Session, desk: Desk, event: GridEvent, who: str = "someone") -> bool:
    return withdrawing.withdraw_event(session, desk, someone(session, desk, who), event.number, WORDS)


def alerts_about(session: Session, event: GridEvent) -> list[str]:
    topic = GroupAlert.topic.startswith("called-off-") & GroupAlert.topic.contains(event.number)
    return list(session.scalars(select(GroupAlert.text).where(topic, GroupAlert.group == event.community_id)))


@pytest.mark.parametrize("until", [None, Deed.TRIAGE, Deed.ACCEPT])
def test_what_no_unit_has_is_called_off(session: Session, desk: Desk, until: Deed | None) -> None:
    event = lamp(session, desk)
    if until:
        goes(session, desk, event, until)

    assert calls_off(session, desk, event)

    step = steps_of(session, event)[-1]
    assert (event.status, running(session, event)) == (EventStatus.WITHDRAWN, set())
    assert (step.deed, step.actor_kind, step.note) == (Deed.WITHDRAW, ActorKind.RESIDENT, f"本人说不用办了：{WORDS}")
    assert alerts_about(session, event) == []


@pytest.mark.parametrize("until", [Deed.DISPATCH, Deed.START])
def test_what_a_unit_has_goes_on_and_staff_hear_of_it_once(session: Session, desk: Desk, until: Deed) -> None:
    event = goes(session, desk, lamp(session, desk), until)
    before, clocks = event.status, running(session, event)

    assert not calls_off(session, desk, event)
    assert not calls_off(session, desk, event)

    assert (event.status, running(session, event)) == (before, clocks)
    assert [step.note for step in steps_of(session, event)].count(f"本人说不用办了：{WORDS}") == 1
    [alert] = alerts_about(session, event)
    assert "中止办理" in alert


def test_what_neighbours_wait_for_too_goes_on(session: Session, desk: Desk) -> None:
    event = lamp(session, desk)
    neighbour = someone(session, desk, "neighbour")
    reporting.join_event(session, desk, event, neighbour.id, says(session, desk, neighbour, "我也是"), "我也是")

    assert not calls_off(session, desk, event)

    assert (event.status, len(alerts_about(session, event))) == (EventStatus.REPORTED, 1)


def test_a_danger_is_not_called_off_with_a_word(session: Session, desk: Desk) -> None:
    event = lamp(session, desk, leaf=FIRE)

    assert not calls_off(session, desk, event)

    assert (event.status, len(alerts_about(session, event))) == (EventStatus.REPORTED, 1)


def test_nobody_calls_off_what_is_not_theirs(session: Session, desk: Desk) -> None:
    event = lamp(session, desk)

    assert not calls_off(session, desk, event, "stranger")

    assert (event.status, alerts_about(session, event)) == (EventStatus.REPORTED, [])
    assert not withdrawing.withdraw_event(session, desk, someone(session, desk), "GE000000000000000000", WORDS)


def test_the_newest_open_matter_is_meant(session: Session, desk: Desk, clock: Clock) -> None:
    goes(session, desk, lamp(session, desk), Deed.CLOSE)
    resident = someone(session, desk)
    assert withdrawing.open_event(session, resident) is None
    lamp(session, desk)
    clock.turn(minutes=1)

    newest = lamp(session, desk, leaf="0603")

    assert withdrawing.open_event(session, resident) == newest


def test_no_whistle_stays_proposed_for_what_was_called_off(session: Session, desk: Desk) -> None:
    event = goes(session, desk, lamp(session, desk, leaf="0602"), Deed.ACCEPT)
    assert [one.status for one in whistles_of(session, event.id)] == [WhistleStatus.PROPOSED]

    calls_off(session, desk, event)

    assert [one.status for one in whistles_of(session, event.id)] == [WhistleStatus.DECLINED]
