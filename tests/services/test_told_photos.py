"""Pictures of what was done, as the residents it concerns get to see them."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import Solved
from bot.errors import NotFound
from bot.services import asked_progress, erasing, told_photos
from bot.services.asked_progress import Asker
from bot.services.desk import Desk
from bot.services.reporting import join_event
from bot.store.tables import GridEvent, Resident
from tests.services import stage
from tests.services.events import course
from tests.services.events.cast import does
from tests.services.snapshots import shot, taken
from tests.services.stage import BUILDING, COLLEAGUE, DIRECTOR, WORKER, at, says, someone


@pytest.fixture
def desk(desk: Desk, tmp_path: Path) -> Desk:
    return replace(desk, settings=replace(desk.settings, media=tmp_path / "media"))


def resolved(session: Session, desk: Desk, event: GridEvent) -> GridEvent:
    """Photographed by a colleague before, and by whoever put it right after."""
    course.goes(session, desk, event, Deed.SIGN)
    does(session, desk, WORKER, event, Deed.START, pictures=(shot("black"),))
    return does(session, desk, WORKER, event, Deed.RESOLVE, pictures=(shot("white"),))


def verified(session: Session, desk: Desk, event: GridEvent) -> GridEvent:
    return does(session, desk, COLLEAGUE, resolved(session, desk, event), Deed.VERIFY, pictures=(shot("yellow"),))


def told(session: Session, event: GridEvent, resident: Resident) -> list[int]:
    return [one.id for one in told_photos.told_photos(session, event, resident.id)]


def at_home(session: Session, desk: Desk) -> GridEvent:
    return stage.report(session, desk, someone(session, desk), at(desk, BUILDING, "2", "301"))


def test_the_outcome_is_told_once_somebody_has_been_there(session: Session, desk: Desk) -> None:
    resident, event = someone(session, desk), course.lamp(session, desk)
    resolved(session, desk, event)
    too_early = told(session, event, resident)

    does(session, desk, COLLEAGUE, event, Deed.VERIFY, pictures=(shot("yellow"),))

    _, *after = taken(session, event)
    assert too_early == []
    assert told(session, event, resident) == [one.id for one in after]


def test_the_card_of_the_progress_names_them(session: Session, desk: Desk) -> None:
    resident, event = someone(session, desk), course.lamp(session, desk)
    verified(session, desk, event)
    asker = Asker(resident, "我上次报的怎么样了", says(session, desk, resident, "我上次报的怎么样了"), may_ask=True)

    answer = asked_progress.tell(session, desk, asker)

    assert answer is not None
    assert answer.card is not None
    assert list(answer.card.as_json()["photos"]) == told(session, event, resident)  # type: ignore[call-overload]


def test_what_was_not_done_properly_is_not_shown_as_the_outcome(session: Session, desk: Desk) -> None:
    event = resolved(session, desk, course.lamp(session, desk))
    does(session, desk, COLLEAGUE, event, Deed.REJECT, pictures=(shot("red"),))
    does(session, desk, WORKER, event, Deed.START)
    does(session, desk, WORKER, event, Deed.RESOLVE, pictures=(shot("green"),))

    does(session, desk, COLLEAGUE, event, Deed.VERIFY)

    assert told(session, event, someone(session, desk)) == [taken(session, event)[-1].id]


def test_nothing_is_told_of_what_has_been_begun_anew(session: Session, desk: Desk) -> None:
    event = verified(session, desk, course.lamp(session, desk))
    does(session, desk, COLLEAGUE, event, Deed.CLOSE)
    while_closed = told(session, event, someone(session, desk))

    does(session, desk, DIRECTOR, event, Deed.CALL_BACK, solved=Solved.NO)

    assert while_closed
    assert told(session, event, someone(session, desk)) == []


def test_what_is_taken_at_the_call_back_is_not_shown(session: Session, desk: Desk) -> None:
    event = verified(session, desk, course.lamp(session, desk))
    does(session, desk, COLLEAGUE, event, Deed.CLOSE)
    before = told(session, event, someone(session, desk))

    does(session, desk, DIRECTOR, event, Deed.CALL_BACK, solved=Solved.YES, pictures=(shot("red"),))

    assert told(session, event, someone(session, desk)) == before


def test_a_neighbour_who_joined_sees_what_is_outside_and_not_what_is_behind_a_door(
    session: Session, desk: Desk
) -> None:
    neighbour = someone(session, desk, "neighbour")
    outside, inside = course.lamp(session, desk), at_home(session, desk)
    for event in (outside, inside):
        join_event(session, desk, event, neighbour.id, says(session, desk, neighbour, "我家门口也黑"), "我家门口也黑")
        verified(session, desk, event)

    assert len(told(session, outside, neighbour)) == 2
    assert told(session, inside, neighbour) == []
    assert len(told(session, inside, someone(session, desk))) == 2


def test_where_who_left_lived_is_not_shown_to_neighbours_either(session: Session, desk: Desk) -> None:
    neighbour, event = someone(session, desk, "neighbour"), at_home(session, desk)
    join_event(session, desk, event, neighbour.id, says(session, desk, neighbour, "我家也黑"), "我家也黑")
    verified(session, desk, event)

    erasing.erase_resident(session, desk, someone(session, desk), because="unsubscribed")

    assert event.room is None
    assert told(session, event, neighbour) == []


def test_nobody_gets_a_picture_that_is_not_told_to_them(session: Session, desk: Desk) -> None:
    event = verified(session, desk, course.lamp(session, desk))
    before, *after = taken(session, event)
    resident, stranger = someone(session, desk), someone(session, desk, "stranger")

    assert told_photos.for_resident(session, resident.id, after[0].id) is after[0]
    for who, photo_id in ((resident, before.id), (resident, after[-1].id + 1), (stranger, after[0].id)):
        with pytest.raises(NotFound):
            told_photos.for_resident(session, who.id, photo_id)
