"""The application under requests nobody means well with: what has to be true of every answer."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.channels.wechat import cipher
from bot.channels.wechat.bodies import Tree, read_tree
from bot.services.desk import Desk
from tests.channels.wechat import hostile, sent
from tests.channels.wechat.callbacks import Callbacks, callbacks
from tests.channels.wechat.wire import NO_ANSWER, Reply, Wire, exchange

KEYS = {"plain": sent.PLAINTEXT, "safe": sent.SAFE, "compatible": sent.COMPATIBLE}
# Requests that name the page they come from are refused before the channel sees them, in words for that page.
FROM_PAGES = {"Sec-Fetch-Site", "Origin"}
# aiohttp writes down as errors what it refuses itself, before anything of ours sees it.
NOT_OURS = (HttpProcessingError, web.RequestPayloadError)


@dataclass(frozen=True, repr=False)
class Besieged:
    service: Callbacks

    async def siege(self, examples: int, number: int) -> None:
        """Send so many requests, one after the other, and look at each answer."""
        loop = asyncio.get_running_loop()

        def attack(wire: Wire) -> None:
            reply = asyncio.run_coroutine_threadsafe(self._sent(wire), loop).result()
            check(wire, reply)

        await asyncio.to_thread(hostile.siege, attack, examples, number)

    async def is_answering(self, number: int) -> bool:
        """Whether somebody who means well is still answered."""
        words = f"路灯坏了{number}"
        encrypt = sent.sealed(sent.xml(sent.FIELDS | {"Content": words, "MsgId": f"good{number}"}))
        answer = await self.service.delivers(sent.sealed_query(encrypt), sent.safe_body(encrypt), account="safe")
        return answer.status == 200 and str(opened("safe", answer.body)["Content"]).startswith(f"听到：{words}")

    async def _sent(self, wire: Wire) -> Reply:
        return await exchange(urlsplit(self.service.url).port or 0, wire)


@asynccontextmanager
async def besieged(desk: Desk, folder: Path) -> AsyncIterator[Besieged]:
    async with callbacks(desk, folder, KEYS) as service:
        yield Besieged(service)


def check(wire: Wire, reply: Reply) -> None:
    assert NO_ANSWER < reply.status < 500
    if reply.status == 403 and not FROM_PAGES & {name for name, _ in wire.headers}:
        assert reply.body == b"" or wire.target.startswith(b"/wechat/plain/")
    if reply.status == 200 and wire.method == "POST":
        assert opened(wire.account, reply.body).keys() >= {"ToUserName", "FromUserName", "MsgType"}


def opened(account: str, body: bytes) -> Tree:
    """The answer as the platform reads it; an acknowledgement reads as if nothing was said."""
    if body == b"success":
        return dict.fromkeys(("ToUserName", "FromUserName", "MsgType"), "")
    tree = read_tree(body)
    if account == "plain":
        return tree
    return read_tree(cipher.decrypt(KEYS[account], str(tree["Encrypt"])).message)


def complaints(records: Iterable[logging.LogRecord]) -> list[str]:
    """Errors that were written down, those of tasks nobody waits for included."""
    gc.collect()
    return [record.getMessage() for record in records if record.levelno >= logging.ERROR and _is_ours(record)]


def _is_ours(record: logging.LogRecord) -> bool:
    raised = record.exc_info[1] if record.exc_info else None
    return not (record.name == "aiohttp.server" and isinstance(raised, NOT_OURS))
