"""Finding whistles: the one a number names and the list, within what somebody may see of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from bot.core.catalogue import Whistle as WhistleKind
from bot.core.staff import Permission, Role, can
from bot.core.whistles import WhistleStatus, kinds_for
from bot.errors import Conflict, NotAllowed, NotFound
from bot.services.whistles.noting import STATED
from bot.store.queries.cases import steps_of
from bot.store.tables import (
    CalledOut,
    CaseClock,
    CaseStep,
    ClockKind,
    ClockSubject,
    GridEvent,
    Party,
    Staff,
    WhistleCall,
)

PAGE: Final = 25
OPEN: Final = tuple(status for status in WhistleStatus if status.is_open)
CALL_CLOCKS: Final = (ClockKind.SIGN_IN, ClockKind.CONTACT, ClockKind.ARRIVE)
Clocks = Mapping[tuple[int, ClockKind], CaseClock]


@dataclass(frozen=True)
class Wanted:
    """What to look for; None leaves a part open, and no status means those somebody still has to act on."""

    status: WhistleStatus | None = None
    everything: bool = False
    kind: WhistleKind | None = None
    community_id: str | None = None
    party_id: str | None = None
    page: int = 1


@dataclass(frozen=True)
class Found:
    """One page of whistles, the newest first, and how many there are in all."""

    whistles: Sequence[CalledOut]
    total: int


def find(session: Session, staff: Staff, wanted: Wanted) -> Found:
    """Raise NotAllowed for a job that does not read whistles."""
    check_reads(staff)
    conditions = [*_theirs(staff), *_wanted(wanted)]
    total = session.scalars(select(func.count()).select_from(CalledOut).where(*conditions)).one()
    query = select(CalledOut).where(*conditions).order_by(CalledOut.proposed_at.desc(), CalledOut.id.desc())
    return Found(session.scalars(query.offset((wanted.page - 1) * PAGE).limit(PAGE)).all(), total)


def waiting_count(session: Session, staff: Staff) -> int:
    """How many whistles wait for this person: for a department to answer, for others to be decided on or evaluated."""
    check_reads(staff)
    if staff.role is Role.PARTY:
        open_calls = select(WhistleCall.whistle_id).where(
            WhistleCall.party_id == staff.party_id, WhistleCall.reported_at.is_(None)
        )
        waits = (CalledOut.status == WhistleStatus.BLOWN) & CalledOut.id.in_(open_calls)
    else:
        waits = (CalledOut.status == WhistleStatus.PROPOSED) & CalledOut.kind.in_(kinds_for(staff.role))
        if can(staff.role, Permission.WHISTLE_EVALUATE):
            waits |= CalledOut.status == WhistleStatus.ANSWERED
    return session.scalars(select(func.count()).select_from(CalledOut).where(waits, *_theirs(staff))).one()


def whistle_for(session: Session, staff: Staff, number: str) -> CalledOut:
    """The whistle, if it exists for this person; raises NotFound else, whichever of the two it is, and NotAllowed."""
    check_reads(staff)
    found = session.scalar(select(CalledOut).where(CalledOut.number == number, *_theirs(staff)))
    if found is None:
        raise NotFound(f"没有编号为 {number} 的哨")
    return found


def calls_of(session: Session, whistle: CalledOut) -> Sequence[WhistleCall]:
    """The departments called, in the order they were called."""
    return session.scalars(
        select(WhistleCall).where(WhistleCall.whistle_id == whistle.id).order_by(WhistleCall.id)
    ).all()


def call_of(session: Session, whistle: CalledOut, party_id: str) -> WhistleCall:
    """Raises NotFound."""
    found = session.scalar(
        select(WhistleCall).where(WhistleCall.whistle_id == whistle.id, WhistleCall.party_id == party_id)
    )
    if found is None:
        raise NotFound("这一哨没有叫这个部门")
    return found


def clocks_of(session: Session, calls: Sequence[WhistleCall]) -> Clocks:
    """What runs or ran for these calls, by call and kind."""
    rows = session.scalars(
        select(CaseClock).where(
            CaseClock.subject == ClockSubject.WHISTLE_CALL, CaseClock.subject_id.in_([call.id for call in calls])
        )
    )
    return {(row.subject_id, row.kind): row for row in rows}


def written_for(session: Session, whistle: CalledOut, calls: Sequence[WhistleCall]) -> Sequence[CaseStep]:
    """The lines of the event's log that say who wrote something down for these departments, and when."""
    event = session.get(GridEvent, whistle.event_id) if whistle.event_id is not None else None
    theirs = {call.party_id for call in calls}
    return [
        step
        for step in (steps_of(session, event) if event is not None else ())
        if (facts := step.facts or {}).get("whistle") == whistle.number and STATED in facts and step.party_id in theirs
    ]


def live_whistle(session: Session, event_id: int, kind: WhistleKind) -> CalledOut | None:
    """The whistle of this kind for the event that is proposed or under way."""
    return session.scalar(
        select(CalledOut).where(CalledOut.event_id == event_id, CalledOut.kind == kind, CalledOut.status.in_(OPEN))
    )


def whistles_of(session: Session, event_id: int) -> Sequence[CalledOut]:
    """All whistles of an event, the first first."""
    of_event = select(CalledOut).where(CalledOut.event_id == event_id)
    return session.scalars(of_event.order_by(CalledOut.proposed_at, CalledOut.id)).all()


def called_parties(session: Session) -> Sequence[Party]:
    """The departments that have ever been called."""
    is_called = exists().where(WhistleCall.party_id == Party.id)
    return session.scalars(select(Party).where(is_called).order_by(Party.kind, Party.id)).all()


def expect(row: CalledOut | WhistleCall, version: int) -> None:
    """Raise Conflict if it is not as the person saw it."""
    if row.version != version:
        raise Conflict("这一哨刚有人动过", "请刷新页面，看过最新情况再办")


def check_reads(staff: Staff) -> None:
    """Raise NotAllowed for a job that does not read whistles."""
    if not can(staff.role, Permission.WHISTLE_READ):
        raise NotAllowed(f"{staff.role.plain}不看吹哨的事")


def _theirs(staff: Staff) -> list[ColumnElement[bool]]:
    """Of their community, for grid workers of their grids; a department sees only what calls it."""
    if staff.role is Role.PARTY:
        return [_calls(staff.party_id or "")]
    conditions: list[ColumnElement[bool]] = []
    if staff.community_id is not None:
        conditions.append(CalledOut.community_id == staff.community_id)
    if staff.role is Role.GRID_WORKER:
        conditions.append(CalledOut.event_id.in_(select(GridEvent.id).where(GridEvent.grid_id.in_(staff.grid_ids))))
    return conditions


def _wanted(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.status is not None:
        conditions.append(CalledOut.status == wanted.status)
    elif not wanted.everything:
        conditions.append(CalledOut.status.in_(OPEN))
    if wanted.kind is not None:
        conditions.append(CalledOut.kind == wanted.kind)
    if wanted.community_id is not None:
        conditions.append(CalledOut.community_id == wanted.community_id)
    if wanted.party_id is not None:
        conditions.append(_calls(wanted.party_id))
    return conditions


def _calls(party_id: str) -> ColumnElement[bool]:
    return CalledOut.id.in_(select(WhistleCall.whistle_id).where(WhistleCall.party_id == party_id))
