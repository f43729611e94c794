"""One's own logins: where they are, ending them, and the code from the phone as a second step; for every job."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from bot.core import totp
from bot.errors import Conflict, InvalidInput, LinliError
from bot.services import logins, second_step
from bot.services.desk import Desk
from bot.services.logins import OwnLogin
from bot.store.tables import Staff
from bot.web import failures, login, pace
from bot.web.login import SignedIn
from bot.web.pace import TooFast
from bot.web.staff_pages import done, form, page
from bot.web.use_case import perform

ADDRESS: Final = "/console/sessions"


@dataclass(frozen=True)
class Asked:
    """Who asks for something, from which login, and what they filled in."""

    staff: Staff
    token: str
    fields: Mapping[str, str]

    def text(self, name: str) -> str:
        """One field of the form; empty where it was not sent."""
        return self.fields.get(name, "")


@dataclass(frozen=True)
class Key:
    """A secret as its person gives it to the phone."""

    groups: str
    link: str


@dataclass(frozen=True)
class Own:
    """What the page shows; `key` only in the answer to the form that asked for it."""

    logins: tuple[OwnLogin, ...]
    has_code: bool
    key: Key | None


Deed = Callable[[Session, Desk, Asked], object]


async def show(request: web.Request) -> web.Response:
    """Where one is logged in, and whether a code is asked for."""
    return await _page(request, await login.required(request))


async def end(request: web.Request) -> web.Response:
    """Log out in one place; pressed twice it is the same."""
    return await _do(request, _end)


async def end_others(request: web.Request) -> web.Response:
    """Log out everywhere but here."""
    return await _do(request, _end_others)


async def offer_code(request: web.Request) -> web.Response:
    """Show a new secret, in this one answer."""
    signed_in = await login.required(request)
    await form(request, signed_in)
    try:
        await perform(request, lambda session, _: second_step.offer(session, signed_in.staff.id))
    except Conflict as refusal:
        return await _page(request, signed_in, refusal)
    return await _page(request, signed_in, with_key=True)


async def switch_code_on(request: web.Request) -> web.Response:
    """Ask for codes from now on; a wrong one shows the secret once more."""
    return await _do(request, _switch_on, takes_tries=True, with_key=True)


async def switch_code_off(request: web.Request) -> web.Response:
    """Ask for codes no more."""
    return await _do(request, _switch_off, takes_tries=True)


async def _do(request: web.Request, deed: Deed, *, takes_tries: bool = False, with_key: bool = False) -> web.Response:
    signed_in = await login.required(request)
    asked = Asked(signed_in.staff, login.token_of(request) or "", await form(request, signed_in))
    try:
        if takes_tries:
            _count_try(request, signed_in.staff)
        await perform(request, lambda session, desk: deed(session, desk, asked))
    except (Conflict, InvalidInput, TooFast) as refusal:
        return await _page(request, signed_in, refusal, with_key=with_key)
    return done(request, ADDRESS)


def _count_try(request: web.Request, staff: Staff) -> None:
    request.app[pace.PACE].check_tries(pace.OF_CODE, str(staff.id))


def _end(session: Session, desk: Desk, asked: Asked) -> None:
    logins.end_login(session, asked.staff.id, asked.text("login"), desk.clock())


def _end_others(session: Session, desk: Desk, asked: Asked) -> None:
    logins.end_others(session, asked.staff.id, asked.token, desk.clock())


def _switch_on(session: Session, desk: Desk, asked: Asked) -> None:
    second_step.switch_on(session, asked.staff.id, asked.text("code"), asked.token, desk.clock())


def _switch_off(session: Session, desk: Desk, asked: Asked) -> None:
    second_step.switch_off(session, asked.staff.id, asked.text("password"), asked.text("code"), desk.clock())


async def _page(
    request: web.Request, signed_in: SignedIn, refusal: LinliError | None = None, *, with_key: bool = False
) -> web.Response:
    token = login.token_of(request) or ""
    own = await perform(
        request,
        lambda session, desk: _read(session, desk, signed_in.staff.id, token, with_key=with_key),
        read_only=True,
    )
    shown = {"own": own, "problem": failures.in_one_line(refusal) if refusal else ""}
    status = failures.status_of(refusal) if refusal else web.HTTPOk.status_code
    shown["home"] = login.home_of(signed_in.staff.role)
    return page(request, "console/sessions.html", signed_in, shown, status)


def _read(session: Session, desk: Desk, staff_id: int, token: str, *, with_key: bool) -> Own:
    staff = session.get_one(Staff, staff_id)
    has_code = second_step.is_on(staff)
    return Own(
        logins=logins.logins_of(session, staff_id, token, desk.clock()),
        has_code=has_code,
        key=_key(staff) if with_key and not has_code else None,
    )


def _key(staff: Staff) -> Key | None:
    secret = staff.totp_secret
    return Key(totp.in_groups(secret), totp.link(secret, staff.username)) if secret else None
