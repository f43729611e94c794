from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from bot.core.staff import Role
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services import logins
from bot.services import staff as people
from bot.services.desk import Desk
from bot.services.staff import Newcomer
from bot.store.queries.audit import latest_audit
from bot.store.tables import Staff

PASSWORD = "correct horse"
NEWCOMER = Newcomer("newcomer", PASSWORD, Role.WORKER, "钱小新", "qinghe")


@pytest.fixture
def newcomer(session: Session, desk: Desk) -> Staff:
    return people.add_user(session, NEWCOMER, desk.clock())


def test_a_new_worker_can_log_in(session: Session, newcomer: Staff) -> None:
    assert people.authenticate(session, "newcomer", PASSWORD) is newcomer


def test_the_password_is_kept_only_as_an_argon2_hash(newcomer: Staff) -> None:
    assert newcomer.password_hash.startswith("$argon2id$")
    assert PASSWORD not in newcomer.password_hash


@pytest.mark.parametrize(("username", "password"), [("newcomer", "wrong horse"), ("nobody", PASSWORD), ("liqing", "!")])
def test_whatever_is_wrong_is_refused_in_the_same_words(
    session: Session, newcomer: Staff, username: str, password: str
) -> None:
    assert newcomer.disabled_at is None
    with pytest.raises(NotAllowed, match=people.REFUSED):
        people.authenticate(session, username, password)


def test_a_demo_worker_gets_a_password_and_keeps_their_name(session: Session, desk: Desk) -> None:
    given = replace(NEWCOMER, username="liqing", name="somebody else")

    worker = people.add_user(session, given, desk.clock())

    assert people.authenticate(session, "liqing", PASSWORD).name == "李青禾"
    assert worker.community_id == "qinghe"


def test_a_taken_name_is_refused(session: Session, desk: Desk, newcomer: Staff) -> None:
    with pytest.raises(Conflict):
        people.add_user(session, replace(NEWCOMER, username=newcomer.username), desk.clock())


@pytest.mark.parametrize(
    "wrong",
    [
        replace(NEWCOMER, username=" "),
        replace(NEWCOMER, username="x" * 65),
        replace(NEWCOMER, password="short"),
        replace(NEWCOMER, community_id=None),
    ],
)
def test_bad_input_is_refused(session: Session, desk: Desk, wrong: Newcomer) -> None:
    with pytest.raises(InvalidInput):
        people.add_user(session, wrong, desk.clock())


def test_an_unknown_community_is_not_found(session: Session, desk: Desk) -> None:
    with pytest.raises(NotFound):
        people.add_user(session, replace(NEWCOMER, community_id="atlantis"), desk.clock())


def test_a_trainer_needs_no_community(session: Session, desk: Desk) -> None:
    trainer = people.add_user(session, replace(NEWCOMER, role=Role.TRAINER, community_id=None), desk.clock())

    assert trainer.community_id is None


def test_a_disabled_worker_is_out_at_once_and_stays_out(session: Session, desk: Desk, newcomer: Staff) -> None:
    login = logins.open_session(session, newcomer, desk.clock())

    people.disable(session, "newcomer", desk.clock())

    assert logins.staff_for_token(session, login.token, desk.clock()) is None
    with pytest.raises(NotAllowed):
        people.authenticate(session, "newcomer", PASSWORD)


def test_a_changed_password_ends_all_sessions(session: Session, desk: Desk, newcomer: Staff) -> None:
    login = logins.open_session(session, newcomer, desk.clock())

    people.set_password(session, "newcomer", "another horse", desk.clock())

    assert logins.staff_for_token(session, login.token, desk.clock()) is None
    assert people.authenticate(session, "newcomer", "another horse") is newcomer


def test_who_is_not_there_cannot_be_disabled(session: Session, desk: Desk) -> None:
    with pytest.raises(NotFound):
        people.disable(session, "nobody", desk.clock())


def test_the_audit_log_keeps_no_password(session: Session, newcomer: Staff) -> None:
    row = latest_audit(session, limit=1)[0]

    assert (row.action, row.object, row.detail) == ("staff:add", f"staff:{newcomer.id}", "worker")


def test_everybody_is_listed_the_disabled_too(session: Session, desk: Desk, newcomer: Staff) -> None:
    people.disable(session, "newcomer", desk.clock())

    assert newcomer in people.everybody(session)
