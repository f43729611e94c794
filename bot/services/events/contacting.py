"""An answer in the resident's conversation is a contact: it stops the clock of whoever waits to be spoken with."""

from typing import Final

from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.services import ledger
from bot.services.desk import Desk
from bot.services.events import clocks, speaking, steps
from bot.store.queries.clocks import waiting_for_contact
from bot.store.tables import GridEvent, Staff

ANSWERED: Final = "在聊天里回复"


def answered(session: Session, desk: Desk, resident_id: str, staff: Staff) -> None:
    """Note for every open event of the resident that nobody has spoken with them about that somebody has now."""
    for event in waiting_for_contact(session, resident_id):
        _contact(session, desk, event, staff)


def filed_while_talking(session: Session, desk: Desk, event: GridEvent, staff: Staff) -> None:
    """Note of an event filed by whoever is talking with its resident that the two have spoken."""
    if event.resident_id and event in waiting_for_contact(session, event.resident_id):
        _contact(session, desk, event, staff)


def _contact(session: Session, desk: Desk, event: GridEvent, staff: Staff) -> None:
    speaking.say_missed(session, desk, event)
    clocks.follow(session, desk, event, Deed.CONTACT, event.status, desk.clock())
    steps.log(session, desk, event, ledger.worker(staff), Deed.CONTACT, ANSWERED)
