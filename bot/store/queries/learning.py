"""Knowledge, what workers put right and trainers have labelled, and Rasa's trackers."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.store.tables import (
    Direction,
    GridEvent,
    KnowledgeEntry,
    Label,
    LabelStatus,
    Message,
    Tracker,
)
from bot.store.upsert import insert_into


def knowledge_entries(session: Session) -> Sequence[KnowledgeEntry]:
    """All entries by id."""
    return session.scalars(select(KnowledgeEntry).order_by(KnowledgeEntry.id)).all()


def note_correction(session: Session, event: GridEvent, leaf: str) -> None:
    """Keep, for the trainers, that the event's words belonged to another leaf.

    The message marked is the one the event quotes, else the one that filed it.
    """
    if event.inbox_id is None:
        return
    filed_by = session.get_one(Message, event.inbox_id)
    quoted = session.scalars(
        select(Message)
        .where(
            Message.conversation_id == filed_by.conversation_id,
            Message.direction == Direction.IN,
            Message.text == event.text,
            Message.id <= filed_by.id,
        )
        .order_by(Message.id.desc())
        .limit(1)
    ).first()
    message = quoted or filed_by
    message.reading = {**(message.reading or {}), "corrected": leaf}


def labels(session: Session, status: LabelStatus | None = None) -> Sequence[Label]:
    """Labels in the order they were given; LABELLED ones are still to be written to data/nlu."""
    query = select(Label).order_by(Label.id)
    return session.scalars(query if status is None else query.where(Label.status == status)).all()


def mark_written(session: Session, label_ids: Collection[int]) -> None:
    """Record that the labels now stand in data/nlu."""
    session.execute(update(Label).where(Label.id.in_(label_ids)).values(status=LabelStatus.WRITTEN))


def tracker_data(session: Session, sender_id: str) -> str | None:
    """What `put_tracker` last stored for the sender."""
    return session.scalar(select(Tracker.data).where(Tracker.sender_id == sender_id))


def put_tracker(session: Session, sender_id: str, data: str, now: datetime) -> None:
    """Store the sender's tracker in place of the one before."""
    statement = insert_into(session, Tracker).values(sender_id=sender_id, data=data, updated_at=now)
    session.execute(
        statement.on_conflict_do_update(index_elements=["sender_id"], set_={"data": data, "updated_at": now})
    )
