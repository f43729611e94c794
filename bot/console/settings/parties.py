"""The pages of the units that answer for matters: listed, added, changed, out of service and back."""

from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.settings.editing import ADDRESS, Asked, Sheet, Shown, show, submit
from bot.console.settings.names import ALLIANCES, names_of
from bot.core import phone_numbers
from bot.core.staff import Permission
from bot.services.desk import Desk
from bot.services.settings import parties
from bot.services.settings.parties import STREET_WIDE, PartyWish
from bot.services.settings.subjects import Subject
from bot.store.queries.places import communities

LIST: Final = f"{ADDRESS}/parties"


async def show_list(request: web.Request) -> web.Response:
    """The units, as the address narrows them."""
    community, kind = request.query.get("community") or None, request.query.get("kind") or None

    def read(session: Session, desk: Desk, _: str) -> Shown:
        return {
            **_choices(session, desk),
            "parties": parties.listed(session, community, kind),
            "asked": {"community": community, "kind": kind},
            "street_wide": STREET_WIDE,
        }

    sheet = Sheet("console/settings/parties.html", Permission.SETTINGS_EDIT, read, (Subject.PARTY,))
    return await show(request, sheet)


async def show_new(request: web.Request) -> web.Response:
    """An empty form."""
    return await show(request, _NEW)


async def add(request: web.Request) -> web.Response:
    """Add a unit."""
    return await submit(request, _NEW, _add, LIST)


async def show_one(request: web.Request) -> web.Response:
    """One unit with what it has in hand."""
    return await show(request, _ONE)


async def change(request: web.Request) -> web.Response:
    """Change a unit."""
    return await submit(request, _ONE, _change, request.path)


async def take_out(request: web.Request) -> web.Response:
    """Take a unit out of service."""
    return await submit(request, _ONE, _take_out)


async def put_back(request: web.Request) -> web.Response:
    """Let a unit serve again."""
    return await submit(request, _ONE, _put_back)


def _read_new(session: Session, desk: Desk, _: str) -> Shown:
    return {**_choices(session, desk), "page": None, "party": None, "version": 0, "address": f"{LIST}/new"}


def _read_one(session: Session, desk: Desk, party_id: str) -> Shown:
    page = parties.party_page(session, party_id)
    return {
        **_choices(session, desk),
        "page": page,
        "party": page.party,
        "version": page.version,
        "is_national": page.party.phone in phone_numbers.NATIONAL,
        "address": f"{LIST}/{party_id}",
    }


def _choices(session: Session, desk: Desk) -> Shown:
    return {
        "names": names_of(session, desk),
        "communities": communities(session),
        "estates": desk.gazetteer.estates,
        "alliances": ALLIANCES,
        "list_address": LIST,
    }


def _wish(asked: Asked) -> PartyWish:
    return PartyWish(
        name=asked.text("name"),
        kind=asked.text("kind"),
        phone=asked.text("phone"),
        hours=asked.text("hours"),
        community_id=asked.text("community_id"),
        estate=asked.text("estate"),
        alliance=asked.text("alliance"),
        note=asked.text("note"),
    )


def _add(session: Session, desk: Desk, asked: Asked) -> None:
    parties.add(session, desk, asked.editor(desk), _wish(asked))


def _change(session: Session, desk: Desk, asked: Asked) -> None:
    parties.change(session, desk, asked.editor(desk), asked.key, _wish(asked), asked.version)


def _take_out(session: Session, desk: Desk, asked: Asked) -> None:
    parties.take_out(session, asked.editor(desk), asked.key, asked.version)


def _put_back(session: Session, desk: Desk, asked: Asked) -> None:
    parties.put_back(session, asked.editor(desk), asked.key, asked.version)


_NEW: Final = Sheet("console/settings/party.html", Permission.SETTINGS_EDIT, _read_new, (Subject.PARTY,))
_ONE: Final = Sheet("console/settings/party.html", Permission.SETTINGS_EDIT, _read_one, (Subject.PARTY,))
