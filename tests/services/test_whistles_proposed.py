"""Whistles the rules ask for, once for each event and kind, as things happen to it."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.catalogue import Whistle as WhistleKind
from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.core.urgency import Urgency
from bot.core.whistles import WhistleStatus
from bot.services import reporting
from bot.services.desk import Desk
from bot.services.events.correcting import Correction, correct
from bot.services.events.doing import do
from bot.services.whistles import blowing
from bot.services.whistles.blowing import Draft
from bot.services.whistles.finding import whistles_of
from bot.services.whistles.proposing import propose_for
from bot.store.queries.cases import steps_of
from bot.store.tables import CalledOut, GridEvent
from tests.services import stage
from tests.services.events.course import does, goes, sends, wish
from tests.services.whistling import BLAZE, PARTY_IDS, PLAIN, STALLS, URBAN, accepted


def proposals(session: Session, event: GridEvent) -> list[tuple[WhistleKind, WhistleStatus]]:
    return [(one.kind, one.status) for one in whistles_of(session, event.id)]


def looked_at(session: Session, desk: Desk, event: GridEvent) -> list[tuple[WhistleKind, WhistleStatus]]:
    propose_for(session, desk, event)
    return proposals(session, event)


def asks(session: Session, desk: Desk, event: GridEvent, kind: WhistleKind) -> CalledOut:
    draft = Draft(event.number, kind, "东门占道", "街道没有执法权")
    return blowing.ask(session, desk, stage.staff(session, stage.DISPATCHER), draft)


def declines(session: Session, desk: Desk, event: GridEvent) -> None:
    """The street decides not to blow the latest."""
    found, dispatcher = whistles_of(session, event.id)[-1], stage.staff(session, stage.DISPATCHER)
    blowing.decline(session, desk, dispatcher, found.number, "社区自己能办", found.version)
    session.flush()


def crowd(session: Session, desk: Desk, event: GridEvent) -> None:
    """Two more households say the same, for which the rules ask for a daily whistle."""
    for name in ("two", "three"):
        neighbour = stage.someone(session, desk, name)
        inbox_id = stage.says(session, desk, neighbour, "我家也是")
        reporting.join_event(session, desk, event, neighbour.id, inbox_id, "我家也是")


def departments_work(session: Session, desk: Desk) -> GridEvent:
    """An event the street's own department works on, for which nothing but being late asks for a whistle."""
    event = accepted(session, desk)
    event.building_id = None
    sends(session, desk, event, Deed.DISPATCH, PARTY_IDS[URBAN])
    return goes(session, desk, event, Deed.START)


def closes(session: Session, desk: Desk, event: GridEvent) -> None:
    """The street's department puts it right."""
    sends(session, desk, event, Deed.DISPATCH, PARTY_IDS[URBAN])
    goes(session, desk, event, Deed.CLOSE)


def test_danger_is_proposed_before_anybody_has_looked(session: Session, desk: Desk) -> None:
    event = stage.report(session, desk, stage.someone(session, desk), stage.at(desk, stage.BUILDING), BLAZE)

    assert looked_at(session, desk, event) == [(WhistleKind.EMERGENCY, WhistleStatus.PROPOSED)]
    found = whistles_of(session, event.id)[0]
    assert found.number.startswith("WS990101001-20260312-")
    assert found.proposed_by is None
    assert found.matter == event.title
    assert "属于突发应急一类" in found.because


def test_looking_twice_proposes_once_and_writes_one_line(session: Session, desk: Desk) -> None:
    event = accepted(session, desk, STALLS)

    propose_for(session, desk, event)
    propose_for(session, desk, event)

    assert proposals(session, event) == [(WhistleKind.TOUGH, WhistleStatus.PROPOSED)]
    assert [step.deed for step in steps_of(session, event)].count(Deed.WHISTLE) == 1


def test_a_tough_matter_waits_until_it_is_accepted(session: Session, desk: Desk) -> None:
    event = stage.report(session, desk, stage.someone(session, desk), stage.at(desk, stage.BUILDING), STALLS)

    assert looked_at(session, desk, event) == []


