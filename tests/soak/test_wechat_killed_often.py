"""The long run: two hundred kills while two thousand messages flow. Prints what became of them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.services.desk import Desk
from tests.channels.wechat.killing import Siege
from tests.web.served import fresh_desk

pytestmark = pytest.mark.skipif("LINLI_SOAK" not in os.environ, reason="long runs: make soak")

KILLS, RESIDENTS, MESSAGES = 200, 40, 2000


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return fresh_desk(tmp_path)


async def test_killed_two_hundred_times_every_message_is_answered_or_before_a_worker(
    desk: Desk, trained_model: Path, tmp_path: Path, tell: Callable[[object], None]
) -> None:
    counts = await Siege(desk, KILLS, RESIDENTS, MESSAGES).run(tmp_path)

    tell(counts)
    assert (counts.lost, counts.answered_twice, counts.out_of_order) == ([], [], [])
    assert (counts.kills, counts.acknowledged, counts.filed_twice) == (KILLS, MESSAGES, 0)
    assert counts.answered + counts.before_worker >= counts.acknowledged
