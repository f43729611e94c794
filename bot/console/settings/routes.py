"""The addresses of the pages of settings, and the page that leads to them."""

from aiohttp import web

from bot.console.settings import grids, leaves, parties, people, phones, work_days
from bot.console.settings.editing import ADDRESS
from bot.core.staff import Permission, can
from bot.errors import NotAllowed
from bot.web import login
from bot.web.staff_pages import page

ONE = "{key}"


async def home(request: web.Request) -> web.Response:
    """What can be set, as far as this job may."""
    signed_in = await login.required(request)
    role = signed_in.staff.role
    if not (can(role, Permission.SETTINGS_EDIT) or can(role, Permission.STAFF_MANAGE)):
        raise NotAllowed(f"{role.plain}不能改设置", "需要时请找管理员")
    return page(request, "console/settings/home.html", signed_in, {"here": "settings", "address": ADDRESS})


def routes() -> list[web.RouteDef]:
    """All of them."""
    return [web.get(ADDRESS, home), *_matters(), *_calendar(), *_phones(), *_people()]


def _matters() -> list[web.RouteDef]:
    return [
        web.get(leaves.LIST, leaves.show_list),
        web.get(f"{leaves.LIST}/{ONE}", leaves.show_one),
        web.post(f"{leaves.LIST}/{ONE}", leaves.change),
        web.post(f"{leaves.LIST}/{ONE}/reset", leaves.reset),
        web.get(parties.LIST, parties.show_list),
        web.get(f"{parties.LIST}/new", parties.show_new),
        web.post(f"{parties.LIST}/new", parties.add),
        web.get(f"{parties.LIST}/{ONE}", parties.show_one),
        web.post(f"{parties.LIST}/{ONE}", parties.change),
        web.post(f"{parties.LIST}/{ONE}/out", parties.take_out),
        web.post(f"{parties.LIST}/{ONE}/back", parties.put_back),
        web.get(grids.LIST, grids.show_list),
        web.get(f"{grids.LIST}/{ONE}", grids.show_one),
        web.post(f"{grids.LIST}/{ONE}", grids.change),
        web.post(f"{grids.LIST}/{ONE}/preview", grids.preview),
    ]


def _calendar() -> list[web.RouteDef]:
    year = f"{work_days.LIST}/{ONE}"
    return [
        web.get(work_days.LIST, work_days.show_list),
        web.post(f"{work_days.LIST}/hours", work_days.set_hours),
        web.get(year, work_days.show_year),
        web.post(f"{year}/holiday", work_days.add_holiday),
        web.post(f"{year}/no-holiday", work_days.remove_holiday),
        web.post(f"{year}/workday", work_days.add_workday),
        web.post(f"{year}/no-workday", work_days.remove_workday),
        web.post(f"{year}/reset", work_days.reset),
    ]


def _phones() -> list[web.RouteDef]:
    return [
        web.get(phones.LIST, phones.show_list),
        web.get(f"{phones.LIST}/communities/{ONE}", phones.show_community),
        web.post(f"{phones.LIST}/communities/{ONE}", phones.change_community),
        web.get(f"{phones.LIST}/places/{ONE}", phones.show_place),
        web.post(f"{phones.LIST}/places/{ONE}", phones.change_place),
        web.get(f"{phones.LIST}/numbers/{ONE}", phones.show_number),
        web.post(f"{phones.LIST}/numbers/{ONE}", phones.change_number),
    ]


def _people() -> list[web.RouteDef]:
    return [
        web.get(people.LIST, people.show_list),
        web.get(f"{people.LIST}/new", people.show_new),
        web.post(f"{people.LIST}/new", people.add),
        web.get(f"{people.LIST}/{ONE}", people.show_one),
        web.post(f"{people.LIST}/{ONE}", people.change),
        web.post(f"{people.LIST}/{ONE}/out", people.shut_out),
        web.post(f"{people.LIST}/{ONE}/in", people.let_in),
        web.post(f"{people.LIST}/{ONE}/password", people.reset_password),
        web.post(f"{people.LIST}/{ONE}/second-step", people.reset_second_step),
    ]