def test_an_ordinary_event_gets_no_whistle(session: Session, desk: Desk) -> None:
    assert looked_at(session, desk, accepted(session, desk, PLAIN)) == []


def test_the_third_report_of_a_matter_at_a_place_asks_for_a_daily_whistle(session: Session, desk: Desk) -> None:
    first, second = accepted(session, desk, resident="one"), accepted(session, desk, resident="two")
    elsewhere = stage.report(session, desk, stage.someone(session, desk, "far"), stage.at(desk, stage.TOWER), PLAIN)
    assert looked_at(session, desk, second) == []

    third = accepted(session, desk, resident="three")

    assert looked_at(session, desk, third) == [(WhistleKind.DAILY, WhistleStatus.PROPOSED)]
    assert whistles_of(session, third.id)[0].because == ["30天里同一个地方报了3次"]
    assert (proposals(session, first), proposals(session, elsewhere)) == ([], [])


def test_reports_longer_ago_than_the_rule_looks_back_do_not_count(
    session: Session, desk: Desk, clock: stage.Clock
) -> None:
    accepted(session, desk, resident="one")
    accepted(session, desk, resident="two")
    clock.turn(days=31)

    assert looked_at(session, desk, accepted(session, desk, resident="three")) == []


def test_three_households_behind_an_event_ask_for_a_daily_whistle(session: Session, desk: Desk) -> None:
    event = accepted(session, desk)
    for name in ("two", "three"):
        neighbour = stage.someone(session, desk, name)
        inbox_id = stage.says(session, desk, neighbour, "我家也是")
        reporting.join_event(session, desk, event, neighbour.id, inbox_id, "我家也是")

    propose_for(session, desk, event)

    assert whistles_of(session, event.id)[0].because == ["有3户反映"]


def test_returned_twice_asks_for_a_tough_whistle_that_takes_the_place_of_a_daily_one(
    session: Session, desk: Desk
) -> None:
    event = accepted(session, desk)
    for name in ("two", "three"):
        neighbour = stage.someone(session, desk, name)
        reporting.join_event(session, desk, event, neighbour.id, stage.says(session, desk, neighbour, "也是"), "也是")
    propose_for(session, desk, event)
    for _ in range(2):
        goes(session, desk, event, Deed.DISPATCH)
        do(session, desk, stage.staff(session, stage.WORKER), wish(event, Deed.RETURN))

    assert looked_at(session, desk, event) == [
        (WhistleKind.DAILY, WhistleStatus.DECLINED),
        (WhistleKind.TOUGH, WhistleStatus.PROPOSED),
    ]


def test_departments_of_the_street_asked_to_help_ask_for_a_tough_whistle(session: Session, desk: Desk) -> None:
    event = goes(session, desk, accepted(session, desk), Deed.DISPATCH)
    dispatcher = stage.staff(session, stage.DISPATCHER)
    for party_id in ("street-traffic", "street-market"):
        do(session, desk, dispatcher, replace(wish(event, Deed.ADD_TASK), party_id=party_id))

    propose_for(session, desk, event)

    found = session.scalars(select(CalledOut).where(CalledOut.event_id == event.id)).one()
    assert found.kind is WhistleKind.TOUGH
    assert "明河交警二中队、青禾市场监管所" in found.because[0]


def test_what_was_declined_is_not_proposed_again(session: Session, desk: Desk) -> None:
    event = accepted(session, desk, STALLS)
    declines(session, desk, event)

    assert propose_for(session, desk, event) is None
    assert proposals(session, event) == [(WhistleKind.TOUGH, WhistleStatus.DECLINED)]


def test_once_the_matter_is_settled_nothing_stays_proposed(session: Session, desk: Desk) -> None:
    event = accepted(session, desk, STALLS)
    propose_for(session, desk, event)
    event.status = EventStatus.WITHDRAWN

    assert looked_at(session, desk, event) == [(WhistleKind.TOUGH, WhistleStatus.DECLINED)]
    assert whistles_of(session, event.id)[0].words == "事情已撤回"


