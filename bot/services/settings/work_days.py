"""Office hours and the days off of a year, set in the console; new limits count by them at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from bot.core.holidays import LONGEST_HOLIDAY, Holiday, OfficeHours, YearPlan
from bot.core.zone import SHANGHAI
from bot.errors import Conflict, InvalidInput, NotFound
from bot.services.desk import Desk
from bot.services.settings import history, in_force
from bot.services.settings.history import Edit, Editor
from bot.services.settings.subjects import Subject
from bot.services.settings.wording import line
from bot.services.settings.year_content import HOURS, hours_content, hours_of, plan_content
from bot.store.tables import Setting

YEARS_AHEAD: Final = 2
LONGEST_NAME: Final = 20
MOST_HOLIDAYS: Final = 30
_SATURDAY: Final = 5


@dataclass(frozen=True)
class HoursPage:
    """The office hours and what their version is."""

    hours: OfficeHours
    version: int


@dataclass(frozen=True)
class YearPage:
    """A year as it holds; `is_set` where the console says it instead of the file."""

    year: int
    plan: YearPlan
    version: int
    is_set: bool


def years(desk: Desk) -> tuple[int, ...]:
    """The years that may be set: this one and those that may be announced, and whichever the file knows."""
    this = desk.clock().astimezone(SHANGHAI).year
    of_file = {one.first.year for one in desk.live.files.announced.holidays}
    return tuple(sorted({*range(this, this + YEARS_AHEAD + 1), *of_file}))


def hours_page(session: Session, desk: Desk) -> HoursPage:
    """The office hours as they hold."""
    announced = in_force.overlaid(session, desk.live.files).announced
    return HoursPage(announced.hours, history.version_of(session, Subject.CALENDAR, HOURS))


def year_page(session: Session, desk: Desk, year: int) -> YearPage:
    """Raises NotFound for a year nobody can set."""
    if year not in years(desk):
        raise NotFound("这一年还不能设置", f"可以设置{years(desk)[0]}年到{years(desk)[-1]}年")
    row = session.get(Setting, (Subject.CALENDAR.value, str(year)))
    plan = in_force.overlaid(session, desk.live.files).announced.plan(year)
    return YearPage(year, plan, row.version if row else 0, bool(row and row.content))


def set_hours(session: Session, desk: Desk, editor: Editor, wanted: Mapping[str, object], version: int) -> None:
    """Set the four moments of a working day; raises InvalidInput, Conflict."""
    history.refuse_without_reason(editor.reason)
    after = hours_content(hours_of(wanted))
    before = hours_content(hours_page(session, desk).hours)
    history.write(session, editor, Edit(Subject.CALENDAR, HOURS, version, before, after))
    in_force.touch(session)


def add_holiday(session: Session, desk: Desk, editor: Editor, year: int, wanted: Holiday, version: int) -> None:
    """Add days off with a name; raises NotFound, InvalidInput, Conflict."""
    page = year_page(session, desk, year)
    holiday = Holiday(line(wanted.name, "holidays", LONGEST_NAME), wanted.first, wanted.last)
    _check_holiday(page, holiday)
    holidays = tuple(sorted((*page.plan.holidays, holiday), key=lambda one: one.first))
    _write(session, editor, page, YearPlan(holidays, page.plan.workdays), version)


def remove_holiday(session: Session, desk: Desk, editor: Editor, year: int, first: date, version: int) -> None:
    """Take days off away again, named by their first; raises NotFound, Conflict."""
    page = year_page(session, desk, year)
    left = tuple(one for one in page.plan.holidays if one.first != first)
    if left == page.plan.holidays:
        raise Conflict("这个假期已经删掉了")
    _write(session, editor, page, YearPlan(left, page.plan.workdays), version)


def add_workday(session: Session, desk: Desk, editor: Editor, year: int, day: date, version: int) -> None:
    """Add a weekend day that is worked; raises NotFound, InvalidInput, Conflict."""
    page = year_page(session, desk, year)
    _check_workday(page, day)
    _write(session, editor, page, YearPlan(page.plan.holidays, tuple(sorted((*page.plan.workdays, day)))), version)


def remove_workday(session: Session, desk: Desk, editor: Editor, year: int, day: date, version: int) -> None:
    """Take a worked weekend day away again; raises NotFound, Conflict."""
    page = year_page(session, desk, year)
    left = tuple(one for one in page.plan.workdays if one != day)
    if left == page.plan.workdays:
        raise Conflict("这个上班的日子已经删掉了")
    _write(session, editor, page, YearPlan(page.plan.holidays, left), version)


def reset_year(session: Session, desk: Desk, editor: Editor, year: int, version: int) -> None:
    """Let a year be again as the file says; raises NotFound, Conflict."""
    page, of_file = year_page(session, desk, year), desk.live.files.announced.plan(year)
    if not page.is_set:
        raise Conflict("这一年现在就是文件里的写法", "不用再恢复")
    kept: Mapping[str, object] = {}
    before, after = plan_content(page.plan), plan_content(of_file)
    # A year set to what the file says has nothing to tell in its history, and needs no resetting either.
    if before == after:
        raise Conflict("这一年和文件里的写法一样", "不用再恢复")
    history.write(session, editor, Edit(Subject.CALENDAR, str(year), version, before, after, kept))
    in_force.touch(session)


def _write(session: Session, editor: Editor, page: YearPage, plan: YearPlan, version: int) -> None:
    edit = Edit(Subject.CALENDAR, str(page.year), version, plan_content(page.plan), plan_content(plan))
    history.write(session, editor, edit)
    in_force.touch(session)


def _check_holiday(page: YearPage, holiday: Holiday) -> None:
    if holiday.first.year != page.year:
        raise InvalidInput(f"第一天应该在{page.year}年")
    if not holiday.first <= holiday.last < holiday.first + timedelta(days=LONGEST_HOLIDAY):
        raise InvalidInput("最后一天应该在第一天当天或之后一个月内")
    if len(page.plan.holidays) >= MOST_HOLIDAYS:
        raise InvalidInput(f"一年最多{MOST_HOLIDAYS}个假期")
    days = set(holiday.days())
    for other in page.plan.holidays:
        if days & set(other.days()):
            raise InvalidInput(f"和{other.name}的日子重了")
    if both := sorted(days & set(page.plan.workdays)):
        raise InvalidInput(f"{said(both[0])}已经写了调休上班", "同一天不能又放假又上班")


def _check_workday(page: YearPage, day: date) -> None:
    if day.year != page.year:
        raise InvalidInput(f"日子应该在{page.year}年")
    if day in page.plan.workdays:
        raise InvalidInput(f"{said(day)}已经写过了")
    for holiday in page.plan.holidays:
        if day in set(holiday.days()):
            raise InvalidInput(f"{said(day)}是{holiday.name}放假", "同一天不能又放假又上班")
    if day.weekday() < _SATURDAY:
        raise InvalidInput(f"{said(day)}不是周末", "平常的周一到周五本来就上班，不用写")


def said(day: date) -> str:
    """2月14日周六."""
    return f"{day.month}月{day.day}日周{'一二三四五六日'[day.weekday()]}"
