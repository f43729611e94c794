"""Due times: counting working time, and saying a moment the way people do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile

from bot.core.catalogue import LimitUnit, TimeLimit
from bot.core.zone import SHANGHAI

_DAY = timedelta(days=1)
_SATURDAY = 5
_NOON = 12
_NATURAL = {
    LimitUnit.MINUTES: timedelta(minutes=1),
    LimitUnit.HOURS: timedelta(hours=1),
    LimitUnit.DAYS: _DAY,
}
_WEEKDAYS = "一二三四五六日"
_NEAR_DAYS = ("今天", "明天", "后天")
_SOON = timedelta(hours=1)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, SHANGHAI)


def _shared(start: datetime, end: datetime, opens: datetime, closes: datetime) -> timedelta:
    return max(min(end, closes) - max(start, opens), timedelta())


@dataclass(frozen=True)
class WorkCalendar:
    """Office hours and the days that differ from the week's rhythm.

    `holidays` are weekdays off, `workdays` are weekend days made up for them (调休); a day in
    neither follows the ordinary week. The public holidays of a year are announced the year before,
    so a calendar always has an end.
    """

    opens: time
    noon_from: time
    noon_to: time
    closes: time
    holidays: frozenset[date]
    workdays: frozenset[date]

    def is_workday(self, day: date) -> bool:
        """Whether the office works on this day of Shanghai."""
        if day in self.workdays:
            return True
        return day not in self.holidays and day.weekday() < _SATURDAY

    def add(self, start: datetime, limit: TimeLimit) -> datetime:
        """Return the moment (UTC) at which the limit that begins at `start` runs out.

        Natural units run through nights and holidays. Working days leave out the first day and end
        when the office closes on the last one (Civil Code arts. 201 and 203).
        """
        if limit.unit in _NATURAL:
            return (start + limit.amount * _NATURAL[limit.unit]).astimezone(UTC)
        if limit.unit is LimitUnit.WORK_DAYS:
            return self._after_workdays(start.astimezone(SHANGHAI), limit.amount).astimezone(UTC)
        return self.after(start, timedelta(hours=limit.amount))

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How long the office was open from one moment to the other; nothing where the second is not later."""
        worked = timedelta()
        for day in self._workdays_from(start.astimezone(SHANGHAI).date()):
            if _at(day, self.opens) >= end:
                break
            worked += sum((_shared(start, end, *hours) for hours in self._sessions(day)), timedelta())
        return worked

    def after(self, start: datetime, worked: timedelta) -> datetime:
        """The moment (UTC) at which the office has been open for so long since `start`."""
        left = worked
        for day in self._workdays_from(start.astimezone(SHANGHAI).date()) if worked else ():
            for begin, end in self._sessions(day):
                moment = max(begin, start)
                if moment + left <= end:
                    return (moment + left).astimezone(UTC)
                left -= max(end - moment, timedelta())
        return start.astimezone(UTC)

    def workdays_between(self, start: datetime, end: datetime) -> int:
        """How many working days begin after the first moment and by the second, both in Shanghai."""
        last = end.astimezone(SHANGHAI).date()
        days = self._workdays_from(start.astimezone(SHANGHAI).date() + _DAY)
        return sum(1 for _ in takewhile(lambda day: day <= last, days))

    def end_of_day(self, start: datetime) -> datetime:
        """When the office next closes (UTC): today if it still works now, else on the next working day."""
        days = self._workdays_from(start.astimezone(SHANGHAI).date())
        return next(_at(day, self.closes) for day in days if start < _at(day, self.closes)).astimezone(UTC)

    def _workdays_from(self, day: date) -> Iterator[date]:
        while True:
            if self.is_workday(day):
                yield day
            day += _DAY

    def _sessions(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        return (
            (_at(day, self.opens), _at(day, self.noon_from)),
            (_at(day, self.noon_to), _at(day, self.closes)),
        )

    def _after_workdays(self, start: datetime, amount: int) -> datetime:
        if not amount:
            return start
        days = self._workdays_from(start.date() + _DAY)
        last = [next(days) for _ in range(amount)][-1]
        return _at(last, self.closes)


def _part_of_day(hour: int) -> str:
    names = ((5, "凌晨"), (8, "早上"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
    return next(name for end, name in names if hour < end)


def _clock(local: datetime) -> str:
    hour = local.hour if local.hour <= _NOON else local.hour - _NOON
    minutes = {0: "", 30: "半"}.get(local.minute, f"{local.minute}分")
    return f"{_part_of_day(local.hour)}{hour}点{minutes}"


def _day(day: date, today: date) -> str:
    distance = (day - today).days
    weekday = f"周{_WEEKDAYS[day.weekday()]}"
    if distance == 0:
        return _NEAR_DAYS[0]
    if 0 < distance < len(_NEAR_DAYS):
        return _NEAR_DAYS[distance] + weekday
    year = f"{day.year}年" if day.year != today.year else ""
    return f"{year}{day.month}月{day.day}日{weekday}"


def spoken(moment: datetime, now: datetime, calendar: WorkCalendar) -> str:
    """Say a due time: 今天下午5点前, 后天周三上午11点前, 3月12日周四前, 20分钟内.

    On a day further off the hour is left out where it is the office's closing time.
    """
    if timedelta(minutes=1) <= moment - now < _SOON:
        return f"{(moment - now) // timedelta(minutes=1)}分钟内"
    local = moment.astimezone(SHANGHAI)
    today = now.astimezone(SHANGHAI).date()
    if local.time() == time(0):
        return f"{_day(local.date() - _DAY, today)}夜里12点前"
    day = _day(local.date(), today)
    is_far = not day.startswith(_NEAR_DAYS)
    if is_far and local.time() == calendar.closes:
        return f"{day}前"
    return f"{day}{_clock(local)}前"
