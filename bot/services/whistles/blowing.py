"""Deciding about a whistle: proposed by staff, blown, declined, called off, confirmed by the street."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.core import whistles
from bot.core.catalogue import Whistle as WhistleKind
from bot.core.staff import Permission, can
from bot.core.whistles import WhistleStatus
from bot.errors import Conflict, InvalidInput, NotAllowed
from bot.services.cases import case_for
from bot.services.desk import Desk
from bot.services.events import clocks, taking_in
from bot.services.events.ticking import Subject
from bot.services.whistles import noting
from bot.services.whistles.finding import CALL_CLOCKS, calls_of, check_reads, expect, live_whistle, whistle_for
from bot.services.whistles.noting import Act
from bot.services.whistles.proposing import create
from bot.store.queries.places import party_for
from bot.store.tables import (
    CalledOut,
    CaseKind,
    ClockSubject,
    GridEvent,
    Party,
    Staff,
    WhistleCall,
)


@dataclass(frozen=True)
class Draft:
    """A whistle somebody asks for: about which event, which one, and what the departments should come for."""

    event_number: str
    kind: WhistleKind
    matter: str
    because: str


@dataclass(frozen=True)
class Order:
    """Which departments are called, and what they are told."""

    party_ids: tuple[str, ...]
    words: str


def ask(session: Session, desk: Desk, staff: Staff, draft: Draft) -> CalledOut:
    """Propose a whistle; raises NotFound, NotAllowed, Conflict (there is one already), InvalidInput."""
    event = event_for(session, staff, draft.event_number)
    if not can(staff.role, Permission.WHISTLE_PROPOSE):
        raise NotAllowed(f"{staff.role.plain}不能建议吹哨")
    matter, because = noting.written(draft.matter, "要部门来办什么"), noting.written(draft.because, "为什么要吹哨")
    if live := live_whistle(session, event.id, draft.kind):
        raise Conflict(f"这件事已经有{draft.kind.value}{live.number}", "请打开那一哨接着办")
    whistle = create(session, desk, event, draft.kind, (because,), staff, matter)
    noting.in_event(session, desk, whistle, noting.actor(staff), f"建议吹{draft.kind.value}：{because}")
    noting.by_staff(session, desk, whistle, staff, Act.PROPOSE, draft.kind.value)
    return whistle


def blow(session: Session, desk: Desk, staff: Staff, number: str, order: Order, version: int) -> CalledOut:
    """Call the departments; their clocks begin to run. Raises NotFound, NotAllowed, Conflict, InvalidInput."""
    whistle = whistle_for(session, staff, number)
    whistles.check_blow(whistle.kind, staff.role)
    expect(whistle, version)
    words = noting.written(order.words, "给部门的话", is_needed=False)
    parties = _called(session, whistle, order.party_ids)
    whistle.status = whistle.status.move(WhistleStatus.BLOWN)
    whistle.blown_by, whistle.blown_at, whistle.words = staff.id, desk.clock(), words
    for party in parties:
        _call(session, desk, whistle, party)
    names = "、".join(party.name for party in parties)
    said = f"吹{whistle.kind.value}，请{names}报到" + (f"：{words}" if words else "")
    noting.in_event(session, desk, whistle, noting.actor(staff), said)
    noting.by_staff(session, desk, whistle, staff, Act.BLOW, names)
    noting.tell_groups(session, desk, whistle, f"已吹哨，请{names}签到报到", "blown")
    return whistle


def decline(session: Session, desk: Desk, staff: Staff, number: str, because: str, version: int) -> CalledOut:
    """Do not blow what was proposed, with the reason. Raises NotFound, NotAllowed, Conflict, InvalidInput."""
    whistle = _to_end(session, staff, number, version)
    return _end(session, desk, whistle, staff, WhistleStatus.DECLINED, because)


def call_off(session: Session, desk: Desk, staff: Staff, number: str, because: str, version: int) -> CalledOut:
    """Nobody needs to come any more; the clocks count for nothing. Raises as `decline`."""
    whistle = _to_end(session, staff, number, version)
    _end(session, desk, whistle, staff, WhistleStatus.CALLED_OFF, because)
    for call in calls_of(session, whistle):
        clocks.void_for(session, ClockSubject.WHISTLE_CALL, call.id, desk.clock())
    noting.tell_groups(session, desk, whistle, "已撤哨，不用再来", "off")
    return whistle


def confirm(session: Session, desk: Desk, staff: Staff, number: str, version: int) -> CalledOut:
    """The street stands behind an emergency whistle afterwards. Raises NotFound, NotAllowed, Conflict."""
    whistle = whistle_for(session, staff, number)
    if not can(staff.role, Permission.WHISTLE_EVALUATE):
        raise NotAllowed("应急哨由街道来确认", "请街道调度员或街道领导确认")
    expect(whistle, version)
    whistles.check_confirm(whistle.kind, blown_by=whistle.blown_by, confirmer=staff.id)
    if not awaits_confirmation(whistle):
        raise Conflict("这一哨不用再确认", "请刷新页面看最新情况")
    whistle.confirmed_by, whistle.confirmed_at = staff.id, desk.clock()
    noting.in_event(session, desk, whistle, noting.actor(staff), f"街道确认了{whistle.kind.value}{whistle.number}")
    noting.by_staff(session, desk, whistle, staff, Act.CONFIRM)
    return whistle


def awaits_confirmation(whistle: CalledOut) -> bool:
    """Whether the street has still to look at a whistle that was blown without asking."""
    return (
        whistles.needs_confirmation(whistle.kind)
        and whistle.blown_at is not None
        and whistle.confirmed_at is None
        and whistle.status is not WhistleStatus.CALLED_OFF
    )


def may_end(staff: Staff, kind: WhistleKind) -> bool:
    """Whether they may decline or call off such a whistle: whoever may blow it, and the street."""
    return kind in whistles.kinds_for(staff.role) or can(staff.role, Permission.WHISTLE_EVALUATE)


def event_for(session: Session, staff: Staff, number: str) -> GridEvent:
    """The event a whistle may be blown for; raises NotFound, NotAllowed, Conflict (it is settled)."""
    check_reads(staff)
    event = case_for(session, staff, CaseKind.GRID_EVENT, number)
    assert isinstance(event, GridEvent), "case_for gives the kind it was asked for"
    _check_unfinished(event)
    return event


def callable_parties(session: Session, event: GridEvent) -> Sequence[Party]:
    """The departments that may be called: the community's and the street's that are in service."""
    return taking_in.parties_for(session, event)


def suggested(session: Session, desk: Desk, event: GridEvent) -> frozenset[str]:
    """The street's departments the catalogue names for this kind of matter; its own units a community just asks."""
    leaf = desk.catalogue.leaf(event.leaf)
    building = next((one for one in desk.gazetteer.buildings if one.id == event.building_id), None)
    estate = building.estate if building else None
    found = [party_for(session, kind, event.community_id, estate) for kind in (leaf.lead, *leaf.co)]
    called = (party for party in found if party is not None and party.disabled_at is None)
    return frozenset(party.id for party in called if party.community_id is None)


