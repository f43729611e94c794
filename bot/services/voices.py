"""Who stands behind an event: who reported it, who joined, and for whom staff wrote down what was merged into it."""

from sqlalchemy.orm import Session

from bot.store.queries import cases
from bot.store.tables import GridEvent, Resident


def households(session: Session, event: GridEvent) -> int:
    """How many have spoken up; what is the event's own counts as one, whoever reported it."""
    return 1 + len(cases.reporters_of(session, event.id)) + len(others_to_reach(session, event))


def others_to_reach(session: Session, event: GridEvent) -> list[GridEvent]:
    """Events merged into it whose person has no conversation here: name and phone stand in those events only.

    Nobody is named twice: not who reported or joined the event themselves, as far as phone or name tell.
    """
    merged = [one for one in cases.merged_into(session, event) if one.resident_id is None and _who(one)]
    if not merged:
        return []
    residents = [event.resident_id, *(row.resident_id for row in cases.reporters_of(session, event.id))]
    rows = (session.get(Resident, one) for one in residents if one is not None)
    known = {_who(event), *(row.phone or row.name for row in rows if row is not None)}
    found: dict[str | None, GridEvent] = {}
    for one in merged:
        if _who(one) not in known:
            found.setdefault(_who(one), one)
    return list(found.values())


def _who(event: GridEvent) -> str | None:
    return event.contact_phone or event.contact_name
