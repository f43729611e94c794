"""Periods of whole days in Shanghai: this month, last month, this quarter, or from one day to another."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from bot.core.zone import SHANGHAI
from bot.errors import InvalidInput

FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2999, 12, 31)
LONGEST_DAYS: Final = 366
_DAY: Final = timedelta(days=1)
_QUARTER: Final = 3


class Span(StrEnum):
    """How a period is chosen; `plain` is the word on the link."""

    THIS_MONTH = "month"
    LAST_MONTH = "last"
    QUARTER = "quarter"
    CUSTOM = "custom"

    @property
    def plain(self) -> str:
        """The Chinese word."""
        return {"month": "本月", "last": "上月", "quarter": "本季度", "custom": "自己选日子"}[self.value]


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both counted in full."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.first, time(), SHANGHAI)

    @property
    def end(self) -> datetime:
        """The first moment too late."""
        return datetime.combine(self.last + _DAY, time(), SHANGHAI)

    @property
    def days(self) -> tuple[date, ...]:
        """Every day in it."""
        return tuple(self.first + n * _DAY for n in range((self.last - self.first).days + 1))

    @property
    def plain(self) -> str:
        """2026年3月 for a whole month, else 2026年3月1日至3月12日."""
        first, last = self.first, self.last
        if first == last:
            return _said(first)
        if first.day == 1 and last == _last_of_month(first):
            return f"{first.year}年{first.month}月"
        return f"{_said(first)}至{_said(last) if last.year != first.year else f'{last.month}月{last.day}日'}"


def period_of(span: Span, today: date) -> Period:
    """The period a word names, up to its end; for CUSTOM the present month, from which days may be chosen."""
    first = today.replace(day=1)
    if span is Span.LAST_MONTH:
        last = first - _DAY
        return Period(last.replace(day=1), last)
    if span is Span.QUARTER:
        begins = first.replace(month=first.month - (first.month - 1) % _QUARTER)
        return Period(begins, _last_of_month(begins.replace(month=begins.month + _QUARTER - 1)))
    return Period(first, _last_of_month(first))


def between(first: str, last: str) -> Period:
    """The period between two days as forms write them (2026-03-12); raises InvalidInput."""
    period = Period(_day(first), _day(last))
    if period.first > period.last:
        raise InvalidInput("开始的日子比结束的日子还晚", "请把两个日子换过来")
    if len(period.days) > LONGEST_DAYS:
        raise InvalidInput("一次最多看一年", "请把日子选近一些")
    return period


def _day(given: str) -> date:
    if not given:
        raise InvalidInput("请选从哪天到哪天", "两个日子都要选")
    try:
        day = date.fromisoformat(given)
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise InvalidInput("没有这一天", "请写成 2026-03-12 这样")
    return day


def _last_of_month(day: date) -> date:
    return (day.replace(day=28) + 4 * _DAY).replace(day=1) - _DAY


def _said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
