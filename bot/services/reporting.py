"""Filing grid events: what a resident reports becomes a case with a number, a lead and due times."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from bot.core import masking, positions
from bot.core.deeds import Deed
from bot.core.elderly import ElderlySignal
from bot.core.numbers import EVENT_PREFIX
from bot.core.places import Place
from bot.core.urgency import Urgency
from bot.errors import NotFound
from bot.services import alerts, complaints, enclosures, ledger, voices
from bot.services.classifying import UNKNOWN_PLACE, Grounds, assessed, classify, locate
from bot.services.desk import Desk
from bot.services.events import beginnings
from bot.services.hub import CONSOLE, note
from bot.services.ledger import Actor
from bot.services.whistles.proposing import propose_for
from bot.store.queries import cases, filing
from bot.store.tables import ElderlyStatus, GridEvent, InPersonOrder, Recipient, Resident

MANY_HOUSEHOLDS = "影响三户以上"


@dataclass(frozen=True)
class EventDraft:
    """A request understood; (inbox_id, ordinal) makes filing it twice impossible.

    `urgency` is what a worker says in place of the rules.
    """

    resident_id: str
    inbox_id: int
    ordinal: int
    leaf: str
    leaf_top3: tuple[str, ...]
    confidence: float
    text: str
    place: Place
    linked_group: str | None
    elderly: ElderlySignal
    needs_review: bool
    is_emergency: bool = False
    urgency: Urgency | None = None


def file_event(session: Session, desk: Desk, draft: EventDraft, by: Actor = ledger.BOT) -> GridEvent:
    """File the event; filing the same draft again returns what is there. Raises NotFound for an unknown leaf."""
    if filed := filing.event_for_inbox(session, draft.inbox_id, draft.ordinal):
        return filed
    resident = session.get_one(Resident, draft.resident_id)
    grounds = Grounds(
        leaf=desk.catalogue.leaf(draft.leaf),
        community_id=community_of(desk, resident, draft.place),
        place=draft.place,
        is_elderly=draft.elderly is ElderlySignal.YES or resident.elderly_status is ElderlyStatus.DECLARED,
        start=desk.clock(),
    )
    if by is ledger.BOT and not draft.is_emergency:
        # Everybody who handles the event reads its text, and whoever is accused in it may be one of them.
        told = complaints.keep_apart(session, desk, resident, draft.inbox_id, draft.text)
        draft = replace(draft, text=told or f"居民反映：{grounds.leaf.name}")
    event = _event(session, desk, draft, resident, grounds)
    because = classify(session, desk, event, grounds)
    session.add(event)
    beginnings.begin(session, desk, event, by, because)
    enclosures.collect(session, desk, event)
    alerts.record_filed(session, desk, event)
    note(session, CONSOLE)
    return event


def community_of(desk: Desk, resident: Resident, place: Place | None) -> str:
    """Which community a matter belongs to: the place's, else the resident's, else the default one."""
    said = place.community_id if place else None
    return said or resident.community_id or desk.settings.default_community


def open_duplicate(session: Session, desk: Desk, leaf: str, place: Place, *, is_asked: bool = True) -> GridEvent | None:
    """An open event of the same matter at the same place, or a few steps away, that a neighbour may join.

    What is only near is offered to who is asked whether it is the same (`is_asked`), and never taken for it. Private
    matters, emergencies and unsorted ones (TT99) are never shown to anybody else.
    """
    if leaf in desk.intake.private or desk.catalogue.leaf(leaf).is_other or place.community_id is None:
        return None
    found = cases.open_events_at(
        session,
        place.community_id,
        leaf,
        building_id=place.building.id if place.building else None,
        unit=place.unit,
        landmark=place.landmark if place.landmark != UNKNOWN_PLACE else None,
    )
    near = _open_nearby(session, desk, leaf, place) if is_asked else []
    return next((event for event in [*found, *near] if event.urgency is not Urgency.P0), None)


def event_by_number(session: Session, number: str) -> GridEvent:
    """Raises NotFound."""
    case = cases.case_by_number(session, number)
    if not isinstance(case, GridEvent):
        raise NotFound(f"没有编号为 {number} 的事件")
    return case


def join_event(session: Session, desk: Desk, event: GridEvent, resident_id: str, inbox_id: int, words: str) -> None:
    """Add a resident to an open event; what they wrote goes into its log. Doing it again changes nothing."""
    now = desk.clock()
    resident = session.get_one(Resident, resident_id)
    complaints.keep_apart(session, desk, resident, inbox_id, words)
    words = ledger.words_of(resident, words) or "同一件事"
    is_own, had_nobody = event.resident_id == resident_id, not cases.has_resident(session, event)
    if not is_own:
        filing.join_event(session, event.id, resident_id, inbox_id, words, now)
    actor = ledger.neighbor(resident)
    said = f"{'本人补充' if is_own else '又有邻居反映'}：{words}"
    if ledger.say_once(session, event, actor, now, said, Deed.NOTE if is_own else Deed.JOIN):
        if had_nobody:
            beginnings.came(session, desk, event)
        hurry_for_many(session, desk, event)
        propose_for(session, desk, event)
    note(session, CONSOLE)


def hurry_for_many(session: Session, desk: Desk, event: GridEvent) -> None:
    """Raise the urgency once as many households as the rules name have spoken up; safe to repeat."""
    if voices.households(session, event) < desk.intake.many_households or MANY_HOUSEHOLDS in event.urgency_reasons:
        return
    event.urgency_reasons = [*event.urgency_reasons, MANY_HOUSEHOLDS]
    raised = event.urgency.raised()
    if raised is event.urgency:
        return
    event.urgency = raised
    limits = desk.intake.raised[raised]
    now = desk.clock()
    event.due_respond = min(event.due_respond, desk.calendar.add(now, limits.respond))
    event.due_resolve = min(event.due_resolve, desk.calendar.add(now, limits.resolve))
    beginnings.reclassified(session, desk, event, MANY_HOUSEHOLDS)


def add_contact_to_open_cases(session: Session, resident: Resident) -> int:
    """Put a name and phone given afterwards into the resident's open cases that have none; returns how many."""
    changed = 0
    for case in cases.latest_cases(session, resident.id, limit=None):
        if case.resident_id != resident.id or not case.status.is_open:
            continue
        if isinstance(case, GridEvent) and not case.contact_phone:
            case.contact_name, case.contact_phone = resident.name, resident.phone
            changed += 1
        elif isinstance(case, InPersonOrder) and case.recipient is Recipient.SELF and not case.phone:
            case.phone = resident.phone
            changed += 1
    session.flush()
    return changed


