"""The map of the grids as a drawing, with the same numbers as a table beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from aiohttp import web

from bot.console import kinds, wanted
from bot.console.case_list import classes
from bot.core.map_shapes import Point, Sheet, middle
from bot.core.staff import Permission
from bot.core.urgency import Urgency
from bot.services import case_search, map_view
from bot.services.case_wanted import NO_GRID, Wanted
from bot.services.map_view import GridLoad, Load, Overview
from bot.store.tables import CaseKind, Community
from bot.web import login
from bot.web.staff_pages import page
from bot.web.use_case import perform

MAP: Final = "/console/map"
EVENTS: Final = kinds.of(CaseKind.GRID_EVENT)
WIDTH: Final = 620.0
MARGIN: Final = 18.0
LEAST_CORNERS: Final = 3
# From so many waiting events on a grid is drawn a shade darker.
SHADES: Final = (1, 5, 10, 20)
DOT: Final = 3.0
LARGEST_DOT: Final = 10.0


@dataclass(frozen=True)
class Area:
    """A grid as it is drawn and as a line of the table; `says` is what is read out."""

    name: str
    short: str
    community: str
    load: Load
    address: str
    says: str
    shade: int
    points: str
    x: float
    y: float
    dots: tuple["Dot", ...]


@dataclass(frozen=True)
class Dot:
    """A building at which something waits."""

    name: str
    grid_id: str
    load: Load
    address: str
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class Border:
    """A community's boundary, with where its name stands."""

    name: str
    points: str
    x: float
    y: float


async def show(request: web.Request) -> web.Response:
    """The map for the filters in the address."""
    signed_in = await login.required(request, Permission.EVENT_READ)
    asked = wanted.place(request.query)
    if "" in request.query.values():
        raise web.HTTPSeeOther(wanted.located(MAP, asked))
    overview, communities = await perform(
        request,
        lambda session, desk: (
            map_view.overview(session, desk, signed_in.staff, asked),
            case_search.communities_of(session, signed_in.staff),
        ),
        read_only=True,
    )
    shown = {
        **_drawn(overview, asked),
        "overview": overview,
        "wanted": asked,
        "communities": communities,
        "classes": classes(request),
        "urgencies": tuple(Urgency),
        "nowhere": wanted.address(EVENTS, replace(asked, grid_id=NO_GRID)),
        "everywhere": wanted.address(EVENTS, asked),
        "board": wanted.located("/console/board", asked),
        "shades": _legend(),
    }
    return page(request, "console/map.html", signed_in, shown)


def _drawn(overview: Overview, asked: Wanted) -> dict[str, object]:
    rings = [one.grid.polygon for one in overview.grids] + [one.boundary for one in overview.communities]
    sheet = Sheet.around(chain.from_iterable(map(_ring, rings)), WIDTH, MARGIN)
    dots = [
        Dot(
            one.building.name,
            one.building.grid_id,
            one.load,
            wanted.address(EVENTS, replace(asked, building_id=one.building.id)),
            *sheet.at((one.building.lon, one.building.lat)),
            min(DOT + one.load.waiting, LARGEST_DOT),
        )
        for one in overview.buildings
    ]
    return {
        "sheet": sheet,
        "areas": [_area(sheet, one, asked, dots) for one in overview.grids],
        "borders": [_border(sheet, one) for one in overview.communities],
        "busiest": dots[: map_view.BUSIEST],
    }


def _area(sheet: Sheet, one: GridLoad, asked: Wanted, dots: Sequence[Dot]) -> Area:
    ring = _ring(one.grid.polygon)
    name, load = one.grid.name, one.load
    x, y = sheet.at(middle(ring)) if ring else (0.0, 0.0)
    return Area(
        name=name,
        short=name.removeprefix(one.community.name.removesuffix("社区")) or name,
        community=one.community.name,
        load=load,
        address=wanted.address(EVENTS, replace(asked, community_id=None, grid_id=one.grid.id)),
        says=f"{name}，待办{load.waiting}件" + (f"，超时{load.late}件" if load.late else ""),
        shade=sum(load.waiting >= least for least in SHADES),
        points=sheet.outline(ring),
        x=x,
        y=y,
        dots=tuple(dot for dot in dots if dot.grid_id == one.grid.id),
    )


def _border(sheet: Sheet, community: Community) -> Border:
    ring = _ring(community.boundary)
    corners: Sequence[Point] = [sheet.at(corner) for corner in ring] or [(0.0, 0.0)]
    x = sum(corner[0] for corner in corners) / len(corners)
    return Border(community.name, sheet.outline(ring), round(x, 1), min(corner[1] for corner in corners))


def _ring(stored: Iterable[Sequence[float]]) -> list[Point]:
    """The corners once each; rings may be stored closed. Fewer than three corners are no ring."""
    corners = [(lon, lat) for lon, lat in stored]
    if corners[:1] == corners[-1:]:
        corners = corners[:-1]
    return corners if len(corners) >= LEAST_CORNERS else []


def _legend() -> list[tuple[int, str]]:
    words = ["没有待办"]
    for least, following in zip(SHADES, (*SHADES[1:], None), strict=True):
        words.append(f"{least}件以上" if following is None else f"{least}至{following - 1}件")
    return list(enumerate(words))
