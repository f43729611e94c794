"""What one inbox message became: the records that carry its id."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.urgency import Urgency
from bot.store.tables import (
    AgendaItem,
    Endorsement,
    EventReporter,
    GridEvent,
    Handover,
    HandoverKind,
    InPersonOrder,
)


@dataclass(frozen=True)
class Filed:
    """One record; fields that do not apply to its kind are None. `due` is when it must be resolved."""

    kind: str
    number: str | None = None
    leaf: str | None = None
    urgency: str | None = None
    place: str | None = None
    grid: str | None = None
    lead: str | None = None
    due: datetime | None = None
    reason: str | None = None


def filed_by(session: Session, inbox_id: int) -> list[Filed]:
    return [
        *_events(session, inbox_id),
        *_items(session, inbox_id),
        *_orders(session, inbox_id),
        *_endorsements(session, inbox_id),
        *_handovers(session, inbox_id),
    ]


def _events(session: Session, inbox_id: int) -> list[Filed]:
    rows = session.scalars(select(GridEvent).where(GridEvent.inbox_id == inbox_id).order_by(GridEvent.ordinal))
    return [
        Filed(
            kind="emergency" if e.urgency is Urgency.P0 else "grid_event",
            number=e.number,
            leaf=e.leaf,
            urgency=e.urgency.value,
            place=e.place_text,
            grid=e.grid_id,
            lead=e.lead_name,
            due=e.due_resolve,
        )
        for e in rows
    ]


def _items(session: Session, inbox_id: int) -> list[Filed]:
    rows = session.scalars(select(AgendaItem).where(AgendaItem.inbox_id == inbox_id).order_by(AgendaItem.ordinal))
    return [Filed(kind="agenda_item", number=i.number, leaf=i.leaf, urgency="P3", place=i.scope_text) for i in rows]


def _orders(session: Session, inbox_id: int) -> list[Filed]:
    rows = session.scalars(select(InPersonOrder).where(InPersonOrder.inbox_id == inbox_id))
    return [
        Filed(
            kind="in_person_order",
            number=o.number,
            leaf=o.leaf,
            urgency=o.urgency.value,
            place=o.place_text,
            grid=o.grid_id,
            lead=o.assignee_name,
            due=o.due,
        )
        for o in rows
    ]


def _endorsements(session: Session, inbox_id: int) -> list[Filed]:
    items = session.execute(
        select(AgendaItem)
        .join(Endorsement, Endorsement.item_id == AgendaItem.id)
        .where(Endorsement.inbox_id == inbox_id)
    ).scalars()
    events = session.execute(
        select(GridEvent)
        .join(EventReporter, EventReporter.event_id == GridEvent.id)
        .where(EventReporter.inbox_id == inbox_id)
    ).scalars()
    return [Filed(kind="endorsement", number=i.number, leaf=i.leaf) for i in items] + [
        Filed(kind="endorsement", number=e.number, leaf=e.leaf, place=e.place_text, grid=e.grid_id, lead=e.lead_name)
        for e in events
    ]


def _handovers(session: Session, inbox_id: int) -> list[Filed]:
    rows = session.scalars(select(Handover).where(Handover.inbox_id == inbox_id).order_by(Handover.id))
    return [
        Filed(kind="handover", reason=f"{h.kind.value}: {h.reason}")
        for h in rows
        if h.kind is not HandoverKind.EMERGENCY
    ]
