"""Emergencies: a case opened at once, before anybody asks where, and put before the duty worker."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import masking
from bot.core.elderly import ElderlySignal
from bot.core.places import Place
from bot.core.urgency import Urgency
from bot.services import alerts, ledger, residents
from bot.services.cards import NumbersCard
from bot.services.classifying import UNKNOWN_PLACE, Grounds, classify, locate
from bot.services.desk import Desk
from bot.services.events import beginnings
from bot.services.handover import hand_over
from bot.services.hub import CONSOLE, note
from bot.services.reporting import EventDraft, community_of, file_event
from bot.store.queries import talk
from bot.store.queries.cases import OPEN_EVENTS
from bot.store.tables import Conversation, ElderlyStatus, GridEvent, HandoverKind, Resident

SURE: Final = 1.0
# A later cry for help of the same kind within this time is about the same emergency.
SAME_EMERGENCY: Final = timedelta(hours=2)


@dataclass(frozen=True)
class Raised:
    """The event, and what the resident is shown at once; `question` asks for the place if it is not known."""

    event: GridEvent
    bubbles: tuple[str, ...]
    card: NumbersCard
    question: str | None

    @property
    def number(self) -> str:
        """The number of the event."""
        return self.event.number


def raise_emergency(
    session: Session,
    desk: Desk,
    resident: Resident,
    inbox_id: int,
    leaf: str,
    text: str,
    place: Place | None = None,
) -> Raised:
    """Open a P0 event and alert the workers; more about the same emergency goes into its log instead.

    Without a place the resident's home is named as a guess, and `conversation.emergency_event_id` marks that
    the place is still awaited. Raising the same message again changes nothing. Raises NotFound for a leaf
    without a card.
    """
    card = desk.emergencies.card(leaf)
    conversation = talk.conversation_of(session, resident.id, desk.clock())
    event = _running(session, desk, resident, leaf)
    if event is None or event.inbox_id == inbox_id:
        event = file_event(session, desk, _draft(desk, resident, inbox_id, leaf, text, place))
    else:
        if place is not None and event.building_id is None:
            _put_place(session, desk, event, place)
        _say(session, desk, event, resident, f"又说：{masking.redact(text)}")
    is_known = place is not None or event.building_id is not None
    conversation.emergency_event_id = None if is_known else event.id
    reason = f"{desk.catalogue.leaf(leaf).name}：{event.place_text}"
    hand_over(session, conversation, inbox_id, HandoverKind.EMERGENCY, reason, desk.clock())
    alerts.emergency(session, desk, event)
    return Raised(event, card.bubbles, NumbersCard.of(card), None if is_known else card.question)


def add_place(session: Session, desk: Desk, conversation: Conversation, place: Place, text: str) -> GridEvent | None:
    """Put the place told afterwards onto the emergency that awaits it; None if there is none, or it is over."""
    awaiting = conversation.emergency_event_id
    event = session.get(GridEvent, awaiting) if awaiting is not None else None
    conversation.emergency_event_id = None
    if event is None or not event.status.is_open:
        return None
    _put_place(session, desk, event, place)
    resident = session.get_one(Resident, conversation.resident_id)
    _say(session, desk, event, resident, f"位置：{masking.redact(text)}")
    alerts.emergency(session, desk, event)
    note(session, CONSOLE)
    return event


def _running(session: Session, desk: Desk, resident: Resident, leaf: str) -> GridEvent | None:
    """The resident's open emergency of the same kind, if it began not long ago."""
    return session.scalar(
        select(GridEvent)
        .where(
            GridEvent.resident_id == resident.id,
            GridEvent.leaf == leaf,
            GridEvent.urgency == Urgency.P0,
            GridEvent.status.in_(OPEN_EVENTS),
            GridEvent.created_at > desk.clock() - SAME_EMERGENCY,
        )
        .order_by(GridEvent.id.desc())
        .limit(1)
    )


def _put_place(session: Session, desk: Desk, event: GridEvent, place: Place) -> None:
    # The workers of the place must see it, whichever community the resident belongs to.
    event.community_id = place.community_id or event.community_id
    grounds = Grounds(
        leaf=desk.catalogue.leaf(event.leaf),
        community_id=event.community_id,
        place=place,
        is_elderly=event.elderly is ElderlySignal.YES,
        start=event.created_at,
    )
    locate(event, place, grounds.place_text)
    classify(session, desk, event, grounds)
    beginnings.reclassified(session, desk, event)


def _say(session: Session, desk: Desk, event: GridEvent, resident: Resident, words: str) -> None:
    ledger.say_once(session, event, ledger.neighbor(resident), desk.clock(), words)


def _draft(desk: Desk, resident: Resident, inbox_id: int, leaf: str, text: str, place: Place | None) -> EventDraft:
    declared = resident.elderly_status is ElderlyStatus.DECLARED
    return EventDraft(
        resident_id=resident.id,
        inbox_id=inbox_id,
        ordinal=0,
        leaf=leaf,
        leaf_top3=(leaf,),
        confidence=SURE,
        text=text,
        place=place or _guessed(desk, resident),
        linked_group=None,
        elderly=ElderlySignal.YES if declared else ElderlySignal.NO,
        needs_review=True,
        is_emergency=True,
    )


def _guessed(desk: Desk, resident: Resident) -> Place:
    """Say where the resident lives without claiming that it is there."""
    home = residents.home(resident, desk.gazetteer)
    words = f"{UNKNOWN_PLACE}，登记的住处是{home.label()}" if home else UNKNOWN_PLACE
    return Place(
        text=words,
        community_id=community_of(desk, resident, home),
        grid_id=home.grid_id if home else None,
        building=None,
        unit=None,
        floor=None,
        room=None,
        landmark=words,
    )
