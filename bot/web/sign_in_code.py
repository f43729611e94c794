"""The second page of signing in: the code from the phone, for those who have switched it on."""

import asyncio
from typing import Final

from aiohttp import web
from aiohttp_jinja2 import render_template

from bot.errors import LinliError, NotAllowed
from bot.services import second_step
from bot.services import staff as accounts
from bot.services.desk import Desk
from bot.store.tables import Staff
from bot.web import entering, failures, given, half_logins, login, pace
from bot.web.entering import Entered, Visitor
from bot.web.half_logins import HALF_LOGINS, HalfLogin
from bot.web.keys import DESK
from bot.web.login import NotSignedIn

ADDRESS: Final = f"{login.ADDRESS}/code"
COOKIE: Final = "linli_half"
OVER_MARK: Final = "over"


def way_to_it(request: web.Request, half: HalfLogin) -> web.HTTPSeeOther:
    """Return the way to this page, with the cookie that says whose code is awaited."""
    desk = request.app[DESK]
    there = web.HTTPSeeOther(ADDRESS)
    there.set_cookie(
        COOKIE,
        request.app[HALF_LOGINS].open(half, desk.clock()),
        path=ADDRESS,
        max_age=int(half_logins.LIFETIME.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=desk.settings.secure_cookies,
    )
    return there


async def ask(request: web.Request) -> web.Response:
    """Show the form to somebody whose password was right a short while ago."""
    if request.app[HALF_LOGINS].find(_token(request), request.app[DESK].clock()) is None:
        raise await _way_back(request)
    return _form(request)


async def sign_in(request: web.Request) -> web.Response:
    """Open a session for the right code; every try counts before it is looked at, and the last one leads back."""
    code = str((await given.form(request)).get("code", ""))
    waiting, token = request.app[HALF_LOGINS], _token(request)
    half = waiting.count_try(token, request.app[DESK].clock())
    if half is None:
        raise await _way_back(request)
    try:
        request.app[pace.PACE].check_tries(pace.OF_CODE, str(half.staff_id))
        entered = await asyncio.to_thread(_check, request.app[DESK], half, code, entering.visitor_of(request))
    except (NotAllowed, pace.TooFast) as refusal:
        if half.tries_left == 1:
            raise await _way_back(request) from refusal
        return _form(request, refusal)
    waiting.close(token)
    raise _without_cookie(entering.lead_on(request, entered, half.wanted))


def _form(request: web.Request, refusal: LinliError | None = None) -> web.Response:
    problem = failures.in_one_line(refusal) if refusal else ""
    status = failures.status_of(refusal) if refusal else web.HTTPOk.status_code
    return render_template("login_code.html", request, {"problem": problem}, status=status)


async def _way_back(request: web.Request) -> web.HTTPSeeOther:
    """Lead to the first page; whoever pressed the button twice is signed in by now and goes on."""
    try:
        signed_in = await login.required(request)
    except NotSignedIn:
        return _without_cookie(web.HTTPSeeOther(f"{login.ADDRESS}?{OVER_MARK}=1"))
    return _without_cookie(web.HTTPSeeOther(login.home_of(signed_in.staff.role)))


def _without_cookie(there: web.HTTPSeeOther) -> web.HTTPSeeOther:
    there.del_cookie(COOKIE, path=ADDRESS, httponly=True, samesite="Lax")
    return there


def _token(request: web.Request) -> str:
    return request.cookies.get(COOKIE, "")


def _check(desk: Desk, half: HalfLogin, code: str, visitor: Visitor) -> Entered:
    with desk.transaction() as session:
        staff, now = session.get_one(Staff, half.staff_id), desk.clock()
        is_same = accounts.can_sign_in(staff) and staff.password_hash == half.password_hash
        if not is_same or not second_step.accepts(session, staff, code, now):
            raise NotAllowed(second_step.REFUSED, second_step.NEXT_CODE)
        return entering.let_in(session, staff, visitor, now)
