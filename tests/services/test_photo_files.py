"""Files of staff's pictures: none without its row, none left behind, and gone when the picture is."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.errors import InvalidInput
from bot.services import case_photos, photo_files
from bot.services.desk import Desk
from bot.services.housekeeping import keep_house
from bot.services.retention import load_retention
from bot.store.queries.cases import steps_of
from bot.store.tables import GridEvent
from tests.services import stage
from tests.services.events import course
from tests.services.events.cast import does, last
from tests.services.snapshots import PLENTY, filed, files, removal, shot, taken
from tests.services.stage import DIRECTOR, DISPATCHER, WORKER, Clock


@pytest.fixture
def desk(desk: Desk, url: str, tmp_path: Path) -> Desk:
    if url.startswith("postgresql"):
        pytest.skip("what this writes would stay in the shared database")
    return replace(desk, settings=replace(desk.settings, media=tmp_path / "media"))


@pytest.mark.parametrize(("deed", "pictures"), [(Deed.NOTE, PLENTY), (Deed.TRIAGE, PLENTY[:1])])
def test_a_refused_deed_leaves_no_step_no_row_and_no_file(desk: Desk, deed: Deed, pictures: tuple[object, ...]) -> None:
    with desk.transaction() as session:
        number = course.lamp(session, desk).number

    with pytest.raises(InvalidInput):
        tries(desk, number, deed, pictures)

    with desk.transaction(read_only=True) as session:
        event = stored(session, number)
        assert [step.deed for step in steps_of(session, event)] == ["file"]
        assert (taken(session, event), files(desk)) == ([], [])


def test_files_of_a_transaction_that_failed_are_gone_with_it(desk: Desk) -> None:
    with desk.transaction() as session:
        filed(session, desk)
        written = files(desk)
        session.rollback()

    assert len(written) == 1
    assert files(desk) == []


def test_a_committed_picture_is_where_its_row_says(desk: Desk) -> None:
    with desk.transaction() as session:
        (photo,) = taken(session, filed(session, desk))

    assert files(desk) == [desk.settings.media / photo.file]
    assert files(desk)[0].read_bytes() == shot().data


def test_what_a_service_that_died_left_is_put_in_order(desk: Desk, clock: Clock) -> None:
    with desk.transaction() as session:
        (photo,) = taken(session, filed(session, desk))
    place, new = desk.settings.media / photo.file, desk.settings.media / "cases" / "new"
    long_ago, now = (clock.moment - timedelta(hours=2)).timestamp(), clock.moment.timestamp()
    place.rename(new / place.name)
    (new / "nobodys.jpg").write_bytes(b"x")
    (new / "in-flight.jpg").write_bytes(b"x")
    for name, moment in ((place.name, long_ago), ("nobodys.jpg", long_ago), ("in-flight.jpg", now)):
        os.utime(new / name, (moment, moment))

    settled = photo_files.settle(desk)

    assert settled == 2
    assert set(files(desk)) == {place, new / "in-flight.jpg"}


def test_the_hourly_chores_put_it_in_order(desk: Desk, clock: Clock) -> None:
    left = desk.settings.media / "cases" / "new" / "nobodys.jpg"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x")
    os.utime(left, (0, 0))

    keep_house(desk, load_retention(desk.settings.data / "catalogue" / "retention.yml"))

    assert not left.exists()


def test_files_nobody_waits_for_are_not_looked_at(desk: Desk) -> None:
    elsewhere = desk.settings.media / "cases" / "ab" / "of-another-service.jpg"
    elsewhere.parent.mkdir(parents=True)
    elsewhere.write_bytes(b"x")
    os.utime(elsewhere, (0, 0))

    assert photo_files.settle(desk) == 0
    assert elsewhere.exists()


def test_pictures_go_when_the_case_is_old_and_not_while_it_is_open(desk: Desk, clock: Clock) -> None:
    with desk.transaction() as session:
        over, unfinished = filed(session, desk), filed(session, desk, another=True)
        course.goes(session, desk, over, Deed.CLOSE)
    rules = load_retention(desk.settings.data / "catalogue" / "retention.yml")
    clock.turn(days=rules.cases.days - 1)
    keep_house(desk, rules)
    kept_before = len(files(desk))
    clock.turn(days=2)

    keep_house(desk, rules)

    with desk.transaction(read_only=True) as session:
        assert (kept_before, taken(session, over)) == (2, [])
        (left,) = taken(session, unfinished)
    assert files(desk) == [desk.settings.media / left.file]


@pytest.mark.parametrize("who", [DIRECTOR, DISPATCHER])
def test_whoever_answers_for_it_takes_a_picture_down_with_its_file(desk: Desk, who: str) -> None:
    with desk.transaction() as session:
        event = filed(session, desk)
        (photo,) = taken(session, event)
        before = event.version

    with desk.transaction() as session:
        event = case_photos.remove(session, desk, stage.staff(session, who), removal(event, photo))
        noted = last(session, event)

    assert (noted.deed, noted.facts) == ("note", {"photo": photo.id})
    assert noted.note == "撤下1张照片（处理前，王小禾3月12日10:00传的）：拍到了人脸"
    assert event.version > before
    assert files(desk) == []


def test_an_id_is_never_used_again(desk: Desk) -> None:
    with desk.transaction() as session:
        event = filed(session, desk)
        (photo,) = taken(session, event)
    with desk.transaction() as session:
        event = case_photos.remove(session, desk, stage.staff(session, DIRECTOR), removal(event, photo))
    with desk.transaction() as session:
        does(session, desk, WORKER, stored(session, event.number), Deed.NOTE, pictures=(shot(),))
        (other,) = taken(session, event)

    assert other.id > photo.id


def tries(desk: Desk, number: str, deed: Deed, pictures: tuple[object, ...]) -> None:
    """A deed in a transaction of its own."""
    with desk.transaction() as session:
        does(session, desk, WORKER, stored(session, number), deed, pictures=pictures)


def stored(session: Session, number: str) -> GridEvent:
    event = session.query(GridEvent).filter_by(number=number).one()
    assert isinstance(event, GridEvent)
    return event
