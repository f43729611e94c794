"""Open events that may be one and the same."""

from sqlalchemy.orm import Session

from bot.core.grid_events import EventStatus
from bot.services.classifying import UNKNOWN_PLACE
from bot.services.desk import Desk
from bot.services.similar_cases import similar_open
from bot.store.tables import GridEvent
from tests.services import stage


def reported(
    session: Session, desk: Desk, name: str, building: str = stage.BUILDING, leaf: str = stage.LAMP, unit: str = "2"
) -> GridEvent:
    return stage.report(session, desk, stage.someone(session, desk, name), stage.at(desk, building, unit), leaf)


def found(session: Session, desk: Desk, event: GridEvent) -> dict[str, str]:
    return {one.event.number: one.because for one in similar_open(session, desk, event)}


def test_the_same_matter_at_the_same_building_may_be_the_same(session: Session, desk: Desk) -> None:
    event, same = reported(session, desk, "one"), reported(session, desk, "two")
    other_unit = reported(session, desk, "three", unit="1")
    reported(session, desk, "four", leaf=stage.LIFT_FAULT)
    reported(session, desk, "five", stage.TOWER)

    assert found(session, desk, event) == {
        same.number: "同一个地方",
        other_unit.number: "同一栋楼，另一个单元",
    }
    assert [one.event.id for one in similar_open(session, desk, event)] == [same.id, other_unit.id]


def test_what_is_over_is_offered_no_more(session: Session, desk: Desk) -> None:
    event, over = reported(session, desk, "one"), reported(session, desk, "two")
    over.status = EventStatus.RESOLVED
    session.flush()
    assert found(session, desk, event) == {}

    over.status, event.status = EventStatus.REPORTED, EventStatus.CLOSED

    assert found(session, desk, event) == {}


def test_what_concerns_one_household_is_never_somebody_elses(session: Session, desk: Desk) -> None:
    event = reported(session, desk, "one", leaf=stage.DISPUTE)
    reported(session, desk, "two", leaf=stage.DISPUTE)

    assert found(session, desk, event) == {}


def test_without_a_building_the_words_have_to_be_the_same(session: Session, desk: Desk) -> None:
    def at_words(name: str, words: str) -> GridEvent:
        resident = stage.someone(session, desk, name)
        return stage.report(session, desk, resident, stage.somewhere(words), stage.STREET_LAMP)

    event, same = at_words("one", "河边步道"), at_words("two", "河边步道")
    at_words("three", "菜场门口")

    assert found(session, desk, event) == {same.number: "写的地点一样"}


def test_an_unknown_place_is_no_place(session: Session, desk: Desk) -> None:
    first, second = (
        stage.report(
            session, desk, stage.someone(session, desk, name), stage.somewhere(UNKNOWN_PLACE), stage.STREET_LAMP
        )
        for name in ("one", "two")
    )

    assert found(session, desk, first) == found(session, desk, second) == {}
