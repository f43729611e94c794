"""Accounts kept in the console: rights that fit, passwords told once, and always an administrator left."""

from dataclasses import replace
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import totp
from bot.core.staff import Role
from bot.errors import Conflict, InvalidInput, LinliError, NotAllowed, NotFound
from bot.services import logins, second_step
from bot.services import staff as accounts
from bot.services.desk import Desk
from bot.services.settings import history, people
from bot.services.settings.history import Editor
from bot.services.settings.people import PersonWish
from bot.services.settings.subjects import Subject
from bot.services.staff import Rights
from bot.store.queries.audit import latest_audit
from bot.store.tables import SettingChange, Staff
from tests.services import stage
from tests.services.settings.editors import REASON, administrator, editor

WORKER = PersonWish("钱小新", "19900001234", Rights(Role.WORKER, "qinghe", ()))
CLERK = PersonWish("石小军", "", Rights(Role.PARTY, None, (), "qinghe-property-qh"))


def wish_of(staff: Staff) -> PersonWish:
    return PersonWish(staff.name, staff.phone or "", accounts.rights_of(staff))


def test_a_newcomer_signs_in_with_the_password_told_once(session: Session, desk: Desk) -> None:
    added, password = people.hire(session, editor(session, desk), "qianxiaoxin", WORKER)

    assert accounts.authenticate(session, "qianxiaoxin", password) is added
    assert len(password.replace("-", "")) == 16
    assert password not in str([row.after for row in session.scalars(select(SettingChange))])


def test_every_password_is_another(session: Session) -> None:
    assert len({people.new_password() for _ in range(50)}) == 50


def test_a_clerk_works_where_the_unit_does(session: Session, desk: Desk) -> None:
    added, _ = people.hire(session, editor(session, desk), "shixiaojun", CLERK)

    assert (added.party_id, added.community_id) == ("qinghe-property-qh", "qinghe")


def test_other_rights_end_the_logins_and_another_phone_does_not(session: Session, desk: Desk) -> None:
    worker = stage.staff(session, stage.WORKER)
    token = logins.open_session(session, worker, desk.clock()).token

    people.change(session, editor(session, desk), worker.id, replace(wish_of(worker), phone="19900009999"), 0)
    kept = logins.staff_for_token(session, token, desk.clock()) is not None
    rights = Rights(Role.GRID_WORKER, "qinghe", ("qinghe-g1",))
    people.change(session, editor(session, desk), worker.id, replace(wish_of(worker), rights=rights), 1)

    assert kept
    assert logins.staff_for_token(session, token, desk.clock()) is None
    assert latest_audit(session, limit=1)[0].action == "staff:rights"


