"""The whole service connected to a simulated WeChat, on this machine only."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from aiohttp import web
from aiohttp.test_utils import unused_port

from bot.app import create_app
from bot.channels import Talk
from bot.channels.wechat.accounts import Account
from bot.channels.wechat.simulator import Wechat, account_for, entry_of, simulated
from bot.services.desk import Desk
from tests.web.served import NoModels

MODES = ("plaintext", "compatible", "safe")


@dataclass(frozen=True)
class Connected:
    """`service` is the address of the real application, `wechat` the platform it is connected to."""

    wechat: Wechat
    app: web.Application
    service: str


def written(accounts: Sequence[Account]) -> str:
    """The accounts as their operator would write them down."""
    return yaml.safe_dump({"accounts": [entry_of(account) for account in accounts]}, allow_unicode=True)


def with_accounts(desk: Desk, folder: Path, accounts: Sequence[Account]) -> Desk:
    path = folder / "wechat.yml"
    path.write_text(written(accounts), encoding="utf-8")
    return replace(desk, settings=replace(desk.settings, wechat=path, media=folder / "media"))


@asynccontextmanager
async def served(desk: Desk, talk: Talk, port: int) -> AsyncIterator[web.Application]:
    """The application on a port of this machine."""
    app = create_app(desk, talk, NoModels())
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    try:
        yield app
    finally:
        await runner.cleanup()


@asynccontextmanager
async def connected(
    desk: Desk, talk: Talk, accounts: Sequence[Account], ports: tuple[int, int], *, patience: float = 5.0
) -> AsyncIterator[Connected]:
    """The service and the platform, each knowing where the other is."""
    service, platform = ports
    url = f"http://127.0.0.1:{service}"
    async with (
        simulated(accounts, url, clock=desk.clock, patience=patience, retry_pause=0.05, port=platform) as wechat,
        served(desk, talk, service) as app,
    ):
        yield Connected(wechat, app, url)


def two_ports() -> tuple[int, int]:
    return unused_port(), unused_port()


def account_at(port: int, account_id: str = "qinghe", community: str = "qinghe", mode: str = "safe") -> Account:
    """An account whose platform will be listening on this port."""
    from bot.channels.wechat.accounts import Mode

    return account_for(f"http://127.0.0.1:{port}", community, Mode(mode), account_id)
