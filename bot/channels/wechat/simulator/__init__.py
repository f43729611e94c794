"""WeChat without the internet: a platform that delivers, answers, forgets and fails as the real one does."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.channels.wechat.accounts import Account
from bot.channels.wechat.simulator.api import api_app
from bot.channels.wechat.simulator.casting import account_for, accounts_for, entry_of
from bot.channels.wechat.simulator.follower import Follower
from bot.channels.wechat.simulator.platform import Platform, utc_now
from bot.channels.wechat.simulator.screen import Shown
from bot.channels.wechat.simulator.sending import PATIENCE, RETRY_PAUSE, Delivered, Sender, sender

__all__ = [
    "Delivered",
    "Follower",
    "Platform",
    "Shown",
    "Wechat",
    "account_for",
    "accounts_for",
    "entry_of",
    "simulated",
]

_SHUTDOWN_SECONDS = 1.0


@dataclass(frozen=True)
class Wechat:
    """A running simulator; `api` is where the service finds the platform's interfaces and pages."""

    platform: Platform
    api: str
    sender: Sender

    def register(self, accounts: Iterable[Account], service_url: str) -> None:
        """Take accounts on after the start: theirs have to name `api`, which is known only then."""
        self.platform.register(accounts)
        self.platform.service = service_url.rstrip("/")

    def follower(self, account_id: str, openid: str | None = None) -> Follower:
        """The phone of that person, or of somebody new; raises KeyError for an account that is not here."""
        registered = self.platform.account(account_id)
        return Follower(self.sender, registered, registered.contact(openid))

    async def verifies(self, account_id: str) -> bool:
        """Tell whether the service passes the check the platform makes before it delivers anything."""
        return await self.sender.verify(self.platform.account(account_id))


@asynccontextmanager
async def simulated(
    accounts: Iterable[Account] = (),
    service_url: str = "",
    *,
    clock: Callable[[], datetime] = utc_now,
    patience: float = PATIENCE,
    retry_pause: float = RETRY_PAUSE,
    port: int = 0,
) -> AsyncIterator[Wechat]:
    """Run a platform on 127.0.0.1 that knows these accounts and delivers to that service.

    `patience` and `retry_pause` are seconds: until a delivery is cut, and before the next try where nobody listens.
    """
    platform = Platform(clock)
    runner = web.AppRunner(api_app(platform), handler_cancellation=True, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
        api = "http://{}:{}".format(*runner.addresses[0])
        async with sender(platform, patience, retry_pause) as opened:
            wechat = Wechat(platform, api, opened)
            wechat.register(accounts, service_url)
            yield wechat
    finally:
        await runner.cleanup()
