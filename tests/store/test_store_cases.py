"""Filing and finding cases."""

from datetime import date, timedelta
from threading import Thread

import pytest
from sqlalchemy.orm import Session

from bot.core.agenda import AgendaStatus
from bot.core.grid_events import EventStatus
from bot.store.engine import Store
from bot.store.queries.cases import (
    case_by_number,
    cases_by_tail,
    concerns,
    kind_of,
    latest_cases,
    linked_cases,
    open_events_at,
    open_items,
    reporters_of,
    steps_of,
    was_reported_since,
)
from bot.store.queries.filing import (
    endorse,
    event_for_inbox,
    item_for_inbox,
    join_event,
    next_sequence,
    order_for_inbox,
)
from bot.store.tables import ActorKind, Case, CaseKind, CaseStep
from tests.store.cast import LI, NOW, OSMANTHUS, WANG, WILLOW, Cast, agenda_item, event, later, order, said

DAY = date(2026, 3, 12)


def test_sequence_numbers_count_for_each_prefix_community_and_day(session: Session) -> None:
    next_sequence(session, "GE", "510104001", DAY)

    assert next_sequence(session, "GE", "510104001", DAY) == 2
    assert next_sequence(session, "AG", "510104001", DAY) == 1
    assert next_sequence(session, "GE", "510104002", DAY) == 1
    assert next_sequence(session, "GE", "510104001", DAY + timedelta(days=1)) == 1


def test_sequence_numbers_taken_at_once_are_all_different(store: Store) -> None:
    numbers: list[int] = []

    def take() -> None:
        for _ in range(5):
            with store.transaction() as session:
                numbers.append(next_sequence(session, "GE", "510104001", DAY))

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(numbers) == list(range(1, 21))


def test_a_request_finds_the_case_it_was_filed_as(session: Session, cast: Cast) -> None:
    inbox = said(session, cast.wangs_talk).id
    first, second = event("GE1", inbox_id=inbox), event("GE2", inbox_id=inbox, ordinal=1)
    item, visit = agenda_item("AG1", inbox_id=inbox, ordinal=2), order("OF1", inbox_id=inbox, ordinal=3)
    session.add_all([first, second, item, visit])

    assert event_for_inbox(session, inbox) is first
    assert event_for_inbox(session, inbox, 1) is second
    assert item_for_inbox(session, inbox, 2) is item
    assert order_for_inbox(session, inbox, 3) is visit
    assert event_for_inbox(session, inbox, 2) is None


def numbers_at(session: Session, building: str | None, unit: str | None, landmark: str | None) -> set[str]:
    found = open_events_at(session, OSMANTHUS, "0603", building_id=building, unit=unit, landmark=landmark)
    return {one.number for one in found}


@pytest.mark.parametrize(
    ("building", "unit", "landmark", "expected"),
    [
        ("osmanthus-3", "2", None, {"unit 2", "no unit"}),
        ("osmanthus-3", None, None, {"unit 2", "unit 1", "no unit"}),
        ("osmanthus-5", None, None, {"other building"}),
        (None, None, "东门", {"east gate"}),
        (None, None, "%", set()),
        (None, None, None, set()),
    ],
)
def test_open_events_at_a_place(
    session: Session, building: str | None, unit: str | None, landmark: str | None, expected: set[str]
) -> None:
    session.add_all(
        [
            event("unit 2", unit="2"),
            event("unit 1", unit="1"),
            event("no unit"),
            event("other building", building_id="osmanthus-5"),
            event("east gate", building_id=None, place_text="桂香苑东门口"),
            event("nowhere", building_id=None, place_text=""),
            event("closed", unit="2", status=EventStatus.CLOSED),
            event("other leaf", unit="2", leaf="0501"),
            event("other community", unit="2", community_id=WILLOW),
        ]
    )

    assert numbers_at(session, building, unit, landmark) == expected


def test_an_event_in_the_same_unit_comes_before_one_of_the_whole_building(session: Session) -> None:
    session.add_all([event("no unit", created_at=later(5)), event("unit 2", unit="2")])

    found = open_events_at(session, OSMANTHUS, "0603", building_id="osmanthus-3", unit="2")

    assert [one.number for one in found] == ["unit 2", "no unit"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": EventStatus.CLOSED}, True),
        ({"status": EventStatus.WITHDRAWN}, False),
        ({"created_at": NOW - timedelta(days=31)}, False),
        ({"building_id": "osmanthus-5"}, False),
    ],
)
def test_reported_before_means_the_same_place_lately(
    session: Session, changes: dict[str, object], *, expected: bool
) -> None:
    session.add(event("GE1", WANG, **changes))

    since = NOW - timedelta(days=30)

    assert was_reported_since(session, OSMANTHUS, "0603", since, building_id="osmanthus-3") is expected
    assert not was_reported_since(session, OSMANTHUS, "0603", since, building_id=None)


