"""The map: what waits is counted where it is, for those who may see it."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.core.grid_events import EventStatus
from bot.core.staff import Role
from bot.errors import InvalidInput, NotAllowed
from bot.services import map_view
from bot.services.case_wanted import Wanted
from bot.services.desk import Desk
from bot.services.map_view import Load, Overview
from bot.store.tables import ClockKind, GridEvent, Staff
from tests.services.events.course import clock_of
from tests.services.stage import (
    BUILDING,
    DISPATCHER,
    ELSEWHERE,
    GRID_WORKER,
    LAMP,
    LIFT_FAULT,
    NEXT_DOOR,
    TOWER,
    WORKER,
    at,
    report,
    someone,
    somewhere,
    staff,
)

# Nothing of the demo street is sorted under this leaf.
LEAF = "0506"


def load_of(overview: Overview, grid_id: str) -> Load:
    return next(one.load for one in overview.grids if one.grid.id == grid_id)


@pytest.fixture
def here(session: Session, desk: Desk) -> list[GridEvent]:
    """Two in one building, one next door, one in another grid, one nobody knows where."""
    places = [at(desk, BUILDING), at(desk, BUILDING), at(desk, NEXT_DOOR), at(desk, TOWER), somewhere("河边")]
    return [report(session, desk, someone(session, desk, f"r{each}"), place, LEAF) for each, place in enumerate(places)]


def test_what_waits_is_counted_in_its_grid_and_at_its_building(
    session: Session, desk: Desk, here: list[GridEvent]
) -> None:
    clock_of(session, here[0], ClockKind.RESOLVE).due_at = desk.clock() - timedelta(minutes=1)
    session.flush()

    overview = map_view.overview(session, desk, staff(session, WORKER), Wanted(leaf=LEAF))

    assert load_of(overview, "qinghe-g1") == Load(3, 1)
    assert load_of(overview, "qinghe-g3") == Load(1, 0)
    assert load_of(overview, "qinghe-g2") == Load(0, 0)
    assert overview.nowhere == Load(1, 0)
    assert overview.total == Load(5, 1)
    assert [(one.building.id, one.load) for one in overview.buildings] == [
        (BUILDING, Load(2, 1)),
        (NEXT_DOOR, Load(1, 0)),
        (TOWER, Load(1, 0)),
    ]


def test_what_is_finished_or_something_else_is_not_counted(session: Session, desk: Desk, here: list[GridEvent]) -> None:
    report(session, desk, someone(session, desk, "lamp"), at(desk, BUILDING), LAMP)
    here[0].status = EventStatus.CLOSED
    session.flush()

    overview = map_view.overview(session, desk, staff(session, WORKER), Wanted(leaf=LEAF))

    assert load_of(overview, "qinghe-g1").waiting == 2


def test_each_sees_the_grids_they_answer_for(session: Session, desk: Desk, here: list[GridEvent]) -> None:
    def seen(who: str, wanted: Wanted) -> tuple[set[str], int]:
        overview = map_view.overview(session, desk, staff(session, who), wanted)
        return {one.grid.community_id for one in overview.grids}, overview.total.waiting

    assert seen(DISPATCHER, Wanted(leaf=LEAF)) == ({"qinghe", "guixiang", "liuan"}, 5)
    assert seen(DISPATCHER, Wanted(leaf=LEAF, community_id="liuan")) == ({"liuan"}, 0)
    assert seen(WORKER, Wanted(leaf=LEAF)) == ({"qinghe"}, 5)
    assert seen(ELSEWHERE, Wanted(leaf=LEAF)) == ({"guixiang"}, 0)
    own = map_view.overview(session, desk, staff(session, GRID_WORKER), Wanted(leaf=LEAF))
    assert ([one.grid.id for one in own.grids], own.total) == (["qinghe-g1"], Load(3, 0))


def test_who_reads_no_events_sees_no_map(session: Session, desk: Desk) -> None:
    auditor = Staff(id=99, role=Role.AUDITOR, community_id=None, grid_ids=[])

    with pytest.raises(NotAllowed):
        map_view.overview(session, desk, auditor, Wanted())


def test_an_unknown_class_is_refused(session: Session, desk: Desk) -> None:
    with pytest.raises(InvalidInput):
        map_view.overview(session, desk, staff(session, WORKER), Wanted(leaf="99"))


def test_leaves_of_other_classes_are_left_out(session: Session, desk: Desk, here: list[GridEvent]) -> None:
    report(session, desk, someone(session, desk, "lift"), at(desk, TOWER), LIFT_FAULT)

    of_class = map_view.overview(session, desk, staff(session, WORKER), Wanted(leaf="05"))
    of_leaf = map_view.overview(session, desk, staff(session, WORKER), Wanted(leaf=LEAF))

    assert load_of(of_class, "qinghe-g3").waiting > load_of(of_leaf, "qinghe-g3").waiting
