"""Finding running clocks: of one event or row, and those that have something to say."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from bot.core.grid_events import EventStatus
from bot.store.tables import CaseClock, ClockKind, ClockSubject, EventReporter, GridEvent

LONGEST_FAULT: int = 200
# What an event itself waits for; departments that a whistle calls have a list of their own. Said by what it is not:
# for a list of the other subjects SQLite would take their index, and look at everything that ever ran.
_IS_OWN: Final = CaseClock.subject != ClockSubject.WHISTLE_CALL


def of_event(session: Session, event_id: int) -> Sequence[CaseClock]:
    """All clocks of the event and of what hangs on it, in the order they started."""
    query = select(CaseClock).where(CaseClock.event_id == event_id).order_by(CaseClock.id)
    return session.scalars(query).all()


def running(session: Session, event_id: int, kinds: Collection[ClockKind]) -> Sequence[CaseClock]:
    """The event's clocks of these kinds that still run, paused or not."""
    return session.scalars(
        select(CaseClock)
        .where(CaseClock.event_id == event_id, CaseClock.kind.in_(kinds), CaseClock.stopped_at.is_(None))
        .order_by(CaseClock.id)
    ).all()


def running_for(
    session: Session, subject: ClockSubject, subject_id: int, kinds: Collection[ClockKind]
) -> Sequence[CaseClock]:
    """The clocks of one task, whistle call or event that still run."""
    return session.scalars(
        select(CaseClock).where(
            CaseClock.subject == subject,
            CaseClock.subject_id == subject_id,
            CaseClock.kind.in_(kinds),
            CaseClock.stopped_at.is_(None),
        )
    ).all()


def overdue_events(now: datetime) -> Select[int | None]:
    """The ids of the events for which something should have been done by now, whoever should have done it."""
    return select(CaseClock.event_id).where(
        CaseClock.stopped_at.is_(None),
        CaseClock.paused_at.is_(None),
        CaseClock.due_at < now,
        _IS_OWN,
    )


def ticking(session: Session, event_ids: Collection[int]) -> Sequence[CaseClock]:
    """What these events themselves wait for and time is running for, the first due first."""
    query = select(CaseClock).where(
        CaseClock.event_id.in_(event_ids),
        CaseClock.stopped_at.is_(None),
        CaseClock.paused_at.is_(None),
        _IS_OWN,
    )
    return session.scalars(query.order_by(CaseClock.due_at, CaseClock.id)).all()


def waiting_for_contact(session: Session, resident_id: str) -> Sequence[GridEvent]:
    """Events of the resident whom nobody has spoken with yet in the present round.

    Where nobody filed an event for themselves, those who joined it are whom it waits to be spoken with.
    """
    joined = select(EventReporter.event_id).where(
        EventReporter.event_id == GridEvent.id, EventReporter.resident_id == resident_id
    )
    nobodys = GridEvent.resident_id.is_(None) & GridEvent.contact_phone.is_(None)
    return session.scalars(
        select(GridEvent)
        .join(CaseClock, CaseClock.event_id == GridEvent.id)
        .where(
            or_(GridEvent.resident_id == resident_id, nobodys & joined.exists()),
            CaseClock.kind == ClockKind.RESPOND,
            CaseClock.stopped_at.is_(None),
        )
        .order_by(GridEvent.id)
    ).all()


def overdue_reviews(session: Session, now: datetime) -> Sequence[CaseClock]:
    """The running clocks of what should have been looked at again by now, the longest due first."""
    query = (
        select(CaseClock)
        .join(GridEvent, GridEvent.id == CaseClock.event_id)
        .where(
            # Few wait at a time, so they are gone through by event and not by clock.
            GridEvent.status == EventStatus.SUSPENDED,
            CaseClock.kind == ClockKind.REVIEW,
            CaseClock.stopped_at.is_(None),
            CaseClock.due_at < now,
        )
    )
    return session.scalars(query.order_by(CaseClock.due_at)).all()


def due(session: Session, now: datetime) -> Sequence[int]:
    """Ids of the clocks that have something to say, the longest due first; ids, for a row may be unreadable."""
    query = select(CaseClock.id).where(CaseClock.next_at <= now).order_by(CaseClock.next_at)
    return session.scalars(query).all()


def claim(session: Session, clock: CaseClock) -> bool:
    """Take from the clock what it has to say next; False if it stopped, was moved or said it meanwhile."""
    claimed = update(CaseClock).where(CaseClock.id == clock.id, CaseClock.next_at == clock.next_at)
    ids = session.scalars(
        claimed.values(next_at=None).returning(CaseClock.id), execution_options={"synchronize_session": False}
    ).all()
    return len(ids) == 1


def mark_faulty(session: Session, clock_id: int, fault: str, next_at: datetime) -> bool:
    """Put a row aside that could not be read, until `next_at`; True if this is not known of it yet."""
    fault = fault[:LONGEST_FAULT]
    known = session.scalar(select(CaseClock.fault).where(CaseClock.id == clock_id))
    session.execute(
        update(CaseClock)
        .where(CaseClock.id == clock_id, CaseClock.next_at.is_not(None))
        .values(fault=fault, next_at=next_at),
        execution_options={"synchronize_session": False},
    )
    return known != fault


def without_clocks(session: Session) -> Sequence[int]:
    """Ids of events to be put right or verified that no clock was ever started for, the oldest first."""
    has_one = select(CaseClock.id).where(CaseClock.event_id == GridEvent.id).exists()
    waiting = [status for status in EventStatus if status.is_open or status is EventStatus.RESOLVED]
    query = select(GridEvent.id).where(GridEvent.status.in_(waiting), ~has_one)
    return session.scalars(query.order_by(GridEvent.id)).all()


def closed_before(session: Session, moment: datetime, at_most: int, but: Collection[int] = ()) -> Sequence[int]:
    """Ids of events closed by then and not archived, the oldest first, without those in `but`."""
    query = select(GridEvent.id).where(GridEvent.status == EventStatus.CLOSED, GridEvent.closed_at <= moment)
    if but:
        query = query.where(GridEvent.id.not_in(but))
    return session.scalars(query.order_by(GridEvent.closed_at).limit(at_most)).all()
