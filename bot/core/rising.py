"""Early warning (未诉先办): a topic that rises in a grid against what is usual there, or comes back at a place."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

# What is usual is the mean of so many windows before the present one.
WINDOWS_BEFORE: Final = 4


@dataclass(frozen=True)
class RisingRule:
    """From when on a topic rises: at least `least` matters of `households` doors in a window, `times` the usual."""

    window: timedelta
    least: int
    households: int
    times: float


@dataclass(frozen=True)
class Tally:
    """Matters of one topic in the window up to now, and in the WINDOWS_BEFORE windows before it."""

    count: int
    before: int

    @property
    def usual(self) -> float:
        """The mean of the windows before."""
        return self.before / WINDOWS_BEFORE


def may_rise(tally: Tally, rule: RisingRule) -> bool:
    """Whether the numbers alone would do; the households are looked up only then."""
    return tally.count >= rule.least and tally.count >= rule.times * tally.usual


def rises(tally: Tally, households: int, rule: RisingRule) -> bool:
    """Whether the topic rises: one household that writes often is no topic of the grid."""
    return may_rise(tally, rule) and households >= rule.households


def window(rule: RisingRule, now: datetime) -> tuple[datetime, datetime]:
    """When the present window began, and when the first of the windows before it did."""
    since = now - rule.window
    return since, since - WINDOWS_BEFORE * rule.window


def numbers_said(count: int, usual: float, days: int) -> str:
    """The numbers behind a rise, in words."""
    before = f"平常{usual:.1f}件" if usual else "平常没有"
    times = f"，是平常的{count / usual:.1f}倍" if usual else ""
    return f"{days}天里{count}件，{before}{times}"
