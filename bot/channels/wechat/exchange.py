"""One request to WeChat's interfaces: an answer, a fault or silence; no error names an address or a secret."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
)

from bot.channels.wechat.faults import WechatFault, WechatUnreachable, fault
from bot.channels.wechat.rendering import Branches, render_json

Answer: TypeAlias = Mapping[str, object]

SECONDS: Final = 8.0
_CONNECT_SECONDS: Final = 4.0
_MOST_ANSWER_BYTES: Final = 1_000_000
_CHUNK_BYTES: Final = 65_536
_JSON: Final = {"Content-Type": "application/json; charset=utf-8"}


@dataclass(frozen=True)
class Request:
    """A GET, or a POST where there is a body; tokens and secrets stand in `query` and `body` only.

    `follows` redirections: only for addresses without secrets.
    """

    url: str
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Branches | None = field(default=None, repr=False)
    seconds: float = SECONDS
    follows: bool = False


@dataclass(frozen=True)
class Fetched:
    """What came back; `content_type` is what WeChat claims."""

    content_type: str
    data: bytes = field(repr=False)


async def ask(http: ClientSession, request: Request) -> Answer:
    """Send the request and read the answer; raises WechatFault, WechatUnreachable."""
    answer = parsed((await fetch(http, request, _MOST_ANSWER_BYTES)).data)
    if answer is None:
        raise WechatUnreachable(may_have_arrived=True)
    refuse_fault(answer)
    return answer


async def fetch(http: ClientSession, request: Request, most_bytes: int) -> Fetched:
    """Send the request and read what comes, up to one byte more than `most_bytes`; raises WechatUnreachable."""
    body = None if request.body is None else render_json(request.body)
    try:
        async with http.request(
            "GET" if body is None else "POST",
            request.url,
            params=request.query,
            data=body,
            headers=None if body is None else _JSON,
            allow_redirects=request.follows,
            timeout=ClientTimeout(total=request.seconds, sock_connect=_CONNECT_SECONDS),
        ) as response:
            _refuse_status(response.status)
            return Fetched(response.content_type, await _read(response, most_bytes))
    # The originals name the address with its query, so they must not go along.
    except (ClientConnectorError, ConnectionTimeoutError):
        raise WechatUnreachable(may_have_arrived=False) from None
    except (ClientError, TimeoutError):
        raise WechatUnreachable(may_have_arrived=True) from None


def parsed(data: bytes) -> Answer | None:
    """Read a JSON object; None where the bytes are something else."""
    try:
        answer = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def refuse_fault(answer: Answer) -> None:
    """Raise WechatFault for an answer that holds an error code; success is 0 or none at all."""
    code = answer.get("errcode", 0)
    if not isinstance(code, int):
        raise WechatUnreachable(may_have_arrived=True)
    if code != 0:
        raise WechatFault(fault(code))


def text_of(answer: Answer, name: str) -> str:
    """A text that must be there; raises WechatUnreachable, as nobody can act on half an answer."""
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise WechatUnreachable(may_have_arrived=True)
    return value


def number_of(answer: Answer, name: str) -> int:
    """A whole number above zero that must be there; raises WechatUnreachable."""
    value = answer.get(name)
    if not isinstance(value, int) or value <= 0:
        raise WechatUnreachable(may_have_arrived=True)
    return value


def _refuse_status(status: int) -> None:
    """WeChat says 200 even when it refuses; a server error may come after the work was done."""
    if status != 200:  # noqa: PLR2004
        raise WechatUnreachable(may_have_arrived=status >= 500)  # noqa: PLR2004


async def _read(response: ClientResponse, most_bytes: int) -> bytes:
    data = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        data += chunk
        if len(data) > most_bytes:
            break
    return bytes(data[: most_bytes + 1])
