"""The first line of an event's log, and later ones where its leaf or place turns out otherwise."""

from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.services import ledger
from bot.services.desk import Desk
from bot.services.events import clocks, steps
from bot.services.ledger import Actor
from bot.services.whistles.proposing import propose_for
from bot.store.tables import GridEvent


def begin(session: Session, desk: Desk, event: GridEvent, actor: Actor, words: str) -> None:
    """Write the first line and start the clocks; the event has been added to the session."""
    session.flush()
    steps.log(session, desk, event, actor, Deed.FILE, words, facts=steps.belongs(event))
    clocks.follow(session, desk, event, Deed.FILE, event.status, event.created_at)
    propose_for(session, desk, event)


def reclassified(session: Session, desk: Desk, event: GridEvent, words: str = "") -> None:
    """Let clocks and figures follow what the resident or the rules have just changed about the event."""
    session.flush()
    clocks.follow(session, desk, event, Deed.CORRECT, event.status, desk.clock())
    steps.log(session, desk, event, ledger.SYSTEM, Deed.CORRECT, words, facts=steps.belongs(event))
