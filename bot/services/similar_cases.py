"""Events that may be one and the same: the same kind of matter, open, at the same building or a few steps away."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import positions
from bot.services.classifying import UNKNOWN_PLACE
from bot.services.desk import Desk
from bot.store.queries.cases import OPEN_EVENTS, open_events_in
from bot.store.tables import GridEvent

MOST: Final = 5


@dataclass(frozen=True)
class Similar:
    """An open event that may be the same; `because` says how near it is, in Chinese."""

    event: GridEvent
    because: str


def similar_open(session: Session, desk: Desk, event: GridEvent) -> list[Similar]:
    """The nearest first, at most MOST.

    What concerns one household, and what is not sorted yet (TT99), is never the same as somebody else's.
    """
    leaf = desk.catalogue.leaves.get(event.leaf)
    if leaf is None or leaf.is_other or leaf.code in desk.intake.private or not event.status.is_open:
        return []
    building = next((one for one in desk.gazetteer.buildings if one.id == event.building_id), None)
    if building is None:
        return [Similar(one, "写的地点一样") for one in _at_words(session, event)]
    near = positions.buildings_near(building, desk.gazetteer, desk.handling.same_place_metres)
    metres = {building.id: 0.0, **{one.id: distance for distance, one in near}}
    found = sorted(
        _others_in(session, event, list(metres)),
        key=lambda one: (metres[one.building_id or ""], not _is_same_unit(one, event), -one.id),
    )
    return [Similar(one, _because(one, event, metres[one.building_id or ""])) for one in found[:MOST]]


def is_same_place(desk: Desk, one: GridEvent, other: GridEvent) -> bool:
    """Whether both are at one building, a few steps apart, or at places in the very same words."""
    if one.building_id is None and other.building_id is None:
        return one.place_text == other.place_text and not one.place_text.startswith(UNKNOWN_PLACE)
    if one.building_id == other.building_id:
        return True
    building = next((it for it in desk.gazetteer.buildings if it.id == one.building_id), None)
    if building is None:
        return False
    near = positions.buildings_near(building, desk.gazetteer, desk.handling.same_place_metres)
    return any(it.id == other.building_id for _, it in near)


def _others_in(session: Session, event: GridEvent, building_ids: list[str]) -> list[GridEvent]:
    found = open_events_in(session, event.community_id, event.leaf, building_ids)
    return [one for one in found if one.id != event.id]


def _at_words(session: Session, event: GridEvent) -> list[GridEvent]:
    """Without a building only the very same words count, and unknown is not a place."""
    if event.place_text.startswith(UNKNOWN_PLACE):
        return []
    return list(
        session.scalars(
            select(GridEvent)
            .where(
                GridEvent.community_id == event.community_id,
                GridEvent.leaf == event.leaf,
                GridEvent.building_id.is_(None),
                GridEvent.place_text == event.place_text,
                GridEvent.status.in_(OPEN_EVENTS),
                GridEvent.id != event.id,
            )
            .order_by(GridEvent.id.desc())
            .limit(MOST)
        )
    )


def _is_same_unit(one: GridEvent, other: GridEvent) -> bool:
    return one.unit == other.unit


def _because(one: GridEvent, event: GridEvent, metres: float) -> str:
    if metres:
        return f"相距{max(metres, 1):.0f}米"
    if event.unit and one.unit and not _is_same_unit(one, event):
        return "同一栋楼，另一个单元"
    return "同一个地方"
