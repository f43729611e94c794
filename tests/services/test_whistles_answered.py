"""Departments report to a whistle, and the street judges how they did."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.core.catalogue import Whistle as WhistleKind
from bot.core.deeds import Deed
from bot.core.whistles import WhistleStatus
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services.desk import Desk
from bot.services.whistles import answering, blowing
from bot.services.whistles.answering import FourFacts, Key, Presence
from bot.services.whistles.finding import clocks_of
from bot.store.queries.audit import latest_audit
from bot.store.queries.cases import steps_of
from bot.store.tables import CalledOut, CaseClock, ClockKind, GridEvent, Staff
from tests.services import stage
from tests.services.whistling import (
    HERE,
    LEADER,
    PARTY_IDS,
    TRAFFIC,
    URBAN,
    asked,
    blown,
    call,
    facts,
    hire,
    judges,
    key,
    reports,
)

Act = Callable[[Session, Desk, Staff, Key], object]
ONE = (PARTY_IDS[URBAN],)


@pytest.fixture(autouse=True)
def hired(session: Session) -> None:
    hire(session)


def clock_of(session: Session, whistle: CalledOut, kind: ClockKind) -> CaseClock:
    one = call(session, whistle)
    return clocks_of(session, [one])[one.id, kind]


def sign_in(session: Session, desk: Desk, whistle: CalledOut, who: str = URBAN) -> None:
    answering.sign_in(session, desk, stage.staff(session, who), key(session, whistle), HERE)


def test_a_department_signs_in_with_time_place_and_person(session: Session, desk: Desk, clock: stage.Clock) -> None:
    whistle = blown(session, desk)
    clock.turn(minutes=20)

    sign_in(session, desk, whistle)

    one = call(session, whistle)
    assert (one.signed_at, one.signed_place, one.signed_by) == (desk.clock(), "青禾苑东门", "马队长")
    assert clock_of(session, whistle, ClockKind.SIGN_IN).stopped_at == desk.clock()
    assert clock_of(session, whistle, ClockKind.SIGN_IN).breached_at is None
    assert call(session, whistle, TRAFFIC).signed_at is None
    assert latest_audit(session)[0].action == "whistle:sign_in"


def test_signing_in_late_is_written_down(session: Session, desk: Desk, clock: stage.Clock) -> None:
    whistle = blown(session, desk)
    clock.turn(minutes=61)

    sign_in(session, desk, whistle)

    running = clock_of(session, whistle, ClockKind.SIGN_IN)
    assert running.breached_at == running.due_at


def test_a_department_answers_only_for_itself(session: Session, desk: Desk) -> None:
    whistle = blown(session, desk)

    with pytest.raises(NotAllowed):
        answering.sign_in(session, desk, stage.staff(session, TRAFFIC), key(session, whistle), HERE)
    with pytest.raises(NotAllowed):
        answering.sign_in(session, desk, stage.staff(session, stage.WORKER), key(session, whistle), HERE)


def test_the_street_writes_down_what_it_was_told_by_phone_with_its_time(
    session: Session, desk: Desk, clock: stage.Clock
) -> None:
    whistle = blown(session, desk)
    clock.turn(hours=2)
    told = desk.clock() - timedelta(minutes=90)

    answering.sign_in(session, desk, stage.staff(session, LEADER), key(session, whistle), replace(HERE, at=told))

    assert call(session, whistle).signed_at == told
    assert clock_of(session, whistle, ClockKind.SIGN_IN).breached_at is None
    assert latest_audit(session)[0].detail == "青禾街道综合执法队（代记，03月12日10:30）"


def test_a_department_chooses_no_earlier_time_for_itself(session: Session, desk: Desk, clock: stage.Clock) -> None:
    whistle = blown(session, desk)
    clock.turn(hours=2)
    earlier = replace(HERE, at=desk.clock() - timedelta(minutes=90))

    answering.sign_in(session, desk, stage.staff(session, URBAN), key(session, whistle), earlier)

    assert call(session, whistle).signed_at == desk.clock()


@pytest.mark.parametrize("minutes", [-180, 5])
def test_nobody_signs_in_before_the_whistle_or_in_time_to_come(
    session: Session, desk: Desk, clock: stage.Clock, minutes: int
) -> None:
    whistle = blown(session, desk)
    clock.turn(hours=2)
    wrong = replace(HERE, at=desk.clock() + timedelta(minutes=minutes))

    with pytest.raises(InvalidInput):
        answering.sign_in(session, desk, stage.staff(session, LEADER), key(session, whistle), wrong)


def test_whoever_blew_an_emergency_notes_who_came(session: Session, desk: Desk) -> None:
    whistle = blown(session, desk, ONE, WhistleKind.EMERGENCY, stage.WORKER)

    sign_in(session, desk, whistle, stage.WORKER)

    assert call(session, whistle).signed_at == desk.clock()


@pytest.mark.parametrize("presence", [Presence("", "马队长"), Presence("东门", " "), Presence("东" * 201, "马队长")])
def test_place_and_person_are_needed(session: Session, desk: Desk, presence: Presence) -> None:
    whistle = blown(session, desk)

    with pytest.raises(InvalidInput):
        answering.sign_in(session, desk, stage.staff(session, URBAN), key(session, whistle), presence)


def test_each_thing_is_done_once_and_in_its_order(session: Session, desk: Desk) -> None:
    whistle = blown(session, desk, ONE)
    own = stage.staff(session, URBAN)
    acts: list[Act] = [
        lambda s, d, who, which: answering.sign_in(s, d, who, which, HERE),
        lambda s, d, who, which: answering.contact(s, d, who, which, "打了电话"),
        lambda s, d, who, which: answering.arrive(s, d, who, which, HERE),
        lambda s, d, who, which: answering.report(s, d, who, which, facts(d)),
    ]

    for nth, act in enumerate(acts):
        for later in acts[nth + 1 :] if nth != 1 else acts[nth + 2 :]:
            with pytest.raises(Conflict):
                later(session, desk, own, key(session, whistle))
        act(session, desk, own, key(session, whistle))
        with pytest.raises(Conflict):
            act(session, desk, own, key(session, whistle))

    assert whistle.status is WhistleStatus.ANSWERED


def test_being_there_is_a_contact(session: Session, desk: Desk) -> None:
    whistle = blown(session, desk)
    sign_in(session, desk, whistle)

    answering.arrive(session, desk, stage.staff(session, URBAN), key(session, whistle), HERE)

    one = call(session, whistle)
    assert one.arrived_at == one.contacted_at == desk.clock()
    assert not clock_of(session, whistle, ClockKind.CONTACT).is_running
    assert not clock_of(session, whistle, ClockKind.ARRIVE).is_running


def test_nobody_arrives_before_signing_in(session: Session, desk: Desk, clock: stage.Clock) -> None:
    whistle = blown(session, desk)
    clock.turn(minutes=30)
    sign_in(session, desk, whistle)
    earlier = replace(HERE, at=desk.clock() - timedelta(minutes=10))

    with pytest.raises(InvalidInput):
        answering.arrive(session, desk, stage.staff(session, LEADER), key(session, whistle), earlier)


@pytest.mark.parametrize(
    "without",
    [
        lambda facts: replace(facts, spoke_with=""),
        lambda facts: replace(facts, measures=" "),
        lambda facts: replace(facts, measures="查" * 501),
        lambda facts: replace(facts, until=None),
    ],
)
def test_all_four_facts_are_needed(session: Session, desk: Desk, without: Callable[[FourFacts], FourFacts]) -> None:
    whistle = blown(session, desk)
    sign_in(session, desk, whistle)
    answering.arrive(session, desk, stage.staff(session, URBAN), key(session, whistle), HERE)

    with pytest.raises(InvalidInput):
        answering.report(session, desk, stage.staff(session, URBAN), key(session, whistle), without(facts(desk)))


@pytest.mark.parametrize("days", [-1, 400])
def test_the_day_to_be_done_by_is_to_come_and_within_a_year(session: Session, desk: Desk, days: int) -> None:
    whistle = blown(session, desk)
    sign_in(session, desk, whistle)
    answering.arrive(session, desk, stage.staff(session, URBAN), key(session, whistle), HERE)
    wrong = replace(facts(desk), until=desk.clock().date() + timedelta(days=days))

    with pytest.raises(InvalidInput):
        answering.report(session, desk, stage.staff(session, URBAN), key(session, whistle), wrong)


def test_the_whistle_is_answered_once_every_department_has_reported(session: Session, desk: Desk) -> None:
    whistle = blown(session, desk)

    reports(session, desk, whistle, URBAN)
    halfway = whistle.status
    reports(session, desk, whistle, TRAFFIC)

    one = call(session, whistle)
    assert (halfway, whistle.status) == (WhistleStatus.BLOWN, WhistleStatus.ANSWERED)
    assert (one.took_on_at, one.spoke_with, one.measures) == (one.signed_at, "青禾里社区李青禾", "每天早晚各巡一次")
    notes = [step.note for step in steps_of(session, session.get_one(GridEvent, whistle.event_id))]
    assert "青禾街道综合执法队：每天早晚各巡一次，03月14日前办好" in notes


def test_the_street_judges_and_then_the_whistle_is_over(session: Session, desk: Desk) -> None:
    whistle = blown(session, desk)
    reports(session, desk, whistle, URBAN)
    reports(session, desk, whistle, TRAFFIC)

    judges(session, desk, whistle, score=3)

    assert whistle.status is WhistleStatus.EVALUATED
    assert [call(session, whistle, party).score for party in (URBAN, TRAFFIC)] == [3, 3]
    assert whistle.ended_by == stage.staff(session, stage.DISPATCHER).id
    last = steps_of(session, session.get_one(GridEvent, whistle.event_id))[-1]
    assert (last.deed, last.note) == (Deed.WHISTLE, f"日常哨{whistle.number}评价完了")


@pytest.mark.parametrize("who", [URBAN, stage.WORKER, stage.DIRECTOR])
def test_only_the_street_judges(session: Session, desk: Desk, who: str) -> None:
    whistle = blown(session, desk, ONE)
    reports(session, desk, whistle)

    with pytest.raises(NotAllowed):
        judges(session, desk, whistle, who=who)


def test_the_street_does_not_judge_its_own_department(session: Session, desk: Desk) -> None:
    whistle = blown(session, desk, ONE)
    reports(session, desk, whistle)
    stage.staff(session, LEADER).party_id = PARTY_IDS[URBAN]

    with pytest.raises(NotAllowed):
        judges(session, desk, whistle, who=LEADER)


def test_who_still_has_time_is_not_judged(session: Session, desk: Desk, clock: stage.Clock) -> None:
    whistle = blown(session, desk, ONE)
    with pytest.raises(Conflict, match="评价太早"):
        judges(session, desk, whistle)
    clock.turn(days=8)

    judges(session, desk, whistle, score=1)

    assert whistle.status is WhistleStatus.EVALUATED
    assert clock_of(session, whistle, ClockKind.ARRIVE).breached_at is not None
    with pytest.raises(Conflict):
        sign_in(session, desk, whistle)


@pytest.mark.parametrize("score", [None, 0, 6])
def test_a_score_is_from_one_to_five(session: Session, desk: Desk, score: int | None) -> None:
    whistle = blown(session, desk, ONE)
    reports(session, desk, whistle)

    with pytest.raises(InvalidInput):
        answering.evaluate(session, desk, stage.staff(session, stage.DISPATCHER), key(session, whistle), score, "")


def test_nobody_answers_what_was_not_blown_or_was_called_off(session: Session, desk: Desk) -> None:
    proposed = asked(session, desk)
    with pytest.raises(NotFound):
        answering.sign_in(
            session, desk, stage.staff(session, stage.DISPATCHER), Key(proposed.number, PARTY_IDS[URBAN], 1), HERE
        )
    whistle = blown(session, desk, kind=WhistleKind.EMERGENCY)
    blowing.call_off(session, desk, stage.staff(session, stage.DISPATCHER), whistle.number, "误报", whistle.version)

    with pytest.raises(Conflict):
        sign_in(session, desk, whistle)


def test_who_saw_an_older_call_changes_nothing(session: Session, desk: Desk) -> None:
    whistle = blown(session, desk)
    seen = key(session, whistle)
    sign_in(session, desk, whistle)

    with pytest.raises(Conflict):
        answering.arrive(session, desk, stage.staff(session, URBAN), seen, HERE)