def test_the_history_keeps_no_whole_number_of_a_colleague(session: Session, desk: Desk) -> None:
    worker = stage.staff(session, stage.WORKER)
    assert worker.phone == "19900001005"

    people.change(session, editor(session, desk), worker.id, replace(wish_of(worker), phone="19988881005"), 0)

    entry = history.of(session, [Subject.STAFF], str(worker.id)).entries[0]
    assert [(one.before, one.after) for one in entry.changes] == [("199****1005", "199****1005（换了号码）")]


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (replace(WORKER, name=" "), "姓名不能空着"),
        (replace(WORKER, phone="123456"), "电话号码不对"),
        (replace(WORKER, rights=Rights(Role.WORKER, None, ())), "在哪个社区"),
        (replace(WORKER, rights=Rights(Role.GRID_WORKER, "qinghe", ())), "至少要有一个网格"),
        (replace(WORKER, rights=Rights(Role.GRID_WORKER, "qinghe", ("liuan-g1",))), "不在这个社区"),
        (replace(WORKER, rights=Rights(Role.WORKER, "qinghe", (), "street-urban")), "不属于承办单位"),
        (replace(CLERK, rights=Rights(Role.PARTY, None, ())), "要选一个在用的单位"),
        (replace(CLERK, rights=Rights(Role.PARTY, None, (), "atlantis")), "要选一个在用的单位"),
    ],
)
def test_what_does_not_fit_is_refused(session: Session, desk: Desk, wish: PersonWish, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        people.hire(session, editor(session, desk), "somebody", wish)


@pytest.mark.parametrize("username", ["", "钱小新", "qian xin", "q" * 65])
def test_a_username_nobody_could_type_is_refused(session: Session, desk: Desk, username: str) -> None:
    with pytest.raises(InvalidInput):
        people.hire(session, editor(session, desk), username, WORKER)


def test_a_taken_username_is_refused_even_where_it_has_no_password(session: Session, desk: Desk) -> None:
    with pytest.raises(Conflict):
        people.hire(session, editor(session, desk), stage.WORKER, WORKER)


def test_who_is_shut_out_is_out_at_once_and_can_be_let_in(session: Session, desk: Desk) -> None:
    added, password = people.hire(session, editor(session, desk), "qianxiaoxin", WORKER)
    token = logins.open_session(session, added, desk.clock()).token

    people.shut_out(session, editor(session, desk), added.id, 1)

    assert logins.staff_for_token(session, token, desk.clock()) is None
    with pytest.raises(NotAllowed):
        accounts.authenticate(session, "qianxiaoxin", password)
    with pytest.raises(Conflict):
        people.shut_out(session, editor(session, desk), added.id, 2)
    people.let_in(session, editor(session, desk), added.id, 2)
    assert accounts.authenticate(session, "qianxiaoxin", password) is added
    with pytest.raises(Conflict):
        people.let_in(session, editor(session, desk), added.id, 3)


def test_a_new_password_ends_the_old_one_and_the_logins(session: Session, desk: Desk) -> None:
    added, old = people.hire(session, editor(session, desk), "qianxiaoxin", WORKER)
    token = logins.open_session(session, added, desk.clock()).token

    new = people.reset_password(session, editor(session, desk), added.id, 1)

    assert accounts.authenticate(session, "qianxiaoxin", new) is added
    assert logins.staff_for_token(session, token, desk.clock()) is None
    with pytest.raises(NotAllowed):
        accounts.authenticate(session, "qianxiaoxin", old)


def test_a_lost_phone_is_forgotten_once(session: Session, desk: Desk) -> None:
    worker, now = stage.staff(session, stage.WORKER), desk.clock()
    secret = second_step.offer(session, worker.id)
    second_step.switch_on(session, worker.id, totp.code_at(secret, totp.step_at(now)), "", now)

    people.reset_second_step(session, editor(session, desk), worker.id, 0)

    assert not second_step.is_on(worker)
    assert latest_audit(session, limit=1)[0].staff_id == administrator(session).id
    with pytest.raises(Conflict):
        people.reset_second_step(session, editor(session, desk), worker.id, 1)


def test_administrators_neither_shut_themselves_out_nor_step_down(session: Session, desk: Desk) -> None:
    boss = administrator(session)
    lesser = replace(wish_of(boss), rights=Rights(Role.WORKER, "qinghe", ()))

    with pytest.raises(NotAllowed):
        people.shut_out(session, editor(session, desk), boss.id, 0)
    with pytest.raises(NotAllowed):
        people.change(session, editor(session, desk), boss.id, lesser, 0)

    assert (boss.role, boss.disabled_at) == (Role.ADMIN, None)


def test_who_is_no_administrator_any_more_changes_nobody(session: Session, desk: Desk) -> None:
    boss = administrator(session)
    boss.role = Role.AUDITOR
    session.flush()

    with pytest.raises(NotAllowed):
        people.shut_out(session, editor(session, desk), stage.staff(session, stage.WORKER).id, 0)


def test_two_administrators_who_shut_each_other_out_leave_one(talking_desk: Desk) -> None:
    with talking_desk.transaction() as session:
        bosses = [administrator(session, name) for name in ("boss", "chief")]
    start = Barrier(2)

    def shut(one: Staff, other: Staff) -> None:
        start.wait()
        try:
            with talking_desk.transaction() as session:
                people.shut_out(session, Editor(one, talking_desk.clock(), REASON), other.id, 0)
        except LinliError:
            return

    threads = [Thread(target=shut, args=pair) for pair in (bosses, bosses[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with talking_desk.transaction(read_only=True) as session:
        left = session.scalars(select(Staff.id).where(Staff.role == Role.ADMIN, Staff.disabled_at.is_(None))).all()
    assert len(left) == 1


def test_a_stale_page_changes_nothing_and_nobody_is_not_found(session: Session, desk: Desk) -> None:
    worker = stage.staff(session, stage.WORKER)
    with pytest.raises(Conflict):
        people.change(session, editor(session, desk), worker.id, replace(wish_of(worker), name="李青"), 4)
    with pytest.raises(NotFound):
        people.person_page(session, 10_000)
