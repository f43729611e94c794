"""Lists of grid events: each filter shows what it promises and nothing else, to whom it may be shown."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.core.catalogue import Whistle
from bot.core.deeds import Deed
from bot.core.elderly import ElderlySignal
from bot.core.grid_events import EventStatus, Supervision
from bot.core.staff import Role
from bot.core.stages import Stage
from bot.core.urgency import Urgency
from bot.errors import InvalidInput, NotAllowed
from bot.services import case_search, ledger
from bot.services.case_wanted import NO_GRID, Sort, Wanted
from bot.services.desk import Desk
from bot.store.tables import (
    CallBackWay,
    CalledOut,
    CaseKind,
    EventCallBack,
    EventTask,
    GridEvent,
    Staff,
    WhistleStatus,
)
from tests.services.events.cast import does
from tests.services.events.course import goes
from tests.services.stage import (
    BUILDING,
    DISPATCHER,
    ELSEWHERE,
    FIRE,
    GRID_WORKER,
    LAMP,
    LIFT_FAULT,
    NEXT_DOOR,
    TOWER,
    WORKER,
    Clock,
    at,
    report,
    someone,
    somewhere,
    staff,
)

EVENT = CaseKind.GRID_EVENT
MARK = "琉璃"
Wish = dict[str, object]


@pytest.fixture
def lamp(session: Session, desk: Desk) -> GridEvent:
    return report(session, desk, someone(session, desk), at(desk, BUILDING, "2"), LAMP, f"{MARK}灯坏了")


@pytest.fixture
def lift(session: Session, desk: Desk) -> GridEvent:
    """The noise: in everything else than the lamp."""
    return report(session, desk, someone(session, desk, "other"), at(desk, TOWER), LIFT_FAULT, f"{MARK}电梯坏了")


def listed(session: Session, desk: Desk, who: str, wanted: Wanted) -> list[str]:
    """Of the events of the test, those in the list; the demo street has some of its own."""
    ours = replace(wanted, words=f"{MARK} {wanted.words}".strip())
    found = case_search.find(session, desk, staff(session, who), EVENT, ours)
    return [case.number for case in found.cases]


@pytest.mark.parametrize(
    "wish",
    [
        {"leaf": LAMP},
        {"building_id": BUILDING},
        {"grid_id": "qinghe-g1"},
        {"urgency": Urgency.P2},
        {"words": "灯"},
        {"leaf": LAMP, "community_id": "qinghe", "building_id": BUILDING},
    ],
    ids=str,
)
def test_a_filter_shows_the_lamp_and_not_the_lift(
    session: Session, desk: Desk, lamp: GridEvent, lift: GridEvent, wish: Wish
) -> None:
    lamp.urgency = Urgency.P2

    assert listed(session, desk, WORKER, Wanted(**wish)) == [lamp.number]  # type: ignore[arg-type]
    assert listed(session, desk, WORKER, Wanted(**wish, everything=True)) == [lamp.number]  # type: ignore[arg-type]


def test_a_class_holds_all_its_leaves(session: Session, desk: Desk, lamp: GridEvent, lift: GridEvent) -> None:
    fire = report(session, desk, someone(session, desk, "third"), at(desk, BUILDING), FIRE, f"{MARK}着火")

    assert set(listed(session, desk, WORKER, Wanted(leaf="05"))) == {lamp.number, lift.number}
    assert listed(session, desk, WORKER, Wanted(leaf="01")) == [fire.number]


def test_without_a_status_all_that_wait_for_somebody_are_shown(
    session: Session, desk: Desk, lamp: GridEvent, lift: GridEvent
) -> None:
    lamp.status, lift.status = EventStatus.VERIFIED, EventStatus.CLOSED
    session.flush()

    assert listed(session, desk, WORKER, Wanted()) == [lamp.number]
    assert listed(session, desk, WORKER, Wanted(status=EventStatus.CLOSED)) == [lift.number]
    assert listed(session, desk, WORKER, Wanted(everything=True)) == [lift.number, lamp.number]


@pytest.mark.parametrize("stage", list(Stage))
def test_a_stage_shows_the_events_that_stand_in_it(
    session: Session, desk: Desk, lamp: GridEvent, lift: GridEvent, stage: Stage
) -> None:
    lift.status = EventStatus.REFUSED
    for status in EventStatus:
        lamp.status = status
        session.flush()
        assert listed(session, desk, WORKER, Wanted(stage=stage)) == ([lamp.number] if status in stage.statuses else [])


def test_a_closed_event_waits_for_the_call_of_this_round_until_the_resident_was_reached(
    session: Session, desk: Desk, lamp: GridEvent
) -> None:
    lamp.status, lamp.round = EventStatus.CLOSED, 2
    waiting = Wanted(stage=Stage.CALLING_BACK)

    def called(call_round: int, *, reached: bool) -> list[str]:
        session.add(
            EventCallBack(
                event_id=lamp.id, round=call_round, way=CallBackWay.PHONE, is_reached=reached, at=desk.clock()
            )
        )
        session.flush()
        return listed(session, desk, WORKER, waiting)

    assert called(1, reached=True) == [lamp.number]
    assert called(2, reached=False) == [lamp.number]
    assert called(2, reached=True) == []


def test_marks_narrow_the_list(session: Session, desk: Desk, lamp: GridEvent, lift: GridEvent) -> None:
    lamp.elderly, lamp.needs_review = ElderlySignal.POSSIBLE, True
    lift.elderly, lift.needs_review = ElderlySignal.NO, False
    session.flush()

    assert listed(session, desk, WORKER, Wanted(is_elderly=True)) == [lamp.number]
    assert listed(session, desk, WORKER, Wanted(needs_review=True)) == [lamp.number]


def test_a_card_is_asked_for_with_those_above_it(
    session: Session, desk: Desk, lamp: GridEvent, lift: GridEvent
) -> None:
    lamp.supervision, lift.supervision = Supervision.RED, Supervision.NORMAL
    session.flush()

    assert listed(session, desk, WORKER, Wanted(supervision=Supervision.YELLOW)) == [lamp.number]
    assert set(listed(session, desk, WORKER, Wanted(supervision=Supervision.NORMAL))) == {lamp.number, lift.number}


def test_whistles_count_once_they_are_blown(session: Session, desk: Desk, lamp: GridEvent, lift: GridEvent) -> None:
    for event, status in ((lamp, WhistleStatus.BLOWN), (lift, WhistleStatus.PROPOSED)):
        session.add(
            CalledOut(
                number=f"WS{event.number[2:]}",
                community_id="qinghe",
                event_id=event.id,
                kind=Whistle.DAILY,
                status=status,
                matter="请一起看",
                proposed_at=desk.clock(),
            )
        )
    session.flush()

    assert listed(session, desk, WORKER, Wanted(is_whistled=True)) == [lamp.number]
    assert listed(session, desk, WORKER, Wanted(whistle=Whistle.DAILY)) == [lamp.number]
    assert listed(session, desk, WORKER, Wanted(whistle=Whistle.TOUGH)) == []


def test_mine_are_those_i_had_a_hand_in(session: Session, desk: Desk, lamp: GridEvent, lift: GridEvent) -> None:
    ledger.add_step(session, lamp, ledger.worker(staff(session, WORKER)), desk.clock(), note="看过了")
    ledger.add_step(session, lift, ledger.worker(staff(session, GRID_WORKER)), desk.clock(), note="看过了")

    assert listed(session, desk, WORKER, Wanted(is_mine=True)) == [lamp.number]


def test_the_unit_in_charge_can_be_asked_for(session: Session, desk: Desk, lamp: GridEvent, lift: GridEvent) -> None:
    lift.lead_party_id = "street-lift"
    session.flush()

    assert lamp.lead_party_id is not None
    assert listed(session, desk, WORKER, Wanted(party_id=lamp.lead_party_id)) == [lamp.number]


def test_days_are_days_in_shanghai_and_both_included(
    session: Session, desk: Desk, lamp: GridEvent, lift: GridEvent
) -> None:
    today = date(2026, 3, 12)
    lift.created_at = lamp.created_at.replace(hour=16)
    session.flush()

    assert listed(session, desk, WORKER, Wanted(since=today, until=today)) == [lamp.number]
    assert listed(session, desk, WORKER, Wanted(since=today + timedelta(days=1))) == [lift.number]
    assert listed(session, desk, WORKER, Wanted(until=today - timedelta(days=1))) == []


def test_late_is_what_somebody_should_have_done_by_now(
    session: Session, desk: Desk, clock: Clock, lamp: GridEvent, lift: GridEvent
) -> None:
    late = Wanted(is_overdue=True)
    for deed, more in ((Deed.CONTACT, {}), (Deed.SUSPEND, {"review_on": date(2026, 4, 1)})):
        does(session, desk, DISPATCHER, goes(session, desk, lift, Deed.START), deed, words="等配件", **more)
    clock.turn(days=10)
    report(session, desk, someone(session, desk, "third"), at(desk, NEXT_DOOR), LAMP, f"{MARK}又坏了")

    assert listed(session, desk, WORKER, late) == [lamp.number]

    does(session, desk, DISPATCHER, goes(session, desk, lamp, Deed.RESOLVE), Deed.CONTACT, words="跟他说过了")
    assert listed(session, desk, WORKER, late) == []


def test_what_nobody_verifies_or_calls_back_about_is_late_too(
    session: Session, desk: Desk, clock: Clock, lamp: GridEvent
) -> None:
    does(session, desk, DISPATCHER, goes(session, desk, lamp, Deed.RESOLVE), Deed.CONTACT, words="跟他说过了")
    clock.turn(days=10)
    assert listed(session, desk, WORKER, Wanted(is_overdue=True)) == [lamp.number]

    goes(session, desk, lamp, Deed.CLOSE)
    waits = Wanted(is_overdue=True, stage=Stage.CALLING_BACK)
    assert listed(session, desk, WORKER, waits) == []
    clock.turn(days=10)
    assert listed(session, desk, WORKER, waits) == [lamp.number]


def test_an_event_nobody_answers_in_time_is_late_before_it_is_due(
    session: Session, desk: Desk, clock: Clock, lamp: GridEvent
) -> None:
    clock.moment = lamp.due_respond + timedelta(minutes=1)

    assert clock() < lamp.due_resolve
    assert listed(session, desk, WORKER, Wanted(is_overdue=True)) == [lamp.number]


def test_events_of_no_grid_can_be_asked_for(session: Session, desk: Desk, lamp: GridEvent) -> None:
    lost = report(session, desk, someone(session, desk, "third"), somewhere("河边那条路"), LAMP, f"{MARK}路灯")

    assert listed(session, desk, WORKER, Wanted(grid_id=NO_GRID)) == [lost.number]


def test_the_order_is_as_wanted(session: Session, desk: Desk, lamp: GridEvent, lift: GridEvent) -> None:
    lamp.urgency, lift.urgency = Urgency.P3, Urgency.P1
    lamp.due_resolve, lift.due_resolve = desk.clock() + timedelta(hours=1), desk.clock() + timedelta(hours=9)
    lamp.created_at = desk.clock() + timedelta(minutes=1)
    session.flush()

    assert listed(session, desk, WORKER, Wanted()) == [lift.number, lamp.number]
    assert listed(session, desk, WORKER, Wanted(sort=Sort.DUE)) == [lamp.number, lift.number]
    assert listed(session, desk, WORKER, Wanted(sort=Sort.NEWEST)) == [lamp.number, lift.number]
    assert listed(session, desk, WORKER, Wanted(everything=True, sort=Sort.URGENCY)) == [lift.number, lamp.number]


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"community_id": "nowhere"}, "社区"),
        ({"grid_id": "nowhere"}, "网格"),
        ({"building_id": "nowhere"}, "楼栋"),
        ({"party_id": "nowhere"}, "单位"),
        ({"leaf": "9999"}, "分类"),
        ({"leaf": "77"}, "分类"),
        ({"words": "！"}, "请写出"),
    ],
    ids=str,
)
def test_what_does_not_exist_cannot_be_asked_for(session: Session, desk: Desk, wish: Wish, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        case_search.find(session, desk, staff(session, WORKER), EVENT, Wanted(**wish))  # type: ignore[arg-type]


def test_another_community_is_not_shown_even_when_it_is_asked_for(
    session: Session, desk: Desk, lamp: GridEvent
) -> None:
    assert listed(session, desk, ELSEWHERE, Wanted(community_id="qinghe")) == []
    assert listed(session, desk, DISPATCHER, Wanted(community_id="qinghe")) == [lamp.number]


def test_a_unit_sees_what_was_dispatched_to_it_or_what_it_helps_with(
    session: Session, desk: Desk, lamp: GridEvent, lift: GridEvent
) -> None:
    clerk = Staff(id=97, role=Role.PARTY, party_id=lamp.lead_party_id, community_id=None, grid_ids=[])

    def seen() -> set[str]:
        session.flush()
        return {case.number for case in case_search.find(session, desk, clerk, EVENT, Wanted(words=MARK)).cases}

    lift.lead_party_id = "street-lift"
    assert seen() == set()
    lamp.first_party_id = lamp.lead_party_id
    assert seen() == {lamp.number}
    session.add(
        EventTask(
            event_id=lift.id,
            round=1,
            party_id=str(lamp.lead_party_id),
            party_name="物业",
            wanted="帮忙",
            due=desk.clock(),
            created_at=desk.clock(),
        )
    )
    assert seen() == {lamp.number, lift.number}


def test_a_unit_reads_no_orders(session: Session, desk: Desk) -> None:
    clerk = Staff(id=97, role=Role.PARTY, party_id="street-lift", community_id=None, grid_ids=[])

    with pytest.raises(NotAllowed):
        case_search.find(session, desk, clerk, CaseKind.IN_PERSON_ORDER, Wanted())


def test_nobody_of_a_community_chooses_among_communities(session: Session) -> None:
    assert [one.id for one in case_search.communities_of(session, staff(session, DISPATCHER))] == [
        "guixiang",
        "liuan",
        "qinghe",
    ]
    assert case_search.communities_of(session, staff(session, WORKER)) == ()
    assert {one.community_id for one in case_search.parties_of(session, staff(session, WORKER))} == {None, "qinghe"}
