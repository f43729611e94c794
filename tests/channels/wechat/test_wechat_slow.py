"""Answers that take longer than the platform waits: nobody sees a fault, and everybody is answered once."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.wechat.accounts import load_accounts
from bot.channels.wechat.office import OFFICE
from bot.channels.wechat.routes import MOST_TYPING, TYPING
from bot.services.desk import Desk
from tests.channels.wechat.connected import Connected, connected
from tests.channels.wechat.kept import eventually
from tests.channels.wechat.slow import Slow, ask_at_once, is_answered_once
from tests.web.served import Echo

# The service gives up on an answer in time before the platform hangs up, as it does with the real seconds.
PATIENCE, PLATFORM_PATIENCE, THINKING = 0.3, 0.5, 0.8


@pytest.fixture
def thoughtful(desk: Desk) -> Slow:
    return Slow(desk, THINKING)


@pytest.fixture
async def slow_town(desk: Desk, thoughtful: Slow, ports: tuple[int, int]) -> AsyncIterator[Connected]:
    accounts = load_accounts(desk.settings.wechat, ["qinghe", "guixiang"])
    async with connected(desk, thoughtful, list(accounts.values()), ports, patience=PLATFORM_PATIENCE) as town:
        town.app[OFFICE].answers.patience = PATIENCE
        yield town
        await thoughtful.settled()


async def test_a_slow_answer_comes_once_and_no_fault_is_shown(
    slow_town: Connected, desk: Desk, thoughtful: Slow
) -> None:
    (resident,), (delivered,) = await ask_at_once(slow_town, desk, 1)

    assert is_answered_once(resident)
    assert resident.messages[0].by == "service"
    assert delivered.body == b"success"
    assert len(thoughtful.heard) == 1


@pytest.mark.parametrize("mode", ["plain", "guixiang"])
async def test_so_it_is_in_every_mode(slow_town: Connected, mode: str) -> None:
    resident = slow_town.wechat.follower(mode)

    await resident.says("路灯坏了")
    await resident.wait_for(1)

    assert [(shown.by, shown.kind) for shown in resident.messages] == [("service", "menu")]


async def test_typing_is_shown_while_an_answer_is_being_found(town: Connected, talk: Echo) -> None:
    town.app[OFFICE].answers.patience = PATIENCE
    talk.hold()
    resident = town.wechat.follower("qinghe")

    await resident.says("路灯坏了")
    await resident.wait_for(lambda shown: shown.kind == "typing")
    talk.release()
    await resident.wait_for(1)

    assert [shown.kind for shown in resident.shown] == ["typing", "menu"]


async def test_typing_is_not_shown_after_the_answer(town: Connected, talk: Echo) -> None:
    town.app[OFFICE].answers.patience = 0.05
    talk.hold()
    resident = town.wechat.follower("qinghe")

    await resident.says("路灯坏了")
    talk.release()
    await resident.wait_for(1)
    await eventually(lambda: not town.app[TYPING])

    assert [shown.kind for shown in resident.shown] == ["menu"]


async def test_fifty_who_ask_at_once_are_all_answered_and_see_no_fault(
    desk: Desk, thoughtful: Slow, ports: tuple[int, int]
) -> None:
    accounts = load_accounts(desk.settings.wechat, ["qinghe", "guixiang"])
    async with connected(desk, thoughtful, list(accounts.values()), ports) as town:
        town.app[OFFICE].answers.patience = PATIENCE
        residents, delivered = await ask_at_once(town, desk, 50)
        await eventually(lambda: not town.app[TYPING])

    assert [one.openid for one in residents if not is_answered_once(one)] == []
    assert all(one.acknowledged for one in delivered)
    assert len(thoughtful.heard) == 50
    assert sum(shown.kind == "typing" for one in residents for shown in one.shown) <= MOST_TYPING


async def test_two_questions_are_answered_in_their_order(slow_town: Connected) -> None:
    resident = slow_town.wechat.follower("qinghe")

    await resident.says("路灯坏了")
    await resident.says("还在吗")
    await resident.wait_for(lambda shown: "还在吗" in shown.text)

    lines = [line for shown in resident.messages for line in shown.text.splitlines() if line.startswith("听到")]
    assert lines == ["听到：路灯坏了", "听到：还在吗"]
