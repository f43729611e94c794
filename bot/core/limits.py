"""What becomes of a limit: when it runs out, when to warn, and when being overdue earns a card.

All of it is a pure function of the limit, the work calendar, the delay granted and the pauses; what a clock has said is
written down and never computed again.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.core.catalogue import LimitUnit, TimeLimit
from bot.core.clocks import WorkCalendar
from bot.core.grid_events import Supervision

Pause = tuple[datetime, datetime]

_WORKING: Final = (LimitUnit.WORK_HOURS, LimitUnit.WORK_DAYS)
# In what, and in how many of them, one of a larger unit is counted where half of it is wanted.
_SMALLER: Final = {
    LimitUnit.DAYS: (LimitUnit.HOURS, 24),
    LimitUnit.HOURS: (LimitUnit.MINUTES, 60),
    LimitUnit.WORK_DAYS: (LimitUnit.WORK_HOURS, 8),
}


class Stage(StrEnum):
    """What a clock has to say, in this order."""

    WARN = "warn"
    BREACH = "breach"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True)
class Cards:
    """When being overdue earns a yellow and a red card: shares of the limit, and the least time before the first."""

    yellow: float
    red: float
    least: timedelta


@dataclass(frozen=True)
class Term:
    """A limit as it runs: by when, and when to warn."""

    limit: TimeLimit
    due_at: datetime
    warn_at: datetime


def term(calendar: WorkCalendar, start: datetime, limit: TimeLimit, warn_share: float) -> Term:
    """The limit that begins at `start`."""
    due_at = due(calendar, start, limit)
    return Term(limit, due_at, part(calendar, limit.unit, start, due_at, warn_share))


def term_until(calendar: WorkCalendar, start: datetime, due_at: datetime, warn_share: float) -> Term:
    """A limit that ends when the office closes on a certain day, however long that is; its amount is the days."""
    days = calendar.workdays_between(start, due_at)
    warn_at = part(calendar, LimitUnit.WORK_DAYS, start, due_at, warn_share)
    return Term(TimeLimit(days, LimitUnit.WORK_DAYS), due_at, warn_at)


def due(
    calendar: WorkCalendar, start: datetime, limit: TimeLimit, granted: int = 0, paused: Iterable[Pause] = ()
) -> datetime:
    """When the limit runs out (UTC), with so much granted in its unit, and not counting the pauses.

    A limit in working days ends when the office closes; after a pause what was left of it is given back to the
    minute, for whole days given back would make many short pauses a way to more time.
    """
    moment = calendar.add(start, TimeLimit(limit.amount + granted, limit.unit))
    for begin, end in paused:
        moment = _on(calendar, limit.unit, moment, _length(calendar, limit.unit, begin, end))
    return moment


def part(calendar: WorkCalendar, unit: LimitUnit, start: datetime, due_at: datetime, share: float) -> datetime:
    """The moment (UTC) at which this share of the time from `start` to `due_at` is used up."""
    return _on(calendar, unit, start, share * _length(calendar, unit, start, due_at))


def card_due(
    calendar: WorkCalendar, unit: LimitUnit, start: datetime, due_at: datetime, cards: Cards, stage: Stage
) -> datetime:
    """When a clock that ran from `start` to `due_at` earns the yellow or the red card, if nothing happens."""
    share, least = (cards.yellow, cards.least) if stage is Stage.YELLOW else (cards.red, 2 * cards.least)
    return _on(calendar, unit, due_at, max(share * _length(calendar, unit, start, due_at), least))


def card_of(stage: Stage) -> Supervision:
    """The supervision a stage stands for: overdue is the lowest."""
    return {
        Stage.BREACH: Supervision.NORMAL,
        Stage.YELLOW: Supervision.YELLOW,
        Stage.RED: Supervision.RED,
    }[stage]


def shared(limit: TimeLimit, share: float) -> TimeLimit:
    """A share of a limit, rounded up to whole units; less than one unit is counted in the next smaller one."""
    if limit.amount * share >= 1 or limit.unit not in _SMALLER:
        return TimeLimit(max(1, math.ceil(limit.amount * share)), limit.unit)
    unit, times = _SMALLER[limit.unit]
    return TimeLimit(max(1, math.ceil(limit.amount * times * share)), unit)


def _length(calendar: WorkCalendar, unit: LimitUnit, start: datetime, end: datetime) -> timedelta:
    return calendar.between(start, end) if unit in _WORKING else max(end - start, timedelta())


def _on(calendar: WorkCalendar, unit: LimitUnit, start: datetime, length: timedelta) -> datetime:
    return calendar.after(start, length) if unit in _WORKING else (start + length).astimezone(UTC)
