"""What holds for every limit, whenever it begins: counting working time on and back again."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from bot.core import limits
from bot.core.catalogue import LimitUnit, TimeLimit
from bot.core.clocks import WorkCalendar

# The calendar is known for 2026 only; moments go far beyond it.
CALENDAR = WorkCalendar(
    opens=time(9),
    noon_from=time(12),
    noon_to=time(13, 30),
    closes=time(17, 30),
    holidays=frozenset(date(2026, 10, 1) + timedelta(days=count) for count in range(7)),
    workdays=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
)
MOMENTS = some.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31), timezones=some.just(UTC))  # noqa: DTZ001 - bounds are naive by contract
NEAR = some.timedeltas(timedelta(), timedelta(days=20))
AMOUNTS = some.integers(0, 60)
LIMITS = some.builds(TimeLimit, AMOUNTS, some.sampled_from(LimitUnit))
# How long a try takes says nothing here, and what failed once is not kept beside the code.
tried = settings(deadline=None, database=None)


@tried
@given(MOMENTS, LIMITS)
def test_a_limit_never_runs_out_before_it_began(start: datetime, limit: TimeLimit) -> None:
    assert CALENDAR.add(start, limit) >= start


@tried
@given(MOMENTS, AMOUNTS)
def test_so_many_hours_on_are_so_many_hours_back(start: datetime, hours: int) -> None:
    due = CALENDAR.add(start, TimeLimit(hours, LimitUnit.WORK_HOURS))

    assert CALENDAR.between(start, due) == timedelta(hours=hours)


@tried
@given(MOMENTS, NEAR, LIMITS)
def test_who_begins_later_is_never_due_earlier(start: datetime, later: timedelta, limit: TimeLimit) -> None:
    assert CALENDAR.add(start, limit) <= CALENDAR.add(start + later, limit)


@tried
@given(MOMENTS, LIMITS, some.integers(0, 20))
def test_more_time_is_never_less(start: datetime, limit: TimeLimit, more: int) -> None:
    assert limits.due(CALENDAR, start, limit) <= limits.due(CALENDAR, start, limit, granted=more)


@tried
@given(MOMENTS, NEAR, NEAR)
def test_working_time_adds_up(start: datetime, first: timedelta, second: timedelta) -> None:
    middle = start + first
    end = middle + second

    assert CALENDAR.between(start, middle) + CALENDAR.between(middle, end) == CALENDAR.between(start, end)


@tried
@given(MOMENTS, some.builds(TimeLimit, some.integers(1, 30), some.sampled_from(LimitUnit)), NEAR, NEAR)
def test_a_pause_never_takes_time_away(start: datetime, limit: TimeLimit, after: timedelta, long: timedelta) -> None:
    pause = (start + after, start + after + long)

    assert limits.due(CALENDAR, start, limit, paused=[pause]) >= limits.due(CALENDAR, start, limit)


@tried
@given(MOMENTS, some.builds(TimeLimit, some.integers(1, 30), some.sampled_from(LimitUnit)), some.floats(0.01, 1))
def test_the_warning_comes_between_the_beginning_and_the_end(start: datetime, limit: TimeLimit, share: float) -> None:
    term = limits.term(CALENDAR, start, limit, share)

    assert start <= term.warn_at <= term.due_at
