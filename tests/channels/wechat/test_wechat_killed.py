"""A killed process loses nothing; the long run is in tests/soak/test_wechat_killed_often.py."""

from collections.abc import Callable
from pathlib import Path

from bot.services.desk import Desk
from tests.channels.wechat.killing import Siege


async def test_killed_while_residents_write_nothing_is_lost_and_nothing_said_twice(
    desk: Desk, trained_model: Path, tmp_path: Path, tell: Callable[[object], None]
) -> None:
    counts = await Siege(desk, kills=3, residents=5, messages=30).run(tmp_path)

    tell(counts)
    assert (counts.lost, counts.answered_twice, counts.out_of_order) == ([], [], [])
    assert (counts.kills, counts.acknowledged, counts.filed_twice) == (3, 30, 0)
    assert counts.answered + counts.before_worker >= counts.acknowledged
