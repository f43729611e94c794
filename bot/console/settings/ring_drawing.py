"""A small map of one ring among its neighbours, as numbers for an SVG."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.places import Building, Grid, Point

WIDTH: Final = 400
MARGIN: Final = 12


@dataclass(frozen=True)
class Shape:
    """A ring with its name; `points` as SVG writes them."""

    name: str
    points: str


@dataclass(frozen=True)
class Dot:
    """A building."""

    name: str
    x: int
    y: int


@dataclass(frozen=True)
class Drawing:
    """The ring itself, the others around it, and the buildings."""

    width: int
    height: int
    ring: Shape
    around: tuple[Shape, ...]
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class _Scale:
    """From degrees to pixels; a degree of longitude is shorter the farther north it is."""

    west: float
    north: float
    per_degree: float
    narrowing: float

    def at(self, point: Point) -> tuple[int, int]:
        x = (point[0] - self.west) * self.narrowing * self.per_degree
        return round(x) + MARGIN, round((self.north - point[1]) * self.per_degree) + MARGIN


def drawn(name: str, ring: Sequence[Point], around: Sequence[Grid], buildings: Sequence[Building]) -> Drawing:
    """Everything fits into WIDTH; the height follows from the ground."""
    points = [*ring, *(point for grid in around for point in grid.polygon)]
    west, east = min(lon for lon, _ in points), max(lon for lon, _ in points)
    south, north = min(lat for _, lat in points), max(lat for _, lat in points)
    narrowing = math.cos(math.radians((south + north) / 2))
    scale = _Scale(west, north, (WIDTH - 2 * MARGIN) / max((east - west) * narrowing, 1e-9), narrowing)
    return Drawing(
        width=WIDTH,
        height=round((north - south) * scale.per_degree) + 2 * MARGIN,
        ring=_shape(name, ring, scale),
        around=tuple(_shape(grid.name, grid.polygon, scale) for grid in around),
        dots=tuple(Dot(one.name, *scale.at((one.lon, one.lat))) for one in buildings),
    )


def _shape(name: str, ring: Iterable[Point], scale: _Scale) -> Shape:
    return Shape(name, " ".join(f"{x},{y}" for x, y in map(scale.at, ring)))
