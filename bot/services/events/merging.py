"""Letting two reports of one matter go on as one: everybody behind both, and the stricter of all that binds them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import guards
from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.core.urgency import REPORTED_BEFORE
from bot.errors import Conflict, InvalidInput
from bot.services import ledger, reporting, similar_cases
from bot.services.cases import checked_note, expect, tell
from bot.services.desk import Desk
from bot.services.events import beginnings, handling, shared_time, steps
from bot.services.events.doing import carry_on, event_for
from bot.services.events.standing import doer_of, standing_of
from bot.services.ledger import Actor
from bot.services.whistles import handing_on
from bot.services.whistles.proposing import propose_for
from bot.store.queries import cases, filing
from bot.store.queries.audit import append_audit
from bot.store.tables import GridEvent, Staff


def merge(
    session: Session, desk: Desk, number: str, into: str, staff: Staff, words: str, expected_version: int
) -> GridEvent:
    """Let an open event go on as part of another; its reporters join that one and are told its number.

    What goes on keeps the higher urgency and supervision card and the earlier due times of the two, and what was
    missed of either stays missed; whoever handled one of them has handled both. Two matters of another kind at another
    place take words that say why. Returns the event that goes on. Raises NotFound, NotAllowed, Conflict, InvalidInput.
    """
    double, goes_on = event_for(session, staff, number), event_for(session, staff, into)
    _lock(session, double, goes_on)
    guards.check(Deed.MERGE, doer_of(staff), standing_of(session, double), desk.clock())
    words = checked_note(words, is_needed=False)
    _check(desk, double, goes_on, words)
    expect(double, expected_version)
    handling.drop_tasks(session, double, f"并到{goes_on.number}一起办", desk.clock())
    actor = ledger.worker(staff)
    _bring_along(session, desk, double, goes_on, actor, words)
    before = carry_on(session, desk, double, Deed.MERGE, EventStatus.MERGED)
    facts: dict[str, object] = {"into": goes_on.number}
    steps.log(session, desk, double, actor, Deed.MERGE, f"并到{goes_on.number}。{words}", before, facts)
    propose_for(session, desk, double)
    propose_for(session, desk, goes_on)
    detail = f"{before.value}->{double.status.value} {goes_on.number}"
    append_audit(session, desk.clock(), staff.id, "grid_event:move", double.number, detail)
    tell(session, desk, double, "event.moved.merged", _news(goes_on))
    return goes_on


def _lock(session: Session, *events: GridEvent) -> None:
    """Hold both as they are now, in one order: merged into each other at one moment, both would be gone."""
    ids = [event.id for event in events]
    rows = select(GridEvent).where(GridEvent.id.in_(ids)).order_by(GridEvent.id).with_for_update()
    session.scalars(rows.execution_options(populate_existing=True)).all()


def _check(desk: Desk, double: GridEvent, goes_on: GridEvent, words: str) -> None:
    if double.id == goes_on.id or double.community_id != goes_on.community_id:
        raise InvalidInput("只能并到同一个社区的另一件事")
    if not goes_on.status.is_open:
        raise Conflict(f"{goes_on.number} {goes_on.status.plain}，不能再往里并")
    is_alike = double.leaf == goes_on.leaf or similar_cases.is_same_place(desk, double, goes_on)
    if not is_alike and not words:
        raise InvalidInput("这两件事分类不一样，地点也不一样，合并要写原因", "写清楚为什么是同一件事，或者核对一下编号")


def _bring_along(session: Session, desk: Desk, double: GridEvent, goes_on: GridEvent, actor: Actor, words: str) -> None:
    _join_people(session, desk, double, goes_on)
    facts: dict[str, object] = {"from": double.number}
    said = f"并入{double.number}" + (f"。{words}" if words else "")
    steps.log(session, desk, goes_on, actor, Deed.JOIN, said, facts=facts)
    _forget_repetition(session, desk, double, goes_on)
    _keep_urgency(session, desk, double, goes_on)
    reporting.hurry_for_many(session, desk, goes_on)
    # Last of what moves the time: a higher urgency counts anew, and what is due sooner yet stays so.
    shared_time.share(session, desk, double, goes_on)
    _keep_card(session, desk, double, goes_on)
    goes_on.handler_ids = sorted({*goes_on.handler_ids, *double.handler_ids})
    goes_on.handling_party_ids = sorted({*goes_on.handling_party_ids, *double.handling_party_ids})
    handing_on.hand_on(session, desk, double, goes_on, actor)


def _join_people(session: Session, desk: Desk, double: GridEvent, goes_on: GridEvent) -> None:
    had_nobody = not cases.has_resident(session, goes_on)
    own = [(double.resident_id, double.inbox_id)] if double.resident_id else []
    joined = [(row.resident_id, row.inbox_id) for row in cases.reporters_of(session, double.id)]
    for resident_id, inbox_id in [*own, *joined]:
        if resident_id != goes_on.resident_id:
            filing.join_event(session, goes_on.id, resident_id, inbox_id, double.text, desk.clock())
    # Somebody staff wrote it down for is reached through the event that has their name; see `bot.services.voices`.
    has_nobody = goes_on.contact_phone is None and goes_on.contact_name is None
    if has_nobody and double.resident_id == goes_on.resident_id:
        goes_on.contact_name, goes_on.contact_phone = double.contact_name, double.contact_phone
    if had_nobody and cases.has_resident(session, goes_on):
        beginnings.came(session, desk, goes_on)


def _forget_repetition(session: Session, desk: Desk, double: GridEvent, goes_on: GridEvent) -> None:
    """Take back what hurried the double only because the one it belongs to had been reported before it."""
    usual = desk.catalogue.leaf(double.leaf).urgency
    is_again = goes_on.id < double.id and (goes_on.leaf, goes_on.building_id) == (double.leaf, double.building_id)
    if not is_again or double.urgency_reasons != [REPORTED_BEFORE] or double.urgency is not usual.raised():
        return
    double.urgency, double.urgency_reasons = usual, []
    beginnings.reclassified(session, desk, double, f"和{goes_on.number}是同一件事，不算又报一次")


def _keep_urgency(session: Session, desk: Desk, double: GridEvent, goes_on: GridEvent) -> None:
    if double.urgency >= goes_on.urgency:
        return
    more = [reason for reason in double.urgency_reasons if reason not in goes_on.urgency_reasons]
    goes_on.urgency_reasons = [*goes_on.urgency_reasons, *more]
    goes_on.urgency = double.urgency
    beginnings.reclassified(session, desk, goes_on, f"并来的{double.number}是{double.urgency.plain}")


def _keep_card(session: Session, desk: Desk, double: GridEvent, goes_on: GridEvent) -> None:
    card = double.supervision
    if card.rank <= goes_on.supervision.rank:
        return
    goes_on.supervision = card
    words = f"{card.plain}：并来的{double.number}已经是{card.plain}"
    steps.log(session, desk, goes_on, ledger.SYSTEM, Deed.SUPERVISE, words, facts={"supervision": card.value})


def _news(goes_on: GridEvent) -> str:
    day = goes_on.review_on if goes_on.status is EventStatus.SUSPENDED else None
    waits = f"那件一时办不了，{day.month}月{day.day}日以前再看一次。" if day else ""
    return f"一起办的编号是{goes_on.number}。{waits}"
