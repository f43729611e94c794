"""What the forms for records begin with: the message, and what the bot read in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.console import lines, said_place
from bot.console.lines import Line
from bot.core import masking
from bot.core.places import Building
from bot.core.urgency import Urgency
from bot.services import record_source
from bot.services.desk import Desk
from bot.services.record_source import LONGEST_SPOT, Source
from bot.store.queries import recorded
from bot.store.tables import Staff


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
    # What is written down says behind which door it is.
    line = lines.of_messages(session, desk, [heard.message], shows_rooms=True)[0]
    corrected = line.reading.right_place if line.reading else None
    said = said_place.said(desk, heard.resident, heard.message.text, corrected)
    leaf = _leaf(line)
    return Prefilled(
        line=line,
        ordinal=ordinal,
        leaf=f"{leaf} {desk.catalogue.leaves[leaf].name}" if leaf in desk.catalogue.leaves else "",
        urgency=_urgency(desk, line, leaf),
        building=said.building.name if said.building else "",
        unit=said.unit,
        place=masking.redact(said.rest)[:LONGEST_SPOT],
        phone=masking.mask_phone(heard.resident.phone or ""),
        buildings=record_source.buildings_of(desk, staff),
    )


def _leaf(line: Line) -> str:
    corrected = line.corrected.leaf if line.corrected else None
    read = line.reading.leaf if line.reading and line.reading.has_matter else None
    return corrected or read or ""


def _urgency(desk: Desk, line: Line, leaf: str) -> Urgency:
    """What was put right, else the more urgent of what the bot read and what the leaf usually is."""
    usual = desk.catalogue.leaves[leaf].urgency if leaf in desk.catalogue.leaves else Urgency.P2
    if line.reading is None:
        return usual
    return line.reading.right_urgency or min(line.reading.urgency or usual, usual)
