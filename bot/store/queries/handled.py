"""What hangs on a grid event: helpers' tasks, the delay asked for, and call-backs."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.tables import EventCallBack, EventExtension, EventTask, GridEvent


def tasks_of(session: Session, event_id: int) -> Sequence[EventTask]:
    """What helping units were asked to do, the first first."""
    return session.scalars(select(EventTask).where(EventTask.event_id == event_id).order_by(EventTask.id)).all()


def call_backs_of(session: Session, event_id: int) -> Sequence[EventCallBack]:
    """What the resident said of the outcome, of all rounds, the first first."""
    query = select(EventCallBack).where(EventCallBack.event_id == event_id)
    return session.scalars(query.order_by(EventCallBack.id)).all()


def extension_of(session: Session, event: GridEvent) -> EventExtension | None:
    """The delay asked for in the present round."""
    return session.get(EventExtension, (event.id, event.round))
