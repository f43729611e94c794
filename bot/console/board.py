"""The board of grid events: a column for each thing that has to happen next, kept current while it is open."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console import case_rows, kinds, wanted
from bot.console.case_rows import Row
from bot.core.staff import Permission
from bot.core.stages import Stage
from bot.core.urgency import Urgency
from bot.services import board, case_search
from bot.services.case_wanted import Wanted
from bot.services.desk import Desk
from bot.services.hub import CONSOLE
from bot.store.tables import CaseKind, Staff
from bot.web import live, login
from bot.web.login import SignedIn
from bot.web.staff_pages import page
from bot.web.use_case import perform

BOARD: Final = "/console/board"
EVENTS: Final = kinds.of(CaseKind.GRID_EVENT)


@dataclass(frozen=True)
class Column:
    """A column as it is drawn; `address` lists all that is in it."""

    stage: Stage
    cards: tuple[Row, ...]
    total: int
    is_more: bool
    is_cut: bool
    address: str


async def show(request: web.Request) -> web.Response:
    """The whole page."""
    signed_in = await login.required(request, Permission.EVENT_READ)
    asked = wanted.place(request.query)
    if "" in request.query.values():
        raise web.HTTPSeeOther(wanted.located(BOARD, asked))
    columns = await _columns(request, signed_in, asked)
    communities, grids = await perform(
        request,
        lambda session, _: (
            case_search.communities_of(session, signed_in.staff),
            case_search.grids_of(session, signed_in.staff),
        ),
        read_only=True,
    )
    shown = {
        "columns": columns,
        "wanted": asked,
        "communities": communities,
        "grids": grids,
        "urgencies": tuple(Urgency),
        "part": wanted.located(f"{BOARD}/columns", asked),
    }
    return page(request, "console/board.html", signed_in, shown)


async def refresh(request: web.Request) -> web.Response:
    """Only the columns, for a page that is open already."""
    signed_in = await login.required(request, Permission.EVENT_READ)
    columns = await _columns(request, signed_in, wanted.place(request.query))
    return page(request, "console/board_columns.html", signed_in, {"columns": columns})


async def listen(request: web.Request) -> web.StreamResponse:
    """Tell an open board when to read again."""
    await login.required(request, Permission.EVENT_READ)
    return await live.stream(request, Permission.EVENT_READ, CONSOLE)


async def _columns(request: web.Request, signed_in: SignedIn, asked: Wanted) -> tuple[Column, ...]:
    return await perform(request, lambda session, desk: _read(session, desk, signed_in.staff, asked), read_only=True)


def _read(session: Session, desk: Desk, staff: Staff, asked: Wanted) -> tuple[Column, ...]:
    return tuple(_column(session, desk, one) for one in board.columns(session, desk, staff, asked))


def _column(session: Session, desk: Desk, column: board.Column) -> Column:
    cards = case_rows.in_rows(session, desk, column.cases)
    address = wanted.address(EVENTS, column.wanted)
    return Column(column.stage, cards, column.total, column.is_more, column.is_cut, address)
