"""The code from the phone: switched on by a right one, off by password and code, and never used twice."""

import pytest
from sqlalchemy.orm import Session

from bot.core import totp
from bot.core.staff import Role
from bot.errors import Conflict, InvalidInput, NotFound
from bot.services import logins, second_step
from bot.services import staff as accounts
from bot.services.desk import Desk
from bot.services.staff import Newcomer
from bot.store.queries.audit import latest_audit
from bot.store.tables import Staff
from tests.services.stage import Clock

PASSWORD = "correct horse"


@pytest.fixture
def worker(session: Session, desk: Desk) -> Staff:
    return accounts.add_user(session, Newcomer("newcomer", PASSWORD, Role.WORKER, "钱小新", "qinghe"), desk.clock())


@pytest.fixture
def phone(session: Session, desk: Desk, worker: Staff, clock: Clock) -> "Phone":
    """A phone with the secret of the worker, who has switched the second step on some time ago."""
    phone = Phone(second_step.offer(session, worker.id), clock)
    second_step.switch_on(session, worker.id, phone.code(), "", desk.clock())
    clock.turn(minutes=5)
    return phone


class Phone:
    """Shows codes."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._secret = secret
        self._clock = clock

    def code(self) -> str:
        return totp.code_at(self._secret, totp.step_at(self._clock()))


def wrong(code: str) -> str:
    return str((int(code) + 1) % 10**6).zfill(6)


def test_a_secret_that_was_only_offered_asks_for_nothing(session: Session, worker: Staff) -> None:
    secret = second_step.offer(session, worker.id)

    assert len(secret) == 32
    assert not second_step.is_on(worker)
    assert second_step.offer(session, worker.id) != secret


def test_the_first_right_code_switches_it_on(session: Session, desk: Desk, worker: Staff, phone: "Phone") -> None:
    session.refresh(worker)

    assert second_step.is_on(worker)
    assert latest_audit(session, limit=1)[0].action == "staff:code_on"
    assert second_step.accepts(session, worker, phone.code(), desk.clock())


def test_a_wrong_code_does_not_switch_it_on(session: Session, desk: Desk, worker: Staff, clock: Clock) -> None:
    phone = Phone(second_step.offer(session, worker.id), clock)

    with pytest.raises(InvalidInput, match="验证码不对"):
        second_step.switch_on(session, worker.id, wrong(phone.code()), "", desk.clock())

    assert not second_step.is_on(worker)


def test_switching_it_on_ends_the_other_logins(session: Session, desk: Desk, worker: Staff, clock: Clock) -> None:
    here, there = (logins.open_session(session, worker, desk.clock()).token for _ in range(2))
    phone = Phone(second_step.offer(session, worker.id), clock)

    second_step.switch_on(session, worker.id, phone.code(), here, desk.clock())

    held = [logins.staff_for_token(session, token, desk.clock()) is not None for token in (here, there)]
    assert held == [True, False]


@pytest.mark.usefixtures("phone")
def test_what_is_on_is_not_offered_or_switched_on_again(session: Session, desk: Desk, worker: Staff) -> None:
    with pytest.raises(Conflict):
        second_step.offer(session, worker.id)
    with pytest.raises(Conflict):
        second_step.switch_on(session, worker.id, "000000", "", desk.clock())


def test_what_was_never_offered_cannot_be_switched_on(session: Session, desk: Desk, worker: Staff) -> None:
    with pytest.raises(Conflict):
        second_step.switch_on(session, worker.id, "000000", "", desk.clock())
    assert not second_step.accepts(session, worker, "000000", desk.clock())


def test_a_code_counts_once(session: Session, desk: Desk, worker: Staff, phone: "Phone") -> None:
    taken = [second_step.accepts(session, worker, phone.code(), desk.clock()) for _ in range(2)]

    assert taken == [True, False]


def test_the_code_may_be_typed_with_a_gap(session: Session, desk: Desk, worker: Staff, phone: "Phone") -> None:
    code = phone.code()

    assert second_step.accepts(session, worker, f" {code[:3]} {code[3:]} ", desk.clock())


def test_password_and_code_switch_it_off(session: Session, desk: Desk, worker: Staff, phone: "Phone") -> None:
    second_step.switch_off(session, worker.id, PASSWORD, phone.code(), desk.clock())

    session.flush()
    assert (worker.totp_secret, worker.totp_last_step) == (None, None)
    assert latest_audit(session, limit=1)[0].action == "staff:code_off"
    with pytest.raises(Conflict):
        second_step.switch_off(session, worker.id, PASSWORD, phone.code(), desk.clock())


@pytest.mark.parametrize("is_password_right", [True, False])
def test_one_of_the_two_does_not_switch_it_off(
    session: Session, desk: Desk, worker: Staff, phone: "Phone", *, is_password_right: bool
) -> None:
    password = PASSWORD if is_password_right else "wrong horse"
    code = wrong(phone.code()) if is_password_right else phone.code()

    with pytest.raises(InvalidInput, match="密码或验证码不对"):
        second_step.switch_off(session, worker.id, password, code, desk.clock())

    assert second_step.is_on(worker)


@pytest.mark.usefixtures("phone")
def test_a_reset_lets_in_by_password_alone_and_ends_all_logins(session: Session, desk: Desk, worker: Staff) -> None:
    token = logins.open_session(session, worker, desk.clock()).token

    second_step.reset(session, "newcomer", desk.clock())

    assert not second_step.is_on(worker)
    assert logins.staff_for_token(session, token, desk.clock()) is None
    row = latest_audit(session, limit=1)[0]
    assert (row.action, row.staff_id) == ("staff:code_reset", None)


def test_there_is_nothing_to_reset_where_it_is_off(session: Session, desk: Desk, worker: Staff) -> None:
    with pytest.raises(Conflict):
        second_step.reset(session, worker.username, desk.clock())
    with pytest.raises(NotFound):
        second_step.reset(session, "nobody", desk.clock())
