"""Browsers that belong to a resident of another channel."""

from sqlalchemy.orm import Session

from bot.services import residents
from bot.services.desk import Desk
from bot.store.queries import links
from bot.store.tables import Resident


def link(desk: Desk, channel: str, channel_user: str, community_id: str, secret_digest: str) -> None:
    """Let whoever holds the browser's secret be that resident."""
    with desk.transaction() as session:
        resident = residents.resident_for(session, desk, channel, channel_user)
        resident.community_id = resident.community_id or community_id
        links.put(session, secret_digest, resident.id, desk.clock())


def resident_behind(session: Session, secret_digest: str) -> Resident | None:
    """The resident a browser was linked to."""
    return links.resident_of(session, secret_digest)
