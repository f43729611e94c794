"""How fast one resident or one address may send, counted in this process."""

import ipaddress
from typing import Final

from aiohttp import web
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from bot.errors import LinliError

# A carrier puts thousands of phones behind one address, so an address may do far more than a resident.
OF_RESIDENT: Final = RateLimitItemPerSecond(20, 10)
OF_ADDRESS: Final = RateLimitItemPerMinute(1200)
OF_LOGIN: Final = RateLimitItemPerMinute(10)
# Guessing goes on from other addresses; whoever works here needs far fewer tries.
OF_USERNAME: Final = RateLimitItemPerMinute(20, 15)
OF_CODE: Final = RateLimitItemPerHour(10)
_MINUTE: Final = 60


class TooFast(LinliError):
    """Too much came at once; `seconds` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__("发得太快了，我有点跟不上", f"请等{seconds}秒再发，写好的字会留着")
        self.seconds = seconds


class TooManyTries(TooFast):
    """Too many passwords or codes were tried, right or wrong, of somebody who exists or not."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.message = f"登录试得太多了，请过{-(-seconds // _MINUTE)}分钟再试"
        self.hint = "忘了密码请找管理员"


class Pace:
    """Counts what was sent; `within` both asks and counts."""

    def __init__(self) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def within(self, limit: RateLimitItem, who: str) -> bool:
        """Count one more and tell whether it is still within the limit."""
        return self._limiter.hit(limit, who)

    def check(self, limit: RateLimitItem, who: str) -> None:
        """Count one more; raise TooFast beyond the limit."""
        if not self.within(limit, who):
            raise TooFast(limit.get_expiry())

    def check_tries(self, limit: RateLimitItem, who: str) -> None:
        """Count one more; raise TooManyTries beyond the limit."""
        if not self.within(limit, who):
            raise TooManyTries(limit.get_expiry())


PACE: Final = web.AppKey("pace", Pace)


def add(app: web.Application) -> None:
    """Give the application its counters."""
    app[PACE] = Pace()


def address_of(request: web.Request) -> str:
    """Return the address that sent the request; behind a proxy on this machine, the one the proxy saw."""
    peer = request.remote or ""
    if not _is_loopback(peer):
        return peer
    return request.headers.get("X-Forwarded-For", peer).rpartition(",")[2].strip()


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
