"""Browsers at the sign-in pages, and staff made for one test each."""

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import count

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.app import create_app
from bot.core import totp
from bot.core.staff import Role
from bot.services import second_step, staff
from bot.services.desk import Desk
from bot.web import login
from tests.web.served import COMMUNITY, Browser, Echo, NoModels

PASSWORD = "correct horse"
_numbers = count()


class Ahead:
    """A clock that runs ahead of the desk's own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.by = timedelta(0)

    def __call__(self) -> datetime:
        return self._desk.clock() + self.by


async def who(request: web.Request) -> web.Response:
    signed_in = await login.required(request)
    return web.json_response({"username": signed_in.staff.username, "csrf": signed_in.csrf})


@asynccontextmanager
async def signing_in(desk: Desk) -> AsyncIterator[tuple[Browser, Ahead]]:
    """A browser at a service of its own, and the clock of that service."""
    ahead = Ahead(desk)
    moved = dataclasses.replace(desk, clock=ahead)
    app = create_app(moved, Echo(moved), NoModels())
    app.add_routes([web.get("/who", who), web.post("/who", who)])
    async with TestClient(TestServer(app)) as browser:
        yield browser, ahead


def hire(desk: Desk, role: Role = Role.WORKER) -> str:
    """Add somebody; returns the username."""
    username = f"signing-{next(_numbers)}"
    with desk.transaction() as session:
        staff.add_user(session, staff.Newcomer(username, PASSWORD, role, community_id=COMMUNITY), desk.clock())
    return username


def give_phone(desk: Desk, username: str) -> str:
    """Switch the second step on with a code of some minutes ago; returns the secret."""
    with desk.transaction() as session:
        staff_id = staff.by_username(session, username).id
        secret = second_step.offer(session, staff_id)
        then = desk.clock() - timedelta(minutes=5)
        second_step.switch_on(session, staff_id, totp.code_at(secret, totp.step_at(then)), "", then)
    return secret


async def try_password(browser: Browser, username: str, password: str = PASSWORD, wanted: str = "") -> tuple[int, str]:
    """Post the first form; returns the status and where it leads, else the page."""
    return await _posted(browser, "/login", {"username": username, "password": password, "next": wanted})


async def try_code(browser: Browser, code: str) -> tuple[int, str]:
    """Post the second form; returns the status and where it leads, else the page."""
    return await _posted(browser, "/login/code", {"code": code})


async def is_in(browser: Browser) -> bool:
    return (await browser.get("/who")).status == web.HTTPOk.status_code


async def _posted(browser: Browser, path: str, fields: dict[str, str]) -> tuple[int, str]:
    async with browser.post(path, data=fields, allow_redirects=False) as response:
        return response.status, response.headers.get("Location") or await response.text()
