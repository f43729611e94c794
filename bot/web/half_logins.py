"""Those whose password was right and whose code is awaited; kept in this process, for some minutes and tries."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from aiohttp import web

LIFETIME: Final = timedelta(minutes=5)
TRIES: Final = 5


@dataclass(frozen=True)
class HalfLogin:
    """Somebody after the first step; a password changed meanwhile ends it. `wanted` is the page to go on to."""

    staff_id: int
    password_hash: str = field(repr=False)
    wanted: str
    until: datetime
    tries_left: int = TRIES


class HalfLogins:
    """All of them by token; used by the event loop alone."""

    def __init__(self) -> None:
        self._waiting: dict[str, HalfLogin] = {}

    def open(self, half: HalfLogin, now: datetime) -> str:
        """Keep it; returns the token for the browser."""
        self._waiting = {token: one for token, one in self._waiting.items() if one.until > now}
        token = secrets.token_urlsafe(32)
        self._waiting[token] = half
        return token

    def find(self, token: str, now: datetime) -> HalfLogin | None:
        """Return what has neither run out nor used up its tries."""
        half = self._waiting.get(token)
        return half if half and half.until > now and half.tries_left > 0 else None

    def count_try(self, token: str, now: datetime) -> HalfLogin | None:
        """Count before the code is looked at, so that tries sent at once are counted too; None beyond the last."""
        half = self.find(token, now)
        if half is not None:
            self._waiting[token] = replace(half, tries_left=half.tries_left - 1)
        return half

    def close(self, token: str) -> None:
        """Forget it, as when the code was right."""
        self._waiting.pop(token, None)


HALF_LOGINS: Final = web.AppKey("half_logins", HalfLogins)


def add(app: web.Application) -> None:
    """Give the application its half logins."""
    app[HALF_LOGINS] = HalfLogins()
