"""Filing cases so that running a message again changes nothing."""

from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.tables import (
    AgendaItem,
    CaseCounter,
    Conversation,
    Endorsement,
    EventReporter,
    GridEvent,
    Handover,
    HandoverKind,
    HandoverStatus,
    InPersonOrder,
    Message,
)
from bot.store.upsert import insert_into

CaseRow = TypeVar("CaseRow", GridEvent, AgendaItem, InPersonOrder)


def next_sequence(session: Session, kind: str, community: str, day: date) -> int:
    """The next number, from 1, for a prefix and community on a day in Shanghai; never given out twice.

    On rollback the number is free again. On PostgreSQL others wait for it until this transaction ends.
    """
    return session.scalars(
        insert_into(session, CaseCounter)
        .values(kind=kind, community=community, day=day, last=1)
        .on_conflict_do_update(index_elements=["kind", "community", "day"], set_={"last": CaseCounter.last + 1})
        .returning(CaseCounter.last)
    ).one()


def event_for_inbox(session: Session, inbox_id: int, ordinal: int = 0) -> GridEvent | None:
    """The event this request of the message was filed as, if it was."""
    return _filed(session, GridEvent, inbox_id, ordinal)


def item_for_inbox(session: Session, inbox_id: int, ordinal: int = 0) -> AgendaItem | None:
    """The agenda item this request of the message was filed as, if it was."""
    return _filed(session, AgendaItem, inbox_id, ordinal)


def order_for_inbox(session: Session, inbox_id: int, ordinal: int = 0) -> InPersonOrder | None:
    """The in-person order this request of the message was filed as, if it was."""
    return _filed(session, InPersonOrder, inbox_id, ordinal)


def hand_over(session: Session, message: Message, kind: HandoverKind, reason: str, now: datetime) -> Handover:
    """Record why a worker must see the message; the same message and kind twice give the same handover."""
    conversation = session.get_one(Conversation, message.conversation_id)
    session.execute(
        insert_into(session, Handover)
        .values(
            conversation_id=conversation.id,
            resident_id=conversation.resident_id,
            inbox_id=message.id,
            kind=kind,
            reason=reason,
            status=HandoverStatus.WAITING,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["inbox_id", "kind"])
    )
    same = (Handover.inbox_id == message.id, Handover.kind == kind)
    return session.scalars(select(Handover).where(*same)).one()


def join_event(
    session: Session, event_id: int, resident_id: str, inbox_id: int | None, note: str, now: datetime
) -> bool:
    """Add a resident to an open event; False if they had joined before."""
    return (
        session.scalar(
            insert_into(session, EventReporter)
            .values(event_id=event_id, resident_id=resident_id, inbox_id=inbox_id, note=note, at=now)
            .on_conflict_do_nothing(index_elements=["event_id", "resident_id"])
            .returning(EventReporter.event_id)
        )
        is not None
    )


def endorse(
    session: Session,
    item_id: int,
    resident_id: str,
    household: str | None,
    inbox_id: int | None,
    now: datetime,
) -> bool:
    """Add a resident's support to an agenda item; False if they had given it before."""
    return (
        session.scalar(
            insert_into(session, Endorsement)
            .values(item_id=item_id, resident_id=resident_id, household=household, inbox_id=inbox_id, at=now)
            .on_conflict_do_nothing(index_elements=["item_id", "resident_id"])
            .returning(Endorsement.item_id)
        )
        is not None
    )


def _filed(session: Session, table: type[CaseRow], inbox_id: int, ordinal: int) -> CaseRow | None:
    return session.scalar(select(table).where(table.inbox_id == inbox_id, table.ordinal == ordinal))
