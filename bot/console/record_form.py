"""What the forms for records begin with: the message, and what the bot read in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.console import lines
from bot.console.lines import Line
from bot.core import addresses, masking, places
from bot.core.places import Building, Place
from bot.core.urgency import Urgency
from bot.services import record_source, residents
from bot.services.desk import Desk
from bot.services.record_source import LONGEST_SPOT, Source
from bot.services.sounds import sound
from bot.store.queries import recorded
from bot.store.tables import Resident, Staff


@dataclass(frozen=True)
class Prefilled:
    """`leaf` is empty where the bot saw none; `buildings` are those a worker may choose from."""

    line: Line
    ordinal: int
    leaf: str
    urgency: Urgency
    building: str
    unit: str
    place: str
    phone: str
    buildings: Sequence[Building]


def read(session: Session, desk: Desk, staff: Staff, conversation_id: int, message_id: int) -> Prefilled:
    """Raises NotFound, NotAllowed, Conflict as filing would."""
    ordinal = recorded.next_ordinal(session, message_id)
    heard = record_source.heard(session, staff, Source(conversation_id, message_id, ordinal))
    line = lines.of_messages(session, desk, [heard.message])[0]
    place = _place(desk, heard.resident, heard.message.text)
    leaf = _leaf(line)
    return Prefilled(
        line=line,
        ordinal=ordinal,
        leaf=f"{leaf} {desk.catalogue.leaves[leaf].name}" if leaf in desk.catalogue.leaves else "",
        urgency=_urgency(desk, line, leaf),
        building=_shown(place.building) if place and place.building else "",
        unit=(place.unit or "") if place else "",
        place=_rest(line, place),
        phone=masking.mask_phone(heard.resident.phone or ""),
        buildings=[one for one in desk.gazetteer.buildings if staff.community_id in (None, one.community_id)],
    )


def _shown(building: Building) -> str:
    return f"{building.id} {building.name}"


def _leaf(line: Line) -> str:
    corrected = line.corrected.leaf if line.corrected else None
    return corrected or (line.reading.leaf if line.reading else None) or ""


def _urgency(desk: Desk, line: Line, leaf: str) -> Urgency:
    """What was put right, else the more urgent of what the bot read and what the leaf usually is."""
    usual = desk.catalogue.leaves[leaf].urgency if leaf in desk.catalogue.leaves else Urgency.P2
    if line.reading is None:
        return usual
    return line.reading.right_urgency or min(line.reading.urgency or usual, usual)


def _place(desk: Desk, resident: Resident, text: str) -> Place | None:
    """The place the words name, else the resident's home."""
    found = places.resolve(
        addresses.read(text, desk.gazetteer.names), desk.gazetteer, resident.community_id, sound
    ).place
    return found if found and found.building else residents.home(resident, desk.gazetteer) or found


def _rest(line: Line, place: Place | None) -> str:
    """What is known of the place besides building and unit; the room stays where it is."""
    said = line.reading.right_place if line.reading else None
    known = (place.landmark or ("" if place.building else place.text)) if place else ""
    return masking.redact(said or known)[:LONGEST_SPOT]
