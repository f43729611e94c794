"""Requests that no client library would send: cut off, slow, compressed wrongly, with bytes that are no text."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.channels.webchat.visitors import COOKIE
from bot.channels.wechat.refusals import Reason
from bot.services.desk import Desk
from tests.channels.wechat import sent
from tests.channels.wechat.callbacks import Callbacks, callbacks
from tests.channels.wechat.hostile import target
from tests.channels.wechat.wire import NO_ANSWER, Reply, Wire, exchange

HERE = target("plain", sent.plain_query())


@pytest.fixture
async def service(desk: Desk, tmp_path: Path) -> AsyncIterator[Callbacks]:
    async with callbacks(desk, tmp_path, {"plain": sent.PLAINTEXT}) as opened:
        yield opened


def port(service: Callbacks) -> int:
    return urlsplit(service.url).port or 0


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_a_body_that_is_not_compressed_as_it_says_is_refused(service: Callbacks, coding: str) -> None:
    reply = await exchange(port(service), Wire("POST", HERE, (("Content-Encoding", coding),), sent.MESSAGE))

    assert reply == Reply(403, b"")
    assert service.refusals() == {Reason.BODY: 1}
    assert service.is_untouched()


async def test_a_body_that_stops_half_way_is_counted_and_nobody_is_alarmed(
    service: Callbacks, caplog: pytest.LogCaptureFixture
) -> None:
    promised = str(len(sent.MESSAGE) + 1)

    reply = await exchange(port(service), Wire("POST", HERE, (("Content-Length", promised),), sent.MESSAGE), cut=True)

    assert reply.status == NO_ANSWER
    assert service.refusals() == {Reason.BODY: 1}
    assert service.is_untouched()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_somebody_who_sends_slowly_holds_up_nobodys_turn(service: Callbacks) -> None:
    promised = str(len(sent.MESSAGE) + 1)
    slow = asyncio.create_task(
        exchange(port(service), Wire("POST", HERE, (("Content-Length", promised),), sent.MESSAGE))
    )
    await asyncio.sleep(0.1)

    async with asyncio.timeout(0.5), service.talk.gate.passage():
        assert not slow.done()
    slow.cancel()


async def test_a_cookie_that_is_no_text_belongs_to_nobody(service: Callbacks) -> None:
    there = b"/wechat/plain/return?code=c&state=s"

    reply = await exchange(port(service), Wire("GET", there, (("Cookie", "linli_wechat_state=\xff"),)))

    assert reply.status == 400


@pytest.mark.parametrize("url", ["http://[", "http://[::1", "//", "javascript:alert(1)", "https://linli.example.evil/"])
async def test_only_pages_of_ours_are_signed(service: Callbacks, url: str) -> None:
    there = f"{service.url}/wechat/plain/signature"

    async with service.http.get(there, params={"url": url}, headers={"Cookie": f"{COOKIE}={'a' * 43}"}) as response:
        assert response.status == 400
