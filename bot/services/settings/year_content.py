"""What the console says of office hours and of a year's days off, as it is stored and as it is counted by."""

from collections.abc import Mapping
from datetime import date, time
from typing import Final

from bot.core import plain_data
from bot.core.holidays import Holiday, OfficeHours, YearPlan
from bot.errors import InvalidInput

HOURS: Final = "hours"
"""The key of the office hours; every other key of the subject is a year."""


def hours_content(hours: OfficeHours) -> dict[str, object]:
    """In plain values."""
    return {name: value.strftime("%H:%M") for name, value in vars(hours).items()}


def hours_of(content: Mapping[str, object]) -> OfficeHours:
    """Raise InvalidInput for hours that cannot be."""
    names = {"opens": "上班", "noon_from": "午休开始", "noon_to": "午休结束", "closes": "下班"}
    times = {field: _clock(content.get(field), name) for field, name in names.items()}
    hours = OfficeHours(**times)
    if not hours.is_in_order:
        raise InvalidInput("四个时间的先后不对", "应该是上班、午休开始、午休结束、下班，一个比一个晚")
    return hours


def plan_content(plan: YearPlan) -> dict[str, object]:
    """In plain values."""
    return {
        "holidays": [
            {"name": one.name, "from": one.first.isoformat(), "to": one.last.isoformat()} for one in plan.holidays
        ],
        "workdays": [day.isoformat() for day in plan.workdays],
    }


def plan_of(content: Mapping[str, object]) -> YearPlan:
    """Raise InvalidInput for what is no plan."""
    holidays = plain_data.items(content.get("holidays"), "放假")
    return YearPlan(
        tuple(_holiday(plain_data.mapping(one, "放假")) for one in holidays),
        tuple(day_of(text) for text in plain_data.texts(content.get("workdays"), "调休上班")),
    )


def day_of(text: object) -> date:
    """Raise InvalidInput for what is no day."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise InvalidInput("日期不对", "例如 2027-01-01") from None


def _holiday(content: Mapping[str, object]) -> Holiday:
    return Holiday(plain_data.text(content.get("name"), "节日"), day_of(content.get("from")), day_of(content.get("to")))


def _clock(value: object, name: str) -> time:
    try:
        clock = time.fromisoformat(str(value))
    except ValueError:
        raise InvalidInput(f"{name}的时间不对", "例如 09:00") from None
    return clock.replace(second=0, microsecond=0, tzinfo=None)
