"""What residents have said of the outcome of a grid event, and since when they may say it."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import Satisfaction
from bot.store.tables import CaseKind, CaseStep, Direction, EventCallBack, GridEvent, Message, Sender

LOOK_BACK = 20


def lock(session: Session, event: GridEvent) -> None:
    """Wait for whoever else changes the event, and read it again: a tap is never refused for coming second."""
    session.flush()
    session.refresh(event, with_for_update=True)


def last_said(session: Session, event: GridEvent, resident_id: str) -> EventCallBack | None:
    """The resident's own last word on the event in its present round."""
    query = select(EventCallBack).where(
        EventCallBack.event_id == event.id,
        EventCallBack.round == event.round,
        EventCallBack.resident_id == resident_id,
    )
    return session.scalar(query.order_by(EventCallBack.id.desc()).limit(1))


def was_called_back(session: Session, event: GridEvent) -> bool:
    """Whether a worker has reached the resident about this round."""
    called = exists().where(
        EventCallBack.event_id == event.id,
        EventCallBack.round == event.round,
        EventCallBack.staff_id.is_not(None),
        EventCallBack.is_reached,
    )
    return bool(session.scalar(select(called)))


def is_fully_rated(session: Session, event: GridEvent) -> bool:
    """Whether a resident has said all a call would ask, since it was last put right: is it solved, are they content."""
    said = select(EventCallBack.id).where(
        EventCallBack.event_id == event.id,
        EventCallBack.round == event.round,
        EventCallBack.resident_id.is_not(None),
        EventCallBack.solved.is_not(None),
        EventCallBack.satisfaction != Satisfaction.UNRATED,
    )
    if resolved_at := last_resolved_at(session, event):
        said = said.where(EventCallBack.at >= resolved_at)
    return session.scalar(said.limit(1)) is not None


def last_resolved_at(session: Session, event: GridEvent) -> datetime | None:
    """When the event was last said to be put right; None in logs from before deeds were written down."""
    query = select(CaseStep.at).where(
        CaseStep.case_kind == CaseKind.GRID_EVENT, CaseStep.case_id == event.id, CaseStep.deed == Deed.RESOLVE
    )
    return session.scalar(query.order_by(CaseStep.id.desc()).limit(1))


def is_last_question(session: Session, conversation_id: int) -> bool:
    """Whether no worker has written since buttons were last offered: what is said then answers the worker."""
    rows = session.execute(
        select(Message.sender, Message.buttons)
        .where(Message.conversation_id == conversation_id, Message.direction == Direction.OUT)
        .order_by(Message.id.desc())
        .limit(LOOK_BACK)
    )
    for sender, buttons in rows:
        if sender is Sender.WORKER:
            return False
        if buttons:
            return True
    return True
