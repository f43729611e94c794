"""Whether a resident may still say what they think of the outcome of an event."""

from typing import Final

from sqlalchemy.orm import Session

from bot.core.deeds import PATHS, Deed
from bot.core.grid_events import EventStatus, Satisfaction, Solved
from bot.services.desk import Desk
from bot.store.queries import cases, verdicts
from bot.store.tables import EventCallBack, GridEvent

HANDLED: Final = PATHS[Deed.RATE].sources
# What is archived is not opened again: the matter is filed once more.
CONTESTABLE: Final = HANDLED | {EventStatus.ARCHIVED}


def said(session: Session, event: GridEvent, resident_id: str) -> EventCallBack | None:
    """What the resident said since the event was last put right; earlier words were about an earlier attempt."""
    last = verdicts.last_said(session, event, resident_id)
    if last is None:
        return None
    resolved_at = verdicts.last_resolved_at(session, event)
    return None if resolved_at is not None and last.at < resolved_at else last


def may_rate(session: Session, event: GridEvent, resident_id: str) -> bool:
    """Whether a rating of the resident would still add something."""
    if event.status not in HANDLED or not cases.concerns(session, event, resident_id):
        return False
    word = said(session, event, resident_id)
    if word is None or word.solved is None:
        return True
    return word.solved is not Solved.NO and word.satisfaction is Satisfaction.UNRATED


def may_contest(session: Session, event: GridEvent, resident_id: str) -> bool:
    """Whether the resident may say that it is not solved: also after having said that it is, but only once."""
    if event.status not in CONTESTABLE or not cases.concerns(session, event, resident_id):
        return False
    word = said(session, event, resident_id)
    return word is None or word.solved is not Solved.NO


def should_be_asked(session: Session, event: GridEvent, resident_id: str) -> bool:
    """Whether to ask if it is solved: neither the resident nor a worker on the phone has settled that yet."""
    if event.status not in HANDLED or verdicts.was_called_back(session, event):
        return False
    word = said(session, event, resident_id)
    return (word is None or word.solved is None) and cases.concerns(session, event, resident_id)


def awaited(session: Session, desk: Desk, resident_id: str) -> list[GridEvent]:
    """The resident's events on which a word is possible unasked, the one last worked on first."""
    since = desk.clock() - desk.handling.rating_within
    mine = [one for one in cases.latest_cases(session, resident_id) if isinstance(one, GridEvent)]
    handled = [one for one in mine if one.status in CONTESTABLE and one.updated_at > since]
    return sorted(handled, key=lambda one: one.updated_at, reverse=True)


def has_newer_open(session: Session, event: GridEvent, resident_id: str) -> bool:
    """Whether the resident has reported something since the event was last worked on that still waits."""
    return any(
        isinstance(one, GridEvent) and one.status.is_open and one.created_at > event.updated_at
        for one in cases.latest_cases(session, resident_id)
    )
