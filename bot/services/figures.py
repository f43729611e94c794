"""The figures of a period: totals, tables by community, grid, party and class, days, and what is on hold."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.figures import AGE_BANDS, AgeBand, Counts, Finding, Part, findings, total
from bot.core.grid_events import EventStatus
from bot.core.periods import Period
from bot.core.staff import Permission, can
from bot.core.zone import SHANGHAI
from bot.errors import NotAllowed, NotFound
from bot.services.desk import Desk
from bot.store.queries import outcomes, places
from bot.store.queries.outcomes import NOWHERE, Cell, Day, Tallies, Wanted
from bot.store.tables import Community, Grid, Party, Staff


class Grouping(StrEnum):
    """What a table has its lines by."""

    COMMUNITY = "community"
    GRID = "grid"
    PARTY = "party"
    TOP = "top"

    @property
    def plain(self) -> str:
        """The Chinese word."""
        return {"community": "社区", "grid": "网格", "party": "承办单位", "top": "事项大类"}[self.value]


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see counted or listed; None leaves it open, NOWHERE means without one.

    `band` is a place in AGE_BANDS.
    """

    period: Period
    community_id: str | None = None
    grid_id: str | None = None
    party_id: str | None = None
    top: str | None = None
    part: Part = Part.ACCEPTED
    status: EventStatus | None = None
    band: int | None = None


@dataclass(frozen=True)
class Line:
    """One line of a table; `key` is its id in addresses."""

    key: str
    name: str
    counts: Counts


@dataclass(frozen=True)
class Group:
    """A table: its lines, the busiest first."""

    by: Grouping
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Held:
    """How many are on hold for how long."""

    band: AgeBand
    events: int


@dataclass(frozen=True)
class Names:
    """What ids are called."""

    communities: Mapping[str, str]
    grids: Mapping[str, str]
    parties: Mapping[str, str]
    tops: Mapping[str, str]
    leaves: Mapping[str, str]


@dataclass(frozen=True)
class Overview:
    """All figures of a period as they stood `at` that moment; `place` says whose they are."""

    asked: Asked
    at: datetime
    place: str
    total: Counts
    groups: tuple[Group, ...]
    days: tuple[Day, ...]
    held: tuple[Held, ...]
    excluded: Mapping[EventStatus, int]
    findings: tuple[Finding, ...]


EXCLUDED: Final = (EventStatus.REFUSED, EventStatus.WITHDRAWN, EventStatus.MERGED)
_KEYS: Final[Mapping[Grouping, Callable[[Cell], str | None]]] = {
    Grouping.COMMUNITY: lambda cell: cell.community_id,
    Grouping.GRID: lambda cell: cell.grid_id,
    Grouping.PARTY: lambda cell: cell.party_id,
}


def overview(session: Session, desk: Desk, staff: Staff, asked: Asked) -> Overview:
    """All that was accepted in the period; raises NotAllowed, and NotFound for a community that is not theirs."""
    asked = replace(asked, part=Part.ACCEPTED, status=None, band=None)
    wanted = wanted_by(session, desk, staff, asked)
    found, known = outcomes.tallies(session, wanted), names(session, desk)
    whole = total(found.tops.values())
    gone = outcomes.ended_otherwise(session, replace(wanted, part=Part.VOID))
    return Overview(
        asked=replace(asked, community_id=wanted.community_id),
        at=desk.clock(),
        place=place(session, wanted.community_id),
        total=whole,
        groups=tuple(_group(by, found, known) for by in Grouping),
        days=_days(asked.period, outcomes.days(session, wanted)),
        held=tuple(Held(band, outcomes.number_of(session, _held(wanted, band, desk.clock()))) for band in AGE_BANDS),
        excluded={status: gone.get(status, 0) for status in EXCLUDED},
        findings=findings(whole),
    )


