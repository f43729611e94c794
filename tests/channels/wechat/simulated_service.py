"""A tiny service for the simulator's tests: it writes down what it hears and answers as it is told to."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiohttp import ClientSession, ClientTimeout, web
from aiohttp.test_utils import TestServer

from bot.channels.wechat.accounts import Account, Mode
from bot.channels.wechat.simulator import Follower, Wechat, accounts_for, simulated

NOON = datetime(2024, 5, 6, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Heard:
    query: Mapping[str, str]
    body: bytes
    address: str | None


@dataclass(frozen=True)
class Planned:
    """`seconds` is how long the answer takes; `cuts` closes the connection without one."""

    body: bytes = b"success"
    status: int = 200
    seconds: float = 0.0
    cuts: bool = False


def silent(_: Heard) -> bytes:
    return b"success"


@dataclass
class Service:
    """Answers by `plan` in order, then by `reply` to the body."""

    heard: list[Heard] = field(default_factory=list)
    plan: list[Planned] = field(default_factory=list)
    reply: Callable[[Heard], bytes] = silent

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/wechat/{account}", self._serve)
        return app

    async def _serve(self, request: web.Request) -> web.Response:
        heard = Heard(dict(request.query), await request.read(), request.remote)
        self.heard.append(heard)
        planned = self.plan.pop(0) if self.plan else Planned(self.reply(heard))
        await asyncio.sleep(planned.seconds)
        if planned.cuts and request.transport is not None:
            request.transport.abort()
        return web.Response(body=planned.body, status=planned.status)


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **length: float) -> None:
        self.now += timedelta(**length)


@dataclass(frozen=True)
class Scene:
    """Everything one test needs; the accounts are called plaintext, compatible and safe."""

    wechat: Wechat
    service: Service
    clock: Clock
    accounts: Mapping[str, Account]
    http: ClientSession

    def follower(self, mode: Mode = Mode.PLAINTEXT, openid: str | None = None) -> Follower:
        return self.wechat.follower(mode.value, openid)

    async def post(self, path: str, body: object, token: str | None = None) -> dict[str, object]:
        """Call an interface with JSON, or with bytes as they are."""
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        query = {} if token is None else {"access_token": token}
        target = self.wechat.api + path
        async with self.http.post(target, params=query, data=raw) as response:
            assert response.status == 200
            return dict(await response.json(content_type=None))

    async def get(self, path: str, **query: str) -> dict[str, object]:
        async with self.http.get(self.wechat.api + path, params=query) as response:
            assert response.status == 200
            return dict(await response.json(content_type=None))

    async def fetch(self, *, force: bool = False, secret: str | None = None) -> dict[str, object]:
        account = self.accounts["plaintext"]
        return await self.post(
            "/cgi-bin/stable_token",
            {
                "grant_type": "client_credential",
                "appid": account.app_id,
                "secret": secret or account.secret,
                "force_refresh": force,
            },
        )

    async def token(self) -> str:
        return str((await self.fetch())["access_token"])

    async def write(self, openid: str, text: str) -> object:
        """Send a customer-service text and return its number."""
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        return (await self.post("/cgi-bin/message/custom/send", body, await self.token()))["errcode"]


@asynccontextmanager
async def playing(patience: float = 5.0) -> AsyncIterator[Scene]:
    service, clock = Service(), Clock()
    async with (
        TestServer(service.app(), host="127.0.0.1") as server,
        simulated(clock=clock, patience=patience, retry_pause=0.01) as wechat,
        ClientSession(timeout=ClientTimeout(total=5)) as http,
    ):
        accounts = accounts_for(wechat.api, "qinghe")
        wechat.register(accounts, str(server.make_url("")))
        yield Scene(wechat, service, clock, {account.id: account for account in accounts}, http)
