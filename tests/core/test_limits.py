"""When a limit runs out, when to warn, and when being overdue earns a card."""

from datetime import date, datetime, time, timedelta

import pytest

from bot.core import limits
from bot.core.catalogue import LimitUnit, TimeLimit
from bot.core.clocks import WorkCalendar
from bot.core.grid_events import Supervision
from bot.core.limits import Cards, Stage
from bot.core.zone import SHANGHAI

# 2026: 5 April is a Sunday, Monday the 6th a holiday, Saturday the 11th worked instead.
CALENDAR = WorkCalendar(
    time(9), time(12), time(13, 30), time(17, 30), frozenset({date(2026, 4, 6)}), frozenset({date(2026, 4, 11)})
)
CARDS = Cards(0.5, 1.0, timedelta(minutes=15))
MINUTES, HOURS, DAYS = LimitUnit.MINUTES, LimitUnit.HOURS, LimitUnit.DAYS
WORK_HOURS, WORK_DAYS = LimitUnit.WORK_HOURS, LimitUnit.WORK_DAYS


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("unit", "granted", "due"),
    [
        (HOURS, 2, "2026-04-02 15:00"),
        (WORK_HOURS, 2, "2026-04-02 16:30"),
        (WORK_DAYS, 2, "2026-04-10 17:30"),
    ],
)
def test_what_is_granted_is_added_in_the_unit_of_the_limit(unit: LimitUnit, granted: int, due: str) -> None:
    assert limits.due(CALENDAR, at("2026-04-02 10:00"), TimeLimit(3, unit), granted) == at(due)


@pytest.mark.parametrize(
    ("unit", "pause", "due"),
    [
        (HOURS, ("2026-04-02 11:00", "2026-04-03 11:00"), "2026-04-03 13:00"),
        (WORK_HOURS, ("2026-04-02 11:00", "2026-04-02 14:30"), "2026-04-02 16:30"),
        (WORK_HOURS, ("2026-04-02 18:00", "2026-04-03 08:00"), "2026-04-02 14:30"),
        (WORK_DAYS, ("2026-04-02 11:00", "2026-04-02 16:00"), "2026-04-09 14:00"),
        (WORK_DAYS, ("2026-04-02 11:00", "2026-04-07 09:00"), "2026-04-10 15:30"),
        # Overnight the office is open for a minute only, and that minute is what is given back.
        (WORK_DAYS, ("2026-04-02 17:29", "2026-04-03 08:30"), "2026-04-09 09:01"),
        (WORK_DAYS, ("2026-04-02 18:00", "2026-04-03 08:30"), "2026-04-08 17:30"),
    ],
)
def test_a_pause_does_not_count(unit: LimitUnit, pause: tuple[str, str], due: str) -> None:
    paused = [(at(pause[0]), at(pause[1]))]

    assert limits.due(CALENDAR, at("2026-04-02 10:00"), TimeLimit(3, unit), paused=paused) == at(due)


@pytest.mark.parametrize(
    ("limit", "warn"),
    [
        (TimeLimit(60, MINUTES), "2026-04-03 16:48"),
        (TimeLimit(10, DAYS), "2026-04-11 16:00"),
        (TimeLimit(5, WORK_HOURS), "2026-04-07 11:30"),
        (TimeLimit(1, WORK_DAYS), "2026-04-07 15:48"),
    ],
)
def test_the_warning_comes_when_four_fifths_of_the_time_are_used_up(limit: TimeLimit, warn: str) -> None:
    assert limits.term(CALENDAR, at("2026-04-03 16:00"), limit, 0.8).warn_at == at(warn)


def test_a_limit_that_ends_on_a_day_is_counted_in_working_days() -> None:
    term = limits.term_until(CALENDAR, at("2026-04-03 18:00"), at("2026-04-07 17:30"), 0.8)

    assert (term.limit, term.due_at) == (TimeLimit(1, WORK_DAYS), at("2026-04-07 17:30"))
    assert term.warn_at == at("2026-04-07 16:06")


@pytest.mark.parametrize(
    ("limit", "yellow", "red"),
    [
        (TimeLimit(24, HOURS), "2026-04-03 22:00", "2026-04-04 10:00"),
        (TimeLimit(4, WORK_HOURS), "2026-04-02 17:30", "2026-04-03 11:00"),
        # Of a limit of one minute more is asked than one more minute.
        (TimeLimit(1, MINUTES), "2026-04-02 10:16", "2026-04-02 10:31"),
    ],
)
def test_half_the_limit_late_is_yellow_and_the_whole_is_red(limit: TimeLimit, yellow: str, red: str) -> None:
    start = at("2026-04-02 10:00")
    due = limits.due(CALENDAR, start, limit)

    found = [limits.card_due(CALENDAR, limit.unit, start, due, CARDS, stage) for stage in (Stage.YELLOW, Stage.RED)]

    assert found == [at(yellow), at(red)]


def test_cards_stand_for_the_degrees_of_supervision() -> None:
    cards = [limits.card_of(stage) for stage in (Stage.BREACH, Stage.YELLOW, Stage.RED)]
    assert cards == [Supervision.NORMAL, Supervision.YELLOW, Supervision.RED]


@pytest.mark.parametrize(
    ("limit", "half"),
    [
        (TimeLimit(24, HOURS), TimeLimit(12, HOURS)),
        (TimeLimit(5, WORK_DAYS), TimeLimit(3, WORK_DAYS)),
        (TimeLimit(1, WORK_DAYS), TimeLimit(4, WORK_HOURS)),
        (TimeLimit(1, DAYS), TimeLimit(12, HOURS)),
        (TimeLimit(1, HOURS), TimeLimit(30, MINUTES)),
        (TimeLimit(1, MINUTES), TimeLimit(1, MINUTES)),
        (TimeLimit(30, MINUTES), TimeLimit(15, MINUTES)),
    ],
)
def test_half_a_limit_is_rounded_up_in_a_unit_that_can_say_it(limit: TimeLimit, half: TimeLimit) -> None:
    assert limits.shared(limit, 0.5) == half
