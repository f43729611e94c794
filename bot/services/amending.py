"""Corrections after filing: the event just filed is put right and its log says so."""

from sqlalchemy.orm import Session

from bot.core.places import Place
from bot.services import ledger
from bot.services.classifying import Grounds, classify, locate
from bot.services.desk import Desk
from bot.services.events import beginnings
from bot.services.hub import CONSOLE, note
from bot.store.queries import cases
from bot.store.tables import GridEvent, Resident


def amend_latest(session: Session, desk: Desk, resident_id: str, words: str, place: Place | None) -> GridEvent | None:
    """Put a new place onto the resident's newest event while nobody has begun to handle it.

    Without a place the words are only added to its log. None where there is nothing to amend.
    """
    own = (c for c in cases.latest_cases(session, resident_id) if isinstance(c, GridEvent))
    event = next((c for c in own if c.resident_id == resident_id and c.status.is_open), None)
    if event is None:
        return None
    if place is not None:
        grounds = Grounds(
            leaf=desk.catalogue.leaf(event.leaf),
            community_id=place.community_id or event.community_id,
            place=place,
            is_elderly=event.elderly == "yes",
            start=event.created_at,
        )
        locate(event, place, grounds.place_text)
        classify(session, desk, event, grounds)
        beginnings.reclassified(session, desk, event)
    event.updated_at = desk.clock()
    resident = session.get_one(Resident, resident_id)
    said = f"本人更正：{ledger.words_of(resident, words)}"
    ledger.say_once(session, event, ledger.neighbor(resident), desk.clock(), said)
    note(session, CONSOLE)
    return event
