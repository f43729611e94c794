"""The map of data/demo: every building stands in the grid it names, and in no other."""

from collections.abc import Collection
from pathlib import Path

from bot.core.places import Building, Community, Estate, Gazetteer, Grid, Point, grid_at
from bot.store.files import yaml_lines
from bot.store.files.demo_rows import CommunityOffice, Street
from bot.store.files.yaml_lines import Entry

_LEAST_RING = 4


def load_street(file: Entry) -> Street:
    """The street of communities.yml."""
    entry = file.entry("street")
    entry.only("name", "city", "district", "phone")
    return Street(entry.text("name"), entry.text("city"), entry.text("district"), entry.text("phone"))


def load_offices(file: Entry) -> tuple[CommunityOffice, ...]:
    """The communities of communities.yml, as offices."""
    offices: dict[str, CommunityOffice] = {}
    for entry in file.entries("communities"):
        entry.only("id", "code", "name", "aliases", "phone", "address", "hours", "center", "boundary")
        office = _office(entry)
        if not office.code.isdigit():
            raise entry.broken("code", "应该全是数字，办件编号里要用")
        entry.refuse_twice("id", office.id, offices)
        if any(office.code == other.code for other in offices.values()):
            raise entry.broken("code", f"{office.code}写了两次")
        offices[office.id] = office
    return tuple(offices.values())


def load_gazetteer(folder: Path, file: Entry) -> Gazetteer:
    """The map: names from communities.yml, polygons from grids.geojson, buildings from buildings.yml."""
    communities = tuple(
        Community(entry.text("id"), entry.text("name"), entry.texts("aliases")) for entry in file.entries("communities")
    )
    known = {community.id for community in communities}
    estates = _estates(file, known)
    grids = _grids(yaml_lines.load(folder / "grids.geojson"), known)
    buildings = _buildings(yaml_lines.load(folder / "buildings.yml"), grids, estates)
    return Gazetteer(communities, estates, grids, buildings)


def _office(entry: Entry) -> CommunityOffice:
    return CommunityOffice(
        id=entry.text("id"),
        code=entry.text("code"),
        name=entry.text("name"),
        phone=entry.text("phone"),
        address=entry.text("address"),
        hours=entry.text("hours"),
        center=_point(entry, "center"),
        boundary=_ring(entry, "boundary", entry.plain().get("boundary")),
    )


def _estates(file: Entry, communities: Collection[str]) -> tuple[Estate, ...]:
    estates: dict[str, Estate] = {}
    for entry in file.entries("estates"):
        entry.only("name", "community", "aliases")
        name = entry.text("name")
        entry.refuse_twice("name", name, estates)
        estates[name] = Estate(name, entry.known("community", communities), entry.texts("aliases"))
    return tuple(estates.values())


def _grids(file: Entry, communities: Collection[str]) -> tuple[Grid, ...]:
    grids: dict[str, Grid] = {}
    for feature in file.entries("features"):
        properties, geometry = feature.entry("properties"), feature.entry("geometry")
        properties.only("community", "name")
        if geometry.text("type") != "Polygon":
            raise geometry.broken("type", "应该是 Polygon")
        rings = geometry.plain().get("coordinates")
        if not isinstance(rings, list) or len(rings) != 1:
            raise geometry.broken("coordinates", "应该只有一圈，中间没有洞")
        identity = feature.text("id")
        feature.refuse_twice("id", identity, grids)
        community = properties.known("community", communities)
        ring = _ring(geometry, "coordinates", rings[0])
        grids[identity] = Grid(identity, community, properties.text("name"), ring)
    return tuple(grids.values())


def _buildings(file: Entry, grids: tuple[Grid, ...], estates: tuple[Estate, ...]) -> tuple[Building, ...]:
    file.only("buildings")
    by_id = {grid.id: grid for grid in grids}
    by_name = {estate.name: estate for estate in estates}
    buildings: dict[str, Building] = {}
    doors: set[str] = set()
    for entry in file.entries("buildings"):
        entry.only("id", "grid", "estate", "number", "name", "units", "floors", "lon", "lat")
        building = _building(entry, by_id, by_name)
        entry.refuse_twice("id", building.id, buildings)
        entry.refuse_twice("number", f"{building.estate}{building.number}", doors)
        _check_grid(entry, building, grids)
        doors.add(f"{building.estate}{building.number}")
        buildings[building.id] = building
    return tuple(buildings.values())


def _building(entry: Entry, grids: dict[str, Grid], estates: dict[str, Estate]) -> Building:
    grid = grids[entry.known("grid", grids)]
    estate = estates[entry.known("estate", estates)]
    if estate.community_id != grid.community_id:
        raise entry.broken("grid", f"{estate.name}和{grid.name}不在一个社区")
    for field in ("units", "floors"):
        if entry.whole(field) < 1:
            raise entry.broken(field, "至少是 1")
    return Building(
        id=entry.text("id"),
        community_id=grid.community_id,
        grid_id=grid.id,
        estate=estate.name,
        number=entry.text("number"),
        name=entry.text("name"),
        units=entry.whole("units"),
        floors=entry.whole("floors"),
        lon=entry.number("lon"),
        lat=entry.number("lat"),
    )


def _check_grid(entry: Entry, building: Building, grids: tuple[Grid, ...]) -> None:
    alone = (Gazetteer((), (), (grid,), ()) for grid in grids)
    around = [one.grids[0].id for one in alone if grid_at(building.lon, building.lat, one)]
    if around != [building.grid_id]:
        found = "、".join(around) or "任何网格之外"
        raise entry.broken("grid", f"{building.name}的坐标在{found}，不在{building.grid_id}")


def _point(entry: Entry, field: str) -> Point:
    numbers = entry.numbers(field)
    if len(numbers) != 2:  # noqa: PLR2004 - longitude and latitude
        raise entry.broken(field, "应该是 [经度, 纬度]")
    return numbers[0], numbers[1]


def _ring(entry: Entry, field: str, value: object) -> tuple[Point, ...]:
    points: list[Point] = []
    for pair in value if isinstance(value, list) else ():
        match pair:
            case [int() | float() as lon, int() | float() as lat]:
                points.append((float(lon), float(lat)))
            case _:
                raise entry.broken(field, "每个点应该是 [经度, 纬度]")
    if len(points) < _LEAST_RING or points[0] != points[-1]:
        raise entry.broken(field, "应该是一圈：至少三个点，最后一点和第一点相同")
    return tuple(points)
