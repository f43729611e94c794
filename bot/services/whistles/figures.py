"""Whistles of a period in figures: too many and too few by community, and how departments answer."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from bot.core.periods import Period
from bot.core.staff import Permission, can
from bot.core.whistle_signs import Attendance, Blown, Called, Sign, attendance, sign_of, usual_rate
from bot.core.whistles import WhistleStatus
from bot.errors import NotAllowed
from bot.services.desk import Desk
from bot.store.queries import places
from bot.store.tables import CalledOut, CaseClock, ClockKind, ClockSubject, EventOutcome, Staff, WhistleCall


@dataclass(frozen=True)
class CommunityRow:
    """A community in the period, and what stands out about it."""

    id: str
    name: str
    blown: Blown
    sign: Sign | None


@dataclass(frozen=True)
class PartyRow:
    """A department in the period."""

    id: str
    name: str
    attendance: Attendance


@dataclass(frozen=True)
class Figures:
    """One period: `usual` is the street's median of whistles per 100 accepted events, None without any events."""

    usual: float | None
    communities: tuple[CommunityRow, ...]
    parties: tuple[PartyRow, ...]


def figures(session: Session, desk: Desk, staff: Staff, period: Period) -> Figures:
    """Whistles proposed in the period; those of a community see only their own.

    Raises NotAllowed.
    """
    if not can(staff.role, Permission.FIGURES_READ):
        raise NotAllowed(f"{staff.role.plain}不看统计")
    blown = _blown(session, period)
    usual = usual_rate(list(blown.values()))
    rows = tuple(
        CommunityRow(one.id, one.name, blown[one.id], sign_of(blown[one.id], usual))
        for one in places.communities(session)
        if staff.community_id in (None, one.id)
    )
    return Figures(usual, rows, _parties(session, staff, period, desk.clock()))


def _blown(session: Session, period: Period) -> Mapping[str, Blown]:
    whistles = {
        community: (by_rules, blown)
        for community, by_rules, blown in session.execute(
            select(
                CalledOut.community_id,
                func.count().filter(CalledOut.proposed_by.is_(None)),
                func.count(CalledOut.blown_at),
            )
            .where(CalledOut.proposed_at >= period.start, CalledOut.proposed_at < period.end)
            .group_by(CalledOut.community_id)
        )
    }
    accepted: defaultdict[str, int] = defaultdict(int)
    for community, count in session.execute(
        select(EventOutcome.community_id, func.count())
        .where(
            EventOutcome.accepted_at >= period.start,
            EventOutcome.accepted_at < period.end,
            EventOutcome.is_void.is_(False),
        )
        .group_by(EventOutcome.community_id)
    ):
        accepted[community] = count
    known = [one.id for one in places.communities(session)]
    return {community: Blown(accepted[community], *whistles.get(community, (0, 0))) for community in known}


def _parties(session: Session, staff: Staff, period: Period, now: datetime) -> tuple[PartyRow, ...]:
    signing, arriving = aliased(CaseClock), aliased(CaseClock)
    counted = [
        CalledOut.proposed_at >= period.start,
        CalledOut.proposed_at < period.end,
        CalledOut.status != WhistleStatus.CALLED_OFF,
    ]
    if staff.community_id is not None:
        counted.append(CalledOut.community_id == staff.community_id)
    whistles = session.scalars(select(CalledOut.id).where(*counted)).all()
    query = (
        select(WhistleCall, signing, arriving)
        .outerjoin(signing, _is_of_call(signing, ClockKind.SIGN_IN))
        .outerjoin(arriving, _is_of_call(arriving, ClockKind.ARRIVE))
        .where(WhistleCall.whistle_id.in_(whistles))
    )
    called: defaultdict[tuple[str, str], list[Called]] = defaultdict(list)
    for call, sign_clock, arrive_clock in session.execute(query.order_by(WhistleCall.id)):
        called[call.party_id, call.party_name].append(_called(call, sign_clock, arrive_clock, now))
    rows = [PartyRow(party_id, name, attendance(calls)) for (party_id, name), calls in called.items()]
    return tuple(sorted(rows, key=lambda row: (-row.attendance.calls, row.id)))


def _is_of_call(clock: type[CaseClock], kind: ClockKind) -> ColumnElement[bool]:
    of_call = and_(clock.subject == ClockSubject.WHISTLE_CALL, clock.subject_id == WhistleCall.id)
    return and_(of_call, clock.kind == kind, clock.is_void.is_(False))


def _called(call: WhistleCall, signing: CaseClock | None, arriving: CaseClock | None, now: datetime) -> Called:
    """What has not happened counts only once its time has run out."""
    in_time = None
    if signing is not None and (call.signed_at is not None or signing.due_at <= now):
        # By when they signed, not by the breach: written down afterwards, it may have been in time all the same.
        in_time = call.signed_at is not None and call.signed_at <= signing.due_at
    is_due = arriving is not None and arriving.due_at <= now
    arrived = call.arrived_at is not None
    return Called(in_time, arrived if arrived or is_due else None, call.score)
