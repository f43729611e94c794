"""Logins of staff: how long they hold, where they are, and what ends them."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services import logins
from bot.services.desk import Desk
from bot.store.queries.audit import latest_audit
from bot.store.tables import Staff, StaffSession
from tests.services import stage
from tests.services.stage import Clock


@pytest.fixture
def worker(session: Session) -> Staff:
    return stage.staff(session, stage.WORKER)


def open_at(session: Session, desk: Desk, staff: Staff, device: str = "") -> str:
    return logins.open_session(session, staff, desk.clock(), device).token


def holds(session: Session, desk: Desk, token: str) -> bool:
    return logins.staff_for_token(session, token, desk.clock()) is not None


def use(session: Session, desk: Desk, token: str) -> None:
    found = logins.staff_for_token(session, token, desk.clock())
    assert found is not None
    logins.note_seen(session, found[0], desk.clock())
    session.expire_all()


def test_a_session_lasts_half_a_day_however_much_it_is_used(
    session: Session, desk: Desk, worker: Staff, clock: Clock
) -> None:
    token = open_at(session, desk, worker)
    for _ in range(11):
        clock.turn(hours=1)
        use(session, desk, token)

    assert holds(session, desk, token)
    clock.turn(hours=1)
    assert not holds(session, desk, token)


def test_a_session_nobody_uses_ends_after_two_hours(session: Session, desk: Desk, worker: Staff, clock: Clock) -> None:
    token = open_at(session, desk, worker)

    clock.turn(minutes=119)
    assert holds(session, desk, token)
    clock.turn(minutes=1)
    assert not holds(session, desk, token)


def test_a_session_is_found_by_its_token_and_stored_hashed(session: Session, desk: Desk, worker: Staff) -> None:
    login = logins.open_session(session, worker, desk.clock())

    found = logins.staff_for_token(session, login.token, desk.clock())

    assert found is not None
    assert (found[1].id, found[0].csrf) == (worker.id, login.csrf)
    assert login.token not in session.scalars(select(StaffSession.token_hash)).all()


@pytest.mark.parametrize("token", ["made up", "", "\ud800"])
def test_nobody_gets_in_with_a_token_that_was_never_given(
    session: Session, desk: Desk, worker: Staff, token: str
) -> None:
    open_at(session, desk, worker)

    assert not holds(session, desk, token)


def test_the_last_use_is_written_once_a_minute_at_most(session: Session, desk: Desk, worker: Staff) -> None:
    found = logins.staff_for_token(session, open_at(session, desk, worker), desk.clock())
    assert found is not None

    seconds = (0, 59, 60)
    assert [logins.is_to_be_noted(found[0], desk.clock() + timedelta(seconds=one)) for one in seconds] == [
        False,
        False,
        True,
    ]


def test_logging_out_ends_this_session_only(session: Session, desk: Desk, worker: Staff) -> None:
    here, there = (open_at(session, desk, worker) for _ in range(2))

    logins.close_session(session, here)

    assert [holds(session, desk, token) for token in (here, there)] == [False, True]


def test_ones_own_logins_are_listed_with_where_and_since_when(
    session: Session, desk: Desk, worker: Staff, clock: Clock
) -> None:
    open_at(session, desk, stage.staff(session, stage.COLLEAGUE), "别人的")
    opened = clock.moment
    open_at(session, desk, worker, "安卓手机，微信")
    clock.turn(minutes=5)
    here = open_at(session, desk, worker, "Windows 电脑")

    listed = logins.logins_of(session, worker.id, here, desk.clock())

    assert [(one.device, one.since, one.is_here) for one in listed] == [
        ("Windows 电脑", clock.moment, True),
        ("安卓手机，微信", opened, False),
    ]


def test_a_login_ends_by_what_the_list_calls_it(session: Session, desk: Desk, worker: Staff) -> None:
    here, there = open_at(session, desk, worker), open_at(session, desk, worker)
    other = next(one for one in logins.logins_of(session, worker.id, here, desk.clock()) if not one.is_here)

    logins.end_login(session, worker.id, other.id, desk.clock())

    assert [holds(session, desk, token) for token in (here, there)] == [True, False]
    assert latest_audit(session, limit=1)[0].action == "staff:logout"


def test_nobody_ends_a_colleagues_login(session: Session, desk: Desk, worker: Staff) -> None:
    colleague = stage.staff(session, stage.COLLEAGUE)
    token = open_at(session, desk, colleague)
    theirs = logins.logins_of(session, colleague.id, token, desk.clock())[0]

    logins.end_login(session, worker.id, theirs.id, desk.clock())

    assert holds(session, desk, token)
    assert latest_audit(session, limit=1)[0].action == "staff:login"


def test_all_others_end_at_once(session: Session, desk: Desk, worker: Staff) -> None:
    tokens = [open_at(session, desk, worker) for _ in range(3)]
    colleagues = open_at(session, desk, stage.staff(session, stage.COLLEAGUE))

    logins.end_others(session, worker.id, tokens[1], desk.clock())

    assert [holds(session, desk, token) for token in (*tokens, colleagues)] == [False, True, False, True]
    assert latest_audit(session, limit=1)[0].detail == "logins=2"
