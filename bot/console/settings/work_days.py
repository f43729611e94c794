"""The pages of the working calendar: office hours, and the days off and the worked weekends of a year."""

from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.settings.editing import ADDRESS, LONGEST_INTEGER, Asked, Sheet, Shown, show, submit
from bot.core.holidays import Holiday
from bot.core.staff import Permission
from bot.errors import NotFound
from bot.services.desk import Desk
from bot.services.settings import work_days
from bot.services.settings.subjects import Subject
from bot.services.settings.year_content import day_of

LIST: Final = f"{ADDRESS}/calendar"


async def show_list(request: web.Request) -> web.Response:
    """The office hours, and how far the calendar is known."""
    return await show(request, _LIST)


async def set_hours(request: web.Request) -> web.Response:
    """Set the office hours."""
    return await submit(request, _LIST, _set_hours)


async def show_year(request: web.Request) -> web.Response:
    """One year."""
    return await show(request, _YEAR)


async def add_holiday(request: web.Request) -> web.Response:
    """Add days off."""
    return await submit(request, _YEAR, _add_holiday)


async def remove_holiday(request: web.Request) -> web.Response:
    """Take days off away."""
    return await submit(request, _YEAR, _remove_holiday)


async def add_workday(request: web.Request) -> web.Response:
    """Add a worked weekend day."""
    return await submit(request, _YEAR, _add_workday)


async def remove_workday(request: web.Request) -> web.Response:
    """Take a worked weekend day away."""
    return await submit(request, _YEAR, _remove_workday)


async def reset(request: web.Request) -> web.Response:
    """Let a year be as the file says."""
    return await submit(request, _YEAR, _reset)


def _read_list(session: Session, desk: Desk, _: str) -> Shown:
    page = work_days.hours_page(session, desk)
    return {
        "hours": page.hours,
        "version": page.version,
        "known_until": desk.announced.known_until,
        "years": [(year, desk.announced.plan(year)) for year in work_days.years(desk)],
        "address": LIST,
    }


def _read_year(session: Session, desk: Desk, key: str) -> Shown:
    page = work_days.year_page(session, desk, _year(key))
    return {
        "page": page,
        "version": page.version,
        "said": work_days.said,
        "address": f"{LIST}/{page.year}",
        "list_address": LIST,
    }


def _year(key: str) -> int:
    if not (key.isascii() and key.isdigit() and len(key) <= LONGEST_INTEGER):
        raise NotFound("没有这一年")
    return int(key)


def _set_hours(session: Session, desk: Desk, asked: Asked) -> None:
    wanted = {name: asked.text(name) for name in ("opens", "noon_from", "noon_to", "closes")}
    work_days.set_hours(session, desk, asked.editor(desk), wanted, asked.version)


def _add_holiday(session: Session, desk: Desk, asked: Asked) -> None:
    holiday = Holiday(asked.text("name"), day_of(asked.text("first")), day_of(asked.text("last")))
    work_days.add_holiday(session, desk, asked.editor(desk), _year(asked.key), holiday, asked.version)


def _remove_holiday(session: Session, desk: Desk, asked: Asked) -> None:
    first = day_of(asked.text("day"))
    work_days.remove_holiday(session, desk, asked.editor(desk), _year(asked.key), first, asked.version)


def _add_workday(session: Session, desk: Desk, asked: Asked) -> None:
    day = day_of(asked.text("day"))
    work_days.add_workday(session, desk, asked.editor(desk), _year(asked.key), day, asked.version)


def _remove_workday(session: Session, desk: Desk, asked: Asked) -> None:
    day = day_of(asked.text("day"))
    work_days.remove_workday(session, desk, asked.editor(desk), _year(asked.key), day, asked.version)


def _reset(session: Session, desk: Desk, asked: Asked) -> None:
    work_days.reset_year(session, desk, asked.editor(desk), _year(asked.key), asked.version)


_LIST: Final = Sheet("console/settings/calendar.html", Permission.SETTINGS_EDIT, _read_list, (Subject.CALENDAR,))
_YEAR: Final = Sheet("console/settings/year.html", Permission.SETTINGS_EDIT, _read_year, (Subject.CALENDAR,))
