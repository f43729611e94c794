"""Which browsers belong to residents of other channels."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.tables import PageLink, Resident


def put(session: Session, secret_digest: str, resident_id: str, now: datetime) -> None:
    """Link a browser; a fresh secret is drawn for every link, so that there is never one already."""
    session.add(PageLink(secret_digest=secret_digest, resident_id=resident_id, linked_at=now))
    session.flush()


def resident_of(session: Session, secret_digest: str) -> Resident | None:
    """The resident a browser was linked to."""
    query = select(Resident).join(PageLink, PageLink.resident_id == Resident.id)
    return session.scalar(query.where(PageLink.secret_digest == secret_digest))
