"""Places in slots: read from a message, kept as plain values, shown as text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from actions.turn import Turn
from bot.core import addresses, choices, places, positions
from bot.core.places import Gazetteer, Place
from bot.services import residents
from bot.services.desk import Desk
from bot.services.sounds import sound
from bot.store.queries import cases
from bot.store.tables import GridEvent, Resident

LONGEST_WORDS = 60
# A place told this long ago is offered again; it is shown before anything is filed with it.
STILL_MEANT = timedelta(days=30)
_OWN = re.compile(r"[我俺咱](?:们|自己)?(?:的)?(?:家|屋)|我们?住|家住|住在")


@dataclass(frozen=True)
class PlaceFound:
    """Exactly one of the three is set, or none where the message names no place."""

    place: Place | None = None
    choices: tuple[str, ...] = ()
    problem: str | None = None

    def __bool__(self) -> bool:
        return bool(self.place or self.choices or self.problem)


def found_in(text: str, desk: Desk, community_id: str | None, before: Place | None = None) -> PlaceFound:
    """Read and resolve a place; a bare unit or floor completes the building said before."""
    address = addresses.read(text, desk.gazetteer.names)
    if address.is_empty:
        return PlaceFound()
    if before and before.building and not address.building and not address.estate:
        return PlaceFound(place=_completed(before, address))
    resolution = places.resolve(address, desk.gazetteer, community_id, sound)
    return PlaceFound(resolution.place, tuple(b.name for b in resolution.choices), resolution.problem)


def told_in(turn: Turn, desk: Desk, community_id: str | None, before: Place | None = None) -> PlaceFound:
    """The place of a message: the position that was sent, else what its words name."""
    if turn.position:
        place = positions.place_at(turn.position.lon, turn.position.lat, turn.position.label, desk.gazetteer)
        return PlaceFound(place=place)
    return found_in(turn.text, desk, community_id, before=before)


def picked_in(text: str, offered: Sequence[str], said: str, desk: Desk) -> PlaceFound:
    """Which of the offered buildings the answer means, by number, name or estate; unit and floor as `said` before."""
    number = choices.chosen(text, offered)
    buildings = [b for b in desk.gazetteer.buildings if b.name in offered]
    meant = [b for b in buildings if b.estate in text] if number is None else []
    name = offered[number] if number is not None else meant[0].name if len(meant) == 1 else None
    building = next((b for b in buildings if b.name == name), None)
    if building is None:
        return PlaceFound()
    plain = Place(building.name, building.community_id, building.grid_id, building, None, None, None, None)
    return PlaceFound(place=_completed(plain, addresses.read(said, desk.gazetteer.names)))


def is_own(text: str) -> bool:
    """Whether the resident speaks of where they live."""
    return _OWN.search(text) is not None


def known_place(session: Session, desk: Desk, resident: Resident) -> Place | None:
    """Where the resident lives, else where they reported something lately: asked once, used again."""
    if home := residents.home(resident, desk.gazetteer):
        return home
    since = desk.clock() - STILL_MEANT
    own = (c for c in cases.latest_cases(session, resident.id) if isinstance(c, GridEvent))
    last = next((e for e in own if e.resident_id == resident.id and e.building_id and e.created_at > since), None)
    building = next((b for b in desk.gazetteer.buildings if last and b.id == last.building_id), None)
    if last is None or building is None:
        return None
    return Place(building.name, building.community_id, building.grid_id, building, last.unit, None, last.room, None)


def _completed(before: Place, address: addresses.Address) -> Place:
    return replace(
        before,
        text=f"{before.text}{address.text}",
        unit=address.unit or before.unit,
        floor=address.floor or before.floor,
        room=address.room or before.room,
        landmark=address.landmark or before.landmark,
    )


def as_told(text: str, community_id: str | None) -> Place:
    """A place in the resident's own words that no building list knows; a worker will find it."""
    words = text[:LONGEST_WORDS]
    return Place(words, community_id, None, None, None, None, None, words)


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
