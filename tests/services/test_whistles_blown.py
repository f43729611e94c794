"""Asking for a whistle, blowing it, not blowing it, calling it off, and the street's word on an emergency."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.catalogue import Whistle as WhistleKind
from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.core.whistles import WhistleStatus
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services.desk import Desk
from bot.services.events.merging import merge
from bot.services.whistles import blowing
from bot.services.whistles.blowing import Draft, Order
from bot.services.whistles.finding import Wanted, calls_of, clocks_of, find, whistle_for
from bot.store.queries.audit import latest_audit
from bot.store.queries.cases import steps_of
from bot.store.tables import ClockKind, GridEvent, GroupAlert, Staff
from tests.services import stage
from tests.services.whistling import BOTH, LEADER, PARTY_IDS, STALLS, TRAFFIC, URBAN, accepted, asked, blown, hire


@pytest.fixture(autouse=True)
def hired(session: Session) -> None:
    hire(session)


def as_staff(session: Session, username: str) -> Staff:
    return stage.staff(session, username)


def event_of(session: Session, number_of: int | None) -> GridEvent:
    return session.get_one(GridEvent, number_of)


def test_blowing_calls_the_departments_and_starts_their_clocks(session: Session, desk: Desk) -> None:
    whistle = blown(session, desk)

    calls = calls_of(session, whistle)
    clocks = clocks_of(session, calls)
    dues = {kind: clocks[calls[0].id, kind].due_at for kind in (ClockKind.SIGN_IN, ClockKind.CONTACT)}
    assert whistle.status is WhistleStatus.BLOWN
    assert [call.party_id for call in calls] == list(BOTH)
    assert (dues[ClockKind.SIGN_IN] - desk.clock()).total_seconds() == 3600
    assert (dues[ClockKind.CONTACT] - desk.clock()).total_seconds() == 24 * 3600
    assert len(clocks) == 6


def test_departments_called_out_owe_their_answer_also_after_the_event_was_merged(session: Session, desk: Desk) -> None:
    whistle = blown(session, desk)
    event, goes_on = event_of(session, whistle.event_id), accepted(session, desk, resident="neighbor")

    merge(session, desk, event.number, goes_on.number, as_staff(session, stage.WORKER), "", event.version)

    clocks = clocks_of(session, calls_of(session, whistle))
    assert len(clocks) == 6
    assert all(clock.is_running and not clock.is_void and clock.next_at is not None for clock in clocks.values())


def test_it_stands_in_the_event_in_the_audit_log_and_before_the_groups(session: Session, desk: Desk) -> None:
    whistle = blown(session, desk)

    steps = [step.note for step in steps_of(session, event_of(session, whistle.event_id)) if step.deed == Deed.WHISTLE]
    assert steps == [
        "建议吹日常哨：居民反映了多次",
        "吹日常哨，请青禾街道综合执法队、明河交警二中队报到：请带好工具",
    ]
    assert [row.action for row in latest_audit(session)][:2] == ["whistle:blow", "whistle:propose"]
    told = session.scalars(select(GroupAlert.text).where(GroupAlert.topic.startswith("whistle-"))).all()
    assert any("【日常哨】" in text and whistle.number in text for text in told)


def test_an_emergency_gives_five_minutes_and_calls_the_groups_at_once(session: Session, desk: Desk) -> None:
    whistle = blown(session, desk, kind=WhistleKind.EMERGENCY, who=stage.WORKER)

    clocks = clocks_of(session, calls_of(session, whistle))
    told = session.scalars(select(GroupAlert).where(GroupAlert.topic.startswith("whistle-"))).all()
    assert {(one.due_at - desk.clock()).total_seconds() for one in clocks.values()} == {300, 1800}
    assert all(one.is_urgent for one in told)


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        (stage.WORKER, WhistleKind.DAILY),
        (stage.DIRECTOR, WhistleKind.TOUGH),
        (stage.DISPATCHER, WhistleKind.TOUGH),
        (LEADER, WhistleKind.DAILY),
        (stage.GRID_WORKER, WhistleKind.EMERGENCY),
    ],
)
def test_who_is_not_entitled_may_only_ask(session: Session, desk: Desk, who: str, kind: WhistleKind) -> None:
    whistle = asked(session, desk, kind)

    with pytest.raises(NotAllowed):
        blowing.blow(session, desk, as_staff(session, who), whistle.number, Order(BOTH, ""), whistle.version)

    assert whistle.status is WhistleStatus.PROPOSED


def test_a_department_asks_for_no_whistle(session: Session, desk: Desk) -> None:
    event = accepted(session, desk)
    event.lead_party_id = event.first_party_id = PARTY_IDS[URBAN]

    with pytest.raises(NotAllowed):
        blowing.ask(session, desk, as_staff(session, URBAN), Draft(event.number, WhistleKind.DAILY, "来人", "忙不过来"))


@pytest.mark.parametrize(("matter", "because"), [("", "多次"), ("占道", " "), ("占" * 501, "多次")])
def test_a_whistle_says_what_for_and_why(session: Session, desk: Desk, matter: str, because: str) -> None:
    event = accepted(session, desk)

    with pytest.raises(InvalidInput):
        blowing.ask(
            session, desk, as_staff(session, stage.WORKER), Draft(event.number, WhistleKind.DAILY, matter, because)
        )


def test_what_is_written_goes_out_without_numbers_of_people(session: Session, desk: Desk) -> None:
    event = accepted(session, desk)
    draft = Draft(event.number, WhistleKind.DAILY, "找19900000088的阿姨", "打19900000088")

    whistle = blowing.ask(session, desk, as_staff(session, stage.WORKER), draft)

    assert "19900000088" not in whistle.matter + whistle.because[0]


def test_an_event_has_one_live_whistle_of_a_kind(session: Session, desk: Desk) -> None:
    whistle = asked(session, desk)
    number = event_of(session, whistle.event_id).number
    again = Draft(number, WhistleKind.DAILY, "再来", "还是")
    worker = as_staff(session, stage.WORKER)

    with pytest.raises(Conflict, match=whistle.number):
        blowing.ask(session, desk, worker, again)
    blowing.decline(session, desk, as_staff(session, stage.DISPATCHER), whistle.number, "社区能办", whistle.version)

    assert blowing.ask(session, desk, worker, again).number != whistle.number


@pytest.mark.parametrize("party_ids", [(), ("nobody",), ("guixiang-committee",), (*BOTH, "nobody")])
def test_only_departments_that_serve_the_place_are_called(
    session: Session, desk: Desk, party_ids: tuple[str, ...]
) -> None:
    whistle = asked(session, desk)

    with pytest.raises(InvalidInput):
        blowing.blow(
            session, desk, as_staff(session, stage.DISPATCHER), whistle.number, Order(party_ids, ""), whistle.version
        )

    assert not calls_of(session, whistle)


def test_a_department_named_twice_is_called_once(session: Session, desk: Desk) -> None:
    assert len(calls_of(session, blown(session, desk, (BOTH[0], BOTH[0])))) == 1


def test_a_whistle_is_blown_once(session: Session, desk: Desk) -> None:
    whistle = blown(session, desk)
    dispatcher = as_staff(session, stage.DISPATCHER)

    with pytest.raises(Conflict):
        blowing.blow(session, desk, dispatcher, whistle.number, Order(BOTH, ""), whistle.version)
    with pytest.raises(Conflict):
        blowing.decline(session, desk, dispatcher, whistle.number, "不吹", whistle.version)


def test_who_saw_an_older_whistle_decides_nothing(session: Session, desk: Desk) -> None:
    whistle = asked(session, desk)
    dispatcher = as_staff(session, stage.DISPATCHER)

    with pytest.raises(Conflict, match="刚有人动过"):
        blowing.blow(session, desk, dispatcher, whistle.number, Order(BOTH, ""), whistle.version - 1)
    with pytest.raises(Conflict):
        blowing.decline(session, desk, dispatcher, whistle.number, "不吹", whistle.version + 1)


def test_no_whistle_is_blown_for_what_is_settled(session: Session, desk: Desk) -> None:
    whistle = asked(session, desk)
    event = event_of(session, whistle.event_id)
    event.status = EventStatus.CLOSED
    dispatcher = as_staff(session, stage.DISPATCHER)

    with pytest.raises(Conflict):
        blowing.blow(session, desk, dispatcher, whistle.number, Order(BOTH, ""), whistle.version)
    with pytest.raises(Conflict):
        blowing.ask(session, desk, dispatcher, Draft(event.number, WhistleKind.EMERGENCY, "来人", "急"))


def test_calling_off_says_why_and_its_clocks_count_for_nothing(
    session: Session, desk: Desk, clock: stage.Clock
) -> None:
    whistle = blown(session, desk)
    dispatcher = as_staff(session, stage.DISPATCHER)
    with pytest.raises(InvalidInput):
        blowing.call_off(session, desk, dispatcher, whistle.number, " ", whistle.version)
    session.expire(whistle)
    clock.turn(minutes=2)

    blowing.call_off(session, desk, dispatcher, whistle.number, "摊贩自己走了", whistle.version)

    assert (whistle.status, whistle.words) == (WhistleStatus.CALLED_OFF, "摊贩自己走了")
    assert all(one.is_void and not one.is_running for one in clocks_of(session, calls_of(session, whistle)).values())


def test_a_worker_declines_and_calls_off_only_what_they_might_blow(session: Session, desk: Desk) -> None:
    daily, emergency = asked(session, desk), None
    worker = as_staff(session, stage.WORKER)
    with pytest.raises(NotAllowed):
        blowing.decline(session, desk, worker, daily.number, "不吹", daily.version)
    emergency = asked(session, desk, WhistleKind.EMERGENCY)

    blowing.decline(session, desk, worker, emergency.number, "已经没事了", emergency.version)

    assert emergency.status is WhistleStatus.DECLINED


def test_an_emergency_is_confirmed_by_somebody_else_of_the_street_once(session: Session, desk: Desk) -> None:
    whistle = blown(session, desk, kind=WhistleKind.EMERGENCY)
    dispatcher, leader = as_staff(session, stage.DISPATCHER), as_staff(session, LEADER)
    assert blowing.awaits_confirmation(whistle)
    with pytest.raises(NotAllowed):
        blowing.confirm(session, desk, dispatcher, whistle.number, whistle.version)
    with pytest.raises(NotAllowed):
        blowing.confirm(session, desk, as_staff(session, stage.DIRECTOR), whistle.number, whistle.version)

    blowing.confirm(session, desk, leader, whistle.number, whistle.version)
    session.flush()

    assert whistle.confirmed_by == leader.id
    with pytest.raises(Conflict):
        blowing.confirm(session, desk, leader, whistle.number, whistle.version)


def test_other_whistles_are_not_confirmed(session: Session, desk: Desk) -> None:
    whistle = blown(session, desk)

    with pytest.raises(Conflict):
        blowing.confirm(session, desk, as_staff(session, LEADER), whistle.number, whistle.version)


def test_the_catalogue_names_the_departments_to_call(session: Session, desk: Desk) -> None:
    event = accepted(session, desk, STALLS)

    assert {"street-urban", "street-market", "street-street", "street-traffic"} == blowing.suggested(
        session, desk, event
    )
    offered = {party.id for party in blowing.callable_parties(session, event)}
    assert "qinghe-committee" in offered
    assert "guixiang-committee" not in offered


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (stage.WORKER, True),
        (stage.DISPATCHER, True),
        (stage.ELSEWHERE, False),
        (stage.GRID_WORKER, True),
        ("zhaochunsheng", False),
        (URBAN, True),
        (TRAFFIC, False),
    ],
)
def test_everybody_sees_the_whistles_of_their_part(session: Session, desk: Desk, who: str, *, sees: bool) -> None:
    whistle = blown(session, desk, (PARTY_IDS[URBAN],))
    event_of(session, whistle.event_id).grid_id = "qinghe-g1"
    session.flush()

    assert [one.number for one in find(session, as_staff(session, who), Wanted()).whistles] == (
        [whistle.number] if sees else []
    )
    if not sees:
        with pytest.raises(NotFound):
            whistle_for(session, as_staff(session, who), whistle.number)


def test_the_list_is_narrowed_by_status_kind_community_and_department(session: Session, desk: Desk) -> None:
    daily = blown(session, desk, (PARTY_IDS[URBAN],))
    urgent = asked(session, desk, WhistleKind.EMERGENCY)
    over = asked(session, desk)
    dispatcher = as_staff(session, stage.DISPATCHER)
    blowing.decline(session, desk, dispatcher, over.number, "不用", over.version)

    def found(wanted: Wanted) -> set[str]:
        return {one.number for one in find(session, dispatcher, wanted).whistles}

    assert found(Wanted()) == {daily.number, urgent.number}
    assert found(Wanted(status=WhistleStatus.BLOWN)) == {daily.number}
    assert found(Wanted(kind=WhistleKind.EMERGENCY)) == {urgent.number}
    assert found(Wanted(party_id=PARTY_IDS[URBAN])) == {daily.number}
    assert found(Wanted(community_id="guixiang")) == set()
    assert found(Wanted(everything=True)) == {daily.number, urgent.number, over.number}
