"""What the pages of whistles show: a row of the list, and one whistle with its calls, its history and the buttons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.core import clocks as due_times
from bot.core.catalogue import Whistle as WhistleKind
from bot.core.staff import Permission, Role, can
from bot.core.whistles import WhistleStatus, kinds_for
from bot.errors import NotAllowed, NotFound
from bot.services.cases import case_for
from bot.services.desk import Desk
from bot.services.whistles import answering, blowing, finding
from bot.services.whistles.finding import Clocks, Wanted
from bot.store.tables import (
    CalledOut,
    CaseClock,
    CaseKind,
    ClockKind,
    Community,
    GridEvent,
    Party,
    Staff,
    WhistleCall,
)

CLOCK_NAMES = {ClockKind.SIGN_IN: "签到", ClockKind.CONTACT: "和街道联系", ClockKind.ARRIVE: "到场报到"}


@dataclass(frozen=True)
class Row:
    """A whistle in the list."""

    number: str
    kind: WhistleKind
    status: WhistleStatus
    matter: str
    community: str
    at: datetime
    calls: str
    late: int
    needs_confirmation: bool


@dataclass(frozen=True)
class Due:
    """A limit of a call; `done_at` is None while it runs."""

    name: str
    at: datetime
    done_at: datetime | None
    state: str
    is_late: bool


@dataclass(frozen=True)
class Call:
    """One department called, and what this person may write down about it."""

    row: WhistleCall
    dues: tuple[Due, ...]
    is_own: bool
    may_sign_in: bool
    may_contact: bool
    may_arrive: bool
    may_report: bool
    may_evaluate: bool
    awaits_confirmation: bool


@dataclass(frozen=True)
class Line:
    """Something that happened."""

    at: datetime
    who: str
    what: str
    words: str


@dataclass(frozen=True)
class Choice:
    """A department that may be called."""

    party: Party
    is_suggested: bool


@dataclass(frozen=True)
class Detail:
    """A whistle in full; `event` is None where this person may not see it, `place` names no room.

    `notice` is what it means for an open whistle that its event is over, empty where it is not.
    """

    row: Row
    version: int
    notice: str
    words: str
    because: tuple[str, ...]
    event: GridEvent | None
    place: str
    calls: tuple[Call, ...]
    history: tuple[Line, ...]
    choices: tuple[Choice, ...]
    may_blow: bool
    may_decline: bool
    may_call_off: bool
    may_confirm: bool


def rows(session: Session, desk: Desk, staff: Staff, wanted: Wanted) -> tuple[tuple[Row, ...], int]:
    """One page of the list, and how many whistles there are in all; raises NotAllowed."""
    found = finding.find(session, staff, wanted)
    return tuple(_row(session, desk, staff, whistle) for whistle in found.whistles), found.total


def read(session: Session, desk: Desk, staff: Staff, number: str) -> Detail:
    """One whistle; raises NotFound, NotAllowed."""
    whistle = finding.whistle_for(session, staff, number)
    calls = _visible_calls(session, staff, whistle)
    clocks = finding.clocks_of(session, calls)
    event = _event_of(session, whistle)
    is_live = event is not None and event.status.is_unfinished
    may_blow = is_live and whistle.status is WhistleStatus.PROPOSED and whistle.kind in kinds_for(staff.role)
    may_end = blowing.may_end(staff, whistle.kind)
    may_confirm = can(staff.role, Permission.WHISTLE_EVALUATE) and staff.id != whistle.blown_by
    return Detail(
        row=_row(session, desk, staff, whistle),
        version=whistle.version,
        notice=_notice(whistle, event),
        words=whistle.words,
        because=() if staff.role is Role.PARTY else tuple(whistle.because),
        event=_event(session, staff, whistle),
        place=event.place_text if event is not None else "",
        calls=tuple(_call(session, desk, staff, whistle, call, clocks) for call in calls),
        history=tuple(sorted(_history(session, whistle, calls), key=lambda line: line.at)),
        choices=choices(session, desk, event) if may_blow else (),
        may_blow=may_blow,
        may_decline=may_end and whistle.status is WhistleStatus.PROPOSED,
        may_call_off=may_end and whistle.status.is_blown,
        may_confirm=may_confirm and blowing.awaits_confirmation(whistle),
    )


def _notice(whistle: CalledOut, event: GridEvent | None) -> str:
    if event is None or event.status.is_unfinished or not whistle.status.is_open:
        return ""
    over = f"这件事{event.status.plain}"
    if whistle.status is WhistleStatus.PROPOSED:
        return f"{over}，这一哨不能再吹了。请写明原因，点“不吹”。"
    return f"{over}。叫到的部门还是要签到、报到、写明措施，街道还是要评价；不用再来的话，请撤哨。"


def choices(session: Session, desk: Desk, event: GridEvent | None) -> tuple[Choice, ...]:
    """The departments that may be called, those the catalogue names first."""
    if event is None:
        return ()
    suggested = blowing.suggested(session, desk, event)
    parties = [Choice(party, party.id in suggested) for party in blowing.callable_parties(session, event)]
    return tuple(sorted(parties, key=lambda one: not one.is_suggested))


def _row(session: Session, desk: Desk, staff: Staff, whistle: CalledOut) -> Row:
    calls = _visible_calls(session, staff, whistle)
    clocks = finding.clocks_of(session, calls) if whistle.status.is_blown else {}
    return Row(
        number=whistle.number,
        kind=whistle.kind,
        status=whistle.status,
        matter=whistle.matter,
        community=session.get_one(Community, whistle.community_id).name,
        at=whistle.blown_at or whistle.proposed_at,
        calls="、".join(call.party_name for call in calls),
        late=sum(clock.is_running and clock.due_at < desk.clock() for clock in clocks.values()),
        needs_confirmation=blowing.awaits_confirmation(whistle),
    )


def _visible_calls(session: Session, staff: Staff, whistle: CalledOut) -> Sequence[WhistleCall]:
    """A department reads how others answered as little as they read about it."""
    calls = finding.calls_of(session, whistle)
    return [call for call in calls if staff.role is not Role.PARTY or call.party_id == staff.party_id]


def _event_of(session: Session, whistle: CalledOut) -> GridEvent | None:
    return session.get(GridEvent, whistle.event_id) if whistle.event_id is not None else None


def _event(session: Session, staff: Staff, whistle: CalledOut) -> GridEvent | None:
    event = _event_of(session, whistle)
    if event is None:
        return None
    try:
        case_for(session, staff, CaseKind.GRID_EVENT, event.number)
    except (NotFound, NotAllowed):
        return None
    return event


def _call(session: Session, desk: Desk, staff: Staff, whistle: CalledOut, call: WhistleCall, clocks: Clocks) -> Call:
    is_open = whistle.status.is_blown and call.scored_at is None
    may_answer = is_open and answering.may_answer(staff, whistle, call)
    is_ripe = call.reported_at is not None or answering.is_past(session, desk, call)
    judges = can(staff.role, Permission.WHISTLE_EVALUATE) and staff.party_id != call.party_id
    is_due, waits = is_open and judges and is_ripe, blowing.awaits_confirmation(whistle)
    is_signed, has_arrived = call.signed_at is not None, call.arrived_at is not None
    done = {
        ClockKind.SIGN_IN: call.signed_at,
        ClockKind.CONTACT: call.contacted_at,
        ClockKind.ARRIVE: call.arrived_at,
    }
    dues = [_due(desk, clock, done[kind]) for kind in finding.CALL_CLOCKS if (clock := clocks.get((call.id, kind)))]
    return Call(
        row=call,
        dues=tuple(dues),
        is_own=staff.party_id == call.party_id,
        may_sign_in=may_answer and not is_signed,
        may_contact=may_answer and is_signed and call.contacted_at is None,
        may_arrive=may_answer and is_signed and not has_arrived,
        may_report=may_answer and has_arrived and call.reported_at is None,
        may_evaluate=is_due and not waits,
        awaits_confirmation=is_due and waits,
    )


def _due(desk: Desk, clock: CaseClock, done_at: datetime | None) -> Due:
    name, now = CLOCK_NAMES[clock.kind], desk.clock()
    if done_at is not None:
        is_late = done_at > clock.due_at
        return Due(name, clock.due_at, done_at, "超时才办" if is_late else "按时", is_late)
    is_late = clock.breached_at is not None or (clock.is_running and clock.due_at < now)
    if clock.is_void:
        return Due(name, clock.due_at, None, "不用了", is_late=False)
    state = "已超时" if is_late else due_times.spoken(clock.due_at, now, desk.calendar)
    return Due(name, clock.due_at, None, state, is_late)


def _history(session: Session, whistle: CalledOut, calls: Sequence[WhistleCall]) -> list[Line]:
    kind, ended = whistle.kind.value, whistle.status.plain
    own = (
        (whistle.proposed_at, _name(session, whistle.proposed_by), f"建议吹{kind}", ""),
        (whistle.blown_at, _name(session, whistle.blown_by), f"吹{kind}", ""),
        (whistle.confirmed_at, _name(session, whistle.confirmed_by), f"确认了{kind}", ""),
        (whistle.ended_at, _name(session, whistle.ended_by), ended, ""),
    )
    lines = [Line(at, who, what, words) for at, who, what, words in own if at is not None]
    for call in calls:
        lines += _call_history(session, call)
    written = finding.written_for(session, whistle, calls)
    return lines + [Line(step.at, step.actor_name, step.note or "", "") for step in written]


def _call_history(session: Session, call: WhistleCall) -> list[Line]:
    score = f"评{call.score}分"
    parts = (
        (call.signed_at, call.party_name, "签到", f"{call.signed_by}，在{call.signed_place}"),
        (call.contacted_at, call.party_name, "和街道联系", call.contact_words),
        (call.arrived_at, call.party_name, "到场报到", f"{call.arrived_by}，在{call.arrived_place}"),
        (call.reported_at, call.party_name, "写明解决措施", call.measures),
        (call.scored_at, _name(session, call.scored_by), f"给{call.party_name}{score}", call.score_words),
    )
    return [Line(at, who, what, words) for at, who, what, words in parts if at is not None]


def _name(session: Session, staff_id: int | None) -> str:
    return session.get_one(Staff, staff_id).name if staff_id is not None else "系统按规则"
