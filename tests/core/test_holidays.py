from datetime import date, time

from bot.core.holidays import Announced, Holiday, OfficeHours, YearPlan

HOURS = OfficeHours(time(9), time(12), time(13, 30), time(17, 30))
FEAST = Holiday("中秋节", date(2027, 9, 14), date(2027, 9, 16))
NATIONAL = Holiday("国庆节", date(2027, 10, 1), date(2027, 10, 7))
NOW = Announced(HOURS, (FEAST,), (date(2027, 9, 18),))


def test_a_holiday_holds_its_first_and_its_last_day() -> None:
    assert list(FEAST.days()) == [date(2027, 9, 14), date(2027, 9, 15), date(2027, 9, 16)]


def test_holidays_are_off_and_made_up_weekends_are_worked() -> None:
    calendar = NOW.calendar()

    assert not calendar.is_workday(date(2027, 9, 15))
    assert calendar.is_workday(date(2027, 9, 18))
    assert calendar.is_workday(date(2027, 9, 13))


def test_another_plan_for_a_year_leaves_the_others_alone() -> None:
    later = NOW.with_plan(2028, YearPlan((Holiday("元旦", date(2028, 1, 1), date(2028, 1, 3)),)))

    anew = later.with_plan(2027, YearPlan((NATIONAL,)))

    assert anew.plan(2027) == YearPlan((NATIONAL,))
    assert anew.plan(2028) == later.plan(2028)
    assert anew.known_until == 2028


def test_a_year_nobody_announced_is_not_known() -> None:
    assert not NOW.plan(2029).is_known
    assert NOW.known_until == 2027


def test_hours_that_go_backwards_are_out_of_order() -> None:
    assert HOURS.is_in_order
    assert not OfficeHours(time(9), time(12), time(12), time(17)).is_in_order
