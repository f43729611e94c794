"""In-person orders: somebody calls or comes, with a code the resident checks at the door."""

import secrets
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session

from bot.core import masking
from bot.core.numbers import ORDER_PREFIX
from bot.core.places import Place
from bot.core.urgency import Assessment, Urgency, assess
from bot.services import accusing, alerts, case_terms, ledger, residents
from bot.services.assigning import Candidate, Errand, candidates, nobody
from bot.services.classifying import place_in_case
from bot.services.desk import Desk
from bot.services.hub import CONSOLE, note
from bot.services.ledger import Actor
from bot.services.reporting import community_of
from bot.store.queries import filing
from bot.store.tables import InPersonOrder, Recipient, Resident, Way

LONGEST_NEED: Final = 200
NEED: Final = "想请人上门或打电话"
# Somebody who writes at night does not thereby need the visit at night.
_NIGHT: Final = "夜里发生"


@dataclass(frozen=True)
class VisitDraft:
    """A wish for a person; (inbox_id, ordinal) makes ordering twice impossible.

    `recipient` and `way` are values of Recipient and Way; `asked_for` is the worker the resident named.
    """

    resident_id: str
    inbox_id: int
    ordinal: int
    need: str
    leaf: str | None
    recipient: str
    recipient_name: str | None
    place: Place | None
    phone: str | None
    way: str
    preferred_time: str
    text: str
    linked_group: str | None
    age_band: str | None
    asked_for: str | None


def order_visit(session: Session, desk: Desk, draft: VisitDraft, by: Actor = ledger.BOT) -> InPersonOrder:
    """Place the order; placing the same draft again returns what is there."""
    if placed := filing.order_for_inbox(session, draft.inbox_id, draft.ordinal):
        return placed
    resident = session.get_one(Resident, draft.resident_id)
    place = draft.place or _home(desk, resident, draft)
    errand = Errand(
        resident_id=resident.id,
        community_id=community_of(desk, resident, place),
        grid_id=place.grid_id if place else None,
        asked_for=draft.asked_for,
    )
    if by is ledger.BOT:
        # Whoever is sent reads it, and may be the one complained about; the complaint goes its own way.
        said = accusing.without_blame(session, resident, draft.text)
        need = accusing.without_blame(session, resident, draft.need)
        draft = replace(draft, text=said or NEED, need=need or NEED)
    order = _order(session, desk, draft, errand, place)
    first, *others = candidates(session, errand) or [nobody(session, errand)]
    _assign(order, first, others)
    session.add(order)
    ledger.add_step(session, order, by, order.created_at, note=order.assigned_because)
    case_terms.index(session, desk, order)
    alerts.visit_ordered(session, desk, order)
    note(session, CONSOLE)
    return order


def _home(desk: Desk, resident: Resident, draft: VisitDraft) -> Place | None:
    """The known home is the resident's own; a parent's or neighbour's may be elsewhere."""
    return residents.home(resident, desk.gazetteer) if draft.recipient == Recipient.SELF else None


def _assign(order: InPersonOrder, first: Candidate, others: list[Candidate]) -> None:
    order.assignee_id = first.staff_id
    order.assignee_name = first.name
    order.assigned_because = first.because
    order.backup_name = others[0].name if others else None


def _order(session: Session, desk: Desk, draft: VisitDraft, errand: Errand, place: Place | None) -> InPersonOrder:
    now = desk.clock()
    urgency = _assessed(desk, draft).urgency
    return InPersonOrder(
        number=ledger.next_number(session, ORDER_PREFIX, errand.community_id, now),
        resident_id=draft.resident_id,
        inbox_id=draft.inbox_id,
        ordinal=draft.ordinal,
        community_id=errand.community_id,
        grid_id=errand.grid_id,
        building_id=place.building.id if place and place.building else None,
        place_text=place_in_case(place),
        room=place.room if place else None,
        need=masking.redact(draft.need)[:LONGEST_NEED],
        leaf=draft.leaf,
        recipient=Recipient(draft.recipient),
        recipient_name=draft.recipient_name,
        age_band=draft.age_band,
        phone=draft.phone,
        preferred_time=draft.preferred_time,
        way=Way(draft.way),
        visit_code=f"{secrets.randbelow(10_000):04d}",
        urgency=urgency,
        due=desk.calendar.add(now, desk.intake.raised[urgency].respond),
        linked_group=draft.linked_group,
        text=masking.redact(draft.text),
        created_at=now,
        updated_at=now,
    )


def _assessed(desk: Desk, draft: VisitDraft) -> Assessment:
    """Never less than ordinary: somebody who wants a person waits for one."""
    usual = desk.catalogue.leaf(draft.leaf).urgency if draft.leaf else Urgency.P2
    usual = min(usual, Urgency.P2)
    found = assess(usual, draft.text, now=desk.clock())
    reasons = tuple(reason for reason in found.reasons if reason != _NIGHT)
    return Assessment(usual.raised() if reasons else usual, reasons)
