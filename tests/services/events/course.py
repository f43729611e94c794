"""Leading an event through its life in a few words, and looking at its clocks."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.core.deeds import PATHS, Deed
from bot.core.grid_events import Completion
from bot.core.zone import SHANGHAI
from bot.services.desk import Desk
from bot.services.events.doing import do
from bot.services.events.wishes import Wish
from bot.store.queries import clocks as rows
from bot.store.tables import CaseClock, ClockKind, GridEvent
from tests.services.stage import BUILDING, COLLEAGUE, DISPATCHER, LAMP, WORKER, at, report, someone, staff

WORDS = "情况写在这里"
# The usual way from the report to the end, with who goes it.
USUAL = (
    (WORKER, Deed.TRIAGE),
    (WORKER, Deed.ACCEPT),
    (WORKER, Deed.DISPATCH),
    (WORKER, Deed.SIGN),
    (WORKER, Deed.START),
    (WORKER, Deed.RESOLVE),
    (COLLEAGUE, Deed.VERIFY),
    (COLLEAGUE, Deed.CLOSE),
)


def lamp(session: Session, desk: Desk, resident: str = "someone", leaf: str = LAMP) -> GridEvent:
    """A lamp that a unit of the community itself puts right, reported now."""
    event = report(session, desk, someone(session, desk, resident), at(desk, BUILDING), leaf=leaf)
    assert event.lead_party_id is not None
    return event


def wish(event: GridEvent, deed: Deed) -> Wish:
    """What most deeds need."""
    return Wish(
        event.number, deed, event.version, WORDS, party_id=event.lead_party_id, completion=Completion.SUBSTANTIVE
    )


def goes(session: Session, desk: Desk, event: GridEvent, until: Deed) -> GridEvent:
    """The usual way from where it stands up to and with this deed."""
    for who, deed in USUAL:
        if event.status in PATHS[deed].sources:
            do(session, desk, staff(session, who), wish(event, deed))
        if deed is until:
            return event
    raise AssertionError(until)


def does(session: Session, desk: Desk, event: GridEvent, deed: Deed, who: str = DISPATCHER) -> GridEvent:
    """One deed with all that most deeds need."""
    return do(session, desk, staff(session, who), wish(event, deed))


def sends(session: Session, desk: Desk, event: GridEvent, deed: Deed, party_id: str) -> GridEvent:
    """The street gives the event to a unit."""
    return do(session, desk, staff(session, DISPATCHER), replace(wish(event, deed), party_id=party_id))


def clock_of(session: Session, event: GridEvent, kind: ClockKind) -> CaseClock:
    """The latest clock of the kind."""
    return [one for one in rows.of_event(session, event.id) if one.kind is kind][-1]


def running(session: Session, event: GridEvent) -> set[ClockKind]:
    """What runs, held or not."""
    return {one.kind for one in rows.of_event(session, event.id) if one.is_running}


def shanghai(text: str) -> datetime:
    """A moment as the clocks of the street show it."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
