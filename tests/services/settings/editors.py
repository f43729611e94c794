"""Who edits the settings in these tests, and the words they give for it."""

from sqlalchemy.orm import Session

from bot.core.staff import Role
from bot.services.desk import Desk
from bot.services.settings.history import Editor
from bot.store.queries import people
from bot.store.tables import Staff

REASON = "单位搬家了"


def administrator(session: Session, username: str = "boss") -> Staff:
    """Somebody with all rights, hired on first call."""
    if known := people.staff_by_username(session, username):
        return known
    staff = Staff(username=username, password_hash="!", name="柏师", role=Role.ADMIN, grid_ids=[], dialects=[])
    session.add(staff)
    session.flush()
    return staff


def editor(session: Session, desk: Desk, reason: str = REASON) -> Editor:
    return Editor(administrator(session), desk.clock(), reason)
