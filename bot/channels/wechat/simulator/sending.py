"""Deliveries to the service: signed, cut off when the patience is over, tried again from another address."""

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Final

import aiohttp

from bot.channels.wechat.simulator.passive import BadAnswer, read_answer
from bot.channels.wechat.simulator.platform import Platform
from bot.channels.wechat.simulator.registered import Contact, Registered
from bot.channels.wechat.simulator.screen import fault
from bot.channels.wechat.simulator.sealing import Fields, Sealed, seal, seal_echo

PATIENCE: Final = 5.0
RETRY_PAUSE: Final = 5.0
RETRIES: Final = 3
SECOND_ADDRESS: Final = "127.0.0.2"
_AT_ONCE: Final = 500
_OK: Final = 200


@dataclass(frozen=True)
class Delivered:
    """What became of one message: of each try the status, None where none came, and the seconds it took.

    The seconds run from the moment the request was on the wire. `acknowledged` is that a try was answered with
    exactly 200 in time: the platform does not come again. `body` is that answer's.
    """

    tries: int
    acknowledged: bool
    statuses: tuple[int | None, ...]
    seconds: tuple[float, ...]
    body: bytes | None


@dataclass(frozen=True)
class _Try:
    status: int | None
    seconds: float
    body: bytes | None
    was_heard: bool


class _Watch:
    """Started anew when the request is on the wire: what this process does before is no wait for the service."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._start = clock()

    def restart(self) -> None:
        self._start = self._clock()

    @property
    def seconds(self) -> float:
        return self._clock() - self._start


@dataclass(frozen=True)
class Sender:
    """`patience` is how many seconds an answer may take, `retry_pause` how long to wait where nobody listens."""

    platform: Platform
    patience: float
    retry_pause: float
    first: aiohttp.ClientSession
    again: aiohttp.ClientSession

    async def deliver(self, registered: Registered, contact: Contact, fields: Fields) -> Delivered:
        """Deliver a message and put the answer, or the platform's apology, on the follower's screen."""
        now = self.platform.clock()
        sealed = seal(registered.account.keys, fields, str(int(now.timestamp())), _nonce())
        tries = await self._tries(self._address(registered), sealed)
        last = tries[-1]
        is_acknowledged = last.status == _OK and last.body is not None
        self._show(registered, contact, last.body if is_acknowledged else None)
        return Delivered(
            tries=len(tries),
            acknowledged=is_acknowledged,
            statuses=tuple(one.status for one in tries),
            seconds=tuple(one.seconds for one in tries),
            body=last.body if is_acknowledged else None,
        )

    async def verify(self, registered: Registered) -> bool:
        """Ask the service to prove that it holds the token, as when an operator saves the address."""
        echo, now = secrets.token_hex(8), self.platform.clock()
        query = seal_echo(registered.account.keys, echo, str(int(now.timestamp())), _nonce())
        address = self._address(registered)
        try:
            async with self.first.get(address, params=query, timeout=self._timeout()) as response:
                return response.status == _OK and await response.read() == echo.encode()
        except (TimeoutError, aiohttp.ClientError):
            return False

    async def _tries(self, address: str, sealed: Sealed) -> list[_Try]:
        tries = [await self._try(self.first, address, sealed)]
        while tries[-1].status != _OK and len(tries) <= RETRIES:
            await asyncio.sleep(0.0 if tries[-1].was_heard else self.retry_pause)
            tries.append(await self._try(self.again, address, sealed))
        return tries

    async def _try(self, session: aiohttp.ClientSession, address: str, sealed: Sealed) -> _Try:
        watch = _Watch(asyncio.get_running_loop().time)
        status, body, was_heard = None, None, True
        try:
            async with session.post(
                address,
                params=sealed.query,
                data=sealed.body,
                headers={"Content-Type": "text/xml"},
                timeout=self._timeout(),
                allow_redirects=False,
                trace_request_ctx=watch,
            ) as response:
                body = await response.read()
                status = response.status
        except TimeoutError:
            pass
        except aiohttp.ClientError:
            was_heard = False
        return _Try(status, watch.seconds, body, was_heard)

    def _show(self, registered: Registered, contact: Contact, body: bytes | None) -> None:
        now = self.platform.clock()
        try:
            shown = fault(now) if body is None else read_answer(registered, contact.openid, body, now)
        except BadAnswer:
            shown = fault(now)
        if shown is not None and contact.is_following:
            contact.screen.show(shown)

    def _address(self, registered: Registered) -> str:
        return f"{self.platform.service}/wechat/{registered.account.id}"

    def _timeout(self) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(total=self.patience)


@asynccontextmanager
async def sender(platform: Platform, patience: float, retry_pause: float) -> AsyncIterator[Sender]:
    """Open the connections deliveries go out over: the first try from one address, the rest from another."""
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(_session(None))
        again = await stack.enter_async_context(_session(_second_address()))
        yield Sender(platform, patience, retry_pause, first, again)


def _session(local: str | None) -> aiohttp.ClientSession:
    # A connection each: a cut one must not take another delivery along.
    connector = aiohttp.TCPConnector(
        limit=_AT_ONCE, limit_per_host=0, force_close=True, local_addr=None if local is None else (local, 0)
    )
    tracing = aiohttp.TraceConfig()
    tracing.on_request_headers_sent.append(_restart)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trace_configs=[tracing])


async def _restart(
    _: aiohttp.ClientSession, context: SimpleNamespace, __: aiohttp.TraceRequestHeadersSentParams
) -> None:
    watch = context.trace_request_ctx
    if isinstance(watch, _Watch):
        watch.restart()


def _second_address() -> str | None:
    """Another loopback address, which Linux has and some systems do not."""
    with socket.socket() as probe:
        try:
            probe.bind((SECOND_ADDRESS, 0))
        except OSError:
            return None
    return SECOND_ADDRESS


def _nonce() -> str:
    return str(secrets.randbelow(2**31))
