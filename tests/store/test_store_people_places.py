"""Staff, logins, places and the parties answerable for them."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.core.staff import Role
from bot.store.queries.people import (
    all_staff,
    end_expired_sessions,
    end_session,
    end_sessions_of,
    staff_by_username,
    staff_of_community,
    staff_of_grid,
    staff_session,
)
from bot.store.queries.places import buildings, communities, grids, parties, party_for
from bot.store.tables import Staff, StaffSession
from tests.store.cast import NOW, OSMANTHUS, WILLOW, Cast, later


def log_in(session: Session, staff_id: int, token_hash: str = "t1", minutes: int = 60) -> None:  # noqa: S107
    session.add(
        StaffSession(
            token_hash=token_hash, staff_id=staff_id, csrf="c", created_at=NOW, expires_at=later(minutes)
        )
    )
    session.flush()


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


def test_a_login_holds_until_it_expires(session: Session, cast: Cast) -> None:
    log_in(session, cast.zhao)

    held = staff_session(session, "t1", later(59))

    assert held is not None
    assert held[1].username == "zhao"
    assert staff_session(session, "t1", later(60)) is None
    assert staff_session(session, "t2", NOW) is None


def test_a_disabled_worker_is_logged_out(session: Session, cast: Cast) -> None:
    log_in(session, cast.zhao)

    session.get_one(Staff, cast.zhao).disabled_at = NOW

    assert staff_session(session, "t1", NOW) is None


def test_logins_end_one_by_one_for_a_person_or_by_age(session: Session, cast: Cast) -> None:
    for token, staff_id, minutes in (("a", cast.zhao, 60), ("b", cast.zhao, 60), ("c", cast.qian, 5)):
        log_in(session, staff_id, token, minutes)
    end_session(session, "a")
    assert [staff_session(session, token, NOW) is not None for token in "abc"] == [False, True, True]

    end_sessions_of(session, cast.zhao)
    end_expired_sessions(session, NOW + timedelta(minutes=5))

    assert session.query(StaffSession).count() == 0


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
