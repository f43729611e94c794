"""WeChat's side of everything: the accounts with what it remembers about them, and what is to go wrong."""

import asyncio
import hashlib
import itertools
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from bot.channels.wechat.accounts import Account
from bot.channels.wechat.accounts import Platform as Whose
from bot.channels.wechat.simulator.codes import Rejected
from bot.channels.wechat.simulator.registered import Registered
from bot.channels.wechat.simulator.robots import Robot
from bot.channels.wechat.simulator.script import Script, Wire
from bot.channels.wechat.simulator.traffic import Traffic

STABLE_TOKEN: Final = "/cgi-bin/stable_token"  # noqa: S105 - a path, not a secret
TOKEN: Final = "/cgi-bin/token"  # noqa: S105 - a path, not a secret


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Platform:
    """`service` is where deliveries go to, `allowed_ips` who may fetch tokens, None for anybody.

    `videos_by_address`: residents' videos are answered with an address, as the documentation has it; developers
    report that the file itself comes, which is what happens otherwise.
    """

    clock: Callable[[], datetime] = utc_now
    service: str = ""
    registered: dict[str, Registered] = field(default_factory=dict)
    robots: dict[str, Robot] = field(default_factory=dict)
    traffic: Traffic = field(default_factory=Traffic)
    allowed_ips: frozenset[str] | None = None
    videos_by_address: bool = False
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    script: Script = field(default_factory=Script)
    # From the microsecond of the start on: a service that outlives one platform meets no number twice.
    _message_ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(time.time_ns() // 1000))

    def register(self, accounts: Iterable[Account]) -> None:
        """Take accounts on, each with a name of its own in deliveries."""
        for account in accounts:
            invented = f"gh_{hashlib.sha256(account.app_id.encode()).hexdigest()[:12]}"
            is_wecom = account.keys.platform is Whose.WECOM
            self.registered[account.id] = Registered(account, account.app_id if is_wecom else invented)

    def account(self, account_id: str) -> Registered:
        """Raises KeyError."""
        return self.registered[account_id]

    def by_app_id(self, app_id: str) -> Registered:
        """Raises Rejected."""
        for registered in self.registered.values():
            if registered.account.app_id == app_id:
                return registered
        raise Rejected(40013)

    def by_token(self, token: str) -> Registered:
        """The account a valid token is of; raises Rejected."""
        if not token:
            raise Rejected(41001)
        for registered in self.registered.values():
            if registered.tokens.knows(token):
                registered.tokens.check(token, self.clock())
                return registered
        raise Rejected(40001)

    def open_group(self, key: str) -> Robot:
        """Let a group have a robot of that key."""
        return self.robots.setdefault(key, Robot())

    def next_message_id(self) -> int:
        return next(self._message_ids)

    def fail_next(self, path: str, errcode: int, times: int = 1) -> None:
        """Refuse the next calls of a path with that number."""
        self.script.refuse(path, errcode, times)

    def http_fault(self, path: str, trouble: int | str, times: int = 1) -> None:
        """Answer the next calls of a path with an HTTP status, or with "hang", "reset" or "lost"."""
        self.script.disturb(path, trouble if isinstance(trouble, int) else Wire(trouble), times)

    def delay(self, path: str, seconds: float) -> None:
        """Hold every call of a path for so long; 0 ends it."""
        self.script.slow_down(path, seconds)

    def fetches(self, account_id: str) -> int:
        """How often the account asked for a token, both ways together."""
        return self.traffic.counts[account_id, STABLE_TOKEN] + self.traffic.counts[account_id, TOKEN]

    def most_fetches_at_once(self, account_id: str) -> int:
        return max(self.traffic.most_at_once.get((account_id, path), 0) for path in (STABLE_TOKEN, TOKEN))
