"""Drawing rings of longitude and latitude on a flat sheet; a few kilometres need no better projection."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians

Point = tuple[float, float]


@dataclass(frozen=True)
class Sheet:
    """A drawing `width` wide that holds all the points it was made for; `x` grows eastward, `y` southward."""

    west: float
    north: float
    scale: float
    squeeze: float
    width: float
    height: float
    margin: float

    @classmethod
    def around(cls, points: Iterable[Point], width: float, margin: float) -> "Sheet":
        """The sheet on which the points just fit; without any, or with all on one spot, an empty square."""
        known = list(points)
        if not known:
            return cls(0, 0, 1, 1, width, width, margin)
        west, east = min(lon for lon, _ in known), max(lon for lon, _ in known)
        south, north = min(lat for _, lat in known), max(lat for _, lat in known)
        # A degree of longitude is shorter the farther from the equator.
        squeeze = cos(radians((south + north) / 2))
        wide, high = (east - west) * squeeze, north - south
        inner = width - 2 * margin
        longest = max(wide, high)
        scale = inner / (wide or longest) if longest else 1
        height = round(high * scale + 2 * margin, 1) if longest else width
        return cls(west, north, scale, squeeze, width, height, margin)

    def at(self, point: Point) -> Point:
        """Where a (lon, lat) lies on the sheet."""
        lon, lat = point
        x = self.margin + (lon - self.west) * self.squeeze * self.scale
        y = self.margin + (self.north - lat) * self.scale
        return round(x, 1), round(y, 1)

    def outline(self, ring: Sequence[Point]) -> str:
        """The ring as the `points` of an SVG polygon."""
        return " ".join(f"{x:g},{y:g}" for x, y in map(self.at, ring))


def middle(ring: Sequence[Point]) -> Point:
    """The centre of gravity of a ring (surveyor's formula); of a ring without area the mean of its corners."""
    pairs = list(zip(ring, (*ring[1:], *ring[:1]), strict=True))
    # Counted from the first corner, or the small differences drown in the size of the degrees.
    lon0, lat0 = ring[0]
    area = lon = lat = 0.0
    for (lon1, lat1), (lon2, lat2) in pairs:
        x1, y1, x2, y2 = lon1 - lon0, lat1 - lat0, lon2 - lon0, lat2 - lat0
        cross = x1 * y2 - x2 * y1
        area += cross
        lon += (x1 + x2) * cross
        lat += (y1 + y2) * cross
    if not area:
        return sum(point[0] for point in ring) / len(ring), sum(point[1] for point in ring) / len(ring)
    return lon0 + lon / (3 * area), lat0 + lat / (3 * area)
