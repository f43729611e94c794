"""Reports by staff: on their rounds, from above, or for a resident who agreed."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.core.urgency import Urgency
from bot.errors import InvalidInput, NotAllowed
from bot.services import cases, progress, retention
from bot.services.desk import Desk
from bot.services.events.filing_by_staff import LooksAlike, Report, file_by_staff
from bot.services.pictures import Media
from bot.services.retention import load_retention
from bot.services.sent_once import SentBefore
from bot.store.queries.audit import latest_audit
from bot.store.tables import ActorKind, Discovery, EventOutcome, GridEvent, GroupAlert
from tests.services.events import course
from tests.services.events.cast import AUDITOR, CLERK, VOLUNTEER, deeds, does, last
from tests.services.stage import (
    BUILDING,
    DISPATCHER,
    FIRE,
    GRID_WORKER,
    LAMP,
    LIFT_FAULT,
    WORKER,
    Clock,
    at,
    report,
    someone,
    somewhere,
    staff,
)

PHONE = "19900000077"
PICTURE = Media("image/jpeg", ".jpg", b"picture")


def seen(desk: Desk, **other: object) -> Report:
    """A lamp that is out, seen on a round."""
    plain = Report("a" * 32, LAMP, at(desk, BUILDING, "2"), "三楼的灯不亮", None, Discovery.PATROL)
    return replace(plain, **other)  # type: ignore[arg-type]


def test_what_is_seen_on_a_round_is_filed(session: Session, desk: Desk) -> None:
    event = file_by_staff(session, desk, seen(desk), staff(session, GRID_WORKER))

    assert (event.resident_id, event.inbox_id, event.discovery) == (None, None, Discovery.PATROL)
    assert (event.status, event.urgency, event.lead_name) == (EventStatus.REPORTED, Urgency.P2, "青禾苑物业服务中心")
    step = last(session, event)
    assert (step.deed, step.actor_kind, step.actor_name) == ("file", ActorKind.WORKER, "王小禾")
    assert course.running(session, event)
    assert session.scalar(select(EventOutcome).where(EventOutcome.event_id == event.id)) is not None
    row = latest_audit(session, limit=1)[0]
    assert (row.action, row.object) == ("grid_event:file", event.number)


def test_the_same_form_is_filed_once(session: Session, desk: Desk) -> None:
    first = file_by_staff(session, desk, seen(desk), staff(session, GRID_WORKER))

    again = file_by_staff(session, desk, seen(desk), staff(session, GRID_WORKER))

    assert again is first
    assert deeds(session, first) == ["file"]


@pytest.mark.parametrize(
    "other", [{"text": "四楼的灯也不亮"}, {"leaf": LIFT_FAULT}, {"urgency": Urgency.P1}, {"pictures": (PICTURE,)}]
)
def test_another_report_from_a_page_that_was_gone_back_to_is_not_taken_for_the_first(
    session: Session, desk: Desk, other: dict[str, object]
) -> None:
    file_by_staff(session, desk, seen(desk), staff(session, GRID_WORKER))
    before = session.query(GridEvent).count()

    with pytest.raises(SentBefore, match="还没有交"):
        file_by_staff(session, desk, seen(desk, **other), staff(session, GRID_WORKER))

    assert session.query(GridEvent).count() == before


def test_what_is_open_already_is_offered_first(session: Session, desk: Desk) -> None:
    known = report(session, desk, someone(session, desk), at(desk, BUILDING, "2"))

    with pytest.raises(LooksAlike) as shown:
        file_by_staff(session, desk, seen(desk), staff(session, WORKER))
    event = file_by_staff(session, desk, seen(desk, is_another=True), staff(session, WORKER))

    assert shown.value.number == known.number
    assert event.id != known.id


def test_contact_needs_the_residents_agreement(session: Session, desk: Desk) -> None:
    said = seen(desk, discovery=Discovery.RESIDENT, name="王婆婆", phone=PHONE)
    with pytest.raises(InvalidInput, match="本人"):
        file_by_staff(session, desk, said, staff(session, WORKER))

    event = file_by_staff(session, desk, replace(said, has_agreed=True), staff(session, WORKER))

    assert (event.contact_name, event.contact_phone) == ("王婆婆", PHONE)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"token": ""}, "过期"),
        ({"token": "A" * 32}, "过期"),
        ({"leaf": "9999"}, "分类"),
        ({"leaf": ""}, "分类"),
        ({"place": None}, "在哪里"),
        ({"text": " "}, "没写"),
        ({"text": "长" * 1001}, "1000"),
        ({"name": "长" * 21, "has_agreed": True}, "20"),
        ({"phone": "12", "has_agreed": True}, "电话号码"),
    ],
)
def test_what_makes_no_sense_is_refused(session: Session, desk: Desk, wrong: dict[str, object], said: str) -> None:
    before = session.query(GridEvent).count()

    with pytest.raises(InvalidInput, match=said):
        file_by_staff(session, desk, seen(desk, **wrong), staff(session, WORKER))

    assert session.query(GridEvent).count() == before


def test_nobody_files_for_another_community(session: Session, desk: Desk) -> None:
    with pytest.raises(InvalidInput, match="不在您的社区"):
        file_by_staff(session, desk, seen(desk, place=at(desk, "liuan-lx-9")), staff(session, WORKER))


def test_the_street_names_a_building(session: Session, desk: Desk) -> None:
    place = replace(somewhere("河边"), community_id=None)

    with pytest.raises(InvalidInput, match="社区"):
        file_by_staff(session, desk, seen(desk, place=place), staff(session, DISPATCHER))


def test_words_for_a_place_are_in_the_grid_of_who_stands_there(session: Session, desk: Desk) -> None:
    place = replace(somewhere("北门花坛边"), community_id=None)

    event = file_by_staff(session, desk, seen(desk, place=place), staff(session, GRID_WORKER))

    assert (event.community_id, event.grid_id, event.place_text) == ("qinghe", "qinghe-g1", "北门花坛边")
    assert cases.may_see(session, event, staff(session, GRID_WORKER))


@pytest.mark.parametrize("who", [CLERK, VOLUNTEER, AUDITOR])
def test_units_volunteers_and_auditors_file_nothing(session: Session, desk: Desk, who: str) -> None:
    with pytest.raises(NotAllowed):
        file_by_staff(session, desk, seen(desk), staff(session, who))


def test_an_urgency_of_ones_own_goes_before_the_rules(session: Session, desk: Desk) -> None:
    event = file_by_staff(session, desk, seen(desk, urgency=Urgency.P1), staff(session, WORKER))

    assert event.urgency is Urgency.P1


def test_a_fire_alarms_the_workers_at_once(session: Session, desk: Desk) -> None:
    event = file_by_staff(session, desk, seen(desk, leaf=FIRE, text="楼道着火"), staff(session, GRID_WORKER))

    told = session.scalars(select(GroupAlert).where(GroupAlert.topic.contains(event.number))).all()
    assert event.urgency is Urgency.P0
    assert {one.is_urgent for one in told} == {True}


def test_numbers_in_the_words_are_masked(session: Session, desk: Desk) -> None:
    event = file_by_staff(session, desk, seen(desk, text=f"打{PHONE}没人接"), staff(session, WORKER))

    assert PHONE not in event.text


def test_an_event_without_resident_goes_its_whole_way(session: Session, desk: Desk) -> None:
    event = file_by_staff(session, desk, seen(desk, leaf=LIFT_FAULT), staff(session, GRID_WORKER))

    for deed in (Deed.TRIAGE, Deed.ACCEPT):
        does(session, desk, WORKER, event, deed)
    does(session, desk, DISPATCHER, event, Deed.DISPATCH)
    for who, deed in ((WORKER, Deed.SIGN), (WORKER, Deed.START), (WORKER, Deed.RESOLVE)):
        does(session, desk, who, event, deed)
    does(session, desk, DISPATCHER, event, Deed.VERIFY)
    does(session, desk, DISPATCHER, event, Deed.CLOSE)

    assert event.status is EventStatus.CLOSED
    assert progress.progress_bubbles(session, desk, event, desk.clock())[0] == f"编号{event.number}"


def test_the_contact_is_forgotten_when_its_time_is_over(session: Session, desk: Desk, clock: Clock) -> None:
    said = seen(desk, discovery=Discovery.RESIDENT, name="王婆婆", phone=PHONE, has_agreed=True)
    event = file_by_staff(session, desk, said, staff(session, WORKER))
    does(session, desk, WORKER, event, Deed.WITHDRAW)
    clock.turn(days=3650)

    rules = load_retention(desk.settings.data / "catalogue" / "retention.yml")
    retention.purge_expired(session, desk, rules)

    assert (event.contact_name, event.contact_phone) == (None, None)
