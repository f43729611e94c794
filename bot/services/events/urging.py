"""A resident asks that somebody hurry (催办)."""

from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.services import ledger
from bot.services.desk import Desk
from bot.services.events import steps
from bot.services.events.doing import carry_on
from bot.store.queries import verdicts
from bot.store.tables import GridEvent, Resident


def urge(session: Session, desk: Desk, event: GridEvent, resident: Resident, words: str) -> bool:
    """Urge in the resident's name; False if somebody did a short while ago, or there is nothing left to hurry."""
    verdicts.lock(session, event)
    now = desk.clock()
    is_fresh = event.urged_at is not None and now - event.urged_at < desk.handling.urge_every
    if is_fresh or not event.status.is_open:
        return False
    event.urges += 1
    event.urged_at = now
    before = carry_on(session, desk, event, Deed.URGE, None)
    said = ledger.words_of(resident, words)
    steps.log(session, desk, event, ledger.neighbor(resident), Deed.URGE, said, before, {"urges": event.urges})
    return True
