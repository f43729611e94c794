"""The places of the neighbourhood: communities, estates, grids, buildings, and which grid a point is in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.addresses import Address

MOST_CHOICES = 6
_LEAST_NAME = 2

Point = tuple[float, float]


@dataclass(frozen=True)
class Community:
    """A community (社区); aliases are what residents also call it."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Estate:
    """A housing estate (小区); aliases may be old names or a lane such as 锦绣路88弄."""

    name: str
    community_id: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grid:
    """A grid (网格); `polygon` is its outer ring of (lon, lat), closed or not."""

    id: str
    community_id: str
    name: str
    polygon: tuple[Point, ...]


@dataclass(frozen=True)
class Building:
    """A building; `number` is bare (3, 12A), `name` is for people (桂香苑3号楼)."""

    id: str
    community_id: str
    grid_id: str
    estate: str
    number: str
    name: str
    units: int
    floors: int
    lon: float
    lat: float


@dataclass(frozen=True)
class Gazetteer:
    """Everything that has a name or a number on the map."""

    communities: tuple[Community, ...]
    estates: tuple[Estate, ...]
    grids: tuple[Grid, ...]
    buildings: tuple[Building, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every known name of a community or estate, for the address reader."""
        places: Sequence[Community | Estate] = (*self.estates, *self.communities)
        return tuple(name for place in places for name in (place.name, *place.aliases))


@dataclass(frozen=True)
class Place:
    """Where something is, as far as it is known; `text` is in the resident's own words."""

    text: str
    community_id: str | None
    grid_id: str | None
    building: Building | None
    unit: str | None
    floor: str | None
    room: str | None
    landmark: str | None

    def label(self) -> str:
        """Say the place to people, never with the room: 桂香苑3号楼2单元."""
        if self.building is None:
            return self.landmark or self.text
        unit = f"{self.unit}单元" if self.unit else ""
        floor = f"{self.floor}楼" if self.floor and not self.room else ""
        return f"{self.building.name}{unit}{floor}{self.landmark or ''}"


@dataclass(frozen=True)
class Resolution:
    """What came of an address: one place, or up to six buildings to choose from, or a Chinese sentence."""

    place: Place | None = None
    choices: tuple[Building, ...] = ()
    problem: str | None = None


@dataclass(frozen=True)
class _Area:
    """Where to look: the buildings an address may mean, and the name they go by."""

    name: str
    community_id: str | None
    buildings: tuple[Building, ...]


def resolve(
    address: Address,
    gazetteer: Gazetteer,
    community_id: str | None,
    pinyin: Callable[[str], str] | None = None,
) -> Resolution:
    """Find what an address means within the resident's community, or in the estate it names.

    `pinyin` lets an estate be found that sounds like the one written. Without a building the place
    is what is known: community, grid where there is only one, landmark.
    """
    if address.is_empty:
        return Resolution(problem="还不知道是哪里，请说一下小区和楼号")
    area = _named_area(address, gazetteer, pinyin)
    if area is None and address.estate and address.building:
        return Resolution(problem=f"没找到「{address.estate}」，请说一下小区的全名")
    area = area or _home_area(gazetteer, community_id)
    if address.building is None:
        return Resolution(place=_place(address, area, None))
    return _resolve_building(address, area)


def _resolve_building(address: Address, area: _Area) -> Resolution:
    number = address.building or ""
    found = [b for b in area.buildings if _same_number(b.number, number)]
    if not found:
        return Resolution(problem=_unknown_number(number, area))
    fitting = [b for b in found if _has_unit(b, address.unit) and _has_floor(b, address.floor)]
    if not fitting:
        return Resolution(problem=_misfit(found[0], address))
    if len(fitting) == 1:
        return Resolution(place=_place(address, area, fitting[0]))
    if len(fitting) > MOST_CHOICES:
        return Resolution(problem=f"有{len(fitting)}个小区都有{number}号楼，请说一下小区名")
    return Resolution(choices=tuple(fitting))


def _named_area(address: Address, gazetteer: Gazetteer, pinyin: Callable[[str], str] | None) -> _Area | None:
    lane = f"{address.road}{address.road_number}" if address.road and address.road_number else None
    spoken = [name for name in (address.estate, lane, address.road_number) if name]
    for name in spoken:
        if estates := _estates_called(name, gazetteer, pinyin):
            return _of_estates(estates, gazetteer)
    community = next((c for c in gazetteer.communities if address.community in (c.name, *c.aliases)), None)
    return _home_area(gazetteer, community.id) if community else None


def _estates_called(spoken: str, gazetteer: Gazetteer, pinyin: Callable[[str], str] | None) -> tuple[Estate, ...]:
    bare = _bare(spoken)
    if len(bare) < _LEAST_NAME:
        return ()
    named = [(estate, [_bare(n) for n in (estate.name, *estate.aliases)]) for estate in gazetteer.estates]
    exact = tuple(estate for estate, names in named if bare in names)
    if exact:
        return exact
    within = tuple(estate for estate, names in named if any(bare in n or n in bare for n in names if n))
    if within or pinyin is None:
        return within
    sound = pinyin(bare)
    return tuple(estate for estate, names in named if any(pinyin(n) == sound for n in names))


def _of_estates(estates: Sequence[Estate], gazetteer: Gazetteer) -> _Area:
    keys = {(estate.community_id, estate.name) for estate in estates}
    buildings = tuple(b for b in gazetteer.buildings if (b.community_id, b.estate) in keys)
    communities = {estate.community_id for estate in estates}
    return _Area("、".join(estate.name for estate in estates), _only(communities), buildings)


def _home_area(gazetteer: Gazetteer, community_id: str | None) -> _Area:
    if community_id is None:
        return _Area("这里", None, gazetteer.buildings)
    name = next((c.name for c in gazetteer.communities if c.id == community_id), "这里")
    return _Area(name, community_id, tuple(b for b in gazetteer.buildings if b.community_id == community_id))


def _place(address: Address, area: _Area, building: Building | None) -> Place:
    return Place(
        text=address.text,
        community_id=building.community_id if building else area.community_id,
        grid_id=building.grid_id if building else _only({b.grid_id for b in area.buildings}),
        building=building,
        unit=address.unit,
        floor=address.floor,
        room=address.room,
        landmark=address.landmark,
    )


def _only(values: set[str]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None


def _bare(name: str) -> str:
    return name.strip().removesuffix("小区").removesuffix("社区")


def _same_number(number: str, spoken: str) -> bool:
    return number.upper().removesuffix("号楼").lstrip("0") == spoken.upper()


def _has_unit(building: Building, unit: str | None) -> bool:
    return unit is None or not unit.isdecimal() or 1 <= int(unit) <= building.units


def _has_floor(building: Building, floor: str | None) -> bool:
    return floor is None or not floor.isdecimal() or int(floor) <= building.floors


def _misfit(building: Building, address: Address) -> str:
    if not _has_unit(building, address.unit):
        return f"{building.name}没有{address.unit}单元（一共{building.units}个单元）"
    return f"{building.name}没有{address.floor}楼（一共{building.floors}层）"


def _unknown_number(number: str, area: _Area) -> str:
    known = [int(b.number) for b in area.buildings if b.number.isdecimal()]
    greatest = f"（最大是{max(known)}号楼）" if known else ""
    return f"{area.name}没有{number}号楼{greatest}"


def grid_at(lon: float, lat: float, gazetteer: Gazetteer) -> Grid | None:
    """Return the grid whose polygon holds the point."""
    return next((grid for grid in gazetteer.grids if _holds(grid.polygon, lon, lat)), None)


def _holds(ring: Sequence[Point], lon: float, lat: float) -> bool:
    inside = False
    for (lon_1, lat_1), (lon_2, lat_2) in zip(ring, (*ring[1:], *ring[:1]), strict=True):
        crosses = (lat_1 > lat) != (lat_2 > lat)
        if crosses and lon < (lon_2 - lon_1) * (lat - lat_1) / (lat_2 - lat_1) + lon_1:
            inside = not inside
    return inside
