"""By what the residents of a case are known: their names and rooms, to be masked or left out of what others write."""

from sqlalchemy.orm import Session

from bot.core.scrubbing import Identity
from bot.store.queries import cases
from bot.store.tables import AgendaItem, Case, GridEvent, Resident


def reporter_of(session: Session, case: Case) -> Identity:
    """Who brought the case up, and whom it is for."""
    resident = session.get(Resident, case.resident_id) if case.resident_id else None
    return _known([resident] if resident else [], case)


def everybody_in(session: Session, case: Case) -> Identity:
    """The same with all who joined an event."""
    ids = [case.resident_id] if case.resident_id else []
    if isinstance(case, GridEvent) and case.id is not None:
        ids += [row.resident_id for row in cases.reporters_of(session, case.id)]
    found = (session.get(Resident, one) for one in ids)
    return _known([one for one in found if one is not None], case)


def _known(residents: list[Resident], case: Case) -> Identity:
    names, rooms = {one.name for one in residents}, {one.room for one in residents}
    if not isinstance(case, AgendaItem):
        names.add(case.contact_name if isinstance(case, GridEvent) else case.recipient_name)
        rooms.add(case.room)
    return Identity(frozenset(one for one in names if one), frozenset(one for one in rooms if one))
