"""The pages of grids: listed, and one with its ring on a small map that can be tried out before it is saved."""

from collections.abc import Sequence
from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.settings.editing import ADDRESS, Asked, Outcome, Sheet, Shown, asked_of, render, show, submit
from bot.console.settings.names import names_of
from bot.console.settings.ring_drawing import Drawing, drawn
from bot.core import rings
from bot.core.places import Point
from bot.core.staff import Permission
from bot.errors import InvalidInput
from bot.services.desk import Desk
from bot.services.settings import grids
from bot.services.settings.grids import GridPage, GridWish
from bot.services.settings.subjects import Subject
from bot.web.use_case import perform

LIST: Final = f"{ADDRESS}/grids"


async def show_list(request: web.Request) -> web.Response:
    """All grids."""
    return await show(request, _LIST)


async def show_one(request: web.Request) -> web.Response:
    """One grid."""
    return await show(request, _ONE)


async def change(request: web.Request) -> web.Response:
    """Change a grid."""
    return await submit(request, _ONE, _change, request.path)


async def preview(request: web.Request) -> web.Response:
    """Draw the ring that was pasted, and save nothing."""
    asked, signed_in = await asked_of(request, Permission.SETTINGS_EDIT)
    try:
        drawing = await perform(request, lambda session, desk: _preview(session, desk, asked), read_only=True)
    except InvalidInput as refusal:
        return await render(request, signed_in, _ONE, Outcome(asked.fields, refusal))
    return await render(request, signed_in, _ONE, Outcome(asked.fields, more={"drawing": drawing, "is_preview": True}))


def _read_list(session: Session, desk: Desk, _: str) -> Shown:
    return {"grids": grids.listed(session), "names": names_of(session, desk), "address": LIST}


def _read_one(session: Session, desk: Desk, grid_id: str) -> Shown:
    page = grids.grid_page(session, grid_id)
    return {
        "page": page,
        "grid": page.grid,
        "candidates": [(one.id, f"{one.name}（{one.role.plain}）") for one in page.candidates],
        "version": page.version,
        "ring": rings.written(page.ring),
        "drawing": _drawing(desk, page, page.ring),
        "is_preview": False,
        "address": f"{LIST}/{grid_id}",
        "list_address": LIST,
    }


def _preview(session: Session, desk: Desk, asked: Asked) -> Drawing:
    page = grids.grid_page(session, asked.key)
    return _drawing(desk, page, grids.checked_ring(desk, page, asked.text("ring")))


def _drawing(desk: Desk, page: GridPage, ring: Sequence[Point]) -> Drawing:
    ours = page.grid.community_id
    around = [one for one in desk.gazetteer.grids if one.community_id == ours and one.id != page.grid.id]
    buildings = [one for one in desk.gazetteer.buildings if one.community_id == ours]
    return drawn(page.grid.name, ring, around, buildings)


def _change(session: Session, desk: Desk, asked: Asked) -> None:
    worker_id = asked.whole("worker_id", "网格员") if asked.text("worker_id") else None
    wish = GridWish(asked.text("name"), worker_id, asked.text("ring"))
    grids.change(session, desk, asked.editor(desk), asked.key, wish, asked.version)


_LIST: Final = Sheet("console/settings/grids.html", Permission.SETTINGS_EDIT, _read_list, (Subject.GRID,))
_ONE: Final = Sheet("console/settings/grid.html", Permission.SETTINGS_EDIT, _read_one, (Subject.GRID,))