def wanted_by(session: Session, desk: Desk, staff: Staff, asked: Asked) -> Wanted:
    """The same for the database, within what this person answers for; raises NotAllowed, NotFound."""
    if not can(staff.role, Permission.FIGURES_READ):
        raise NotAllowed(f"{staff.role.plain}不看统计")
    community_id = asked.community_id or staff.community_id
    if staff.community_id not in (None, community_id):
        raise NotFound("没有这个社区", "请从列表里选")
    _check_known(session, desk, community_id, asked)
    wanted = Wanted(
        since=asked.period.start,
        until=asked.period.end,
        part=asked.part,
        community_id=community_id,
        grid_id=asked.grid_id,
        party_id=asked.party_id,
        top=asked.top,
        status=asked.status,
    )
    return wanted if asked.band is None else _held(wanted, AGE_BANDS[asked.band], desk.clock())


def communities_of(session: Session, staff: Staff) -> Sequence[Community]:
    """The communities this person may choose among."""
    return [one for one in places.communities(session) if staff.community_id in (None, one.id)]


def place(session: Session, community_id: str | None) -> str:
    """What the community is called, without one the street."""
    if community_id is not None:
        return session.get_one(Community, community_id).name
    first = session.scalars(select(Community.street).order_by(Community.code).limit(1)).first()
    return first or "全街道"


def names(session: Session, desk: Desk) -> Names:
    """The names of everything a figure can be by."""
    return Names(
        communities={one.id: one.name for one in session.scalars(select(Community))},
        grids={one.id: one.name for one in session.scalars(select(Grid))},
        parties={one.id: one.name for one in session.scalars(select(Party))},
        tops=desk.catalogue.tops,
        leaves={code: leaf.name for code, leaf in desk.catalogue.leaves.items()},
    )


def _check_known(session: Session, desk: Desk, community_id: str | None, asked: Asked) -> None:
    if community_id is not None and session.get(Community, community_id) is None:
        raise NotFound("没有这个社区", "请从列表里选")
    if asked.grid_id not in (None, NOWHERE) and session.get(Grid, asked.grid_id) is None:
        raise NotFound("没有这个网格", "请从列表里选")
    if asked.party_id not in (None, NOWHERE) and session.get(Party, asked.party_id) is None:
        raise NotFound("没有这个单位", "请从列表里选")
    if asked.top is not None and asked.top not in desk.catalogue.tops:
        raise NotFound("没有这个事项大类", "请从列表里选")


def _group(by: Grouping, found: Tallies, known: Names) -> Group:
    sums: Mapping[str | None, Counts] = (
        dict(found.tops.items()) if by is Grouping.TOP else _sums(found.cells, _KEYS[by])
    )
    called = {
        Grouping.COMMUNITY: known.communities,
        Grouping.GRID: known.grids,
        Grouping.PARTY: known.parties,
        Grouping.TOP: known.tops,
    }[by]
    lines = [Line(key or NOWHERE, called.get(key or NOWHERE, _unknown(by, key)), sums[key]) for key in sums]
    return Group(by, tuple(sorted(lines, key=lambda line: (-line.counts.accepted, line.key))))


def _sums(cells: Sequence[Cell], key_of: Callable[[Cell], str | None]) -> Mapping[str | None, Counts]:
    parts: defaultdict[str | None, list[Counts]] = defaultdict(list)
    for cell in cells:
        parts[key_of(cell)].append(cell.counts)
    return {key: total(counts) for key, counts in parts.items()}


def _unknown(by: Grouping, key: str | None) -> str:
    return key or f"没有{by.plain}的"


def _days(period: Period, found: Sequence[Day]) -> tuple[Day, ...]:
    """Every day of the period, those with nothing too."""
    known = {day.day: day for day in found}
    return tuple(known.get(day, Day(day, 0, 0)) for day in period.days)


def _held(wanted: Wanted, band: AgeBand, now: datetime) -> Wanted:
    today = now.astimezone(SHANGHAI).date()
    oldest = None if band.most is None else _midnight(today - timedelta(days=band.most))
    newest = _midnight(today - timedelta(days=band.least - 1))
    return replace(wanted, part=Part.SUSPENDED, held_from=oldest, held_until=newest)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
