"""Letting somebody of the staff in: a login opened for their browser, and the page it goes on to."""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import hdrs, web
from sqlalchemy.orm import Session

from bot.core.staff import Role
from bot.services import logins
from bot.services.logins import Login
from bot.store.tables import Staff
from bot.web import devices, login


@dataclass(frozen=True)
class Visitor:
    """A browser before somebody is let in; `token` is of a login it may still hold, which the new one replaces."""

    device: str
    token: str | None


@dataclass(frozen=True)
class Entered:
    """Somebody who has just been let in."""

    opened: Login
    role: Role


def visitor_of(request: web.Request) -> Visitor:
    """Return what is known of the browser."""
    return Visitor(devices.name_of(request.headers.get(hdrs.USER_AGENT, "")), login.token_of(request))


def let_in(session: Session, staff: Staff, visitor: Visitor, now: datetime) -> Entered:
    """Open a login for somebody who has shown who they are."""
    if visitor.token is not None:
        logins.close_session(session, visitor.token)
    return Entered(logins.open_session(session, staff, now, visitor.device), staff.role)


def lead_on(request: web.Request, entered: Entered, wanted: str) -> web.HTTPSeeOther:
    """Return the way to the page that was wanted, or to the first of the job, with the cookie of the login."""
    there = web.HTTPSeeOther(login.own_address(wanted, login.home_of(entered.role)))
    login.remember(request, there, entered.opened.token)
    return there
