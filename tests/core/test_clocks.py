"""Due times in working time, and how they are said."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.core.catalogue import LimitUnit, TimeLimit
from bot.core.clocks import WorkCalendar, spoken
from bot.core.zone import SHANGHAI

# 2026: 5 April is a Sunday, Monday the 6th a holiday, Saturday the 11th worked instead.
CALENDAR = WorkCalendar(
    opens=time(9),
    noon_from=time(12),
    noon_to=time(13, 30),
    closes=time(17, 30),
    holidays=frozenset({date(2026, 4, 6)}),
    workdays=frozenset({date(2026, 4, 11)}),
)
EMPTY = WorkCalendar(time(9), time(12), time(13, 30), time(17, 30), frozenset(), frozenset())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("day", "works"),
    [("2026-04-03", True), ("2026-04-04", False), ("2026-04-06", False), ("2026-04-11", True), ("2031-05-01", True)],
)
def test_workdays_follow_the_calendar_and_else_the_week(day: str, works: bool) -> None:  # noqa: FBT001
    assert CALENDAR.is_workday(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        ("2026-04-03 23:50", 30, LimitUnit.MINUTES, "2026-04-04 00:20"),
        ("2026-04-03 23:50", 24, LimitUnit.HOURS, "2026-04-04 23:50"),
        ("2026-04-03 10:00", 3, LimitUnit.DAYS, "2026-04-06 10:00"),
        ("2026-03-31 10:00", 1, LimitUnit.WORK_DAYS, "2026-04-01 17:30"),
        ("2026-04-03 10:00", 1, LimitUnit.WORK_DAYS, "2026-04-07 17:30"),
        ("2026-04-03 22:00", 5, LimitUnit.WORK_DAYS, "2026-04-11 17:30"),
        ("2026-03-31 10:00", 1, LimitUnit.WORK_HOURS, "2026-03-31 11:00"),
        ("2026-03-31 11:00", 2, LimitUnit.WORK_HOURS, "2026-03-31 14:30"),
        ("2026-03-31 12:30", 4, LimitUnit.WORK_HOURS, "2026-03-31 17:30"),
        ("2026-04-03 16:30", 2, LimitUnit.WORK_HOURS, "2026-04-07 10:00"),
        ("2026-04-04 03:00", 1, LimitUnit.WORK_HOURS, "2026-04-07 10:00"),
        ("2026-03-31 10:00", 0, LimitUnit.WORK_DAYS, "2026-03-31 10:00"),
        ("2026-03-31 12:30", 0, LimitUnit.WORK_HOURS, "2026-03-31 12:30"),
        ("2026-03-31 11:00", 1, LimitUnit.WORK_HOURS, "2026-03-31 12:00"),
        ("2026-03-31 12:00", 1, LimitUnit.WORK_HOURS, "2026-03-31 14:30"),
        ("2026-03-31 16:30", 1, LimitUnit.WORK_HOURS, "2026-03-31 17:30"),
        ("2026-03-31 17:30", 1, LimitUnit.WORK_HOURS, "2026-04-01 10:00"),
        ("2026-03-31 08:00", 7, LimitUnit.WORK_HOURS, "2026-03-31 17:30"),
        ("2026-04-10 16:30", 2, LimitUnit.WORK_HOURS, "2026-04-11 10:00"),
        ("2026-04-10 10:00", 1, LimitUnit.WORK_DAYS, "2026-04-11 17:30"),
    ],
)
def test_limits_run_out_when_they_should(start: str, amount: int, unit: LimitUnit, due: str) -> None:
    found = CALENDAR.add(at(start).astimezone(UTC), TimeLimit(amount, unit))
    assert (found, found.tzinfo) == (at(due), UTC)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-31 09:00", "2026-03-31 17:30", 7),
        ("2026-03-31 11:00", "2026-03-31 14:30", 2),
        ("2026-03-31 12:00", "2026-03-31 13:30", 0),
        ("2026-03-31 18:00", "2026-04-01 08:00", 0),
        ("2026-03-31 16:30", "2026-04-01 10:00", 2),
        ("2026-04-03 17:00", "2026-04-07 09:30", 1),
        ("2026-04-11 00:00", "2026-04-12 23:00", 7),
        ("2026-04-03 16:30", "2026-04-03 16:30", 0),
        ("2026-04-03 16:30", "2026-04-03 10:00", 0),
    ],
)
def test_only_the_hours_of_the_office_count_between_two_moments(start: str, end: str, hours: int) -> None:
    assert CALENDAR.between(at(start).astimezone(UTC), at(end)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "closes"),
    [
        ("2026-03-31 08:00", "2026-03-31 17:30"),
        ("2026-03-31 17:29", "2026-03-31 17:30"),
        ("2026-03-31 17:30", "2026-04-01 17:30"),
        ("2026-04-04 10:00", "2026-04-07 17:30"),
        ("2026-04-10 20:00", "2026-04-11 17:30"),
    ],
)
def test_the_same_day_ends_when_the_office_next_closes(start: str, closes: str) -> None:
    assert CALENDAR.end_of_day(at(start)) == at(closes)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-03-31 09:00", "2026-03-31 23:00", 0),
        ("2026-03-31 23:00", "2026-04-01 01:00", 1),
        ("2026-04-03 10:00", "2026-04-06 10:00", 0),
        ("2026-04-03 10:00", "2026-04-11 10:00", 5),
        ("2026-04-01 10:00", "2026-03-31 10:00", 0),
    ],
)
def test_a_working_day_counts_from_its_beginning(start: str, end: str, days: int) -> None:
    assert CALENDAR.workdays_between(at(start).astimezone(UTC), at(end)) == days


def test_a_year_without_entries_follows_the_plain_week() -> None:
    assert EMPTY.add(at("2026-04-03 10:00"), TimeLimit(1, LimitUnit.WORK_DAYS)) == at("2026-04-06 17:30")


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-03-30 10:20", "20分钟内"),
        ("2026-03-30 17:30", "今天下午5点半前"),
        ("2026-03-30 12:00", "今天中午12点前"),
        ("2026-03-30 21:05", "今天晚上9点5分前"),
        ("2026-03-31 00:00", "今天夜里12点前"),
        ("2026-03-31 07:00", "明天周二早上7点前"),
        ("2026-04-01 11:00", "后天周三上午11点前"),
        ("2026-04-02 17:30", "4月2日周四前"),
        ("2026-04-02 09:15", "4月2日周四上午9点15分前"),
        ("2027-01-04 17:30", "2027年1月4日周一前"),
        ("2026-03-27 17:30", "3月27日周五前"),
    ],
)
def test_a_due_time_is_said_the_way_people_do(moment: str, words: str) -> None:
    assert spoken(at(moment).astimezone(UTC), at("2026-03-30 10:00"), CALENDAR) == words


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (TimeLimit(5, LimitUnit.WORK_DAYS), "5个工作日"),
        (TimeLimit(30, LimitUnit.MINUTES), "30分钟"),
        (TimeLimit(7, LimitUnit.DAYS), "7天"),
    ],
)
def test_a_limit_reads_as_words(limit: TimeLimit, words: str) -> None:
    assert str(limit) == words
