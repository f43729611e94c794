"""The access tokens and page tickets WeChat lends: fetched once for all tasks and processes, renewed in time."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Final, TypeAlias, TypeVar

from aiohttp import ClientSession

from bot.channels.wechat.accounts import Account
from bot.channels.wechat.exchange import Request, ask, number_of, text_of
from bot.channels.wechat.faults import Handling, WechatFault, WechatUnreachable
from bot.store.engine import Store
from bot.store.queries import tokens as stored
from bot.store.queries.tokens import Lent

Result = TypeVar("Result")

MARGIN: Final = timedelta(minutes=5)
CLAIM: Final = timedelta(seconds=15)
POLL_SECONDS: Final = 0.2
# Longer than a claim lasts, so that whoever waits takes over from a process that died.
_POLLS: Final = 100
# A renewal is two requests at most and must be over before its claim is.
_SECONDS: Final = 7.0
# WeChat replaces a living token by force 20 times a day and no more.
_BETWEEN_FORCED: Final = timedelta(days=1) / 20


class TokenKind(StrEnum):
    """ACCESS goes with every request; JSAPI is the ticket that signs pages inside WeChat."""

    ACCESS = "access"
    JSAPI = "jsapi"


@dataclass
class _Slot:
    """What this process knows of one token; `ended` counts its requests for a new one that are over, well or not."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    held: Lent | None = None
    ended: int = 0
    failure: WechatFault | WechatUnreachable | None = None
    forced_at: datetime | None = None


_Slots: TypeAlias = defaultdict[tuple[str, TokenKind], _Slot]


class Tokens:
    """Hands out tokens from memory, the store or WeChat, in this order; none of them is ever logged."""

    def __init__(self, store: Store, http: ClientSession, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._http = http
        self._clock = clock
        self._slots: _Slots = defaultdict(_Slot)

    async def get(self, account: Account, kind: TokenKind = TokenKind.ACCESS) -> str:
        """A token that lasts some minutes more; raises WechatFault, WechatUnreachable, Unavailable (the store)."""
        held = self._slots[account.channel, kind].held
        if held is not None and held.expires_at > self._clock():
            return held.value
        return await self._fresh(account, kind, None)

    async def renew(self, account: Account, kind: TokenKind, failed: str) -> str:
        """Another token than the one WeChat refused, unless WeChat insists on that one; raises like `get`."""
        return await self._fresh(account, kind, failed)

    async def using(self, account: Account, call: Callable[[str], Awaitable[Result]]) -> Result:
        """Make a call with the access token, and once more with a new one where WeChat refuses the first."""
        token = await self.get(account)
        try:
            return await call(token)
        except WechatFault as refused:
            if refused.fault.handling is not Handling.RENEW_TOKEN:
                raise
        return await call(await self.renew(account, TokenKind.ACCESS, token))

    async def _fresh(self, account: Account, kind: TokenKind, failed: str | None) -> str:
        slot = self._slots[account.channel, kind]
        ended = slot.ended
        async with slot.lock:
            if slot.ended == ended:
                slot.held = await self._found(account, kind, failed)
            elif slot.failure is not None:
                raise slot.failure.with_traceback(None)
            assert slot.held is not None, "a request that ended without failure leaves a token"
            return slot.held.value

    async def _found(self, account: Account, kind: TokenKind, failed: str | None) -> Lent:
        for _ in range(_POLLS):
            now = self._clock()
            seen = await asyncio.to_thread(self._stored, account, kind)
            if seen is not None and seen.value != failed and seen.expires_at > now:
                return seen
            if await asyncio.to_thread(self._claim, account, kind, seen, now):
                return await self._claimed(account, kind, failed, now + CLAIM)
            await asyncio.sleep(POLL_SECONDS)
        raise WechatUnreachable(may_have_arrived=False)

    async def _claimed(self, account: Account, kind: TokenKind, failed: str | None, until: datetime) -> Lent:
        slot = self._slots[account.channel, kind]
        try:
            renewed = await self._asked(account, kind, failed)
            await asyncio.to_thread(self._keep, account, kind, renewed)
        except (WechatFault, WechatUnreachable) as failure:
            slot.ended, slot.failure = slot.ended + 1, failure
            raise
        finally:
            await asyncio.to_thread(self._release, account, kind, until)
        slot.ended, slot.failure = slot.ended + 1, None
        return renewed

    async def _asked(self, account: Account, kind: TokenKind, failed: str | None) -> Lent:
        """What the caller wants to do with the token has not been tried: it cannot have arrived."""
        try:
            if kind is TokenKind.JSAPI:
                return await self.using(account, partial(self._ticket, account))
            return await self._token(account, failed)
        except WechatUnreachable:
            raise WechatUnreachable(may_have_arrived=False) from None

    async def _token(self, account: Account, failed: str | None) -> Lent:
        """The ordinary request does where another system renewed the token; force ends it for everybody else."""
        renewed = await self._stable_token(account, is_forced=False)
        if renewed.value != failed or not self._may_force(account):
            return renewed
        return await self._stable_token(account, is_forced=True)

    def _may_force(self, account: Account) -> bool:
        slot, now = self._slots[account.channel, TokenKind.ACCESS], self._clock()
        if slot.forced_at is not None and now - slot.forced_at < _BETWEEN_FORCED:
            return False
        slot.forced_at = now
        return True

    async def _stable_token(self, account: Account, *, is_forced: bool) -> Lent:
        answer = await ask(
            self._http,
            Request(
                f"{account.api}/cgi-bin/stable_token",
                body={
                    "grant_type": "client_credential",
                    "appid": account.app_id,
                    "secret": account.secret,
                    "force_refresh": is_forced,
                },
                seconds=_SECONDS,
            ),
        )
        return self._lent(text_of(answer, "access_token"), number_of(answer, "expires_in"))

    async def _ticket(self, account: Account, token: str) -> Lent:
        query = {"access_token": token, "type": "jsapi"}
        answer = await ask(
            self._http, Request(f"{account.api}/cgi-bin/ticket/getticket", query=query, seconds=_SECONDS)
        )
        return self._lent(text_of(answer, "ticket"), number_of(answer, "expires_in"))

    def _lent(self, value: str, seconds: int) -> Lent:
        life = timedelta(seconds=seconds)
        return Lent(value, self._clock() + max(life - MARGIN, life / 2))

    def _stored(self, account: Account, kind: TokenKind) -> Lent | None:
        with self._store.transaction(read_only=True) as session:
            return stored.lent(session, account.channel, kind)

    def _claim(self, account: Account, kind: TokenKind, seen: Lent | None, now: datetime) -> bool:
        with self._store.transaction() as session:
            return stored.claim(session, account.channel, kind, seen, now, now + CLAIM)

    def _keep(self, account: Account, kind: TokenKind, renewed: Lent) -> None:
        with self._store.transaction() as session:
            stored.keep(session, account.channel, kind, renewed)

    def _release(self, account: Account, kind: TokenKind, until: datetime) -> None:
        with self._store.transaction() as session:
            stored.release(session, account.channel, kind, until)
