"""Fixtures of the tests of WeChat: the application with a talk that echoes, connected to a simulated platform."""

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.wechat.accounts import load_accounts
from bot.dialogue.assistant import Assistant
from bot.services.desk import Desk
from bot.services.hub import Hub
from bot.services.turns import Turns
from bot.store.engine import Store
from tests.channels.wechat.connected import Connected, account_at, connected, two_ports, with_accounts
from tests.web.served import Echo, fresh_desk

QINGHE, GUIXIANG, PLAIN = "qinghe", "guixiang", "plain"


@pytest.fixture(scope="session")
def bare_desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = fresh_desk(tmp_path_factory.mktemp("wechat"))
    desk.store.close()
    return desk


@pytest.fixture
def ports() -> tuple[int, int]:
    return two_ports()


@pytest.fixture
def desk(bare_desk: Desk, ports: tuple[int, int], tmp_path: Path) -> Iterator[Desk]:
    """A desk with three accounts: two safe ones of two communities, and one in plaintext mode."""
    platform = ports[1]
    accounts = [
        account_at(platform, QINGHE),
        account_at(platform, GUIXIANG, community="guixiang"),
        account_at(platform, PLAIN, mode="plaintext"),
    ]
    store = Store(f"sqlite:///{shutil.copy(str(bare_desk.store.engine.url.database), tmp_path / 'linli.db')}")
    yield with_accounts(replace(bare_desk, store=store, hub=Hub()), tmp_path, accounts)
    store.close()


@pytest.fixture
async def talk(desk: Desk) -> AsyncIterator[Echo]:
    echo = Echo(desk)
    yield echo
    echo.release()
    await echo.settled()


@pytest.fixture
async def town(desk: Desk, talk: Echo, ports: tuple[int, int]) -> AsyncIterator[Connected]:
    """The service and the platform, connected."""
    accounts = load_accounts(desk.settings.wechat, ["qinghe", "guixiang"])
    async with connected(desk, talk, list(accounts.values()), ports) as opened:
        yield opened


@pytest.fixture
async def lively_town(
    talking_desk: Desk, talking_assistant: Assistant, ports: tuple[int, int], tmp_path: Path
) -> AsyncIterator[Connected]:
    """The service and the platform, connected, and the real assistant answers at the talking desk."""
    account = account_at(ports[1], QINGHE)
    turns = Turns(talking_desk, talking_assistant)
    async with connected(with_accounts(talking_desk, tmp_path, [account]), turns, [account], ports) as opened:
        yield opened
        await turns.settled()
