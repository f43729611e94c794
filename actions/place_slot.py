"""Places in slots: read from a message, kept as plain values, shown as text."""

from dataclasses import dataclass
from typing import Any

from bot.core import addresses, places
from bot.core.places import Gazetteer, Place
from bot.services.desk import Desk

WHOLE_COMMUNITY = "小区公共区域"


@dataclass(frozen=True)
class PlaceFound:
    """Exactly one of the three is set, or none where the message names no place."""

    place: Place | None = None
    choices: tuple[str, ...] = ()
    problem: str | None = None


def found_in(text: str, desk: Desk, community_id: str | None, before: Place | None = None) -> PlaceFound:
    """Read and resolve a place; a bare unit or floor completes the building said before."""
    address = addresses.read(text, desk.gazetteer.names)
    if address.is_empty:
        return PlaceFound()
    if before and before.building and not address.building and not address.estate:
        return PlaceFound(place=_completed(before, address))
    resolution = places.resolve(address, desk.gazetteer, community_id)
    return PlaceFound(resolution.place, tuple(b.name for b in resolution.choices), resolution.problem)


def _completed(before: Place, address: addresses.Address) -> Place:
    return Place(
        text=f"{before.text}{address.text}",
        community_id=before.community_id,
        grid_id=before.grid_id,
        building=before.building,
        unit=address.unit or before.unit,
        floor=address.floor or before.floor,
        room=address.room or before.room,
        landmark=address.landmark or before.landmark,
    )


def as_told(text: str, community_id: str | None) -> Place:
    """A place in the resident's own words that no building list knows; a worker will find it."""
    return Place(text, community_id, None, None, None, None, None, text)


def dumped(place: Place) -> dict[str, Any]:
    return {
        "text": place.text,
        "community_id": place.community_id,
        "grid_id": place.grid_id,
        "building": place.building.id if place.building else None,
        "unit": place.unit,
        "floor": place.floor,
        "room": place.room,
        "landmark": place.landmark,
    }


def loaded(kept: dict[str, Any] | None, gazetteer: Gazetteer) -> Place | None:
    if kept is None:
        return None
    building = next((b for b in gazetteer.buildings if b.id == kept["building"]), None)
    return Place(**{**kept, "building": building})
