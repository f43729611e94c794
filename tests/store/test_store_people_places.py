"""Staff, places and the parties answerable for them."""

import pytest
from sqlalchemy.orm import Session

from bot.core.staff import Role
from bot.store.queries.people import (
    all_staff,
    staff_by_username,
    staff_of_community,
    staff_of_grid,
)
from bot.store.queries.places import buildings, communities, grids, parties, party_for
from bot.store.tables import Staff
from tests.store.cast import NOW, OSMANTHUS, WILLOW, Cast


def test_staff_are_found_by_username(session: Session, cast: Cast) -> None:
    found = staff_by_username(session, "zhao")

    assert found is session.get(Staff, cast.zhao)
    assert staff_by_username(session, "Zhao") is None


def test_staff_of_a_place_leave_out_who_left_and_other_roles(session: Session, cast: Cast) -> None:
    zhao, qian = session.get_one(Staff, cast.zhao), session.get_one(Staff, cast.qian)
    assert staff_of_community(session, OSMANTHUS) == [zhao, qian]
    assert staff_of_community(session, OSMANTHUS, [Role.GRID_WORKER]) == [qian]
    assert staff_of_community(session, WILLOW) == []
    assert staff_of_grid(session, "osmanthus-north", [Role.WORKER]) == [zhao]
    assert staff_of_grid(session, "osmanthus-south") == []

    zhao.disabled_at = NOW

    assert staff_of_community(session, OSMANTHUS) == [qian]
    assert staff_of_grid(session, "osmanthus-north") == [qian]
    assert all_staff(session) == [qian, zhao]


@pytest.mark.parametrize(
    ("kind", "community", "estate", "expected"),
    [
        ("property", OSMANTHUS, "桂香苑", "estate-care"),
        ("property", OSMANTHUS, "别的小区", "osmanthus-care"),
        ("property", OSMANTHUS, None, "osmanthus-care"),
        ("lighting", OSMANTHUS, "桂香苑", "street-lights"),
        ("lighting", None, None, "street-lights"),
        ("property", None, None, None),
    ],
)
def test_the_nearest_party_answers(
    session: Session, kind: str, community: str | None, estate: str | None, expected: str | None
) -> None:
    found = party_for(session, kind, community, estate)

    assert (found.id if found else None) == expected


def test_places_are_listed_with_the_parties_of_the_community_and_street(session: Session) -> None:
    assert [one.id for one in communities(session)] == [OSMANTHUS, WILLOW]
    assert [one.id for one in grids(session)] == ["osmanthus-north"]
    assert [one.id for one in buildings(session)] == ["osmanthus-3", "osmanthus-5"]
    assert {one.id for one in parties(session, WILLOW)} == {"street-lights", "willow-care"}
