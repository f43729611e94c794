"""Choosing who goes: 就近 (near) and 就熟 (known), explained so that a person can decide otherwise."""

from dataclasses import dataclass
from enum import IntEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.staff import Role
from bot.core.visits import VisitStatus
from bot.services.handover import staff_named
from bot.services.leads import FIRST_RECEIVER
from bot.store.queries import people
from bot.store.queries.places import party_for
from bot.store.tables import Community, Grid, Handover, InPersonOrder, Staff

GOES: frozenset[Role] = frozenset({Role.WORKER, Role.GRID_WORKER, Role.DIRECTOR})
# Volunteers go where a person asks them to; nothing is laid upon them by the rules.
CHOSEN: frozenset[Role] = GOES | {Role.VOLUNTEER}


class Closeness(IntEnum):
    """Why somebody is the one to go; the lowest is the best reason."""

    ASKED_FOR = 0
    FAMILIAR = 1
    OWN_GRID = 2
    SAME_COMMUNITY = 3

    def because(self, name: str) -> str:
        """The reason for the dispatcher and the case log."""
        return _BECAUSE[self].format(name=name)


_BECAUSE = {
    Closeness.ASKED_FOR: "居民点名要{name}（就熟）",
    Closeness.FAMILIAR: "上次就是{name}去的，熟悉情况（就熟）",
    Closeness.OWN_GRID: "{name}负责这个网格，离得最近（就近）",
    Closeness.SAME_COMMUNITY: "{name}是本社区的工作人员",
}


@dataclass(frozen=True)
class Errand:
    """What decides who goes."""

    resident_id: str
    community_id: str
    grid_id: str | None
    asked_for: str | None


@dataclass(frozen=True)
class Candidate:
    """Somebody who could go; `staff_id` is None where no staff is registered and the committee sends someone."""

    staff_id: int | None
    name: str
    because: str


def candidates(session: Session, errand: Errand) -> list[Candidate]:
    """Everybody who may go, the best first; never anybody the resident has complained about."""
    shunned = _complained_about(session, errand.resident_id)
    staff = [one for one in people.staff_of_community(session, errand.community_id, GOES) if one.id not in shunned]
    asked_for = {one.id for one in staff_named(errand.asked_for or "", staff)}
    familiar = _went_last(session, errand.resident_id)
    near = _grid_staff(session, errand.grid_id)
    busy = _open_orders(session)

    def closeness(one: Staff) -> Closeness:
        if one.id in asked_for:
            return Closeness.ASKED_FOR
        if one.id == familiar:
            return Closeness.FAMILIAR
        return Closeness.OWN_GRID if one.id in near else Closeness.SAME_COMMUNITY

    def rank(one: Staff) -> tuple[int, bool, int, int]:
        return closeness(one), one.role is Role.DIRECTOR, busy.get(one.id, 0), one.id

    return [Candidate(one.id, one.name, closeness(one).because(one.name)) for one in sorted(staff, key=rank)]


def nobody(session: Session, errand: Errand) -> Candidate:
    """The committee itself, where nobody is registered who could go."""
    party = party_for(session, FIRST_RECEIVER, errand.community_id)
    name = party.name if party else session.get_one(Community, errand.community_id).name
    return Candidate(None, name, "还没有登记工作人员，由居委会安排人")


def _complained_about(session: Session, resident_id: str) -> set[int]:
    rows = session.scalars(select(Handover.about_staff_ids).where(Handover.resident_id == resident_id))
    return {staff_id for row in rows for staff_id in row}


def _went_last(session: Session, resident_id: str) -> int | None:
    return session.scalar(
        select(InPersonOrder.assignee_id)
        .where(
            InPersonOrder.resident_id == resident_id,
            InPersonOrder.assignee_id.is_not(None),
            InPersonOrder.status != VisitStatus.CANCELLED,
        )
        .order_by(InPersonOrder.created_at.desc(), InPersonOrder.id.desc())
        .limit(1)
    )


def _grid_staff(session: Session, grid_id: str | None) -> set[int]:
    if grid_id is None:
        return set()
    grid = session.get(Grid, grid_id)
    answering = {grid.worker_id} if grid and grid.worker_id else set()
    return answering | {one.id for one in people.staff_of_grid(session, grid_id)}


def _open_orders(session: Session) -> dict[int, int]:
    rows = session.execute(
        select(InPersonOrder.assignee_id, func.count())
        .where(
            InPersonOrder.assignee_id.is_not(None),
            InPersonOrder.status.in_([status for status in VisitStatus if status.is_open]),
        )
        .group_by(InPersonOrder.assignee_id)
    )
    return {staff_id: count for staff_id, count in rows if staff_id is not None}