def test_what_people_asked_for_stays_when_the_rules_ask_for_something_stronger(session: Session, desk: Desk) -> None:
    event = accepted(session, desk)
    asks(session, desk, event, WhistleKind.DAILY)

    correct(
        session, desk, event.number, Correction(urgency=Urgency.P0), stage.staff(session, stage.WORKER), event.version
    )

    assert looked_at(session, desk, event) == [
        (WhistleKind.DAILY, WhistleStatus.PROPOSED),
        (WhistleKind.EMERGENCY, WhistleStatus.PROPOSED),
    ]


def test_what_people_asked_for_is_theirs_to_decline_also_once_the_matter_is_settled(
    session: Session, desk: Desk
) -> None:
    event = accepted(session, desk)
    asks(session, desk, event, WhistleKind.TOUGH)

    does(session, desk, event, Deed.WITHDRAW, stage.WORKER)

    assert proposals(session, event) == [(WhistleKind.TOUGH, WhistleStatus.PROPOSED)]
    declines(session, desk, event)
    assert proposals(session, event) == [(WhistleKind.TOUGH, WhistleStatus.DECLINED)]


def test_the_rules_put_nothing_weaker_beside_what_people_asked_for(session: Session, desk: Desk) -> None:
    event = accepted(session, desk)
    asks(session, desk, event, WhistleKind.TOUGH)

    crowd(session, desk, event)

    assert proposals(session, event) == [(WhistleKind.TOUGH, WhistleStatus.PROPOSED)]


def test_once_people_have_declined_the_stronger_the_rules_ask_for_the_weaker(session: Session, desk: Desk) -> None:
    event = accepted(session, desk)
    asks(session, desk, event, WhistleKind.TOUGH)
    crowd(session, desk, event)
    declines(session, desk, event)

    assert looked_at(session, desk, event) == [
        (WhistleKind.TOUGH, WhistleStatus.DECLINED),
        (WhistleKind.DAILY, WhistleStatus.PROPOSED),
    ]


def test_a_department_past_its_time_asks_for_a_daily_whistle(session: Session, desk: Desk, clock: stage.Clock) -> None:
    event = departments_work(session, desk)
    clock.moment = event.due_resolve
    assert looked_at(session, desk, event) == []
    clock.turn(seconds=1)

    assert looked_at(session, desk, event) == [(WhistleKind.DAILY, WhistleStatus.PROPOSED)]
    assert whistles_of(session, event.id)[0].because == ["青禾街道综合执法队已经超时"]


def test_a_department_on_hold_is_not_accused_of_being_late(session: Session, desk: Desk, clock: stage.Clock) -> None:
    event = departments_work(session, desk)
    hold = replace(wish(event, Deed.SUSPEND), review_on=date(2026, 4, 1))
    do(session, desk, stage.staff(session, stage.DISPATCHER), hold)
    clock.moment = event.due_resolve + timedelta(days=1)

    assert looked_at(session, desk, event) == []


def test_a_department_that_was_done_in_time_is_not_accused_of_being_late(
    session: Session, desk: Desk, clock: stage.Clock
) -> None:
    event = goes(session, desk, departments_work(session, desk), Deed.RESOLVE)
    clock.moment = event.due_resolve + timedelta(days=1)

    assert looked_at(session, desk, event) == []


def test_what_lapsed_with_the_closing_is_proposed_again_after_reopening(session: Session, desk: Desk) -> None:
    event = accepted(session, desk, STALLS)
    closes(session, desk, event)
    assert proposals(session, event) == [(WhistleKind.TOUGH, WhistleStatus.DECLINED)]

    does(session, desk, event, Deed.REOPEN)

    assert proposals(session, event) == [
        (WhistleKind.TOUGH, WhistleStatus.DECLINED),
        (WhistleKind.TOUGH, WhistleStatus.PROPOSED),
    ]


def test_what_people_declined_stays_declined_after_reopening(session: Session, desk: Desk) -> None:
    event = accepted(session, desk, STALLS)
    declines(session, desk, event)
    closes(session, desk, event)

    does(session, desk, event, Deed.REOPEN)

    assert proposals(session, event) == [(WhistleKind.TOUGH, WhistleStatus.DECLINED)]
