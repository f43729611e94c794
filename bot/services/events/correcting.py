"""Putting right what was misread about an event: leaf, place, urgency."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from bot.core import guards
from bot.core.deeds import Deed
from bot.core.elderly import ElderlySignal
from bot.core.places import Place
from bot.core.urgency import Urgency
from bot.errors import InvalidInput
from bot.services import ledger
from bot.services.cases import expect, tell
from bot.services.classifying import Grounds, classify, locate, place_in_case
from bot.services.desk import Desk
from bot.services.events import steps
from bot.services.events.doing import carry_on, event_for
from bot.services.events.standing import doer_of, standing_of
from bot.store.queries import learning
from bot.store.queries.audit import append_audit
from bot.store.tables import GridEvent, Staff


@dataclass(frozen=True)
class Correction:
    """What is right instead; None leaves it as it is. A lower urgency needs words."""

    leaf: str | None = None
    place: Place | None = None
    urgency: Urgency | None = None
    words: str = ""


def correct(
    session: Session, desk: Desk, number: str, correction: Correction, staff: Staff, expected_version: int
) -> GridEvent:
    """Put it right: lead, whistle and due times follow, the resident is told, and trainers hear of another leaf.

    The urgency rises with the leaf; it falls only if that is what the worker says, with a reason.
    Raises NotFound, NotAllowed, Conflict, InvalidInput.
    """
    event = event_for(session, staff, number)
    guards.check(Deed.CORRECT, doer_of(staff), standing_of(session, event), desk.clock())
    expect(event, expected_version)
    if correction.place is not None and correction.place.community_id not in (None, event.community_id):
        raise InvalidInput("这栋楼不在这个社区", "请选本社区的楼，或者写个大概位置")
    changes = _changes(session, desk, event, correction)
    if not changes:
        raise InvalidInput("和原来一样，没有要改的", "改好分类、地点或紧急程度再提交")
    event.needs_review = False
    before = carry_on(session, desk, event, Deed.CORRECT, None)
    words = "；".join([*changes, *([correction.words.strip()] if correction.words.strip() else [])])
    steps.log(session, desk, event, ledger.worker(staff), Deed.CORRECT, words, before, steps.belongs(event))
    append_audit(session, desk.clock(), staff.id, "grid_event:move", event.number, Deed.CORRECT.value)
    tell(session, desk, event, "event.moved.corrected", "")
    return event


def correct_leaf(
    session: Session, desk: Desk, number: str, leaf: str, staff: Staff, expected_version: int
) -> GridEvent:
    """`correct`, where only the leaf was wrong."""
    return correct(session, desk, number, Correction(leaf=leaf), staff, expected_version)


def _changes(session: Session, desk: Desk, event: GridEvent, correction: Correction) -> list[str]:
    changes = []
    leaf = desk.catalogue.leaf(correction.leaf or event.leaf)
    if leaf.code != event.leaf:
        changes.append(f"分类由「{desk.catalogue.leaf(event.leaf).name}」改为「{leaf.name}」")
        learning.note_correction(session, event, leaf.code)
        event.urgency = min(event.urgency, leaf.urgency)
    place = _settled(event, correction.place) if correction.place else _place(desk, event)
    if correction.place is not None and (said := place_in_case(place)) != event.place_text:
        changes.append(f"地点由「{event.place_text}」改为「{said}」")
    if correction.urgency is not None and correction.urgency is not event.urgency:
        if correction.urgency > event.urgency and not correction.words.strip():
            raise InvalidInput("降低紧急程度要写原因", "写清楚为什么没有那么急")
        changes.append(f"紧急程度由「{event.urgency.plain}」改为「{correction.urgency.plain}」")
        event.urgency = correction.urgency
    if changes:
        grounds = Grounds(leaf, event.community_id, place, event.elderly is ElderlySignal.YES, event.created_at)
        if correction.place is not None:
            locate(event, place, grounds.place_text)
        _classify(session, desk, event, grounds)
    return changes


def _classify(session: Session, desk: Desk, event: GridEvent, grounds: Grounds) -> None:
    """What follows from leaf and place; a unit that has the event already keeps it until somebody transfers it."""
    holder = (event.lead_party_id, event.lead_name) if event.first_party_id else None
    classify(session, desk, event, grounds)
    if holder is not None:
        event.lead_party_id, event.lead_name = holder


def _settled(event: GridEvent, place: Place) -> Place:
    """The place with what a form does not say: nobody loses sight of the event, and the door stays the same."""
    if place.building is None:
        return replace(place, grid_id=place.grid_id or event.grid_id)
    return replace(place, room=event.room) if place.building.id == event.building_id else place


def _place(desk: Desk, event: GridEvent) -> Place:
    building = next((one for one in desk.gazetteer.buildings if one.id == event.building_id), None)
    return Place(event.place_text, event.community_id, event.grid_id, building, event.unit, None, event.room, None)
