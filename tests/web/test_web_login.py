"""Signing in and out, and what pages for staff ask of a login."""

import dataclasses
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.app import create_app
from bot.core.staff import Permission, Role
from bot.services import staff
from bot.services.desk import Desk
from bot.web import login
from tests.web.served import COMMUNITY, Browser, Echo, NoModels

PASSWORD = "correct horse"
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module", autouse=True)
def staffed(desk: Desk) -> None:
    """Somebody who works in the community, a trainer, and somebody who has left."""
    with desk.transaction() as session:
        for username, role in (("web-worker", Role.WORKER), ("web-trainer", Role.TRAINER), ("web-gone", Role.WORKER)):
            newcomer = staff.Newcomer(username, PASSWORD, role, community_id=COMMUNITY)
            staff.add_user(session, newcomer, desk.clock())
        staff.disable(session, "web-gone", desk.clock())


async def who(request: web.Request) -> web.Response:
    signed_in = await login.required(request, Permission.CONVERSATION_TAKE)
    return web.json_response({"username": signed_in.staff.username, "csrf": signed_in.csrf})


async def change(request: web.Request) -> web.Response:
    fields = await login.form(request, await login.required(request))
    return web.json_response(dict(fields))


def serving(desk: Desk) -> TestServer:
    app = create_app(desk, Echo(desk), NoModels())
    app.add_routes([web.get("/who", who), web.post("/change", change)])
    return TestServer(app)


@pytest.fixture
async def site(desk: Desk) -> AsyncIterator[Browser]:
    async with TestClient(serving(desk)) as browser:
        yield browser


async def sign_in(site: Browser, username: str = "web-worker", password: str = PASSWORD, wanted: str = "") -> str:
    """Post the form; return where it leads, empty if it comes again."""
    fields = {"username": username, "password": password, "next": wanted}
    response = await site.post("/login", data=fields, allow_redirects=False)
    return response.headers.get("Location", "")


async def test_the_right_password_opens_the_pages_of_ones_role(site: Browser) -> None:
    assert await sign_in(site) == "/console"
    assert (await (await site.get("/who")).json())["username"] == "web-worker"


async def test_a_trainer_comes_to_the_workbench_but_may_not_take_conversations(site: Browser) -> None:
    assert await sign_in(site, "web-trainer") == "/workbench"
    response = await site.get("/who")
    assert (response.status, (await response.json())["error"]) == (403, "训练师不能做这件事")


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(site: Browser) -> None:
    fields = {"username": "web-worker", "password": PASSWORD}
    response = await site.post("/login", data=fields, allow_redirects=False)
    cookie = response.cookies["linli_staff"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


@pytest.mark.parametrize(
    ("username", "password"), [("web-worker", "wrong"), ("nobody", PASSWORD), ("web-gone", PASSWORD), ("", "")]
)
async def test_whatever_is_wrong_the_words_are_the_same(site: Browser, username: str, password: str) -> None:
    response = await site.post("/login", data={"username": username, "password": password})
    page = await response.text()
    assert response.status == 403
    assert "用户名或密码不对" in page
    assert PASSWORD not in page
    assert (await site.get("/who")).status == 401


async def test_guessing_passwords_is_slowed_down(site: Browser) -> None:
    for _ in range(10):
        await sign_in(site, password="guess")
    response = await site.post("/login", data={"username": "web-worker", "password": PASSWORD})
    assert response.status == 429


async def test_one_comes_back_to_the_page_one_wanted(site: Browser) -> None:
    asked = await site.get("/who?page=2", headers=PAGE, allow_redirects=False)
    form = await (await site.get(asked.headers["Location"])).text()
    found = re.search(r'name="next" value="([^"]+)"', form)
    assert found
    assert await sign_in(site, wanted=found[1]) == "/who?page=2"


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)", "/a b"],
)
async def test_a_login_never_leads_to_another_site(site: Browser, wanted: str) -> None:
    assert await sign_in(site, wanted=wanted) == "/console"


async def test_a_form_needs_the_token_of_the_login(site: Browser) -> None:
    await sign_in(site)
    csrf = (await (await site.get("/who")).json())["csrf"]
    right = await site.post("/change", data={"csrf": csrf, "note": "好"})
    by_header = await site.post("/change", data={"note": "好"}, headers={"X-CSRF-Token": csrf})
    wrong = await site.post("/change", data={"csrf": "x", "note": "好"})
    missing = await site.post("/change", data={"note": "好"})
    assert [one.status for one in (right, by_header, wrong, missing)] == [200, 200, 403, 403]


async def test_signing_out_ends_the_login_itself_not_only_the_cookie(site: Browser, desk: Desk) -> None:
    await sign_in(site)
    token = next(cookie.value for cookie in site.session.cookie_jar if cookie.key == "linli_staff")
    csrf = (await (await site.get("/who")).json())["csrf"]
    await site.post("/logout", data={"csrf": csrf}, allow_redirects=False)
    response = await site.get("/who", headers={"Cookie": f"linli_staff={token}"})
    assert response.status == 401


async def test_another_site_cannot_sign_anybody_out(site: Browser) -> None:
    await sign_in(site)
    assert (await site.post("/logout", data={"csrf": "guess"})).status == 403
    assert (await site.get("/who")).status == 200


async def test_a_login_runs_out(desk: Desk) -> None:
    ahead = timedelta(0)
    moving = dataclasses.replace(desk, clock=lambda: desk.clock() + ahead)
    async with TestClient(serving(moving)) as site:
        await sign_in(site)
        before = (await site.get("/who")).status
        ahead = timedelta(hours=13)
        after = (await site.get("/who")).status
    assert (before, after) == (200, 401)


async def test_somebody_shut_out_is_out_at_once(site: Browser, desk: Desk) -> None:
    with desk.transaction() as session:
        newcomer = staff.Newcomer("web-leaving", PASSWORD, Role.WORKER, community_id=COMMUNITY)
        staff.add_user(session, newcomer, desk.clock())
    await sign_in(site, "web-leaving")
    with desk.transaction() as session:
        staff.disable(session, "web-leaving", desk.clock())
    assert (await site.get("/who")).status == 401


async def test_the_name_typed_comes_back_as_text(site: Browser) -> None:
    page = await (await site.post("/login", data={"username": '"><script>', "password": "x"})).text()
    assert "&#34;&gt;&lt;script&gt;" in page
