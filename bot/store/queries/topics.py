"""Counting grid events by topic: how many of a leaf in a grid or at a building, and who stands behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.grid_events import EventStatus
from bot.store.tables import EventReporter, GridEvent, Resident

# One matter that was reported twice is one matter, and what was taken back is none.
NOT_COUNTED: Final = (EventStatus.MERGED, EventStatus.WITHDRAWN, EventStatus.REFUSED)


@dataclass(frozen=True)
class GridTopic:
    """A leaf in a grid: matters since a moment, and in the time before it that was asked for."""

    community_id: str
    grid_id: str
    leaf: str
    count: int
    before: int


@dataclass(frozen=True)
class PlaceTopic:
    """A leaf at a building, with how many matters of it were closed."""

    community_id: str
    building_id: str
    leaf: str
    count: int


def in_grids(
    session: Session, community_id: str, since: datetime, before_since: datetime, least: int
) -> Sequence[GridTopic]:
    """Topics of a community with at least so many matters since the first moment, counted from the earlier one on."""
    recent = func.count().filter(GridEvent.created_at > since)
    rows = session.execute(
        select(GridEvent.grid_id, GridEvent.leaf, recent, func.count() - recent)
        .where(
            GridEvent.community_id == community_id,
            GridEvent.created_at > before_since,
            GridEvent.grid_id.is_not(None),
            GridEvent.status.not_in(NOT_COUNTED),
        )
        .group_by(GridEvent.grid_id, GridEvent.leaf)
        .having(recent >= least)
        .order_by(GridEvent.grid_id, GridEvent.leaf)
    )
    return [GridTopic(community_id, grid or "", leaf, count, before) for grid, leaf, count, before in rows]


def events_in_grid(session: Session, topic: GridTopic, since: datetime) -> Sequence[GridEvent]:
    """The matters behind a topic, the first first."""
    return session.scalars(
        select(GridEvent)
        .where(
            GridEvent.community_id == topic.community_id,
            GridEvent.leaf == topic.leaf,
            GridEvent.grid_id == topic.grid_id,
            GridEvent.created_at > since,
            GridEvent.status.not_in(NOT_COUNTED),
        )
        .order_by(GridEvent.created_at, GridEvent.id)
    ).all()


def closed_at_places(session: Session, community_id: str, since: datetime, least: int) -> Sequence[PlaceTopic]:
    """Leaves of which at least so many matters were closed at one building since then, and are closed still."""
    rows = session.execute(
        select(GridEvent.building_id, GridEvent.leaf, func.count())
        .where(GridEvent.community_id == community_id, GridEvent.closed_at >= since, GridEvent.building_id.is_not(None))
        .group_by(GridEvent.building_id, GridEvent.leaf)
        .having(func.count() >= least)
        .order_by(GridEvent.building_id, GridEvent.leaf)
    )
    return [PlaceTopic(community_id, building or "", leaf, count) for building, leaf, count in rows]


def events_closed_at(session: Session, topic: PlaceTopic, since: datetime) -> Sequence[GridEvent]:
    """The matters behind a topic, the first closed first."""
    return session.scalars(
        select(GridEvent)
        .where(
            GridEvent.community_id == topic.community_id,
            GridEvent.leaf == topic.leaf,
            GridEvent.building_id == topic.building_id,
            GridEvent.closed_at >= since,
        )
        .order_by(GridEvent.closed_at, GridEvent.id)
    ).all()


def residents_behind(session: Session, events: Sequence[GridEvent]) -> Sequence[Resident]:
    """Who reported or joined these events."""
    joined = session.scalars(
        select(EventReporter.resident_id).where(EventReporter.event_id.in_([event.id for event in events]))
    )
    everybody = {*joined, *(event.resident_id for event in events if event.resident_id)}
    return session.scalars(select(Resident).where(Resident.id.in_(everybody)).order_by(Resident.id)).all()
