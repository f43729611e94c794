"""Who of the staff is signed in: the cookie of a login, and what a page asks of it before it does anything."""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from aiohttp import hdrs, web

from bot.core.staff import Permission, Role, can
from bot.errors import LinliError, NotAllowed, Unavailable
from bot.services import logins
from bot.services.desk import Desk
from bot.store.tables import Staff, StaffSession
from bot.web import forgery, given
from bot.web.keys import DESK

COOKIE: Final = "linli_staff"
ADDRESS: Final = "/login"
HOME: Final = {Role.TRAINER: "/workbench"}
HOME_OF_OTHERS: Final = "/console"
# A path in printable ASCII: browsers read // and backslashes as the start of another site, and skip tabs.
_OF_THIS_SITE = re.compile(r"/(?!/)[!-\[\]-~]*")


class NotSignedIn(LinliError):
    """Nobody is signed in, or the login has run out; pages are sent to `login_address` and come back after it."""

    def __init__(self, wanted: str) -> None:
        super().__init__("请先登录", "登录后再试一次")
        self.login_address = f"{ADDRESS}?{urlencode({'next': wanted})}"


@dataclass(frozen=True)
class SignedIn:
    """A member of the staff at a page; `csrf` goes into every form as the hidden field `csrf`."""

    staff: Staff
    csrf: str


async def required(request: web.Request, permission: Permission | None = None) -> SignedIn:
    """Return who is signed in. Raises NotSignedIn, and NotAllowed without the permission."""
    found = await asyncio.to_thread(_found, request)
    if found is None:
        raise NotSignedIn(request.path_qs if request.method == "GET" else request.path)
    if permission is not None and not can(found.staff.role, permission):
        raise NotAllowed(f"{found.staff.role.plain}不能做这件事", "需要时请找管理员")
    return found


async def holds(request: web.Request, permission: Permission) -> bool:
    """Whether somebody with the permission is still signed in; asking keeps no login alive."""
    return await asyncio.to_thread(_holds, request, permission)


async def form(request: web.Request, signed_in: SignedIn) -> Mapping[str, str]:
    """Return the fields of a posted form that carries the login's token; raises ForeignRequest, Unreadable."""
    posted = await given.form(request)
    fields = {name: value for name, value in posted.items() if isinstance(value, str)}
    forgery.check_token(signed_in.csrf, fields.get(forgery.FIELD) or request.headers.get(forgery.HEADER))
    return fields


def remember(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Keep a login in the browser; the server ends it when it runs out."""
    response.set_cookie(
        COOKIE,
        token,
        httponly=True,
        samesite="Lax",
        secure=request.app[DESK].settings.secure_cookies,
    )


def forget(response: web.StreamResponse) -> None:
    """Drop the cookie, as when somebody signs out."""
    response.del_cookie(COOKIE, httponly=True, samesite="Lax")


def token_of(request: web.Request) -> str | None:
    """Return the token of the login the browser holds, sound or not."""
    return request.cookies.get(COOKIE)


def home_of(role: Role) -> str:
    """Return the first page of a job."""
    return HOME.get(role, HOME_OF_OTHERS)


def own_address(wanted: str | None, otherwise: str) -> str:
    """Return where to go after signing in: only to a page of this site, never to another one."""
    return wanted if wanted is not None and _OF_THIS_SITE.fullmatch(wanted) else otherwise


def is_by_hand(request: web.Request) -> bool:
    """Whether a person did this; an open page that keeps itself current must not keep a login alive."""
    return request.method != hdrs.METH_GET or request.headers.get("Sec-Fetch-Dest", "document") == "document"


def _found(request: web.Request) -> SignedIn | None:
    token, desk = token_of(request), request.app[DESK]
    if token is None:
        return None
    with desk.store.transaction(read_only=True) as session:
        found = logins.staff_for_token(session, token, desk.clock())
    if found is None:
        return None
    if is_by_hand(request) and logins.is_to_be_noted(found[0], desk.clock()):
        _note_seen(desk, found[0])
    return SignedIn(staff=found[1], csrf=found[0].csrf)


def _holds(request: web.Request, permission: Permission) -> bool:
    token, desk = token_of(request), request.app[DESK]
    if token is None:
        return False
    with desk.store.transaction(read_only=True) as session:
        found = logins.staff_for_token(session, token, desk.clock())
    return found is not None and can(found[1].role, permission)


def _note_seen(desk: Desk, opened: StaffSession) -> None:
    # A page that can be read is worth more than the minute it was read in.
    with suppress(Unavailable), desk.store.transaction() as session:
        logins.note_seen(session, opened, desk.clock())
