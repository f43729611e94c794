"""The map: how many events are open and late in each grid and at each building."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.core.staff import Role, can
from bot.errors import NotAllowed
from bot.services import event_filters
from bot.services.case_search import grids_of
from bot.services.case_wanted import Wanted
from bot.services.cases import READ
from bot.services.desk import Desk
from bot.store.tables import BuildingRow, CaseKind, Community, Grid, GridEvent, Staff

BUSIEST: Final = 20


@dataclass(frozen=True)
class Load:
    """How many events wait somewhere, and how many of them are late."""

    waiting: int = 0
    late: int = 0


@dataclass(frozen=True)
class GridLoad:
    """A grid with what waits in it."""

    grid: Grid
    community: Community
    load: Load


@dataclass(frozen=True)
class BuildingLoad:
    """A building with what waits at it."""

    building: BuildingRow
    load: Load


@dataclass(frozen=True)
class Overview:
    """What a map shows; `nowhere` are events of which nobody knows the grid, `buildings` begin with the busiest."""

    communities: Sequence[Community]
    grids: tuple[GridLoad, ...]
    nowhere: Load
    buildings: tuple[BuildingLoad, ...]

    @property
    def total(self) -> Load:
        """All of it together."""
        loads = [*(one.load for one in self.grids), self.nowhere]
        return Load(sum(load.waiting for load in loads), sum(load.late for load in loads))


def overview(session: Session, desk: Desk, staff: Staff, wanted: Wanted) -> Overview:
    """The unfinished events this worker sees, counted where they are; raises NotAllowed and InvalidInput."""
    if not can(staff.role, READ[CaseKind.GRID_EVENT]):
        raise NotAllowed(f"{staff.role.plain}不能看网格事件")
    conditions = event_filters.conditions(session, desk, staff, wanted)
    by_grid = _loads(session, desk, GridEvent.grid_id, conditions)
    by_building = _loads(session, desk, GridEvent.building_id, conditions)
    grids = [one for one in grids_of(session, staff) if wanted.community_id in (None, one.community_id)]
    communities = {one.id: one for one in session.scalars(select(Community).order_by(Community.id))}
    shown = {grid.community_id for grid in grids}
    return Overview(
        communities=[one for one in communities.values() if one.id in shown],
        grids=tuple(GridLoad(one, communities[one.community_id], by_grid.get(one.id, Load())) for one in grids),
        nowhere=by_grid.get(None, Load()) if staff.role is not Role.GRID_WORKER else Load(),
        buildings=_busiest(session, by_building),
    )


def _loads(
    session: Session,
    desk: Desk,
    place: InstrumentedAttribute[str | None],
    conditions: Sequence[event_filters.Condition],
) -> dict[str | None, Load]:
    late = func.sum(case((event_filters.is_late_by(desk.clock()), 1), else_=0))
    rows: Sequence[Row[str | None, int, int]] = session.execute(
        select(place, func.count(), late).where(*conditions).group_by(place)
    ).all()
    return {where: Load(waiting, late) for where, waiting, late in rows}


def _busiest(session: Session, loads: dict[str | None, Load]) -> tuple[BuildingLoad, ...]:
    known = session.scalars(select(BuildingRow).where(BuildingRow.id.in_([one for one in loads if one])))
    found = [BuildingLoad(one, loads[one.id]) for one in known]
    return tuple(sorted(found, key=lambda one: (-one.load.waiting, -one.load.late, one.building.id)))
