from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.core.elderly import ElderlySignal
from bot.core.grid_events import EventStatus
from bot.core.places import Place
from bot.core.urgency import Urgency
from bot.errors import NotFound
from bot.services import reporting, residents
from bot.services.classifying import UNKNOWN_PLACE
from bot.services.desk import Desk
from bot.store.queries import cases
from bot.store.tables import ElderlyStatus, GridEvent, Party
from tests.services.stage import (
    BUILDING,
    DISPUTE,
    LAMP,
    LIFT_FAULT,
    NEXT_DOOR,
    STREET_LAMP,
    TOWER,
    Clock,
    at,
    draft,
    report,
    says,
    someone,
    somewhere,
)


def test_a_report_becomes_an_event_with_number_grid_lead_and_due_times(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)

    event = report(session, desk, resident, at(desk, BUILDING, "2", "301"))

    assert event.number.startswith("GE990101001-20260312-")
    assert (event.community_id, event.grid_id, event.unit, event.room) == ("qinghe", "qinghe-g1", "2", "301")
    assert event.lead_name == "青禾苑物业服务中心"
    assert event.title == "青禾苑5号楼2单元：楼道灯、门禁、公共水电"
    assert event.status is EventStatus.REPORTED
    # One working day and five working days: Friday, and Thursday of next week, at closing time.
    assert event.due_respond == datetime(2026, 3, 13, 9, 30, tzinfo=UTC)
    assert event.due_resolve == datetime(2026, 3, 19, 9, 30, tzinfo=UTC)


def test_the_first_step_says_that_it_was_reported(session: Session, desk: Desk) -> None:
    event = report(session, desk, someone(session, desk), at(desk, BUILDING))

    (step,) = cases.steps_of(session, event)

    assert (step.from_status, step.to_status, step.actor_name) == (None, "reported", "邻里助手")


def test_filing_the_same_request_again_changes_nothing(session: Session, desk: Desk) -> None:
    request = draft(session, desk, someone(session, desk), at(desk, BUILDING))
    first = reporting.file_event(session, desk, request)
    before = session.scalar(select(func.count()).select_from(GridEvent))

    again = reporting.file_event(session, desk, request)

    assert again is first
    assert session.scalar(select(func.count()).select_from(GridEvent)) == before
    assert len(cases.steps_of(session, first)) == 1


def test_an_urgent_leaf_runs_in_natural_hours_even_at_night(session: Session, desk: Desk, clock: Clock) -> None:
    clock.moment = datetime(2026, 3, 13, 15, 0, tzinfo=UTC)

    event = report(session, desk, someone(session, desk), at(desk, TOWER), LIFT_FAULT, "电梯停在一楼不动了")

    assert event.urgency is Urgency.P1
    assert event.due_respond == datetime(2026, 3, 13, 17, 0, tzinfo=UTC)
    assert event.due_resolve == datetime(2026, 3, 14, 15, 0, tzinfo=UTC)


def test_an_elder_raises_the_urgency_and_shortens_the_limits(session: Session, desk: Desk) -> None:
    event = report(session, desk, someone(session, desk), at(desk, BUILDING), elderly=ElderlySignal.YES)

    assert (event.urgency, event.urgency_reasons) == (Urgency.P1, ["家里有老人"])
    assert event.due_respond == datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
    assert event.needs_review


