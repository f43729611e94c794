"""The one table that turns failures into HTTP answers: Chinese words, never a stack trace."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from aiohttp import hdrs, web
from aiohttp_jinja2 import render_template

from bot.errors import Conflict, InvalidInput, LinliError, NotAllowed, NotFound, Unavailable
from bot.web.given import Packed
from bot.web.login import NotSignedIn
from bot.web.pace import TooFast

LOG = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SERVER_FAULT: Final = 500

STATUS: Final[Mapping[type[Exception], int]] = {
    TooFast: 429,
    NotSignedIn: 401,
    Packed: 415,
    InvalidInput: 400,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Unavailable: 503,
}
"""Narrow classes first; everything else is 500."""


@dataclass(frozen=True)
class Apology:
    """What a person is told when something went wrong: what, and what to do now."""

    error: str
    hint: str


BROKEN: Final = Apology("系统出了点问题，我们已经记下", "请过一会儿再试；急事请直接打社区电话")
BUSY: Final = Apology("系统正忙，暂时没有办成", "请过一会儿再试；急事请直接打社区电话")
BY_HTTP_STATUS: Final[Mapping[int, Apology]] = {
    400: Apology("没看懂发来的内容", "请回到页面再试一次"),
    403: Apology("这里不能进", "请从首页重新进入"),
    404: Apology("没有这个页面", "地址可能写错了，请从首页进入"),
    405: Apology("这个地址不能这样用", "请回到页面再试一次"),
    413: Apology("发来的内容太大了", "请分几次发"),
    416: Apology("没有要的这一段", "请从头打开"),
    417: Apology("没看懂发来的内容", "请回到页面再试一次"),
}


@web.middleware
async def as_answers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every failure of a handler in words a person can act on."""
    try:
        return await handler(request)
    except web.HTTPRedirection:
        raise
    except web.HTTPException as refusal:
        return _answer(request, refusal.status, BY_HTTP_STATUS.get(refusal.status, BROKEN), refusal)
    except Exception as error:
        status = status_of(error)
        if status >= SERVER_FAULT:
            LOG.exception("%s %s failed", request.method, request.path)
        return _answer(request, status, _apology(error, status), error)


def status_of(error: Exception) -> int:
    """Return the HTTP status a failure becomes."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), SERVER_FAULT)


def in_one_line(refusal: LinliError) -> str:
    """Return what a person did not get, with what to do about it."""
    return "，".join(words for words in (refusal.message, refusal.hint) if words)


def _apology(error: Exception, status: int) -> Apology:
    # Faults of our own may name files and tables: those words are for the log.
    if status >= SERVER_FAULT or not isinstance(error, LinliError):
        return BUSY if isinstance(error, Unavailable) else BROKEN
    return Apology(error.message, error.hint)


def _answer(request: web.Request, status: int, apology: Apology, error: Exception) -> web.StreamResponse:
    if isinstance(error, NotSignedIn) and _wants_page(request):
        raise web.HTTPSeeOther(error.login_address) from error
    response: web.Response = (
        render_template("error.html", request, {"apology": apology}, status=status)
        if _wants_page(request)
        else web.json_response(text=json.dumps(asdict(apology), ensure_ascii=False), status=status)
    )
    if isinstance(error, TooFast):
        response.headers[hdrs.RETRY_AFTER] = str(error.seconds)
    if isinstance(error, web.HTTPMethodNotAllowed):
        response.headers[hdrs.ALLOW] = ", ".join(sorted(error.allowed_methods))
    return response


def _wants_page(request: web.Request) -> bool:
    return "text/html" in request.headers.get(hdrs.ACCEPT, "")
