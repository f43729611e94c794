"""Requests of other sites are refused, whatever the browser tells about them."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.errors import NotAllowed
from bot.web import failures, forgery, pages
from tests.web.served import Browser


async def accept(_: web.Request) -> web.Response:
    return web.Response(text="done")


@pytest.fixture
async def site() -> AsyncIterator[Browser]:
    app = web.Application(middlewares=[failures.as_answers, forgery.same_origin_only])
    pages.add(app)
    app.add_routes([web.get("/", accept), web.post("/", accept)])
    async with TestClient(TestServer(app)) as browser:
        yield browser


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1.evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1"},
    ],
)
async def test_a_post_from_another_site_is_refused(site: Browser, headers: dict[str, str]) -> None:
    response = await site.post("/", headers=headers)
    assert (response.status, (await response.json())["hint"]) == (403, "请刷新页面再试一次")


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {}])
async def test_our_own_pages_and_servers_may_post(site: Browser, headers: dict[str, str]) -> None:
    assert (await site.post("/", headers=headers)).status == 200


async def test_an_old_browser_that_names_our_own_origin_may_post(site: Browser) -> None:
    response = await site.post("/", headers={"Origin": f"http://{site.host}:{site.port}"})
    assert response.status == 200


async def test_reading_is_open_to_links_from_anywhere(site: Browser) -> None:
    assert (await site.get("/", headers={"Sec-Fetch-Site": "cross-site"})).status == 200


def test_a_token_belongs_to_one_secret() -> None:
    forgery.check_token(forgery.token_for("mine"), forgery.token_for("mine"))
    with pytest.raises(NotAllowed):
        forgery.check_token(forgery.token_for("mine"), forgery.token_for("yours"))


@pytest.mark.parametrize("given", [None, "", "假的"])
def test_no_token_is_no_permission(given: str | None) -> None:
    with pytest.raises(NotAllowed):
        forgery.check_token(forgery.token_for("mine"), given)
