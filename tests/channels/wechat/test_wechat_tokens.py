"""Tokens: fetched once for all who need them, kept over restarts, renewed in time and never twice."""

import asyncio
import traceback
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.wechat.faults import WechatFault, WechatUnreachable
from bot.channels.wechat.tokens import TokenKind, Tokens
from bot.store.engine import Store
from bot.store.queries import tokens as stored
from tests.channels.wechat.fake_api import SECRET, STABLE, World, connected, gives, resets

TICKET = "/cgi-bin/ticket/getticket"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with connected(tmp_path) as connected_world:
        yield connected_world


def another_process(world: World) -> Tokens:
    """Its own store on the same database, its own memory."""
    return Tokens(Store(str(world.store.engine.url)), world.http, world.clock)


def forced(world: World) -> list[object]:
    return [heard.fields["force_refresh"] for heard in world.api.heard if heard.path == STABLE]


async def test_a_token_is_asked_for_with_the_secret_in_the_body(world: World) -> None:
    assert await world.tokens.get(world.account) == "token-1"
    heard = world.api.heard[0]
    assert heard.query == {}
    assert heard.fields == {
        "grant_type": "client_credential",
        "appid": world.account.app_id,
        "secret": SECRET,
        "force_refresh": False,
    }


async def test_ten_tasks_fetch_one_token(world: World) -> None:
    world.api.pause = 0.05
    got = await asyncio.gather(*(world.tokens.get(world.account) for _ in range(10)))
    assert set(got) == {"token-1"}
    assert world.api.paths() == [STABLE]


async def test_two_processes_with_ten_tasks_each_fetch_one_token(world: World) -> None:
    world.api.pause = 0.3
    other = another_process(world)
    asked = [tokens.get(world.account) for tokens in (world.tokens, other) for _ in range(10)]
    assert set(await asyncio.gather(*asked)) == {"token-1"}
    assert world.api.paths() == [STABLE]


async def test_a_restart_goes_on_with_the_token_in_the_store(world: World) -> None:
    await world.tokens.get(world.account)
    assert await another_process(world).get(world.account) == "token-1"
    assert world.api.paths() == [STABLE]


async def test_a_token_is_renewed_five_minutes_before_it_ends(world: World) -> None:
    await world.tokens.get(world.account)
    world.clock.move(seconds=7200 - 301)
    await world.tokens.get(world.account)
    assert len(world.api.heard) == 1
    world.clock.move(seconds=1)
    world.api.number = 2
    assert await world.tokens.get(world.account) == "token-2"


async def test_a_token_that_lasts_minutes_only_is_not_fetched_for_every_call(world: World) -> None:
    world.api.lasts = 300
    await world.tokens.get(world.account)
    await world.tokens.get(world.account)
    assert world.api.paths() == [STABLE]


async def test_what_another_process_renewed_already_is_taken(world: World) -> None:
    other = another_process(world)
    await world.tokens.get(world.account)
    await other.get(world.account)
    await other.renew(world.account, TokenKind.ACCESS, "token-1")
    before = len(world.api.heard)
    assert await world.tokens.renew(world.account, TokenKind.ACCESS, "token-1") == "token-2"
    assert len(world.api.heard) == before


async def test_an_ordinary_request_does_where_wechat_has_another_token(world: World) -> None:
    await world.tokens.get(world.account)
    world.api.number = 2
    assert await world.tokens.renew(world.account, TokenKind.ACCESS, "token-1") == "token-2"
    assert forced(world) == [False, False]


async def test_force_is_used_where_wechat_gives_the_refused_token_again(world: World) -> None:
    await world.tokens.get(world.account)
    assert await world.tokens.renew(world.account, TokenKind.ACCESS, "token-1") == "token-2"
    assert forced(world) == [False, False, True]


async def test_force_is_not_used_again_within_the_hour(world: World) -> None:
    await world.tokens.get(world.account)
    await world.tokens.renew(world.account, TokenKind.ACCESS, "token-1")
    world.clock.move(hours=1)
    assert await world.tokens.renew(world.account, TokenKind.ACCESS, "token-2") == "token-2"
    assert forced(world).count(True) == 1


async def test_ten_tasks_with_the_same_refused_token_renew_it_once(world: World) -> None:
    await world.tokens.get(world.account)
    world.api.pause = 0.05
    got = await asyncio.gather(*(world.tokens.renew(world.account, TokenKind.ACCESS, "token-1") for _ in range(10)))
    assert set(got) == {"token-2"}
    assert forced(world) == [False, False, True]


async def test_ten_tasks_learn_of_one_failure(world: World) -> None:
    world.api.pause = 0.05
    world.api.tell(STABLE, {"errcode": 40164, "errmsg": "invalid ip, not in whitelist"}, times=10)
    got = await asyncio.gather(*(world.tokens.get(world.account) for _ in range(10)), return_exceptions=True)
    assert [error.fault.code for error in got if isinstance(error, WechatFault)] == [40164] * 10
    assert world.api.paths() == [STABLE]


async def test_after_a_failure_the_next_call_need_not_wait_for_the_claim(world: World) -> None:
    world.api.tell(STABLE, gives(b"busy", status=503))
    with pytest.raises(WechatUnreachable):
        await world.tokens.get(world.account)
    assert await asyncio.wait_for(world.tokens.get(world.account), 2) == "token-1"


async def test_without_a_token_nothing_can_have_arrived(world: World) -> None:
    world.api.tell(STABLE, resets)
    with pytest.raises(WechatUnreachable) as raised:
        await world.tokens.get(world.account)
    assert raised.value.may_have_arrived is False


async def test_a_claim_of_a_process_that_died_is_taken_over_when_it_runs_out(world: World) -> None:
    now = datetime.now(UTC)
    with world.store.transaction() as session:
        assert stored.claim(session, world.account.channel, "access", None, now, now + timedelta(seconds=0.5))
    tokens = Tokens(world.store, world.http, lambda: datetime.now(UTC))
    assert await tokens.get(world.account) == "token-1"
    assert datetime.now(UTC) > now + timedelta(seconds=0.5)


async def test_a_ticket_for_pages_is_fetched_once_with_the_token(world: World) -> None:
    assert await world.tokens.get(world.account, TokenKind.JSAPI) == "ticket-1"
    assert await world.tokens.get(world.account, TokenKind.JSAPI) == "ticket-1"
    assert world.api.paths() == [STABLE, TICKET]
    assert world.api.heard[1].query == {"access_token": "token-1", "type": "jsapi"}


async def test_a_ticket_refused_for_its_token_is_asked_for_with_a_new_one(world: World) -> None:
    world.api.tell(TICKET, {"errcode": 42001, "errmsg": "access_token expired"})
    assert await world.tokens.get(world.account, TokenKind.JSAPI) == "ticket-1"
    assert world.api.heard[-1].query["access_token"] == "token-2"


async def test_accounts_do_not_share_tokens(world: World) -> None:
    await world.tokens.get(world.account)
    with world.store.transaction(read_only=True) as session:
        assert stored.lent(session, "wechat:another", "access") is None
        assert stored.lent(session, world.account.channel, "jsapi") is None


@pytest.mark.parametrize("answer", [{"errcode": 40125, "errmsg": SECRET}, {"access_token": "t"}, {"expires_in": 1}])
async def test_no_error_names_the_secret(
    world: World, answer: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    world.api.tell(STABLE, answer)
    with pytest.raises((WechatFault, WechatUnreachable)) as raised:
        await world.tokens.get(world.account)
    assert SECRET not in "".join(traceback.format_exception(raised.value)) + caplog.text
