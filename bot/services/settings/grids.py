"""Grids set in the console: what they are called, who answers for them, and the ring on the map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import rings
from bot.core.places import Building, Gazetteer, Point, grid_at
from bot.core.staff import Role
from bot.errors import InvalidInput, NotFound
from bot.services import staff as accounts
from bot.services.desk import Desk
from bot.services.settings import history, in_force
from bot.services.settings.history import Edit, Editor
from bot.services.settings.subjects import Subject
from bot.services.settings.wording import line
from bot.store.queries import people
from bot.store.tables import Community, Grid, Staff

LONGEST_NAME: Final = 30
FARTHEST_KM: Final = 5.0
"""No community is larger; a point farther off than this is a slip."""

MOST_NAMED: Final = 5
WORKERS: Final = (Role.GRID_WORKER, Role.WORKER)


@dataclass(frozen=True)
class GridWish:
    """A grid as somebody wants it; `ring` is the text they pasted, `worker_id` None for nobody."""

    name: str
    worker_id: int | None
    ring: str


@dataclass(frozen=True)
class GridPage:
    """A grid with those who could answer for it."""

    grid: Grid
    community: Community
    worker: Staff | None
    candidates: tuple[Staff, ...]
    version: int

    @property
    def ring(self) -> tuple[Point, ...]:
        """As it holds now."""
        return tuple((lon, lat) for lon, lat in self.grid.polygon)


def listed(session: Session) -> Sequence[Grid]:
    """All grids, by community."""
    return session.scalars(select(Grid).order_by(Grid.community_id, Grid.id)).all()


def grid_page(session: Session, grid_id: str) -> GridPage:
    """Raises NotFound."""
    grid = session.get(Grid, grid_id)
    if grid is None:
        raise NotFound("没有这个网格")
    return GridPage(
        grid=grid,
        community=session.get_one(Community, grid.community_id),
        worker=session.get(Staff, grid.worker_id) if grid.worker_id else None,
        candidates=tuple(people.staff_of_community(session, grid.community_id, WORKERS)),
        version=history.version_of(session, Subject.GRID, grid_id),
    )


def checked_ring(desk: Desk, page: GridPage, text: str) -> tuple[Point, ...]:
    """The ring somebody pasted, closed; raises InvalidInput where it is far off or parts buildings from their grid."""
    ring = rings.read_ring(text)
    centre = (page.community.center_lon, page.community.center_lat)
    for number, point in enumerate(ring[:-1], 1):
        if (far := rings.kilometres(point, centre)) > FARTHEST_KM:
            raise InvalidInput(f"第{number}个点离{page.community.name}有{far:.0f}公里", "请看是不是写错了")
    _keep_buildings(desk.gazetteer, page.grid.id, ring)
    return ring


def change(session: Session, desk: Desk, editor: Editor, grid_id: str, wish: GridWish, version: int) -> None:
    """Change a grid; a grid worker put in charge sees it from now on. Raises NotFound, InvalidInput, Conflict."""
    history.refuse_without_reason(editor.reason)
    page = grid_page(session, grid_id)
    before = _content(page.grid)
    page.grid.name = _free_name(session, page.grid, line(wish.name, "name", LONGEST_NAME))
    page.grid.polygon = [[lon, lat] for lon, lat in checked_ring(desk, page, wish.ring)]
    page.grid.worker_id = _put_in_charge(session, editor, page, wish.worker_id)
    page.grid.edited_at = editor.now
    history.write(session, editor, Edit(Subject.GRID, grid_id, version, before, _content(page.grid)))
    in_force.touch(session)


def _free_name(session: Session, grid: Grid, name: str) -> str:
    taken = select(Grid.id).where(Grid.name == name, Grid.id != grid.id)
    if session.scalar(taken.limit(1)) is not None:
        raise InvalidInput(f"已经有一个网格叫{name}", "请换一个名称")
    return name


def _put_in_charge(session: Session, editor: Editor, page: GridPage, worker_id: int | None) -> int | None:
    if worker_id is None or worker_id == page.grid.worker_id:
        return worker_id
    worker = next((one for one in page.candidates if one.id == worker_id), None)
    if worker is None:
        raise InvalidInput("网格员要是这个社区在职的网格员或社区工作者", "请从列表里选")
    if worker.role is Role.GRID_WORKER and page.grid.id not in worker.grid_ids:
        rights = accounts.rights_of(worker)
        more = replace(rights, grid_ids=(*rights.grid_ids, page.grid.id))
        accounts.set_rights(session, worker, more, editor.now, editor.staff.id)
    return worker.id


def _keep_buildings(gazetteer: Gazetteer, grid_id: str, ring: tuple[Point, ...]) -> None:
    """A building's grid comes from the files: the ring must hold its own buildings and nobody else's."""
    alone = Gazetteer((), (), tuple(replace(one, polygon=ring) for one in gazetteer.grids if one.id == grid_id), ())
    holds = {one.id: grid_at(one.lon, one.lat, alone) is not None for one in gazetteer.buildings}
    if lost := [one for one in gazetteer.buildings if one.grid_id == grid_id and not holds[one.id]]:
        raise InvalidInput(f"这几栋楼属于这个网格，却在圈外：{_named(lost)}", "请把圈画大一点")
    if caught := [one for one in gazetteer.buildings if one.grid_id != grid_id and holds[one.id]]:
        raise InvalidInput(f"圈进了别的网格的楼：{_named(caught)}", "请把圈画小一点")


def _named(buildings: Sequence[Building]) -> str:
    names = "、".join(one.name for one in buildings[:MOST_NAMED])
    return f"{names}等{len(buildings)}栋" if len(buildings) > MOST_NAMED else names


def _content(grid: Grid) -> Mapping[str, object]:
    return {"name": grid.name, "worker_id": grid.worker_id, "polygon": [list(point) for point in grid.polygon]}
