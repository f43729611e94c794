"""Accounts on their pages: hired with a password shown once, changed, shut out, let in, and made to sign in anew."""

import re

import pytest

from bot.core import totp
from bot.core.staff import Role
from bot.services import second_step
from bot.services.desk import Desk
from bot.store.queries import people
from bot.store.tables import Staff
from tests.console.house import ADMIN, Browser, House
from tests.console.test_console_settings_things import WHY, submit
from tests.services import stage

LIST = "/console/settings/staff"
NEW = {"username": "qianxiaoxin", "name": "钱小新", "phone": "19900001234", "role": "worker", "community_id": "qinghe"}


@pytest.fixture
async def admin(house: House) -> Browser:
    return await house.enter(ADMIN)


def person(desk: Desk, username: str) -> Staff:
    with desk.transaction(read_only=True) as session:
        return stage.staff(session, username)


def page_of(desk: Desk, username: str) -> str:
    return f"{LIST}/{person(desk, username).id}"


def password_in(page: str) -> str:
    found = re.search(r'<strong class="key">([^<]+)</strong>', page)
    assert found
    return found[1]


async def signs_in(house: House, username: str, password: str) -> bool:
    browser = await house.nobody()
    page = (await browser.get("/login")).text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    answer = await browser.post_bare("/login", {**fields, "username": username, "password": password})
    return answer.status == 303


async def test_a_newcomer_signs_in_with_the_password_shown_once(house: House, admin: Browser) -> None:
    shown = await admin.post(f"{LIST}/new", NEW)
    password = password_in(shown.text)

    assert shown.status == 200
    assert len(password.replace("-", "")) >= 12
    assert await signs_in(house, NEW["username"], password)
    assert password not in (await admin.get(page_of(house.desk, NEW["username"]))).text
    assert house.audited("staff:add")[0].staff_id == person(house.desk, ADMIN).id


async def test_pressing_the_button_twice_hires_one(admin: Browser) -> None:
    await admin.post(f"{LIST}/new", NEW)

    again = await admin.post(f"{LIST}/new", NEW)

    assert (again.status, "已经有人用了" in again.text) == (409, True)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"username": "钱小新"}, "只用字母和数字"),
        ({"name": ""}, "姓名不能空着"),
        ({"role": "king"}, "请选一个角色"),
        ({"role": "grid_worker"}, "至少要有一个网格"),
        ({"role": "party"}, "要选一个在用的单位"),
        ({"party_id": "street-urban"}, "不属于承办单位"),
        ({"community_id": ""}, "在哪个社区"),
        ({"phone": "1"}, "电话号码不对"),
        ({"role": "grid_worker", "grid-liuan-g1": "1"}, "不在这个社区"),
    ],
)
async def test_what_does_not_fit_is_told_and_nobody_is_hired(
    house: House, admin: Browser, parts: dict[str, str], words: str
) -> None:
    answer = await admin.post(f"{LIST}/new", {**NEW, **parts, "form": "person"})

    assert (answer.status, words in answer.text) == (400, True)
    assert parts.get("username", NEW["username"]) in answer.text
    with house.desk.transaction(read_only=True) as session:
        assert people.staff_by_username(session, NEW["username"]) is None


@pytest.mark.parametrize(
    ("parts", "role"),
    [
        ({"role": "grid_worker", "grid-qinghe-g1": "1", "grid-qinghe-g2": "1"}, Role.GRID_WORKER),
        ({"role": "party", "party_id": "liuan-property-lx"}, Role.PARTY),
        ({"role": "leader", "community_id": ""}, Role.LEADER),
        ({"role": "volunteer"}, Role.VOLUNTEER),
        ({"role": "auditor", "community_id": ""}, Role.AUDITOR),
    ],
)
async def test_other_rights_end_the_persons_logins(
    house: House, admin: Browser, parts: dict[str, str], role: Role
) -> None:
    browser = await house.enter(stage.WORKER)
    page = page_of(house.desk, stage.WORKER)

    status, after = await submit(admin, page, {**parts, **WHY})

    assert (status, f"社区工作者 → {role.plain}" in after) == (303, True)
    assert person(house.desk, stage.WORKER).role is role
    assert (await browser.get("/console/events")).status == 303


async def test_another_name_ends_nobodys_login(house: House, admin: Browser) -> None:
    browser = await house.enter(stage.WORKER)

    status, _ = await submit(admin, page_of(house.desk, stage.WORKER), {"name": "李青", **WHY})

    assert (status, (await browser.get("/console/sessions")).status) == (303, 200)
    assert len(house.audited("staff:profile")) == 1


async def test_who_is_shut_out_is_out_until_let_in(house: House, admin: Browser) -> None:
    browser, page = await house.enter(stage.WORKER), page_of(house.desk, stage.WORKER)

    out = await submit(admin, page, WHY, f"{page}/out")
    shut = (await browser.get("/console/sessions")).status
    back = await submit(admin, page, WHY, f"{page}/in")

    assert (out[0], shut, back[0]) == (303, 303, 303)
    assert person(house.desk, stage.WORKER).disabled_at is None
    assert [len(house.audited(action)) for action in ("staff:disable", "staff:enable")] == [1, 1]
    assert (await admin.post(f"{page}/in", {"version": "2", **WHY})).status == 409


async def test_a_new_password_is_shown_once_and_ends_the_logins(house: House, admin: Browser) -> None:
    browser, page = await house.enter(stage.WORKER), page_of(house.desk, stage.WORKER)

    shown = await admin.post(f"{page}/password", {"version": "0", **WHY})

    assert (shown.status, (await browser.get("/console/sessions")).status) == (200, 303)
    assert await signs_in(house, stage.WORKER, password_in(shown.text))
    assert (await admin.post(f"{page}/password", {"version": "0", **WHY})).status == 409
    assert (await admin.post(f"{page}/password", {"version": "1"})).status == 400


async def test_a_lost_phone_is_forgotten(house: House, admin: Browser) -> None:
    page = page_of(house.desk, stage.WORKER)
    assert (await admin.post(f"{page}/second-step", {"version": "0", **WHY})).status == 409
    with house.desk.transaction() as session:
        worker, now = stage.staff(session, stage.WORKER), house.desk.clock()
        secret = second_step.offer(session, worker.id)
        second_step.switch_on(session, worker.id, totp.code_at(secret, totp.step_at(now)), "", now)

    status, after = await submit(admin, page, WHY, f"{page}/second-step")

    assert (status, "两步验证：重置了" in after) == (303, True)
    assert not second_step.is_on(person(house.desk, stage.WORKER))


async def test_an_administrator_neither_leaves_nor_steps_down(house: House, admin: Browser) -> None:
    page = page_of(house.desk, ADMIN)
    shown = (await admin.get(page)).text

    out = await admin.post(f"{page}/out", {"version": "0", **WHY})
    down = await submit(admin, page, {"role": "auditor", **WHY})

    assert f'action="{page}/out"' not in shown
    assert (out.status, down[0]) == (403, 403)
    assert "不能停用自己" in down[1]
    assert person(house.desk, ADMIN).role is Role.ADMIN


async def test_the_list_says_who_can_sign_in_and_for_whom_clerks_work(house: House, admin: Browser) -> None:
    page = (await admin.get(LIST)).text

    assert ("还没有密码" in page, "青禾苑物业服务中心" in page, "承办单位经办人" in page) == (True, True, True)
