"""The support of somebody who is erased: it keeps counting, and names their door no longer."""

from sqlalchemy.orm import Session

from bot.services.proposing import support
from bot.store.queries import erasing
from bot.store.tables import AgendaItem, Resident


def unname_door(session: Session, resident: Resident) -> None:
    """Have the resident count for themselves, while each item keeps as many households as it has.

    To be called while the resident row still says where they live.
    """
    for row in erasing.endorsements_by(session, resident.id):
        item = session.get_one(AgendaItem, row.item_id)
        before = support(session, item)
        row.household = None
        session.flush()
        if support(session, item) > before:
            # A neighbour of the same door counts already.
            session.delete(row)
            session.flush()
    for item in erasing.rows_of(session, AgendaItem, resident.id):
        for row in erasing.endorsements_from(session, item.id, _door(resident)):
            row.household = resident.id
    session.flush()


def _door(resident: Resident) -> str:
    """As `proposing` writes it into an endorsement."""
    return f"{resident.building_id}/{resident.unit or ''}/{resident.room}"
