"""The pages of telephone numbers: of the communities' offices, of places residents are sent to, and of emergencies."""

from typing import Final
from urllib.parse import quote

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.settings.editing import ADDRESS, Asked, Sheet, Shown, show, submit
from bot.core.staff import Permission
from bot.services.desk import Desk
from bot.services.settings import phones
from bot.services.settings.phone_content import place_key
from bot.services.settings.phones import OfficePage, OfficeWish
from bot.services.settings.subjects import Subject
from bot.store.queries.places import communities

LIST: Final = f"{ADDRESS}/phones"


async def show_list(request: web.Request) -> web.Response:
    """All numbers."""
    return await show(request, _LIST)


async def show_community(request: web.Request) -> web.Response:
    """The office of a community."""
    return await show(request, _COMMUNITY)


async def change_community(request: web.Request) -> web.Response:
    """Change how it is reached."""
    return await submit(request, _COMMUNITY, _change_community, request.path)


async def show_place(request: web.Request) -> web.Response:
    """A place residents are sent to."""
    return await show(request, _PLACE)


async def change_place(request: web.Request) -> web.Response:
    """Change how it is reached."""
    return await submit(request, _PLACE, _change_place, request.raw_path)


async def show_number(request: web.Request) -> web.Response:
    """A number of the emergency cards."""
    return await show(request, _NUMBER)


async def change_number(request: web.Request) -> web.Response:
    """Change a local one."""
    return await submit(request, _NUMBER, _change_number, request.path)


def _read_list(session: Session, desk: Desk, _: str) -> Shown:
    return {
        "communities": communities(session),
        "places": [(place, quote(place_key(place), safe="")) for place in desk.offices],
        "numbers": phones.numbers(session, desk),
        "why_national": phones.IT_IS_NATIONAL,
        "address": LIST,
    }


def _read_community(session: Session, _: Desk, key: str) -> Shown:
    return _office(phones.community_page(session, key), f"{LIST}/communities/{key}")


def _read_place(session: Session, desk: Desk, key: str) -> Shown:
    return _office(phones.place_page(session, desk, key), f"{LIST}/places/{quote(key, safe='')}")


def _office(page: OfficePage, address: str) -> Shown:
    return {"page": page, "version": page.version, "address": address, "list_address": LIST}


def _read_number(session: Session, desk: Desk, key: str) -> Shown:
    page = phones.number_page(session, desk, key)
    return {
        "page": page,
        "version": page.version,
        "why_national": phones.IT_IS_NATIONAL,
        "address": f"{LIST}/numbers/{key}",
        "list_address": LIST,
    }


def _wish(asked: Asked) -> OfficeWish:
    return OfficeWish(asked.text("phone"), asked.text("address"), asked.text("hours"))


def _change_community(session: Session, desk: Desk, asked: Asked) -> None:
    phones.change_community(session, asked.editor(desk), asked.key, _wish(asked), asked.version)


def _change_place(session: Session, desk: Desk, asked: Asked) -> None:
    phones.change_place(session, desk, asked.editor(desk), asked.key, _wish(asked), asked.version)


def _change_number(session: Session, desk: Desk, asked: Asked) -> None:
    phones.change_number(session, desk, asked.editor(desk), asked.key, asked.text("number"), asked.version)


_EDIT: Final = Permission.SETTINGS_EDIT
_ALL: Final = (Subject.COMMUNITY, Subject.PLACE, Subject.NUMBER)
_LIST: Final = Sheet("console/settings/phones.html", _EDIT, _read_list, _ALL)
_COMMUNITY: Final = Sheet("console/settings/office.html", _EDIT, _read_community, (Subject.COMMUNITY,))
_PLACE: Final = Sheet("console/settings/office.html", _EDIT, _read_place, (Subject.PLACE,))
_NUMBER: Final = Sheet("console/settings/number.html", _EDIT, _read_number, (Subject.NUMBER,))
