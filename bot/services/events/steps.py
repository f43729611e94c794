"""Lines in the log of a grid event, with what the figures are counted from."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.orm import Session, object_session

from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.services import case_terms, ledger, outcomes
from bot.services.desk import Desk
from bot.services.hub import CONSOLE, note
from bot.services.ledger import Account, Actor
from bot.store.queries import cases
from bot.store.tables import CaseStep, GridEvent

# These change nothing a worker may be deciding on: whoever is filling in a form need not begin anew.
_ASIDE: Final = frozenset({Deed.WARN, Deed.BREACH, Deed.WHISTLE, Deed.JOIN})
# What the event is found by: its title and place, and who has it.
_CHANGES_WORDS: Final = frozenset({Deed.FILE, Deed.CORRECT, Deed.DISPATCH, Deed.DESIGNATE, Deed.TRANSFER, Deed.RETURN})


def log(  # noqa: PLR0913, PLR0917 - a line of the log has that many parts
    session: Session,
    desk: Desk,
    event: GridEvent,
    actor: Actor,
    deed: Deed,
    words: str = "",
    before: EventStatus | None = None,
    facts: Mapping[str, object] | None = None,
    party_id: str | None = None,
) -> CaseStep:
    """Write down a deed that leaves the event in its present status; `before` is the status it came from.

    Without `before` the status did not change. The unit is the leading one unless another is named.
    """
    now = desk.clock()
    if deed not in _ASIDE and not (deed is Deed.SUPERVISE and actor is ledger.SYSTEM):
        event.updated_at = now
    account = Account(deed, party_id or event.lead_party_id, facts or {})
    came_from = event.status if before is None and deed is not Deed.FILE else before
    step = ledger.add_step(
        session, event, actor, now, note=words, before=came_from.value if came_from else None, account=account
    )
    outcomes.record(session, event.id, step)
    if deed in _CHANGES_WORDS:
        case_terms.index(session, desk, event)
    note(session, CONSOLE)
    return step


def written(moment: datetime) -> str:
    """A moment as facts keep it: ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat()


def dues(event: GridEvent) -> dict[str, object]:
    """The due times of the present round, as facts; without a resident nobody is to be spoken with by any time."""
    session = object_session(event)
    awaits = session is None or cases.has_resident(session, event)
    respond = written(event.due_respond) if awaits else None
    return {"due_respond": respond, "due_resolve": written(event.due_resolve)}


def belongs(event: GridEvent) -> dict[str, object]:
    """What the figures sort an event by, with its due times, as facts."""
    return {
        **dues(event),
        "community": event.community_id,
        "grid": event.grid_id,
        "leaf": event.leaf,
        "party": event.lead_party_id,
    }
