"""The year as it is announced: office hours, public holidays by name, and the weekends worked for them (调休)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Final

from bot.core.clocks import WorkCalendar

LONGEST_HOLIDAY: Final = 31
"""In days; a longer one is a slip of the pen."""

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class OfficeHours:
    """When the office works on a working day, with its pause at noon."""

    opens: time
    noon_from: time
    noon_to: time
    closes: time

    @property
    def is_in_order(self) -> bool:
        """Whether each moment comes after the one before."""
        return self.opens < self.noon_from < self.noon_to < self.closes


@dataclass(frozen=True)
class Holiday:
    """A public holiday with its first and its last day off; it belongs to the year it begins in."""

    name: str
    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Every day off."""
        return (self.first + count * _DAY for count in range((self.last - self.first).days + 1))


@dataclass(frozen=True)
class YearPlan:
    """What was announced for one year; nothing at all where it has not been announced yet."""

    holidays: tuple[Holiday, ...] = ()
    workdays: tuple[date, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether the year has been announced."""
        return bool(self.holidays or self.workdays)


@dataclass(frozen=True)
class Announced:
    """Everything announced so far, of which `calendar` is made."""

    hours: OfficeHours
    holidays: tuple[Holiday, ...]
    workdays: tuple[date, ...]

    def calendar(self) -> WorkCalendar:
        """The same for counting."""
        off = frozenset(day for holiday in self.holidays for day in holiday.days())
        hours = self.hours
        return WorkCalendar(
            hours.opens, hours.noon_from, hours.noon_to, hours.closes, off, frozenset(self.workdays) - off
        )

    def plan(self, year: int) -> YearPlan:
        """What was announced for a year."""
        return YearPlan(
            tuple(one for one in self.holidays if one.first.year == year),
            tuple(day for day in self.workdays if day.year == year),
        )

    def with_plan(self, year: int, plan: YearPlan) -> "Announced":
        """The same with another plan for a year."""
        holidays = [one for one in self.holidays if one.first.year != year]
        workdays = [day for day in self.workdays if day.year != year]
        return replace(
            self,
            holidays=tuple(sorted((*holidays, *plan.holidays), key=lambda one: one.first)),
            workdays=tuple(sorted((*workdays, *plan.workdays))),
        )

    @property
    def known_until(self) -> int | None:
        """The last year announced; later ones are counted by the plain week."""
        return max((one.first.year for one in self.holidays), default=None)
