"""data/catalogue/calendar.yml: office hours, public holidays and the weekends worked for them."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path

import yaml

from bot.core.holidays import LONGEST_HOLIDAY, Announced, Holiday, OfficeHours
from bot.store.files import yaml_lines
from bot.store.files.yaml_lines import Entry

_DAY = timedelta(days=1)


def load_calendar(path: Path) -> Announced:
    """Read the calendar; raise BrokenFile where a day or an hour makes no sense."""
    file = yaml_lines.load(path)
    file.only("office_hours", "holidays", "workdays")
    hours = file.entry("office_hours")
    hours.only("opens", "noon_from", "noon_to", "closes")
    names = ("opens", "noon_from", "noon_to", "closes")
    times = [_clock(hours, name) for name in names]
    for earlier, later, name in zip(times, times[1:], names[1:], strict=False):
        if later <= earlier:
            raise hours.broken(name, "应该晚于前一个时间")
    holidays = tuple(_holiday(entry) for entry in file.entries("holidays"))
    workdays = tuple(_workdays(file))
    if both := sorted({day for holiday in holidays for day in holiday.days()} & set(workdays)):
        raise file.broken("workdays", f"{both[0]}既是放假又是上班")
    return Announced(OfficeHours(*times), holidays, workdays)


def _clock(entry: Entry, field: str) -> time:
    try:
        return time.fromisoformat(entry.text(field))
    except ValueError:
        raise entry.broken(field, '应该是时间，例如 "09:00"') from None


def _holiday(entry: Entry) -> Holiday:
    entry.only("name", "from", "to")
    first, last = entry.day("from"), entry.day("to")
    if not first <= last < first + LONGEST_HOLIDAY * _DAY:
        raise entry.broken("to", "应该在 from 当天或之后一个月内")
    return Holiday(entry.text("name"), first, last)


def _workdays(file: Entry) -> Iterator[date]:
    node = file.fields.get("workdays")
    days = file.plain().get("workdays") or []
    if not isinstance(node, yaml.SequenceNode) or not isinstance(days, list):
        raise file.broken("workdays", "应该是列表，每项一个日期")
    for index, day in enumerate(days):
        if not isinstance(day, date):
            raise file.broken("workdays", f"第{index + 1}项应该是日期，例如 2026-01-04")
        yield day
