"""Giving one message to a group robot; the address is a secret, so it is in no fault, log line or exception."""

import json
from http import HTTPStatus
from typing import Final

from aiohttp import ClientError, ClientSession, ClientTimeout, hdrs

TOO_MANY: Final = "45009"
NO_ANSWER: Final = "no answer"
UNREADABLE: Final = "unreadable"
_TIMEOUT: Final = ClientTimeout(total=10)
_HEADERS: Final = {hdrs.CONTENT_TYPE: "application/json; charset=utf-8"}


async def post(http: ClientSession, url: str, body: bytes) -> str | None:
    """Return None once the robot has taken the message, else the platform's code or what else went wrong."""
    try:
        async with http.post(url, data=body, headers=_HEADERS, timeout=_TIMEOUT, allow_redirects=False) as answer:
            return fault_in(answer.status, await answer.read())
    except (ClientError, TimeoutError):
        return NO_ANSWER


def fault_in(status: int, body: bytes) -> str | None:
    """Read the robot's answer; pure."""
    if status != HTTPStatus.OK:
        return f"http {status}"
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return UNREADABLE
    code = answer.get("errcode") if isinstance(answer, dict) else None
    if not isinstance(code, int):
        return UNREADABLE
    return str(code)[:32] if code else None
