"""Whom a resident may speak of when they complain, and their words without it: what goes into a case is read by all."""

from sqlalchemy.orm import Session

from bot.core import complaints
from bot.store.queries import people
from bot.store.tables import Resident, Staff


def met_by(session: Session, resident: Resident) -> list[Staff]:
    """Who the resident may have met: the staff of their community and of the street, and the units' clerks."""
    return [
        one
        for one in people.all_staff(session)
        if one.disabled_at is None and one.community_id in (resident.community_id, None)
    ]


def names_for(session: Session, resident: Resident) -> frozenset[str]:
    """The names of those the resident may have met."""
    return frozenset(one.name for one in met_by(session, resident))


def accuses(session: Session, resident: Resident, text: str) -> bool:
    """Whether the words accuse somebody of them, by name or by function."""
    return complaints.blames(text, names_for(session, resident))


def without_blame(session: Session, resident: Resident, text: str) -> str:
    """The words without what accuses somebody, so that they may stand in a case; empty where nothing else is said."""
    return complaints.without_blame(text, names_for(session, resident))
