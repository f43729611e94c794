"""Answers slower than the platform's real five seconds; the short version is beside the tests of the channel."""

import os
from pathlib import Path

import pytest

from tests.channels.wechat.connected import account_at, connected, two_ports, with_accounts
from tests.channels.wechat.slow import Slow, ask_at_once, is_answered_once
from tests.web.served import fresh_desk

pytestmark = pytest.mark.skipif("LINLI_SOAK" not in os.environ, reason="long runs: make soak")

THINKING = 8.0


@pytest.mark.parametrize("count", [1, 4, 50])
async def test_whoever_waits_eight_seconds_sees_typing_and_then_the_answer(tmp_path: Path, count: int) -> None:
    ports = two_ports()
    account = account_at(ports[1])
    desk = with_accounts(fresh_desk(tmp_path), tmp_path, [account])
    talk = Slow(desk, THINKING)

    async with connected(desk, talk, [account], ports) as town:
        residents, delivered = await ask_at_once(town, desk, count)
    desk.store.close()

    assert [one.openid for one in residents if not is_answered_once(one)] == []
    assert {(one.tries, one.body) for one in delivered} == {(1, b"success")}
    typing = [[shown.kind for shown in one.shown] for one in residents if len(one.shown) > 1]
    assert all(kinds == ["typing", "menu"] for kinds in typing)
    assert len(typing) >= min(count, 4)
