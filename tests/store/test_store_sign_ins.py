"""Logins: how long they hold, how they end, and codes that count once."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.store.queries import sign_ins
from bot.store.tables import Staff, StaffSession
from tests.store.cast import NOW, Cast, later

LONG_AGO = later(-600)


def log_in(
    session: Session, staff_id: int, name: str = "t1", minutes: int = 60, last_seen: datetime | None = NOW
) -> None:
    session.add(
        StaffSession(
            token_hash=name,
            staff_id=staff_id,
            csrf="c",
            created_at=NOW,
            expires_at=later(minutes),
            last_seen_at=last_seen,
        )
    )
    session.flush()


def holds(session: Session, token_hash: str, now: datetime = NOW, idle_since: datetime = LONG_AGO) -> bool:
    return sign_ins.staff_session(session, token_hash, now, idle_since) is not None


def test_a_login_holds_until_it_expires(session: Session, cast: Cast) -> None:
    log_in(session, cast.zhao)

    held = sign_ins.staff_session(session, "t1", later(59), LONG_AGO)

    assert held is not None
    assert held[1].username == "zhao"
    assert not holds(session, "t1", later(60))
    assert not holds(session, "t2")


def test_a_login_holds_while_it_is_used(session: Session, cast: Cast) -> None:
    log_in(session, cast.zhao)
    log_in(session, cast.zhao, "never seen", last_seen=None)

    assert [holds(session, "t1", idle_since=later(minutes)) for minutes in (-1, 0)] == [True, False]
    assert [holds(session, "never seen", idle_since=later(minutes)) for minutes in (-1, 0)] == [True, False]

    sign_ins.note_seen(session, "t1", later(5))

    assert [holds(session, one, idle_since=later(4)) for one in ("t1", "never seen")] == [True, False]


def test_a_disabled_worker_is_logged_out(session: Session, cast: Cast) -> None:
    log_in(session, cast.zhao)

    session.get_one(Staff, cast.zhao).disabled_at = NOW

    assert not holds(session, "t1")


def test_logins_end_one_by_one_for_a_person_or_by_age(session: Session, cast: Cast) -> None:
    for token, staff_id, minutes in (("a", cast.zhao, 60), ("b", cast.zhao, 60), ("c", cast.qian, 5)):
        log_in(session, staff_id, token, minutes)
    sign_ins.end_session(session, "a")
    assert [holds(session, token) for token in "abc"] == [False, True, True]

    sign_ins.end_sessions_of(session, cast.zhao)
    sign_ins.end_expired_sessions(session, later(5), LONG_AGO)

    assert session.query(StaffSession).count() == 0


def test_logins_that_nobody_used_for_long_are_forgotten(session: Session, cast: Cast) -> None:
    log_in(session, cast.zhao, "idle", last_seen=later(-10))
    log_in(session, cast.zhao, "used", last_seen=later(-9))

    sign_ins.end_expired_sessions(session, NOW, later(-10))

    assert [one.token_hash for one in session.query(StaffSession)] == ["used"]


def test_nobody_ends_the_login_of_somebody_else(session: Session, cast: Cast) -> None:
    log_in(session, cast.zhao, "z")
    log_in(session, cast.qian, "q")

    assert not sign_ins.end_own_session(session, cast.zhao, "q")
    assert sign_ins.end_own_session(session, cast.zhao, "z")
    assert not sign_ins.end_own_session(session, cast.zhao, "z")
    assert [holds(session, token) for token in "zq"] == [False, True]


def test_all_other_logins_end_and_are_counted(session: Session, cast: Cast) -> None:
    for token, staff_id in (("a", cast.zhao), ("b", cast.zhao), ("c", cast.zhao), ("q", cast.qian)):
        log_in(session, staff_id, token)

    assert sign_ins.end_other_sessions(session, cast.zhao, "b") == 2
    assert [holds(session, token) for token in "abcq"] == [False, True, False, True]


def test_logins_are_listed_the_last_used_first(session: Session, cast: Cast) -> None:
    for token, staff_id, minutes, last_seen in (
        ("old", cast.zhao, 60, later(-3)),
        ("new", cast.zhao, 60, NOW),
        ("over", cast.zhao, 0, NOW),
        ("other", cast.qian, 60, NOW),
    ):
        log_in(session, staff_id, token, minutes, last_seen)

    listed = sign_ins.sessions_of(session, cast.zhao, NOW, LONG_AGO)

    assert [one.token_hash for one in listed] == ["new", "old"]


def test_the_code_of_a_step_counts_once_and_only_for_its_secret(session: Session, cast: Cast) -> None:
    session.get_one(Staff, cast.zhao).totp_secret = "SECRET"
    session.flush()

    counted = [sign_ins.use_step(session, cast.zhao, "SECRET", step) for step in (7, 7, 6, 8)]

    assert counted == [True, False, False, True]
    assert not sign_ins.use_step(session, cast.zhao, "ANOTHER", 9)
    assert not sign_ins.use_step(session, cast.qian, "SECRET", 9)
    assert session.get_one(Staff, cast.zhao).totp_last_step == 8
