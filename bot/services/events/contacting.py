"""An answer in the resident's conversation is a contact: it stops the clock of whoever waits to be spoken with."""

from typing import Final

from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.services import ledger
from bot.services.desk import Desk
from bot.services.events import clocks, steps
from bot.store.queries.clocks import waiting_for_contact
from bot.store.tables import Staff

ANSWERED: Final = "在对话里回复了居民"


def answered(session: Session, desk: Desk, resident_id: str, staff: Staff) -> None:
    """Note for every open event of the resident that nobody has spoken with them about that somebody has now."""
    for event in waiting_for_contact(session, resident_id):
        clocks.follow(session, desk, event, Deed.CONTACT, event.status, desk.clock())
        steps.log(session, desk, event, ledger.worker(staff), Deed.CONTACT, ANSWERED)
