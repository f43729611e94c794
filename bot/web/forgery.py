"""Keeps other sites from acting in a visitor's name: where a request comes from, and the token it carries."""

import hmac
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from bot.errors import NotAllowed

HEADER: Final = "X-CSRF-Token"
FIELD: Final = "csrf"
READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
FROM_HERE: Final = frozenset({"same-origin", "none"})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SIGNED: Final[web.AppKey[set[object]]] = web.AppKey("signed_callbacks")


def add(app: web.Application) -> None:
    """Give the application its set of signed callbacks."""
    app[SIGNED] = set()


class ForeignRequest(NotAllowed):
    """The request was sent by another site's page, or by a page of ours that has gone stale."""

    def __init__(self) -> None:
        super().__init__("这个页面已经过期，没有办成", "请刷新页面再试一次")


@web.middleware
async def same_origin_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what a browser sends in the name of another site; servers that name no site pass.

    So do the callbacks in SIGNED: a signature protects them, and they refuse in their own way.
    """
    is_signed = request.match_info.handler in request.app.get(SIGNED, ())
    if request.method not in READING and not is_signed and _is_foreign(request):
        raise ForeignRequest
    return await handler(request)


def token_for(secret: str) -> str:
    """Derive the token for the pages of whoever holds the secret in a cookie that scripts cannot read."""
    return hmac.new(secret.encode(), b"csrf", sha256).hexdigest()


def check_token(expected: str, given: str | None) -> None:
    """Raise ForeignRequest unless the page sent the token it was given."""
    # A header may hold bytes that are no text.
    if given is None or not hmac.compare_digest(expected.encode(), given.encode(errors="surrogatepass")):
        raise ForeignRequest


def _is_foreign(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in FROM_HERE
    # Browsers from before 2023 (and pages without TLS) send only Origin.
    origin = request.headers.get(hdrs.ORIGIN)
    return origin is not None and _host_of(origin) != request.host


def _host_of(origin: str) -> str | None:
    """None for what is no address at all: browsers send no such thing."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None
