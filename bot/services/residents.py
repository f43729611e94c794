"""Residents: who writes, what they told us once, and how they are shown."""

from sqlalchemy.orm import Session

from bot.core import masking
from bot.core.places import Gazetteer, Place
from bot.errors import NotFound
from bot.services.desk import Desk
from bot.store.queries import people, talk
from bot.store.tables import Community, Conversation, Resident


def resident_for(
    session: Session, desk: Desk, channel: str, channel_user: str, community_id: str | None = None
) -> Resident:
    """The resident behind a channel account, with their conversation; both are made on first contact.

    A community that is given replaces the one known. Raises NotFound for a community that does not exist.
    """
    if community_id is not None and session.get(Community, community_id) is None:
        raise NotFound(f"没有编号为 {community_id} 的社区")
    now = desk.clock()
    resident = people.resident_on(session, channel, channel_user, now)
    resident.community_id = community_id or resident.community_id or desk.settings.default_community
    talk.conversation_of(session, resident.id, now)
    session.flush()
    return resident


def conversation_with(session: Session, desk: Desk, resident: Resident) -> Conversation:
    """The resident's one conversation."""
    return talk.conversation_of(session, resident.id, desk.clock())


def remember_contact(session: Session, resident: Resident, name: str | None = None, phone: str | None = None) -> None:
    """Keep what the resident told, so that it is not asked again; None leaves what is known."""
    resident.name = name or resident.name
    resident.phone = phone or resident.phone
    if phone:
        resident.declined_contact = False
    session.flush()


def remember_home(session: Session, resident: Resident, place: Place) -> None:
    """Keep where the resident lives."""
    resident.building_id = place.building.id if place.building else None
    resident.unit = place.unit
    resident.room = place.room
    resident.place_text = place.label()
    resident.community_id = place.community_id or resident.community_id
    session.flush()


def home(resident: Resident, gazetteer: Gazetteer) -> Place | None:
    """Where the resident lives, as far as they told."""
    building = next((one for one in gazetteer.buildings if one.id == resident.building_id), None)
    if building is None and not resident.place_text:
        return None
    return Place(
        text=resident.place_text or "",
        community_id=building.community_id if building else resident.community_id,
        grid_id=building.grid_id if building else None,
        building=building,
        unit=resident.unit,
        floor=None,
        room=resident.room,
        landmark=None,
    )


def masked(resident: Resident) -> str:
    """Name and phone for eyes that need no more: 王** 199****0001; empty if neither is known."""
    name = masking.mask_name(resident.name) if resident.name else ""
    phone = masking.mask_phone(resident.phone) if resident.phone else ""
    return f"{name} {phone}".strip()
