"""Rings on the map as people paste them: one "longitude,latitude" in a line, or GeoJSON; read and looked over."""

import json
import math
import re
from collections.abc import Sequence
from itertools import combinations
from typing import Final

from bot.core.places import Point
from bot.errors import InvalidInput

LEAST_POINTS: Final = 3
MOST_POINTS: Final = 200
LONGEST_TEXT: Final = 20_000
DECIMALS: Final = 6
HOW_TO_WRITE: Final = "每行写一个点：经度,纬度，例如 116.201,30.502"
# Round numbers just beyond the borders of China.
_LONGITUDES: Final = (73.0, 136.0)
_LATITUDES: Final = (3.0, 54.0)
_EARTH_KM: Final = 6371.0
# Longer ones hold more than one point, and would keep the pattern busy.
_LONGEST_LINE: Final = 80
_PAIR: Final = re.compile(r"\s*\[?\s*(\d{1,3}(?:\.\d+)?)\s*[,，\s]\s*(\d{1,3}(?:\.\d+)?)\s*\]?\s*[,，;；]?\s*")


def read_ring(text: str) -> tuple[Point, ...]:
    """Return the ring, closed; raise InvalidInput with the line or the point that is wrong."""
    if len(text) > LONGEST_TEXT:
        raise InvalidInput("坐标太长了", f"最多{MOST_POINTS}个点")
    given = _from_json(text) if text.lstrip().startswith("{") else _from_lines(text)
    points = tuple(_checked(number, point) for number, point in enumerate(given, 1))
    open_ring = points[:-1] if len(points) > 1 and points[0] == points[-1] else points
    if len(set(open_ring)) < LEAST_POINTS:
        raise InvalidInput("至少要三个不同的点才围得成一圈", HOW_TO_WRITE)
    if len(open_ring) > MOST_POINTS:
        raise InvalidInput(f"点太多了，一共{len(open_ring)}个", f"最多{MOST_POINTS}个点")
    if len(set(open_ring)) < len(open_ring):
        raise InvalidInput("有一个点写了两次", "除了最后一点可以和第一点相同，其他点不能重复")
    if crosses_itself(open_ring):
        raise InvalidInput("这一圈自己和自己交叉了", "请按顺序沿着边界写，顺时针或逆时针都可以")
    return (*open_ring, open_ring[0])


def written(ring: Sequence[Point]) -> str:
    """The ring as it is shown for editing, without the closing point."""
    return "\n".join(f"{lon:.{DECIMALS}f},{lat:.{DECIMALS}f}" for lon, lat in ring[:-1])


def crosses_itself(open_ring: Sequence[Point]) -> bool:
    """Whether two sides cross or lie on each other; the ring comes without its closing point."""
    sides = list(zip(open_ring, (*open_ring[1:], *open_ring[:1]), strict=True))
    last = len(sides) - 1
    return any(
        _meet(*one, *other)
        for (first, one), (second, other) in combinations(enumerate(sides), 2)
        if second - first > 1 and not (first == 0 and second == last)
    ) or _folds(open_ring)


def kilometres(one: Point, other: Point) -> float:
    """How far two points are apart."""
    lon_1, lat_1, lon_2, lat_2 = map(math.radians, (*one, *other))
    half = math.sin((lat_2 - lat_1) / 2) ** 2
    half += math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(half))


def _from_lines(text: str) -> list[Point]:
    points = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        pair = _PAIR.fullmatch(line.strip()) if len(line) <= _LONGEST_LINE else None
        if pair is None:
            raise InvalidInput(f"第{number}行看不懂", HOW_TO_WRITE)
        points.append((float(pair[1]), float(pair[2])))
    return points


def _from_json(text: str) -> list[Point]:
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInput("GeoJSON 写得不完整", HOW_TO_WRITE) from None
    match found:
        case {"type": "FeatureCollection", "features": [feature]}:
            found = feature
    match found:
        case {"type": "Feature", "geometry": geometry}:
            found = geometry
    match found:
        case {"type": "Polygon", "coordinates": [list() as ring]}:
            return [_pair(number, pair) for number, pair in enumerate(ring, 1)]
    raise InvalidInput("GeoJSON 里应该正好有一个 Polygon，中间没有洞", HOW_TO_WRITE)


def _pair(number: int, pair: object) -> Point:
    match pair:
        case [bool(), _, *_] | [_, bool(), *_]:
            pass
        case [int() | float() as lon, int() | float() as lat, *_]:
            return float(lon), float(lat)
    raise InvalidInput(f"第{number}个点看不懂", "每个点应该是 [经度, 纬度]")


def _checked(number: int, point: Point) -> Point:
    lon, lat = point
    if _LONGITUDES[0] <= lat <= _LONGITUDES[1] and _LATITUDES[0] <= lon <= _LATITUDES[1]:
        raise InvalidInput(f"第{number}个点经度和纬度写反了", "经度写在前面，纬度写在后面")
    if not (_LONGITUDES[0] <= lon <= _LONGITUDES[1] and _LATITUDES[0] <= lat <= _LATITUDES[1]):
        raise InvalidInput(f"第{number}个点不在国内", HOW_TO_WRITE)
    return round(lon, DECIMALS), round(lat, DECIMALS)


def _turn(one: Point, two: Point, three: Point) -> float:
    return (two[0] - one[0]) * (three[1] - one[1]) - (two[1] - one[1]) * (three[0] - one[0])


def _meet(from_1: Point, to_1: Point, from_2: Point, to_2: Point) -> bool:
    turns = (
        _turn(from_1, to_1, from_2) * _turn(from_1, to_1, to_2),
        _turn(from_2, to_2, from_1) * _turn(from_2, to_2, to_1),
    )
    if max(turns) < 0:
        return True
    ends = ((from_1, to_1, from_2), (from_1, to_1, to_2), (from_2, to_2, from_1), (from_2, to_2, to_1))
    return any(_lies_on(*end) for end in ends)


def _lies_on(begin: Point, end: Point, point: Point) -> bool:
    if _turn(begin, end, point):
        return False
    between = (sorted((begin[axis], point[axis], end[axis]))[1] == point[axis] for axis in (0, 1))
    return all(between)


def _folds(open_ring: Sequence[Point]) -> bool:
    """Whether a side runs back over the one before it, or the ring holds no ground at all."""
    count = len(open_ring)
    corners = ((open_ring[i - 1], open_ring[i], open_ring[(i + 1) % count]) for i in range(count))
    return any(
        not _turn(*corner) and (_lies_on(corner[0], corner[1], corner[2]) or _lies_on(corner[1], corner[2], corner[0]))
        for corner in corners
    )
