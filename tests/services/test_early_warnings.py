"""Topics that rise in a grid or come back at a place are raised once, and taken on or dismissed by a worker."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.core.agenda import AgendaStatus
from bot.core.grid_events import EventStatus
from bot.core.places import Place
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services import early_warnings
from bot.services.classifying import UNKNOWN_PLACE
from bot.services.desk import Desk
from bot.services.early_warnings import Decision, Wanted
from bot.services.lookout import look_once
from bot.store.queries.audit import latest_audit
from bot.store.queries.cases import steps_of
from bot.store.tables import (
    AgendaItem,
    AgendaScope,
    EarlyWarning,
    GridEvent,
    GroupAlert,
    WarningKind,
    WarningStatus,
)
from tests.services import stage

LITTER, UNSORTED = "0701", "0799"


def reported(session: Session, desk: Desk, *names: str, leaf: str = LITTER) -> list[GridEvent]:
    """Each of these people reports the same matter in the same grid."""
    return [
        stage.report(session, desk, stage.someone(session, desk, name), stage.at(desk, stage.BUILDING), leaf)
        for name in names
    ]


def closed(session: Session, desk: Desk, *names: str, leaf: str = LITTER) -> list[GridEvent]:
    """Each of these people reported it, and it was closed."""
    events = reported(session, desk, *names, leaf=leaf)
    for event in events:
        event.status, event.closed_at = EventStatus.CLOSED, desk.clock()
    session.flush()
    return events


def look(session: Session, desk: Desk, leaf: str = LITTER) -> list[EarlyWarning]:
    """What is new about the leaf; the demo street may have topics of its own."""
    return [one for one in early_warnings.look(session, desk, desk.clock()) if one.leaf == leaf]


def raised(session: Session, desk: Desk) -> EarlyWarning:
    reported(session, desk, "one", "two", "three")
    return look(session, desk)[0]


def decided(warning: EarlyWarning, words: str = "", *, with_item: bool = False) -> Decision:
    return Decision(warning.id, warning.version, words, with_item)


def test_three_matters_of_two_households_in_a_week_rise_with_their_numbers(session: Session, desk: Desk) -> None:
    events = reported(session, desk, "one", "two", "two")

    found = look(session, desk)

    assert [(one.kind, one.grid_id, one.count, one.households) for one in found] == [
        (WarningKind.RISING, events[0].grid_id, 3, 2)
    ]
    assert found[0].event_numbers == [event.number for event in events]
    assert early_warnings.numbers_said(desk, found[0]) == "7天里3件，平常没有"
    told = session.scalars(select(GroupAlert.text).where(GroupAlert.topic.startswith("warning-"))).all()
    assert any("【预警】" in text and "7天里3件" in text for text in told)


def test_one_household_alone_raises_nothing(session: Session, desk: Desk) -> None:
    reported(session, desk, "one", "one", "one", "one")

    assert look(session, desk) == []


def test_two_people_behind_one_door_are_one_household(session: Session, desk: Desk) -> None:
    for name in ("one", "two"):
        resident = stage.someone(session, desk, name)
        resident.building_id, resident.unit, resident.room = stage.BUILDING, "2", "301"
    reported(session, desk, "one", "two", "one")

    assert look(session, desk) == []


def test_as_many_as_usual_raise_nothing(session: Session, desk: Desk, clock: stage.Clock) -> None:
    for _ in range(4):
        reported(session, desk, "one", "two")
        clock.turn(days=7)
    reported(session, desk, "one", "two", "three")

    assert look(session, desk) == []


def test_what_was_merged_or_taken_back_is_no_matter(session: Session, desk: Desk) -> None:
    events = reported(session, desk, "one", "two", "three", "four")
    events[0].status, events[1].status = EventStatus.MERGED, EventStatus.WITHDRAWN
    session.flush()

    assert look(session, desk) == []


def test_what_is_not_sorted_yet_has_nothing_in_common(session: Session, desk: Desk) -> None:
    reported(session, desk, "one", "two", "three", leaf=UNSORTED)

    assert look(session, desk, UNSORTED) == []


def test_looking_again_raises_nothing_new_but_brings_the_numbers_up_to_date(
    session: Session, desk: Desk, clock: stage.Clock
) -> None:
    warning = raised(session, desk)
    clock.turn(days=1)
    before = warning.version
    assert look(session, desk) == []
    unchanged = warning.version
    reported(session, desk, "four")

    assert look(session, desk) == []
    assert (unchanged, warning.count, warning.households) == (before, 4, 4)


def test_three_closed_at_a_place_in_thirty_days_come_back(session: Session, desk: Desk, clock: stage.Clock) -> None:
    old = closed(session, desk, "one")
    clock.turn(days=31)
    recent = [*closed(session, desk, "two"), *closed(session, desk, "three")]
    clock.turn(days=20)
    assert look(session, desk) == []
    recent += closed(session, desk, "four")

    found = [one for one in look(session, desk) if one.kind is WarningKind.REPEATED]

    assert [(one.building_id, one.count) for one in found] == [(stage.BUILDING, 3)]
    assert found[0].event_numbers == [event.number for event in recent]
    assert old[0].number not in found[0].event_numbers
    assert early_warnings.numbers_said(desk, found[0]) == "30天里同一个地方办结了3件"


def closed_in(session: Session, desk: Desk, *places: Place) -> list[GridEvent]:
    """At each of these places somebody else reported it, and it was closed."""
    events = [
        stage.report(session, desk, stage.someone(session, desk, f"at {number}"), place, LITTER)
        for number, place in enumerate(places)
    ]
    for event in events:
        event.status, event.closed_at = EventStatus.CLOSED, desk.clock()
    session.flush()
    return events


def repeated(session: Session, desk: Desk) -> list[EarlyWarning]:
    return [one for one in look(session, desk) if one.kind is WarningKind.REPEATED]


def test_three_closed_at_one_landmark_come_back_and_groups_read_no_residents_words(
    session: Session, desk: Desk
) -> None:
    pavilion = stage.somewhere("凉亭边老王家")
    events = closed_in(session, desk, pavilion, pavilion, stage.somewhere("菜场门口"), pavilion)

    found = repeated(session, desk)

    assert [(one.building_id, one.grid_id, one.count) for one in found] == [(None, None, 3)]
    assert found[0].event_numbers == [events[0].number, events[1].number, events[3].number]
    assert early_warnings.place_name(session, found[0]) == "凉亭边老王家"
    told = session.scalars(select(GroupAlert.text).where(GroupAlert.topic.startswith("warning-repeated"))).all()
    assert any(text.startswith("【预警】青禾里社区 ") for text in told)
    assert not any("凉亭" in text for text in told)
    assert repeated(session, desk) == []
    early_warnings.take(session, desk, stage.staff(session, stage.WORKER), decided(found[0], with_item=True))
    item = session.scalars(select(AgendaItem).where(AgendaItem.number == found[0].agenda_number)).one()
    assert (item.scope, item.title) == (AgendaScope.COMMUNITY, "凉亭边老王家垃圾没清、垃圾点总出现，怎么从根上解决")


def test_an_unknown_place_never_comes_back(session: Session, desk: Desk) -> None:
    closed_in(session, desk, *[stage.somewhere(UNKNOWN_PLACE)] * 3)

    assert repeated(session, desk) == []


def test_buildings_a_few_steps_apart_are_one_place_whichever_leads(session: Session, desk: Desk) -> None:
    here, next_door = stage.at(desk, stage.BUILDING), stage.at(desk, stage.NEXT_DOOR)
    events = closed_in(session, desk, here, next_door, here, stage.at(desk, stage.TOWER))
    assert repeated(session, desk) == []
    dense = replace(desk, handling=replace(desk.handling, same_place_metres=200))

    found = repeated(session, dense)
    more = closed_in(session, dense, next_door, next_door)

    assert [(one.building_id, one.event_numbers[:3]) for one in found] == [
        (stage.BUILDING, [event.number for event in events[:3]])
    ]
    assert repeated(session, dense) == []
    assert found[0].event_numbers == [event.number for event in (*events[:3], *more)]


def test_what_concerns_one_household_comes_back_without_a_warning(session: Session, desk: Desk) -> None:
    closed(session, desk, "one", "two", "three", leaf=stage.DISPUTE)

    found = look(session, desk, stage.DISPUTE)

    assert [one for one in found if one.kind is WarningKind.REPEATED] == []


def test_a_worker_takes_it_on(session: Session, desk: Desk) -> None:
    warning = raised(session, desk)
    worker = stage.staff(session, stage.WORKER)

    early_warnings.take(session, desk, worker, decided(warning, "明天去转一圈"))

    assert (warning.status, warning.decided_by, warning.words) == (WarningStatus.TAKEN, worker.id, "明天去转一圈")
    assert warning.agenda_number is None
    row = latest_audit(session)[0]
    assert (row.action, row.object) == ("warning:take", f"warning:{warning.id}")


def test_an_agenda_item_is_put_forward_with_the_reason_and_in_the_workers_name(session: Session, desk: Desk) -> None:
    closed(session, desk, "one", "two", "three")
    warning = next(one for one in look(session, desk) if one.kind is WarningKind.REPEATED)

    early_warnings.take(session, desk, stage.staff(session, stage.WORKER), decided(warning, with_item=True))

    item = session.scalars(select(AgendaItem).where(AgendaItem.number == warning.agenda_number)).one()
    assert (item.status, item.scope, item.building_id) == (AgendaStatus.PROPOSED, AgendaScope.BUILDING, stage.BUILDING)
    assert item.resident_id == stage.someone(session, desk, "one").id
    assert item.reason.startswith("30天里同一个地方办结了3件（GE")
    assert [step.actor_name for step in steps_of(session, item)] == [stage.staff(session, stage.WORKER).name]


def test_without_any_resident_no_item_can_be_put_forward(session: Session, desk: Desk) -> None:
    warning = raised(session, desk)
    for event in session.scalars(select(GridEvent).where(GridEvent.number.in_(warning.event_numbers))):
        event.resident_id = None
    session.flush()

    with pytest.raises(Conflict):
        early_warnings.take(session, desk, stage.staff(session, stage.WORKER), decided(warning, with_item=True))


def test_dismissing_takes_a_reason(session: Session, desk: Desk) -> None:
    warning = raised(session, desk)
    worker = stage.staff(session, stage.WORKER)
    with pytest.raises(InvalidInput):
        early_warnings.dismiss(session, desk, worker, decided(warning, " "))
    with pytest.raises(InvalidInput):
        early_warnings.dismiss(session, desk, worker, decided(warning, "忙" * 201))

    early_warnings.dismiss(session, desk, worker, decided(warning, "搬家的垃圾，已经清走"))

    assert warning.status is WarningStatus.DISMISSED


def test_what_was_decided_on_is_raised_again_only_after_its_time(
    session: Session, desk: Desk, clock: stage.Clock
) -> None:
    warning = raised(session, desk)
    early_warnings.dismiss(session, desk, stage.staff(session, stage.WORKER), decided(warning, "已经清走"))
    clock.turn(days=6)
    reported(session, desk, "one", "two", "three", "four", "five", "six", "seven")
    assert look(session, desk) == []
    clock.turn(days=2)

    assert [one.key != warning.key for one in look(session, desk)] == [True]


def test_somebody_else_was_quicker_or_the_numbers_have_changed(session: Session, desk: Desk) -> None:
    warning = raised(session, desk)
    worker = stage.staff(session, stage.WORKER)
    with pytest.raises(Conflict, match="更新过"):
        early_warnings.take(session, desk, worker, Decision(warning.id, warning.version + 1, ""))
    early_warnings.take(session, desk, worker, decided(warning))
    session.flush()

    with pytest.raises(Conflict, match="已经有人处理"):
        early_warnings.dismiss(session, desk, worker, decided(warning, "不用"))


def test_everybody_decides_only_on_their_own_community(session: Session, desk: Desk) -> None:
    warning = raised(session, desk)

    with pytest.raises(NotFound):
        early_warnings.take(session, desk, stage.staff(session, stage.ELSEWHERE), decided(warning))
    with pytest.raises(NotAllowed):
        early_warnings.take(session, desk, stage.staff(session, stage.GRID_WORKER), decided(warning))
    with pytest.raises(NotFound):
        early_warnings.take(session, desk, stage.staff(session, stage.WORKER), Decision(10_000, 1, ""))


def test_the_list_and_the_count_are_of_ones_own_community(session: Session, desk: Desk) -> None:
    before = early_warnings.open_count(session, stage.staff(session, stage.WORKER))
    warning = raised(session, desk)
    worker, elsewhere = stage.staff(session, stage.WORKER), stage.staff(session, stage.ELSEWHERE)

    assert warning in early_warnings.find(session, worker, Wanted(kind=WarningKind.RISING))
    assert warning not in early_warnings.find(session, worker, Wanted(kind=WarningKind.REPEATED))
    assert warning not in early_warnings.find(session, worker, Wanted(status=WarningStatus.TAKEN))
    assert warning not in early_warnings.find(session, elsewhere, Wanted())
    assert early_warnings.open_count(session, worker) > before
    with pytest.raises(NotAllowed):
        early_warnings.find(session, stage.staff(session, stage.GRID_WORKER), Wanted())


def test_one_matter_that_cannot_be_read_keeps_no_topic_from_being_seen(session: Session, desk: Desk) -> None:
    bad, *good = [event.number for event in reported(session, desk, "one", "two", "three", "four")]
    session.execute(text("UPDATE grid_events SET urgency = 'P9' WHERE number = :number"), {"number": bad})
    session.expire_all()

    (warning,) = look(session, desk)

    assert warning.event_numbers == good


def test_the_lookout_looks_in_a_transaction_of_its_own(desk: Desk) -> None:
    if not str(desk.store.engine.url).startswith("sqlite"):
        pytest.skip("what is committed here would stay in the shared database")
    with desk.transaction() as session:
        reported(session, desk, "one", "two", "three")

    assert look_once(desk) >= 1
    assert look_once(desk) == 0


def test_a_topic_of_long_ago_has_left_the_window(session: Session, desk: Desk, clock: stage.Clock) -> None:
    reported(session, desk, "one", "two", "three")
    clock.moment += timedelta(days=8)

    assert look(session, desk) == []
