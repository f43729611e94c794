"""What follows from a case's leaf and place: its title, who leads and helps, the whistle and the due times."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.core.catalogue import Leaf
from bot.core.homes import ROOM, hide_rooms
from bot.core.places import Building, Place
from bot.core.urgency import Assessment, assess
from bot.services import intake
from bot.services.desk import Desk
from bot.services.leads import Site, helpers_for, lead_for
from bot.store.queries.cases import was_reported_since
from bot.store.tables import GridEvent

UNKNOWN_PLACE: Final = "地点待核实"
LONGEST_PLACE: Final = 200


@dataclass(frozen=True)
class Grounds:
    """What a case is classified by; limits run from `start`."""

    leaf: Leaf
    community_id: str
    place: Place
    is_elderly: bool
    start: datetime

    @property
    def building(self) -> Building | None:
        """The building, if one is known."""
        return self.place.building

    @property
    def place_text(self) -> str:
        """The place as it stands in a case."""
        return place_in_case(self.place)


def place_in_case(place: Place | None) -> str:
    """The place for everybody who reads the case: the room is kept apart from it, and alone it says nothing."""
    said = place.label() if place else ""
    if place and place.building is None:
        # In the resident's own words.
        said = hide_rooms(said, [place.room] if place.room else [])
    return UNKNOWN_PLACE if said in ("", ROOM) else said[:LONGEST_PLACE]


def title_of(leaf: Leaf, place_text: str) -> str:
    """What a case is called in lists and messages."""
    return leaf.plain if place_text.startswith(UNKNOWN_PLACE) else f"{place_text}：{leaf.plain}"[:LONGEST_PLACE]


def assessed(session: Session, desk: Desk, grounds: Grounds, text: str) -> Assessment:
    """How urgent the matter is, and why."""
    return assess(
        grounds.leaf.urgency,
        text,
        elderly=grounds.is_elderly,
        reported_before=was_reported_since(
            session,
            grounds.community_id,
            grounds.leaf.code,
            grounds.start - desk.intake.repeat,
            building_id=grounds.building.id if grounds.building else None,
        ),
        now=grounds.start,
    )


def classify(session: Session, desk: Desk, event: GridEvent, grounds: Grounds) -> str:
    """Write onto the event all that follows from leaf, place and the urgency it has; returns why this lead."""
    leaf = grounds.leaf
    site = Site(grounds.community_id, grounds.building)
    lead = lead_for(session, desk.catalogue, leaf, site)
    event.leaf = leaf.code
    event.whistle = leaf.whistle
    event.title = title_of(leaf, event.place_text)
    event.lead_party_id = lead.party_id
    event.lead_name = lead.name
    event.co_names = helpers_for(session, desk.catalogue, leaf, site, lead)
    due = intake.deadlines(desk.intake, desk.calendar, leaf, event.urgency, grounds.start)
    event.due_respond = due.respond
    event.due_resolve = due.resolve
    return lead.because


def locate(event: GridEvent, place: Place, place_text: str) -> None:
    """Write the place onto the event."""
    building = place.building
    event.building_id = building.id if building else None
    event.grid_id = building.grid_id if building else place.grid_id
    event.unit = place.unit
    event.room = place.room
    event.place_text = place_text[:LONGEST_PLACE]
