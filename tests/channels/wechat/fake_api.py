"""A stand-in for WeChat's interfaces that answers as it is told and remembers what it heard, and a client of it."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.channels.wechat.accounts import Account, Keys, Mode
from bot.channels.wechat.client import Client
from bot.channels.wechat.tokens import Tokens
from bot.store.engine import Store

NOW = datetime(2026, 3, 4, 2, 30, tzinfo=UTC)
SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
STABLE = "/cgi-bin/stable_token"
SEND = "/cgi-bin/message/custom/send"

Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Heard:
    """One request."""

    path: str
    query: Mapping[str, str]
    body: bytes

    @property
    def fields(self) -> dict[str, object]:
        return dict(json.loads(self.body))


@dataclass
class Clock:
    """Stands still until it is told to move."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class FakeApi:
    """`number` is that of the token now valid; `pause` is how long a token takes; `told` answers go first."""

    heard: list[Heard] = field(default_factory=list)
    told: defaultdict[str, deque[Behaviour]] = field(default_factory=lambda: defaultdict(deque))
    number: int = 1
    lasts: int = 7200
    pause: float = 0.0

    def paths(self) -> list[str]:
        return [heard.path for heard in self.heard]

    def tell(self, path: str, answer: Mapping[str, object] | Behaviour, times: int = 1) -> None:
        """Answer the next requests to the path so."""
        self.told[path].extend([answer if callable(answer) else says(answer)] * times)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.heard.append(Heard(request.path, dict(request.query), body))
        if request.path == STABLE:
            await asyncio.sleep(self.pause)
        if queue := self.told[request.path]:
            return await queue.popleft()(request)
        return web.json_response(self._usual(self.heard[-1]))

    def _usual(self, heard: Heard) -> dict[str, object]:
        if heard.path == STABLE:
            self.number += heard.fields["force_refresh"] is True
            return {"access_token": f"token-{self.number}", "expires_in": self.lasts}
        if heard.path == "/cgi-bin/ticket/getticket":
            return {"errcode": 0, "errmsg": "ok", "ticket": "ticket-1", "expires_in": 7200}
        return {"errcode": 0, "errmsg": "ok"}


@dataclass(frozen=True)
class World:
    """A client, what it talks to, and the account it talks for."""

    api: FakeApi
    http: ClientSession
    store: Store
    clock: Clock
    account: Account
    tokens: Tokens
    client: Client


def says(answer: Mapping[str, object]) -> Behaviour:
    """As WeChat does, whatever the address: JSON under the name of plain text."""

    async def answered(_: web.Request) -> web.StreamResponse:
        return web.Response(text=json.dumps(answer, ensure_ascii=False), content_type="text/plain")

    return answered


def gives(data: bytes, content_type: str = "application/octet-stream", status: int = 200) -> Behaviour:
    async def answered(_: web.Request) -> web.StreamResponse:
        return web.Response(body=data, content_type=content_type, status=status)

    return answered


async def hangs(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(30)
    return web.Response()


async def resets(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def account_at(api: str, address: str = "https://linli.example") -> Account:
    keys = Keys(app_id="wx0a1b2c3d4e5f6071", token="anyword", mode=Mode.PLAINTEXT)
    return Account(id="qinghe", community_id="qinghe", keys=keys, secret=SECRET, api=api, address=address)


@asynccontextmanager
async def connected(folder: Path) -> AsyncIterator[World]:
    """Start the stand-in and a client with an empty store of its own."""
    api, clock = FakeApi(), Clock()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", api.answer)
    store = Store(f"sqlite:///{folder / 'linli.db'}")
    store.migrate()
    async with TestServer(app) as server, ClientSession() as http:
        tokens = Tokens(store, http, clock)
        account = account_at(str(server.make_url("")).rstrip("/"))
        yield World(api, http, store, clock, account, tokens, Client(http, tokens))
    store.close()
