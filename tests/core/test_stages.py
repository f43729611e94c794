"""The columns of the board: every event that waits for somebody stands in exactly one."""

from collections import Counter

from bot.core.grid_events import EventStatus
from bot.core.stages import Stage


def test_every_unfinished_status_stands_in_one_column() -> None:
    placed = Counter(status for stage in Stage for status in stage.statuses)

    assert set(placed.values()) == {1}
    assert set(placed) == {status for status in EventStatus if status.is_unfinished} | {EventStatus.CLOSED}


def test_no_column_is_called_like_a_status() -> None:
    assert not {stage.value for stage in Stage} & {status.value for status in EventStatus}
