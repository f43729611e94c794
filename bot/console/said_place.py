"""Where something is, in the parts a form asks for: as a worker put it right, and else in the resident's words."""

import re
from dataclasses import dataclass
from typing import Final

from bot.core import addresses, places
from bot.core.addresses import Address, SpanType
from bot.core.places import Building, Place, Resolution
from bot.services import residents
from bot.services.desk import Desk
from bot.services.sounds import sound
from bot.store.tables import Resident

_IN_OTHER_FIELDS: Final = frozenset(
    {SpanType.COMMUNITY, SpanType.ESTATE, SpanType.BUILDING, SpanType.UNIT, SpanType.ROOM}
)
# A gate or a square is a place of its own; these are at the house that was spoken of.
_AT_THE_HOUSE: Final = re.compile(r"门口|楼[上下前后道梯]|[对隔]|旁|边|单元")
_JOINTS: Final = " ，,。的、"


@dataclass(frozen=True)
class SaidPlace:
    """Building and unit as far as they are known; `rest` is what is said besides them."""

    building: Building | None
    unit: str
    rest: str


def said(desk: Desk, resident: Resident, words: str, corrected: str | None) -> SaidPlace:
    """The place of the words, else the resident's home; what was put right comes first, and fills in what it leaves."""
    told = _told(desk, resident, words)
    if not corrected:
        return _parts(told, ((told.landmark or ("" if told.building else told.text)) if told else ""))
    address = addresses.read(corrected, desk.gazetteer.names)
    if address.building or address.estate:
        return _elsewhere(_resolved(desk, resident, address), told, corrected, address)
    if address.landmark and not (address.unit or address.floor or _AT_THE_HOUSE.search(address.landmark)):
        return SaidPlace(None, "", corrected)
    at_home = _parts(told, _rest(corrected, address))
    return SaidPlace(at_home.building, address.unit or at_home.unit, at_home.rest)


def _elsewhere(found: Resolution, told: Place | None, corrected: str, address: Address) -> SaidPlace:
    """With a house of its own; of what was said before only holds what is about the same house."""
    building = found.place.building if found.place else None
    if building is None:
        return SaidPlace(None, "", corrected)
    is_same = told is not None and told.building == building
    unit = address.unit or (told.unit if told and is_same else None) or ""
    rest = _rest(corrected, address) or (told.landmark if told and is_same else None) or ""
    return SaidPlace(building, unit, rest)


def _told(desk: Desk, resident: Resident, words: str) -> Place | None:
    found = _resolved(desk, resident, addresses.read(words, desk.gazetteer.names)).place
    return found if found and found.building else residents.home(resident, desk.gazetteer) or found


def _resolved(desk: Desk, resident: Resident, address: Address) -> Resolution:
    return places.resolve(address, desk.gazetteer, resident.community_id, sound)


def _parts(place: Place | None, rest: str) -> SaidPlace:
    return SaidPlace(place.building if place else None, (place.unit or "") if place else "", rest)


def _rest(corrected: str, address: Address) -> str:
    """The words besides those that have a field of their own; a room is for none of them."""
    left, at = "", 0
    for span in address.spans:
        if span.type in _IN_OTHER_FIELDS:
            left, at = left + corrected[at : span.start], span.end
    return (left + corrected[at:]).strip(_JOINTS)