def test_a_declared_elder_need_not_say_it_again(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    resident.elderly_status = ElderlyStatus.DECLARED

    event = report(session, desk, resident, at(desk, BUILDING))

    assert "家里有老人" in event.urgency_reasons


def test_the_same_place_within_thirty_days_is_more_urgent(session: Session, desk: Desk, clock: Clock) -> None:
    first = report(session, desk, someone(session, desk), at(desk, BUILDING))
    clock.turn(days=29)

    again = report(session, desk, someone(session, desk, "neighbour"), at(desk, BUILDING))
    clock.turn(days=31)
    much_later = report(session, desk, someone(session, desk, "third"), at(desk, BUILDING))

    assert (first.urgency, again.urgency, much_later.urgency) == (Urgency.P2, Urgency.P1, Urgency.P2)


def test_in_an_estate_the_property_firm_leads_on_the_street_the_city(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)

    inside = report(session, desk, resident, at(desk, BUILDING), STREET_LAMP)
    outside = report(session, desk, resident, somewhere("青禾路东头"), STREET_LAMP)

    assert (inside.lead_name, outside.lead_name) == ("青禾苑物业服务中心", "明河区市政养护所")
    assert "明河区市政养护所" not in outside.co_names


def test_where_nobody_is_registered_the_committee_leads_and_says_why(session: Session, desk: Desk) -> None:
    session.execute(update(Party).where(Party.kind == "mediation").values(kind="moved-away"))

    event = report(session, desk, someone(session, desk), at(desk, BUILDING), DISPUTE)

    assert event.lead_name == "青禾里社区居委会"
    assert "首接负责" in cases.steps_of(session, event)[0].note


def test_there_is_a_lead_even_without_any_party(session: Session, desk: Desk) -> None:
    session.execute(update(Party).values(kind="moved-away"))

    event = report(session, desk, someone(session, desk), at(desk, BUILDING))

    assert (event.lead_party_id, event.lead_name) == (None, "青禾里社区居委会")


def test_an_unsorted_matter_is_looked_at_by_a_person(session: Session, desk: Desk) -> None:
    event = report(session, desk, someone(session, desk), at(desk, BUILDING), "0599")

    assert event.needs_review


def test_a_report_without_a_place_belongs_to_the_residents_community(session: Session, desk: Desk) -> None:
    resident = residents.resident_for(session, desk, "webchat", "li", "liuan")

    event = report(session, desk, resident, somewhere("", "liuan"))

    assert (event.community_id, event.place_text, event.grid_id) == ("liuan", UNKNOWN_PLACE, None)


def test_numbers_in_the_text_are_masked_before_they_are_kept(session: Session, desk: Desk) -> None:
    event = report(
        session,
        desk,
        someone(session, desk),
        at(desk, BUILDING),
        text="灯坏了，我电话19900000077，身份证11010519491231002X",
    )

    assert "19900000077" not in event.text
    assert "11010519491231002X" not in event.text


def test_an_unknown_leaf_is_refused(session: Session, desk: Desk) -> None:
    request = draft(session, desk, someone(session, desk), at(desk, BUILDING), leaf="9999")

    with pytest.raises(NotFound):
        reporting.file_event(session, desk, request)


def test_an_open_event_of_the_same_unit_is_offered(session: Session, desk: Desk) -> None:
    event = report(session, desk, someone(session, desk), at(desk, BUILDING, "2"))

    assert reporting.open_duplicate(session, desk, LAMP, at(desk, BUILDING, "2")) is event
    assert reporting.open_duplicate(session, desk, LAMP, at(desk, BUILDING, "3")) is None
    assert reporting.open_duplicate(session, desk, LAMP, at(desk, NEXT_DOOR, "2")) is None
    assert reporting.open_duplicate(session, desk, LIFT_FAULT, at(desk, BUILDING, "2")) is None


def test_an_open_event_a_few_steps_away_is_offered_and_never_taken_for_the_same(session: Session, desk: Desk) -> None:
    event = report(session, desk, someone(session, desk), at(desk, BUILDING))
    dense = replace(desk, handling=replace(desk.handling, same_place_metres=200))
    near = at(desk, NEXT_DOOR)
    assert reporting.open_duplicate(session, desk, LAMP, near) is None

    assert reporting.open_duplicate(session, dense, LAMP, near) is event
    assert reporting.open_duplicate(session, dense, LIFT_FAULT, near) is None
    assert reporting.open_duplicate(session, dense, LAMP, near, is_asked=False) is None
    own = report(session, desk, someone(session, desk, "own"), near)
    assert reporting.open_duplicate(session, dense, LAMP, near) is own


def test_what_is_in_a_unit_is_not_in_a_unit_of_the_next_building(session: Session, desk: Desk) -> None:
    event = report(session, desk, someone(session, desk), at(desk, BUILDING, "2"))
    dense = replace(desk, handling=replace(desk.handling, same_place_metres=200))

    assert reporting.open_duplicate(session, dense, LAMP, at(desk, NEXT_DOOR, "2")) is None
    assert reporting.open_duplicate(session, dense, LAMP, at(desk, NEXT_DOOR)) is event


def test_a_finished_event_is_not_offered(session: Session, desk: Desk) -> None:
    event = report(session, desk, someone(session, desk), at(desk, BUILDING))
    event.status = EventStatus.CLOSED
    session.flush()

    assert reporting.open_duplicate(session, desk, LAMP, at(desk, BUILDING)) is None


def test_a_private_matter_is_never_shown_to_a_neighbour(session: Session, desk: Desk) -> None:
    report(session, desk, someone(session, desk), at(desk, BUILDING), DISPUTE, "儿子不养我")

    assert reporting.open_duplicate(session, desk, DISPUTE, at(desk, BUILDING)) is None


def test_two_unknown_places_are_not_the_same_place(session: Session, desk: Desk) -> None:
    report(session, desk, someone(session, desk), somewhere(UNKNOWN_PLACE), STREET_LAMP)

    assert reporting.open_duplicate(session, desk, STREET_LAMP, somewhere(UNKNOWN_PLACE)) is None


def test_joining_adds_the_resident_once_and_their_words_to_the_log(session: Session, desk: Desk) -> None:
    event = report(session, desk, someone(session, desk), at(desk, BUILDING))
    neighbour = someone(session, desk, "neighbour")
    inbox = says(session, desk, neighbour, "我家门口也黑，打19900000088")

    for _ in range(2):
        reporting.join_event(session, desk, event, neighbour.id, inbox, "我家门口也黑，打19900000088")

    assert [row.resident_id for row in cases.reporters_of(session, event.id)] == [neighbour.id]
    notes = [step.note for step in cases.steps_of(session, event)]
    assert notes[1:] == ["又有邻居反映：我家门口也黑，打[电话]"]
    assert cases.latest_cases(session, neighbour.id) == [event]


def test_the_third_household_makes_it_more_urgent(session: Session, desk: Desk) -> None:
    event = report(session, desk, someone(session, desk), at(desk, BUILDING))
    usual = event.due_resolve

    for name in ("second", "third"):
        neighbour = someone(session, desk, name)
        reporting.join_event(session, desk, event, neighbour.id, says(session, desk, neighbour, "也坏"), "也坏")

    assert (event.urgency, event.urgency_reasons) == (Urgency.P1, ["影响三户以上"])
    assert event.due_resolve < usual


def test_telling_more_about_ones_own_event_does_not_join_it(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    event = report(session, desk, resident, at(desk, BUILDING))

    reporting.join_event(session, desk, event, resident.id, says(session, desk, resident, "还在黑"), "还在黑")

    assert list(cases.reporters_of(session, event.id)) == []
    assert cases.steps_of(session, event)[-1].note == "本人补充：还在黑"


def test_a_phone_told_afterwards_reaches_the_open_cases_only(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    done, still_open = (report(session, desk, resident, at(desk, building)) for building in (BUILDING, NEXT_DOOR))
    done.status = EventStatus.CLOSED
    joined = report(session, desk, someone(session, desk, "neighbour"), at(desk, TOWER))
    reporting.join_event(session, desk, joined, resident.id, says(session, desk, resident, "我也是"), "我也是")
    residents.remember_contact(session, resident, name="王芳", phone="19900000077")

    changed = reporting.add_contact_to_open_cases(session, resident)

    assert changed == 1
    assert (still_open.contact_name, still_open.contact_phone) == ("王芳", "19900000077")
    assert done.contact_phone is None
    assert joined.contact_phone is None


def test_only_an_event_has_an_event_number(session: Session, desk: Desk) -> None:
    event = report(session, desk, someone(session, desk), at(desk, BUILDING))

    assert reporting.event_by_number(session, event.number) is event
    with pytest.raises(NotFound):
        reporting.event_by_number(session, "AG990101001-20260312-0001")


@pytest.mark.parametrize(
    ("said", "room", "shown"),
    [
        ("502", "502", UNKNOWN_PLACE),
        ("1203房", "1203", UNKNOWN_PLACE),
        ("幸福里3栋2单元1501", "1501", "幸福里3栋2单元***室"),
    ],
)
def test_a_room_said_without_a_known_building_is_not_written_where_all_read_it(
    session: Session, desk: Desk, said: str, room: str, shown: str
) -> None:
    place = Place(said, "qinghe", None, None, None, None, room, None)
    event = report(session, desk, someone(session, desk), place)

    assert (event.place_text, event.room) == (shown, room)
    assert room not in event.title