def test_joining_an_event_counts_once_and_keeps_the_first_note(session: Session) -> None:
    filed = event("GE1")
    session.add(filed)
    session.flush()

    outcomes = [join_event(session, filed.id, LI, None, note, NOW) for note in ("我家也黑", "又来一次")]

    assert outcomes == [True, False]
    assert [(one.resident_id, one.note) for one in reporters_of(session, filed.id)] == [(LI, "我家也黑")]


def test_endorsing_an_item_again_adds_nothing(session: Session) -> None:
    item, other = agenda_item("AG1"), agenda_item("AG2")
    session.add_all([item, other])
    session.flush()

    outcomes = [
        endorse(session, to.id, who, "3-2-302", None, NOW)
        for to, who in ((item, WANG), (item, WANG), (item, LI), (other, WANG))
    ]

    assert outcomes == [True, False, True, True]


def test_the_latest_cases_span_all_kinds_and_what_was_joined(session: Session) -> None:
    mine, joined, endorsed = event("GE1"), event("GE2", LI, created_at=later(-99)), agenda_item("AG1", LI)
    session.add_all([mine, joined, endorsed, order("OF1", created_at=later(1)), event("GE9", LI)])
    session.flush()
    join_event(session, joined.id, WANG, None, "", later(2))
    endorse(session, endorsed.id, WANG, None, None, later(3))

    assert [case.number for case in latest_cases(session, WANG)] == ["AG1", "GE2", "OF1", "GE1"]
    assert [case.number for case in latest_cases(session, WANG, limit=2)] == ["AG1", "GE2"]


def test_a_case_is_found_by_number_and_by_its_last_digits(session: Session) -> None:
    numbers = ("GE510104001-20260312-0007", "GE510104001-20260312-0017", "OF510104001-20260313-0007")
    first, second, visit = event(numbers[0]), event(numbers[1]), order(numbers[2], created_at=later(1))
    session.add_all([first, second, visit, event("GE510104002-20260312-0007", LI)])

    assert case_by_number(session, numbers[2]) is visit
    assert case_by_number(session, "GE510104001-20260312-0999") is None
    assert cases_by_tail(session, WANG, "0007") == [visit, first]


def test_a_case_concerns_who_filed_or_joined_it(session: Session) -> None:
    filed, item = event("GE1"), agenda_item("AG1")
    session.add_all([filed, item])
    session.flush()
    assert [concerns(session, case, LI) for case in (filed, item)] == [False, False]

    join_event(session, filed.id, LI, None, "", NOW)
    endorse(session, item.id, LI, None, None, NOW)

    assert [concerns(session, case, who) for case in (filed, item) for who in (WANG, LI)] == [True] * 4


def test_steps_and_records_know_a_case_by_its_kind() -> None:
    cases: list[Case] = [event("GE1"), agenda_item("AG1"), order("OF1")]

    assert [kind_of(case) for case in cases] == list(CaseKind)


def test_cases_of_one_message_are_found_together(session: Session) -> None:
    session.add_all([event("GE1", linked_group="g"), agenda_item("AG1", linked_group="g"), event("GE2")])

    assert {case.number for case in linked_cases(session, "g")} == {"GE1", "AG1"}


def test_open_items_are_those_of_the_community_still_on_their_way(session: Session) -> None:
    session.add_all(
        [
            agenda_item("AG1"),
            agenda_item("AG2", status=AgendaStatus.MEETING, created_at=later(1)),
            agenda_item("AG3", status=AgendaStatus.ARCHIVED),
            agenda_item("AG4", community_id=WILLOW),
        ]
    )

    assert [item.number for item in open_items(session, OSMANTHUS)] == ["AG2", "AG1"]


def test_steps_are_those_of_the_case_in_order(session: Session) -> None:
    filed, item = event("GE1"), agenda_item("AG1")
    session.add_all([filed, item])
    session.flush()
    for kind, number, status in (
        (CaseKind.GRID_EVENT, filed.id, "reported"),
        (CaseKind.AGENDA_ITEM, item.id, "proposed"),
        (CaseKind.GRID_EVENT, filed.id, "accepted"),
    ):
        session.add(
            CaseStep(
                case_kind=kind,
                case_id=number,
                at=NOW,
                actor_kind=ActorKind.BOT,
                actor_name="小邻",
                to_status=status,
            )
        )
        session.flush()

    assert [step.to_status for step in steps_of(session, filed)] == ["reported", "accepted"]
