"""A message becomes a record in one step: a worker writes down for the resident what they said in the chat."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from bot.core import masking
from bot.core.elderly import ElderlySignal
from bot.core.places import Place
from bot.core.staff import Permission, can
from bot.core.urgency import Urgency
from bot.core.visits import Recipient, Way
from bot.errors import Conflict, InvalidInput
from bot.services import (
    alerts,
    cases,
    guesses,
    learning,
    ledger,
    proposing,
    record_source,
    reporting,
    residents,
    stepping_in,
    talk,
    visits,
)
from bot.services.classifying import place_in_case
from bot.services.desk import Desk
from bot.services.events import contacting
from bot.services.intents import Choice, Family
from bot.services.learning import Correction
from bot.services.proposing import ItemDraft
from bot.services.readings import reading_of
from bot.services.record_source import Heard, Source, Spot, chosen, needed_place, place_of, worded
from bot.services.reporting import EventDraft
from bot.services.visits import VisitDraft
from bot.store.queries import filing
from bot.store.queries.audit import append_audit
from bot.store.queries.cases import kind_of
from bot.store.tables import AgendaItem, AgendaScope, Case, ElderlyStatus, GridEvent, InPersonOrder, Staff

LONGEST_WORDS: Final = 1000
LONGEST_TITLE: Final = 60
LONGEST_NAME: Final = 20
LONGEST_TIME: Final = 50


@dataclass(frozen=True)
class EventForm:
    """What a grid event is filed with."""

    leaf: str
    urgency: str
    spot: Spot
    text: str


@dataclass(frozen=True)
class VisitForm:
    """What an in-person order is placed with; without a phone the one the resident left counts."""

    need: str
    way: str
    recipient: str
    recipient_name: str
    time: str
    phone: str
    spot: Spot


@dataclass(frozen=True)
class ItemForm:
    """What an agenda item is proposed with."""

    title: str
    reason: str
    scope: str
    leaf: str
    spot: Spot


def record_event(session: Session, desk: Desk, staff: Staff, source: Source, form: EventForm) -> GridEvent:
    """File the event and tell the resident its number; once however often it is sent.

    Raises NotFound, NotAllowed, InvalidInput, Conflict (a complaint, or filed by somebody else meanwhile).
    """
    heard = record_source.heard(session, staff, source)
    text = worded("事情经过", form.text, LONGEST_WORDS)
    if form.leaf not in desk.catalogue.leaves:
        raise InvalidInput("请选一个分类", "输入几个字，在列表里选一项")
    urgency = chosen(Urgency, form.urgency, "请选紧急程度")
    place = needed_place(desk, staff, heard.resident, form.spot)
    if known := filing.event_for_inbox(session, heard.message.id, source.ordinal):
        return record_source.same(known, is_same=(known.leaf, known.text) == (form.leaf, masking.redact(text)))
    record_source.check_ordinal(session, source)
    draft = _event_draft(heard, source, form, urgency, place)
    event = reporting.file_event(session, desk, draft, ledger.worker(staff))
    if urgency is Urgency.P0:
        alerts.emergency(session, desk, event)
    _teach(session, desk, staff, heard, Choice(Family.REPORT, form.leaf))
    if talk.is_held_by(heard.conversation, staff):
        contacting.filed_while_talking(session, desk, event, staff)
    _finish(session, desk, staff, heard, event, "event.moved.filed")
    return event


def record_visit(session: Session, desk: Desk, staff: Staff, source: Source, form: VisitForm) -> InPersonOrder:
    """Place the order and tell the resident its number and code; raises as `record_event`."""
    heard = record_source.heard(session, staff, source)
    need = worded("要办的事", form.need, visits.LONGEST_NEED)
    draft = _visit_draft(desk, staff, heard, source, form)
    if known := filing.order_for_inbox(session, heard.message.id, source.ordinal):
        return record_source.same(known, is_same=known.need == masking.redact(need))
    record_source.check_ordinal(session, source)
    order = visits.order_visit(session, desk, draft, ledger.worker(staff))
    _finish(session, desk, staff, heard, order, "order.filed")
    return order


def record_item(session: Session, desk: Desk, staff: Staff, source: Source, form: ItemForm) -> AgendaItem:
    """Propose the item and tell the resident its number; raises as `record_event`."""
    heard = record_source.heard(session, staff, source)
    title = worded("议题", form.title, LONGEST_TITLE)
    reason = worded("理由", form.reason, LONGEST_WORDS)
    scope = chosen(AgendaScope, form.scope, "请选关系到哪些人")
    if form.leaf and form.leaf not in desk.catalogue.leaves:
        raise InvalidInput("没有这个分类", "输入几个字，在列表里选一项，或者空着")
    place = place_of(desk, staff, heard.resident, form.spot)
    if known := filing.item_for_inbox(session, heard.message.id, source.ordinal):
        return record_source.same(known, is_same=known.title == masking.redact(title))
    record_source.check_ordinal(session, source)
    draft = ItemDraft(
        resident_id=heard.resident.id,
        inbox_id=heard.message.id,
        ordinal=source.ordinal,
        leaf=form.leaf or None,
        title=title,
        reason=reason,
        scope=scope,
        scope_text=place_in_case(place) if place else "",
        place=place,
        linked_group=None,
    )
    item = proposing.file_item(session, desk, draft, ledger.worker(staff))
    _finish(session, desk, staff, heard, item, "item.filed")
    return item


def _event_draft(heard: Heard, source: Source, form: EventForm, urgency: Urgency, place: Place) -> EventDraft:
    reading = reading_of(heard.message.reading)
    is_old = heard.resident.elderly_status is ElderlyStatus.DECLARED
    return EventDraft(
        resident_id=heard.resident.id,
        inbox_id=heard.message.id,
        ordinal=source.ordinal,
        leaf=form.leaf,
        leaf_top3=reading.leaf_top3 if reading else (),
        confidence=reading.confidence if reading else 0.0,
        text=form.text.strip(),
        place=place,
        linked_group=None,
        elderly=ElderlySignal.YES if is_old else ElderlySignal.NO,
        needs_review=False,
        urgency=urgency,
    )


def _visit_draft(desk: Desk, staff: Staff, heard: Heard, source: Source, form: VisitForm) -> VisitDraft:
    resident = heard.resident
    way = chosen(Way, form.way, "请选上门还是打电话")
    recipient = chosen(Recipient, form.recipient, "请选给谁办")
    is_own = recipient is Recipient.SELF
    place = place_of(desk, staff, resident, form.spot)
    phone = _phone(form.phone) or resident.phone
    if way is Way.PHONE and not phone:
        raise InvalidInput("打电话要有电话号码", "居民没留电话，请问一声填在这里")
    if way is Way.VISIT and place is None and not (is_own and residents.home(resident, desk.gazetteer)):
        raise InvalidInput("上门要知道去哪里", "选一栋楼，或者写个大概位置")
    return VisitDraft(
        resident_id=resident.id,
        inbox_id=heard.message.id,
        ordinal=source.ordinal,
        need=form.need.strip(),
        leaf=None,
        recipient=recipient,
        recipient_name=form.recipient_name.strip()[:LONGEST_NAME] or (resident.name if is_own else None),
        place=place,
        phone=phone,
        way=way,
        preferred_time=form.time.strip()[:LONGEST_TIME],
        text=heard.message.text,
        linked_group=None,
        age_band=resident.age_band if is_own else None,
        asked_for=None,
    )


def _phone(given: str) -> str | None:
    if not given.strip():
        return None
    if (phone := masking.find_phone(given)) is None:
        raise InvalidInput("电话号码不对", "手机11位，座机要带区号")
    return phone


def _teach(session: Session, desk: Desk, staff: Staff, heard: Heard, choice: Choice) -> None:
    """What was filed tells the trainers what the message meant, where the bot took it for something else."""
    understood = guesses.understood(desk.catalogue, reading_of(heard.message.reading))
    if understood == choice or not can(staff.role, Permission.EVENT_CORRECT):
        return
    # Where a trainer has spoken already, or nothing is left to learn from, the record stands all the same.
    with suppress(Conflict, InvalidInput):
        learning.suggest(session, desk, staff, heard.message.id, Correction(choice, "由登记得知"))


def _finish(session: Session, desk: Desk, staff: Staff, heard: Heard, case: Case, notice: str) -> None:
    append_audit(session, desk.clock(), staff.id, f"{kind_of(case).value}:file", case.number)
    stepping_in.drop_what_was_filed(session, desk, heard.conversation, heard.message.text)
    cases.tell(session, desk, case, notice, "")
