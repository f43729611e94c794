"""The page where staff sign in, and signing out; shared by the workers' and the trainers' pages."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

from aiohttp import hdrs, web
from aiohttp_jinja2 import render_template

from bot.errors import LinliError, NotAllowed
from bot.services import logins, second_step
from bot.services import staff as accounts
from bot.services.desk import Desk
from bot.services.staff import LONGEST_USERNAME
from bot.web import entering, failures, given, half_logins, login, pace, sign_in_code
from bot.web.entering import Entered, Visitor
from bot.web.half_logins import HalfLogin
from bot.web.keys import DESK

OVER: Final = "验证码没有按时输对，请重新登录"


@dataclass(frozen=True)
class Attempt:
    """What was typed, and the page to go on to."""

    username: str
    password: str = field(repr=False)
    wanted: str


def add(app: web.Application) -> None:
    """Add signing in and out to the application."""
    half_logins.add(app)
    app.add_routes(
        [
            web.get(login.ADDRESS, ask),
            web.post(login.ADDRESS, sign_in),
            web.get(sign_in_code.ADDRESS, sign_in_code.ask),
            web.post(sign_in_code.ADDRESS, sign_in_code.sign_in),
            web.post("/logout", sign_out),
        ],
    )


async def ask(request: web.Request) -> web.Response:
    """Show the form; `next` is the page to go on to."""
    problem = OVER if sign_in_code.OVER_MARK in request.query else ""
    return _form(request, Attempt("", "", request.query.get("next", "")), problem)


async def sign_in(request: web.Request) -> web.Response:
    """Open a session for the right name and password, or ask for the code; in front of wrong ones the form comes again.

    Every try counts before it is looked at, by the address and by the name typed, whether anybody has that name or not.
    """
    fields = await given.form(request)
    attempt = Attempt(*(str(fields.get(name, "")) for name in ("username", "password", "next")))
    try:
        request.app[pace.PACE].check_tries(pace.OF_LOGIN, pace.address_of(request))
        request.app[pace.PACE].check_tries(pace.OF_USERNAME, attempt.username.strip()[:LONGEST_USERNAME])
        passed = await asyncio.to_thread(_check, request.app[DESK], attempt, entering.visitor_of(request))
    except (NotAllowed, pace.TooFast) as refusal:
        return _refused(request, attempt, refusal)
    if isinstance(passed, HalfLogin):
        raise sign_in_code.way_to_it(request, passed)
    raise entering.lead_on(request, passed, attempt.wanted)


async def sign_out(request: web.Request) -> web.Response:
    """End the session; its token is worth nothing afterwards."""
    await login.form(request, await login.required(request))
    await asyncio.to_thread(_close, request.app[DESK], login.token_of(request))
    there = web.HTTPSeeOther(login.ADDRESS)
    login.forget(there)
    raise there


def _refused(request: web.Request, attempt: Attempt, refusal: LinliError) -> web.Response:
    response = _form(request, attempt, failures.in_one_line(refusal), failures.status_of(refusal))
    if isinstance(refusal, pace.TooFast):
        response.headers[hdrs.RETRY_AFTER] = str(refusal.seconds)
    return response


def _form(request: web.Request, attempt: Attempt, problem: str = "", status: int = 200) -> web.Response:
    shown = {"next": attempt.wanted, "username": attempt.username.strip(), "problem": problem}
    return render_template("login.html", request, shown, status=status)


def _check(desk: Desk, attempt: Attempt, visitor: Visitor) -> Entered | HalfLogin:
    with desk.transaction() as session:
        staff = accounts.authenticate(session, attempt.username.strip(), attempt.password)
        now = desk.clock()
        if second_step.is_on(staff):
            return HalfLogin(staff.id, staff.password_hash, attempt.wanted, now + half_logins.LIFETIME)
        return entering.let_in(session, staff, visitor, now)


def _close(desk: Desk, token: str | None) -> None:
    if token is not None:
        with desk.transaction() as session:
            logins.close_session(session, token)
