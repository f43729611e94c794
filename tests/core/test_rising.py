"""A topic rises where it comes up often, by several households, and more than it usually does."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core import rising
from bot.core.rising import RisingRule, Tally

RULE = RisingRule(window=timedelta(days=7), least=3, households=2, times=2.0)


@pytest.mark.parametrize(
    ("count", "before", "households", "does"),
    [
        (3, 0, 2, True),
        (2, 0, 2, False),
        (3, 0, 1, False),
        (4, 8, 2, True),
        (3, 8, 3, False),
        (20, 44, 9, False),
        (22, 44, 9, True),
    ],
)
def test_the_number_the_households_and_the_usual_all_count(
    count: int, before: int, households: int, *, does: bool
) -> None:
    assert rising.rises(Tally(count, before), households, RULE) is does


def test_what_is_usual_is_the_mean_of_the_four_windows_before() -> None:
    assert Tally(5, 6).usual == pytest.approx(1.5)


def test_the_windows_lie_one_after_the_other() -> None:
    now = datetime(2026, 3, 12, tzinfo=UTC)

    assert rising.window(RULE, now) == (now - timedelta(days=7), now - timedelta(days=35))


def test_the_numbers_are_said_in_words() -> None:
    assert rising.numbers_said(6, 1.5, 7) == "7天里6件，平常1.5件，是平常的4.0倍"
    assert rising.numbers_said(3, 0.0, 7) == "7天里3件，平常没有"
