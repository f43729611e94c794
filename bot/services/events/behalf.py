"""Doing a unit's work for it: a unit without an account is called on the phone, and somebody writes it down (代办)."""

from typing import Final

from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.services.leads import FIRST_RECEIVER
from bot.store.tables import GridEvent, Party, Staff

BEHALF: Final = "behalf"
"""In the facts of a step: the name of the unit it was written down for."""
UNITS_OWN: Final = frozenset({Deed.SIGN, Deed.START, Deed.RESOLVE, Deed.RETURN, Deed.ASK_EXTENSION})


def unit_acted_for(session: Session, staff: Staff, event: GridEvent) -> str:
    """The name of the unit in charge where this person is not of it, else empty.

    The community's own committee is the unit of those who work there.
    """
    lead = session.get(Party, event.lead_party_id) if event.lead_party_id else None
    is_own = lead is None or lead.kind == FIRST_RECEIVER or staff.party_id == lead.id
    return "" if is_own or lead is None else lead.name
