"""Places from positions: what stands where a resident's phone says it is."""

import math
from operator import itemgetter
from typing import Final

from bot.core.places import Building, Gazetteer, Place, grid_at

# A position sent from a phone is that good; further away another building may be meant.
NEAR_METRES: Final = 40.0
LABEL_LIMIT: Final = 60
_METRES_PER_DEGREE: Final = 111_320.0


def place_at(lon: float, lat: float, label: str, gazetteer: Gazetteer) -> Place:
    """The building next to the point, else the grid that holds it, else only the label the phone gave.

    Degrees in the same datum as the map (WeChat sends GCJ-02).
    """
    words = " ".join(label.split())[:LABEL_LIMIT]
    building = nearest_building(lon, lat, gazetteer)
    if building:
        return Place(
            text=building.name,
            community_id=building.community_id,
            grid_id=building.grid_id,
            building=building,
            unit=None,
            floor=None,
            room=None,
            landmark=None,
        )
    grid = grid_at(lon, lat, gazetteer)
    named = words or (f"{grid.name}内" if grid else "微信发来的位置")
    return Place(
        text=named,
        community_id=grid.community_id if grid else None,
        grid_id=grid.id if grid else None,
        building=None,
        unit=None,
        floor=None,
        room=None,
        landmark=named,
    )


def nearest_building(lon: float, lat: float, gazetteer: Gazetteer) -> Building | None:
    """The nearest building within NEAR_METRES."""
    near = [(_metres(lon, lat, one), one) for one in gazetteer.buildings]
    distance, building = min(near, key=lambda pair: pair[0], default=(math.inf, None))
    return building if distance <= NEAR_METRES else None


def buildings_near(building: Building, gazetteer: Gazetteer, metres: float) -> list[tuple[float, Building]]:
    """Other buildings of the same community within so many metres, the nearest first, with the distance."""
    others = [one for one in gazetteer.buildings if one.community_id == building.community_id and one != building]
    near = [(_metres(building.lon, building.lat, one), one) for one in others]
    return sorted(((distance, one) for distance, one in near if distance <= metres), key=itemgetter(0))


def _metres(lon: float, lat: float, building: Building) -> float:
    """Over a few kilometres the earth is flat enough."""
    east = (building.lon - lon) * math.cos(math.radians(lat)) * _METRES_PER_DEGREE
    north = (building.lat - lat) * _METRES_PER_DEGREE
    return math.hypot(east, north)
