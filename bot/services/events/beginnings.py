"""The first line of an event's log, and later ones where leaf or place turn out otherwise, or a resident comes."""

from typing import Final

from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.services import ledger
from bot.services.desk import Desk
from bot.services.events import clocks, speaking, steps
from bot.services.ledger import Actor
from bot.services.whistles.proposing import propose_for
from bot.store.tables import CaseStep, GridEvent

CAME: Final = "有居民反映了，从现在起算联系居民的时限"


def begin(session: Session, desk: Desk, event: GridEvent, actor: Actor, words: str) -> CaseStep:
    """Write the first line and start the clocks; the event has been added to the session."""
    session.flush()
    step = steps.log(session, desk, event, actor, Deed.FILE, words, facts=steps.belongs(event))
    clocks.follow(session, desk, event, Deed.FILE, event.status, event.created_at)
    propose_for(session, desk, event)
    return step


def reclassified(session: Session, desk: Desk, event: GridEvent, words: str = "") -> None:
    """Let clocks and figures follow what the resident or the rules have just changed about the event."""
    session.flush()
    speaking.say_missed(session, desk, event)
    clocks.follow(session, desk, event, Deed.CORRECT, event.status, desk.clock())
    steps.log(session, desk, event, ledger.SYSTEM, Deed.CORRECT, words, facts=steps.belongs(event))


def came(session: Session, desk: Desk, event: GridEvent) -> None:
    """The first resident has joined what none was behind: from now on somebody waits to be spoken with."""
    session.flush()
    if clocks.await_contact(session, desk, event, desk.clock()):
        steps.log(session, desk, event, ledger.SYSTEM, Deed.NOTE, CAME, facts=steps.dues(event))
