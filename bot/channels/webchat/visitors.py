"""Who sits before a chat page: a random secret in a cookie that scripts cannot read, and no account."""

import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from aiohttp import web

from bot.web import forgery
from bot.web.keys import DESK

CHANNEL: Final = "webchat"
COOKIE: Final = "linli_resident"
# Browsers cap the life of a cookie at 400 days; every visit of the page renews it.
COOKIE_SECONDS: Final = 400 * 24 * 3600

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Visitor:
    """Whoever holds this secret is the resident; the store only learns its digest."""

    secret: str

    @property
    def channel_user(self) -> str:
        return sha256(self.secret.encode()).hexdigest()

    @property
    def csrf(self) -> str:
        return forgery.token_for(self.secret)


def known(request: web.Request) -> Visitor | None:
    """Return the visitor of a request that carries the cookie."""
    secret = request.cookies.get(COOKIE, "")
    return Visitor(secret) if _SECRET.fullmatch(secret) else None


def stranger() -> Visitor:
    """Make somebody who has not been here before."""
    return Visitor(secrets.token_urlsafe(32))


def required(request: web.Request) -> Visitor:
    """Return the visitor; a page without the cookie has to be loaded again (ForeignRequest)."""
    visitor = known(request)
    if visitor is None:
        raise forgery.ForeignRequest
    return visitor


def of_own_page(request: web.Request) -> Visitor:
    """Return the visitor of a request that changes something: it must carry our page's token as well."""
    visitor = required(request)
    forgery.check_token(visitor.csrf, request.headers.get(forgery.HEADER))
    return visitor


def remember(request: web.Request, response: web.Response, visitor: Visitor) -> None:
    """Set or renew the cookie."""
    response.set_cookie(
        COOKIE,
        visitor.secret,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=request.app[DESK].settings.secure_cookies,
    )
