"""Pictures staff take: with which steps, for how long, who takes them down, and no file without its row."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import Completion
from bot.errors import Conflict, InvalidInput, LinliError, NotAllowed, NotFound
from bot.services import case_photos, erasing
from bot.services.case_photos import MOST, Removal
from bot.services.desk import Desk
from bot.services.events import chains
from bot.store.queries.cases import steps_of
from bot.store.tables import CasePhoto, PhotoStage
from tests.services import stage
from tests.services.events import course
from tests.services.events.cast import AUDITOR, CLERK, LEADER, PROPERTY, URBAN, VOLUNTEER, does, last, wishes
from tests.services.snapshots import CAMERA, PLENTY, filed, files, removal, shot, snapshot, taken
from tests.services.stage import COLLEAGUE, DIRECTOR, DISPATCHER, GRID_WORKER, WORKER


@pytest.fixture
def desk(desk: Desk, url: str, tmp_path: Path) -> Desk:
    return replace(desk, settings=replace(desk.settings, media=tmp_path / "media"))


def test_what_the_camera_wrote_stays_back() -> None:
    assert CAMERA in snapshot()
    assert CAMERA not in shot().data


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空的"),
        (b"%PDF-1.7\n%%EOF", "只能传照片"),
        (b"<svg onload=alert(1)>", "只能传照片"),
        (b"\xff\xd8\xff\xe0 no picture at all", "打不开"),
        (b"\xff\xd8\xff" + b"0" * 5_000_000, "最多5MB"),
    ],
    ids=["empty", "pdf", "svg", "broken", "large"],
)
def test_what_is_no_picture_or_too_large_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        case_photos.checked(data)


def test_a_picture_is_kept_with_the_step_it_came_with(session: Session, desk: Desk) -> None:
    event = filed(session, desk)

    (photo,) = taken(session, event)

    assert (photo.stage, photo.step_id) == (PhotoStage.BEFORE, steps_of(session, event)[0].id)
    assert (photo.content_type, photo.size) == ("image/jpeg", len(shot().data))


def test_the_same_form_filed_twice_keeps_its_pictures_once(session: Session, desk: Desk) -> None:
    event, again = filed(session, desk), filed(session, desk)

    assert again is event
    assert len(taken(session, event)) == len(files(desk)) == 1


@pytest.mark.parametrize(
    ("until", "who", "deed", "side"),
    [
        (Deed.TRIAGE, WORKER, Deed.CONTACT, PhotoStage.BEFORE),
        (Deed.TRIAGE, WORKER, Deed.NOTE, PhotoStage.BEFORE),
        (Deed.SIGN, WORKER, Deed.START, PhotoStage.BEFORE),
        (Deed.START, WORKER, Deed.RESOLVE, PhotoStage.AFTER),
        (Deed.RESOLVE, COLLEAGUE, Deed.VERIFY, PhotoStage.AFTER),
        (Deed.RESOLVE, COLLEAGUE, Deed.REJECT, PhotoStage.AFTER),
    ],
)
def test_each_deed_shows_its_side_of_the_work(
    session: Session, desk: Desk, until: Deed, who: str, deed: Deed, side: PhotoStage
) -> None:
    event = course.goes(session, desk, course.lamp(session, desk), until)

    does(session, desk, who, event, deed, pictures=(shot("red"), shot("green")))

    assert [(one.stage, one.step_id) for one in taken(session, event)] == [(side, last(session, event).id)] * 2


def test_pictures_of_a_repair_on_the_spot_come_with_the_end_of_it(session: Session, desk: Desk) -> None:
    event = course.lamp(session, desk)
    wish = wishes(event, Deed.RESOLVE, pictures=(shot(),))

    chains.settle_on_the_spot(session, desk, wish, stage.staff(session, GRID_WORKER), has_met=True)

    assert [(one.stage, one.step_id) for one in taken(session, event)] == [(PhotoStage.AFTER, last(session, event).id)]


def test_pictures_stay_with_the_case_of_who_is_erased(session: Session, desk: Desk) -> None:
    event = course.lamp(session, desk)
    does(session, desk, WORKER, event, Deed.NOTE, pictures=(shot(),))

    erasing.erase_resident(session, desk, stage.someone(session, desk), because="unsubscribed")

    assert len(taken(session, event)) == 1


@pytest.mark.parametrize(
    ("who", "change", "kind"),
    [
        (WORKER, lambda one: one, NotAllowed),
        (LEADER, lambda one: one, NotAllowed),
        (GRID_WORKER, lambda one: one, NotAllowed),
        (AUDITOR, lambda one: one, NotAllowed),
        (stage.ELSEWHERE, lambda one: one, NotFound),
        (CLERK, lambda one: one, NotFound),
        (DIRECTOR, lambda one: replace(one, photo_id=None), InvalidInput),
        (DIRECTOR, lambda one: replace(one, photo_id=one.photo_id + 1), NotFound),
        (DIRECTOR, lambda one: replace(one, photo_id=999), NotFound),
        (DIRECTOR, lambda one: replace(one, reason="  "), InvalidInput),
        (DIRECTOR, lambda one: replace(one, reason="长" * 501), InvalidInput),
        (DIRECTOR, lambda one: replace(one, version=one.version - 1), Conflict),
    ],
)
def test_a_picture_is_not_taken_down(
    session: Session, desk: Desk, who: str, change: Callable[[Removal], Removal], kind: type[LinliError]
) -> None:
    event = filed(session, desk)
    # The next id is a picture of another event.
    filed(session, desk, another=True)
    (photo,) = taken(session, event)

    with pytest.raises(kind):
        case_photos.remove(session, desk, stage.staff(session, who), change(removal(event, photo)))

    assert len(taken(session, event)) == 1


def test_whoever_sees_the_event_sees_its_pictures_and_nobody_else(session: Session, desk: Desk) -> None:
    event = filed(session, desk)
    (photo,) = taken(session, event)
    before = {who for who in EVERYBODY if sees(session, who, photo)}

    does(session, desk, WORKER, course.goes(session, desk, event, Deed.ACCEPT), Deed.DISPATCH, party_id=PROPERTY)

    assert before == {WORKER, COLLEAGUE, DIRECTOR, DISPATCHER, LEADER, GRID_WORKER}
    assert {who for who in EVERYBODY if sees(session, who, photo)} == {*before, CLERK}


def test_a_helping_unit_shows_what_it_did(session: Session, desk: Desk) -> None:
    event = course.goes(session, desk, filed(session, desk), Deed.START)
    does(session, desk, DISPATCHER, event, Deed.ADD_TASK, party_id=URBAN)
    task = (last(session, event).facts or {})["task"]
    does(session, desk, DISPATCHER, event, Deed.SIGN_TASK, task_id=task)

    does(session, desk, DISPATCHER, event, Deed.FINISH_TASK, task_id=task, pictures=(shot("red"),))

    assert [one.stage for one in taken(session, event)] == [PhotoStage.BEFORE, PhotoStage.AFTER]


def test_as_many_as_are_allowed_are_kept_in_their_order(session: Session, desk: Desk) -> None:
    event = course.goes(session, desk, course.lamp(session, desk), Deed.START)

    does(session, desk, WORKER, event, Deed.RESOLVE, completion=Completion.SUBSTANTIVE, pictures=PLENTY[:MOST])

    assert [one.size for one in taken(session, event)] == [len(one.data) for one in PLENTY[:MOST]]


EVERYBODY = (WORKER, COLLEAGUE, DIRECTOR, DISPATCHER, LEADER, GRID_WORKER, CLERK, VOLUNTEER, AUDITOR, stage.ELSEWHERE)


def sees(session: Session, who: str, photo: CasePhoto) -> bool:
    try:
        return case_photos.for_staff(session, stage.staff(session, who), photo.id) is photo
    except NotFound:
        return False
