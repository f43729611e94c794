"""The page where staff sign in, and signing out; shared by the workers' and the trainers' pages."""

import asyncio
from typing import Final

from aiohttp import web
from aiohttp_jinja2 import render_template

from bot.core.staff import Role
from bot.errors import LinliError, NotAllowed
from bot.services import staff as logins
from bot.services.desk import Desk
from bot.services.staff import Login
from bot.web import failures, login, pace
from bot.web.keys import DESK

HOME: Final = {Role.TRAINER: "/workbench"}
HOME_OF_OTHERS: Final = "/console"


def add(app: web.Application) -> None:
    """Add signing in and out to the application."""
    app.add_routes(
        [web.get(login.ADDRESS, ask), web.post(login.ADDRESS, sign_in), web.post("/logout", sign_out)],
    )


async def ask(request: web.Request) -> web.Response:
    """Show the form; `next` is the page to go on to."""
    return _form(request, request.query.get("next", ""))


async def sign_in(request: web.Request) -> web.Response:
    """Open a session for the right name and password; in front of wrong ones the form comes again."""
    fields = await request.post()
    username, password = str(fields.get("username", "")).strip(), str(fields.get("password", ""))
    wanted = str(fields.get("next", ""))
    try:
        request.app[pace.PACE].check(pace.OF_LOGIN, pace.address_of(request))
        opened, role = await asyncio.to_thread(_open, request.app[DESK], username, password)
    except (NotAllowed, pace.TooFast) as refusal:
        return _form(request, wanted, username=username, refusal=refusal)
    there = web.HTTPSeeOther(login.own_address(wanted, HOME.get(role, HOME_OF_OTHERS)))
    login.remember(request, there, opened.token)
    raise there


async def sign_out(request: web.Request) -> web.Response:
    """End the session; its token is worth nothing afterwards."""
    await login.form(request, await login.required(request))
    await asyncio.to_thread(_close, request.app[DESK], login.token_of(request))
    there = web.HTTPSeeOther(login.ADDRESS)
    login.forget(there)
    raise there


def _form(request: web.Request, wanted: str, *, username: str = "", refusal: LinliError | None = None) -> web.Response:
    shown = {"next": wanted, "username": username, "problem": refusal.message if refusal else ""}
    status = failures.status_of(refusal) if refusal else web.HTTPOk.status_code
    return render_template("login.html", request, shown, status=status)


def _open(desk: Desk, username: str, password: str) -> tuple[Login, Role]:
    with desk.transaction() as session:
        staff = logins.authenticate(session, username, password)
        return logins.open_session(session, staff, desk.clock()), staff.role


def _close(desk: Desk, token: str | None) -> None:
    if token is not None:
        with desk.transaction() as session:
            logins.close_session(session, token)
