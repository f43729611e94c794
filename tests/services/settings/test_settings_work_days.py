"""The calendar set in the console: new limits count by it at once."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from bot.core.catalogue import LimitUnit, TimeLimit
from bot.core.holidays import Holiday
from bot.errors import Conflict, InvalidInput, NotFound
from bot.services.desk import Desk, open_desk
from bot.services.settings import work_days
from bot.services.settings.subjects import Subject
from bot.store.tables import Setting
from tests.services.settings.editors import editor

NEW_YEAR = Holiday("元旦", date(2027, 1, 1), date(2027, 1, 3))
SATURDAY = date(2027, 1, 9)
HOURS = {"opens": "08:30", "noon_from": "12:00", "noon_to": "14:00", "closes": "18:00"}
LAST_DAY_OF_2026 = datetime(2026, 12, 31, 2, 0, tzinfo=UTC)
TWO_DAYS = TimeLimit(2, LimitUnit.WORK_DAYS)


def add(session: Session, desk: Desk, holiday: Holiday = NEW_YEAR, version: int = 0) -> None:
    work_days.add_holiday(session, desk, editor(session, desk), holiday.first.year, holiday, version)


def test_a_year_nobody_announced_follows_the_plain_week_until_it_is_set(talking_desk: Desk) -> None:
    before = talking_desk.calendar.add(LAST_DAY_OF_2026, TWO_DAYS)

    with talking_desk.transaction() as session:
        add(session, talking_desk)
    with talking_desk.transaction() as session:
        work_days.add_workday(session, talking_desk, editor(session, talking_desk), 2027, SATURDAY, 1)

    # Friday and Monday without the holiday; Monday and Tuesday with it.
    assert before == datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
    assert talking_desk.calendar.add(LAST_DAY_OF_2026, TWO_DAYS) == datetime(2027, 1, 5, 9, 30, tzinfo=UTC)
    assert talking_desk.calendar.is_workday(SATURDAY)
    again = open_desk(talking_desk.settings, talking_desk.clock)
    again.store.close()
    assert again.announced == talking_desk.announced


def test_other_office_hours_hold_at_once(talking_desk: Desk) -> None:
    with talking_desk.transaction() as session:
        work_days.set_hours(session, talking_desk, editor(session, talking_desk), HOURS, 0)

    due = talking_desk.calendar.add(datetime(2026, 3, 12, 2, 0, tzinfo=UTC), TimeLimit(1, LimitUnit.WORK_DAYS))

    assert due == datetime(2026, 3, 13, 10, 0, tzinfo=UTC)


def test_what_the_file_says_of_a_year_is_the_beginning_and_can_be_had_back(session: Session, desk: Desk) -> None:
    of_file = work_days.year_page(session, desk, 2026).plan
    work_days.remove_holiday(session, desk, editor(session, desk), 2026, of_file.holidays[0].first, 0)
    assert work_days.year_page(session, desk, 2026).plan.holidays == of_file.holidays[1:]

    work_days.reset_year(session, desk, editor(session, desk, ""), 2026, 1)

    page = work_days.year_page(session, desk, 2026)
    assert (page.plan, page.is_set) == (of_file, False)
    with pytest.raises(Conflict):
        work_days.reset_year(session, desk, editor(session, desk), 2026, 2)


def test_removing_twice_is_told(session: Session, desk: Desk) -> None:
    add(session, desk)
    work_days.add_workday(session, desk, editor(session, desk), 2027, SATURDAY, 1)
    work_days.remove_holiday(session, desk, editor(session, desk), 2027, NEW_YEAR.first, 2)
    work_days.remove_workday(session, desk, editor(session, desk), 2027, SATURDAY, 3)

    with pytest.raises(Conflict):
        work_days.remove_holiday(session, desk, editor(session, desk), 2027, NEW_YEAR.first, 4)
    with pytest.raises(Conflict):
        work_days.remove_workday(session, desk, editor(session, desk), 2027, SATURDAY, 4)
    assert not work_days.year_page(session, desk, 2027).plan.is_known


@pytest.mark.parametrize(
    ("holiday", "words"),
    [
        (Holiday("", date(2027, 2, 1), date(2027, 2, 1)), "不能空着"),
        (Holiday("春节", date(2027, 2, 8), date(2027, 2, 7)), "最后一天"),
        (Holiday("春节", date(2027, 2, 8), date(2027, 3, 20)), "最后一天"),
        (Holiday("又一个", date(2027, 1, 3), date(2027, 1, 4)), "和元旦的日子重了"),
        (Holiday("腊八", date(2027, 1, 8), date(2027, 1, 10)), "1月9日周六已经写了调休上班"),
    ],
)
def test_days_off_that_cannot_be_are_refused(session: Session, desk: Desk, holiday: Holiday, words: str) -> None:
    add(session, desk)
    work_days.add_workday(session, desk, editor(session, desk), 2027, SATURDAY, 1)

    with pytest.raises(InvalidInput, match=words):
        add(session, desk, holiday, 2)


def test_days_off_of_another_year_are_refused(session: Session, desk: Desk) -> None:
    with pytest.raises(InvalidInput, match="2026年"):
        work_days.add_holiday(session, desk, editor(session, desk), 2026, NEW_YEAR, 0)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2027, 1, 2), "是元旦放假"),
        (date(2027, 1, 11), "不是周末"),
        (date(2026, 1, 10), "2027年"),
        (SATURDAY, "已经写过"),
    ],
)
def test_worked_weekends_that_cannot_be_are_refused(session: Session, desk: Desk, day: date, words: str) -> None:
    add(session, desk)
    work_days.add_workday(session, desk, editor(session, desk), 2027, SATURDAY, 1)

    with pytest.raises(InvalidInput, match=words):
        work_days.add_workday(session, desk, editor(session, desk), 2027, day, 2)


@pytest.mark.parametrize(
    "wrong", [{"opens": "25:00"}, {"opens": "early"}, {"noon_to": "11:00"}, {"closes": ""}, {"noon_from": "08:30"}]
)
def test_office_hours_that_cannot_be_are_refused(session: Session, desk: Desk, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        work_days.set_hours(session, desk, editor(session, desk), {**HOURS, **wrong}, 0)


@pytest.mark.parametrize("year", [1999, 2029])
def test_years_nobody_can_know_are_not_found(session: Session, desk: Desk, year: int) -> None:
    with pytest.raises(NotFound):
        work_days.year_page(session, desk, year)


def test_a_year_that_no_longer_reads_is_as_the_file_says(session: Session, desk: Desk) -> None:
    broken = {"holidays": [{"name": "元旦", "from": "soon", "to": "later"}], "workdays": []}
    session.add(Setting(subject=Subject.CALENDAR.value, key="2026", content=broken, updated_at=desk.clock()))
    session.flush()

    assert work_days.year_page(session, desk, 2026).plan == desk.live.files.announced.plan(2026)


def test_a_stale_page_changes_nothing(session: Session, desk: Desk) -> None:
    add(session, desk)
    with pytest.raises(Conflict):
        add(session, desk, Holiday("春节", date(2027, 2, 5), date(2027, 2, 11)))