def _open_nearby(session: Session, desk: Desk, leaf: str, place: Place) -> list[GridEvent]:
    """The nearest first, then the newest. What is in a unit of one building is not in a unit of the next."""
    if place.building is None:
        return []
    near = positions.buildings_near(place.building, desk.gazetteer, desk.handling.same_place_metres)
    metres = {building.id: distance for distance, building in near}
    found = cases.open_events_in(session, place.building.community_id, leaf, list(metres))
    may_be = [event for event in found if place.unit is None or event.unit is None]
    return sorted(may_be, key=lambda event: (metres[event.building_id or ""], -event.id))


def _event(session: Session, desk: Desk, draft: EventDraft, resident: Resident, grounds: Grounds) -> GridEvent:
    how = assessed(session, desk, grounds, draft.text)
    urgency = draft.urgency or (Urgency.P0 if draft.is_emergency else how.urgency)
    event = GridEvent(
        number=ledger.next_number(session, EVENT_PREFIX, grounds.community_id, grounds.start),
        resident_id=resident.id,
        inbox_id=draft.inbox_id,
        ordinal=draft.ordinal,
        community_id=grounds.community_id,
        leaf_top3=list(draft.leaf_top3),
        confidence=draft.confidence,
        text=masking.redact(draft.text),
        urgency=urgency,
        urgency_reasons=list(how.reasons),
        linked_group=draft.linked_group,
        contact_name=resident.name,
        contact_phone=resident.phone,
        elderly=draft.elderly.value,
        needs_review=_needs_review(draft, grounds, urgency),
        created_at=grounds.start,
        updated_at=grounds.start,
    )
    locate(event, draft.place, grounds.place_text)
    return event


def _needs_review(draft: EventDraft, grounds: Grounds, urgency: Urgency) -> bool:
    if draft.urgency is not None:
        return False
    return draft.needs_review or grounds.leaf.is_other or grounds.is_elderly or urgency <= Urgency.P1
