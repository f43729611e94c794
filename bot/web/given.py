"""What a browser sent: read here and nowhere else, so that what is no form and no address is refused in words."""

import zlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aiohttp import hdrs, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_request import FileField
from multidict import MultiDict, MultiDictProxy

from bot.errors import InvalidInput
from bot.web.forgery import SIGNED

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Field = str | bytes | bytearray | FileField
NUL: Final = "\x00"
# What aiohttp raises, from deep inside, for a body that is not what its own headers say: an unknown charset or
# encoding, a part without name or end, base64 that is none.
BROKEN: Final = (
    ValueError,
    LookupError,
    AssertionError,
    RuntimeError,
    TypeError,
    EOFError,
    zlib.error,
    HttpProcessingError,
    web.RequestPayloadError,
)
# No browser packs what it sends. What is not unpacked cannot blow up, nor be refused by aiohttp in its own English.
HANDLER_ARGS: Final[Mapping[str, object]] = {"auto_decompress": False}
UNPACKED: Final = frozenset({"", "identity"})


class Unreadable(InvalidInput):
    """What came is nothing a browser would send."""

    def __init__(self) -> None:
        super().__init__("没看懂发来的内容", "请回到页面再试一次")


class Packed(InvalidInput):
    """The body is compressed."""

    def __init__(self) -> None:
        super().__init__("发来的内容是压缩过的，这里不收", "请回到页面再试一次")


@web.middleware
async def readable_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse an address with characters no database keeps; callbacks in SIGNED refuse in their own way."""
    if request.match_info.handler not in request.app.get(SIGNED, ()):
        if not all(map(is_text, request.match_info.values())):
            raise web.HTTPNotFound
        if not all(is_text(said) for field in request.query.items() for said in field):
            raise Unreadable
    return await handler(request)


async def form(request: web.Request) -> MultiDictProxy[Field]:
    """The fields of a posted form, without characters no database keeps; raises Unreadable, Packed."""
    _check_unpacked(request)
    try:
        posted = await request.post()
    except BROKEN as broken:
        raise Unreadable from broken
    fields: MultiDict[Field] = MultiDict()
    for name, value in posted.items():
        fields.add(_kept(name), _kept(value) if isinstance(value, str) else value)
    return MultiDictProxy(fields)


async def body(request: web.Request) -> bytes:
    """What was posted, whatever it is; raises Unreadable, Packed."""
    _check_unpacked(request)
    try:
        return await request.read()
    except BROKEN as broken:
        raise Unreadable from broken


def is_packed(request: web.Request) -> bool:
    """Whether the body is compressed in some way, or says so."""
    return request.headers.get(hdrs.CONTENT_ENCODING, "").strip().lower() not in UNPACKED


def is_text(given: str) -> bool:
    """Whether every database keeps it: no NUL, and no half of a character."""
    try:
        given.encode()
    except UnicodeEncodeError:
        return False
    return NUL not in given


def _check_unpacked(request: web.Request) -> None:
    if is_packed(request):
        raise Packed


def _kept(given: str) -> str:
    """Browsers take such characters from the clipboard; nobody sees them, so nobody misses them."""
    return given.replace(NUL, "").encode(errors="ignore").decode()