def _called(session: Session, whistle: CalledOut, party_ids: tuple[str, ...]) -> list[Party]:
    if whistle.event_id is None:
        raise Conflict("这一哨没有对应的事件", "请从事件页面重新吹")
    event = session.get_one(GridEvent, whistle.event_id)
    _check_unfinished(event)
    if not party_ids:
        raise InvalidInput("请至少选一个部门", "在名单里打勾")
    allowed = {party.id: party for party in callable_parties(session, event)}
    if any(party_id not in allowed for party_id in party_ids):
        raise InvalidInput("选的部门里有叫不到的", "请从名单里选")
    return [allowed[party_id] for party_id in dict.fromkeys(party_ids)]


def _call(session: Session, desk: Desk, whistle: CalledOut, party: Party) -> None:
    call = WhistleCall(whistle_id=whistle.id, party_id=party.id, party_name=party.name)
    session.add(call)
    session.flush()
    limits = desk.handling.whistles[whistle.kind]
    subject = Subject(ClockSubject.WHISTLE_CALL, call.id, whistle.event_id, party.id)
    for kind, limit in zip(CALL_CLOCKS, (limits.sign_in, limits.contact, limits.arrive), strict=True):
        clocks.start_for(session, desk, subject, kind, limit, desk.clock())


def _to_end(session: Session, staff: Staff, number: str, version: int) -> CalledOut:
    whistle = whistle_for(session, staff, number)
    if not may_end(staff, whistle.kind):
        raise NotAllowed(f"{staff.role.plain}不能替{whistle.kind.value}做主")
    expect(whistle, version)
    return whistle


def _end(
    session: Session, desk: Desk, whistle: CalledOut, staff: Staff, target: WhistleStatus, because: str
) -> CalledOut:
    reason = noting.written(because, "原因")
    whistle.status = whistle.status.move(target)
    whistle.ended_by, whistle.ended_at, whistle.words = staff.id, desk.clock(), reason
    done = "撤了" if target is WhistleStatus.CALLED_OFF else "不吹"
    noting.in_event(session, desk, whistle, noting.actor(staff), f"{done}{whistle.kind.value}：{reason}")
    act = Act.CALL_OFF if target is WhistleStatus.CALLED_OFF else Act.DECLINE
    noting.by_staff(session, desk, whistle, staff, act)
    return whistle


def _check_unfinished(event: GridEvent) -> None:
    if not event.status.is_unfinished:
        raise Conflict(f"{event.number} {event.status.plain}，不用再吹哨", "请回到事件看最新情况")
