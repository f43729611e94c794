"""Every failure becomes one status and words a person can act on."""

from collections.abc import AsyncIterator

import aiohttp_jinja2
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.errors import (
    BrokenFile,
    Conflict,
    InvalidInput,
    LinliError,
    NotAllowed,
    NotFound,
    Unavailable,
)
from bot.web import failures, pages
from bot.web.login import NotSignedIn
from bot.web.pace import TooFast
from tests.web.served import Browser

PAGE = {"Accept": "text/html,application/xhtml+xml"}
FAILURES: dict[str, Exception] = {
    "invalid": InvalidInput("还没写字呢", "请写点什么再发"),
    "forbidden": NotAllowed("训练师不能做这件事"),
    "missing": NotFound("没有这个对话"),
    "conflict": Conflict("小赵已经接了这个对话", "请刷新页面"),
    "fast": TooFast(10),
    "unavailable": Unavailable("数据库 /srv/linli.db 现在用不了：disk I/O error", "look at the disk"),
    "broken": BrokenFile("data/secret.yml", 3, "field", "problem"),
    "plain": LinliError("internal words"),
    "bug": KeyError("internal words"),
}


async def fail(request: web.Request) -> web.Response:
    raise FAILURES[request.match_info["kind"]]


async def ask_to_sign_in(request: web.Request) -> web.Response:
    raise NotSignedIn(request.path_qs)


@pytest.fixture
async def site() -> AsyncIterator[Browser]:
    app = web.Application(middlewares=[failures.as_answers])
    pages.add(app)
    app.add_routes([web.get("/fail/{kind}", fail), web.get("/console", ask_to_sign_in)])
    async with TestClient(TestServer(app)) as browser:
        yield browser


@pytest.mark.parametrize(
    ("kind", "status", "error", "hint"),
    [
        ("invalid", 400, "还没写字呢", "请写点什么再发"),
        ("forbidden", 403, "训练师不能做这件事", ""),
        ("missing", 404, "没有这个对话", ""),
        ("conflict", 409, "小赵已经接了这个对话", "请刷新页面"),
        ("fast", 429, "发得太快了，我有点跟不上", "请等10秒再发，写好的字会留着"),
    ],
)
async def test_what_a_person_can_put_right_is_said_in_the_errors_own_words(
    site: Browser, kind: str, status: int, error: str, hint: str
) -> None:
    response = await site.get(f"/fail/{kind}")
    assert response.status == status
    assert await response.json() == {"error": error, "hint": hint}


@pytest.mark.parametrize(("kind", "status"), [("unavailable", 503), ("broken", 500), ("plain", 500), ("bug", 500)])
async def test_faults_of_our_own_name_no_file_table_or_line(site: Browser, kind: str, status: int) -> None:
    for headers in ({}, PAGE):
        response = await site.get(f"/fail/{kind}", headers=headers)
        text = await response.text()
        assert response.status == status
        assert "请过一会儿再试" in text
        assert not [word for word in ("linli.db", "secret.yml", "internal", "Traceback", "Error") if word in text]


async def test_a_page_is_answered_with_a_page(site: Browser) -> None:
    response = await site.get("/fail/conflict", headers=PAGE)
    assert response.content_type == "text/html"
    assert "<h1>小赵已经接了这个对话</h1>" in await response.text()


async def test_an_address_that_does_not_exist_is_told_in_chinese(site: Browser) -> None:
    response = await site.get("/nowhere", headers=PAGE)
    assert response.status == 404
    assert "没有这个页面" in await response.text()


async def test_a_wrong_method_says_which_ones_are_right(site: Browser) -> None:
    response = await site.post("/console")
    assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD")


async def test_whoever_has_to_wait_is_told_how_long(site: Browser) -> None:
    response = await site.get("/fail/fast")
    assert response.headers["Retry-After"] == "10"


async def test_a_page_for_staff_leads_to_the_login_and_back(site: Browser) -> None:
    response = await site.get("/console?grid=1&page=2", headers=PAGE, allow_redirects=False)
    assert response.status == 303
    assert response.headers["Location"] == "/login?next=/console?grid%3D1%26page%3D2"


async def test_a_script_that_is_not_signed_in_is_told_so(site: Browser) -> None:
    response = await site.get("/console")
    assert (response.status, (await response.json())["error"]) == (401, "请先登录")


async def test_markup_in_an_error_is_shown_as_text(site: Browser) -> None:
    FAILURES["markup"] = NotFound("<script>alert(1)</script>")
    text = await (await site.get("/fail/markup", headers=PAGE)).text()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_templates_escape_by_default() -> None:
    app = web.Application()
    pages.add(app)
    template = aiohttp_jinja2.get_env(app).from_string("{{ words }}")
    assert template.render(words="<b>") == "&lt;b&gt;"
