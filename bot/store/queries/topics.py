"""Counting grid events by topic: how many of a leaf in a grid or at a building, and who stands behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session

from bot.core.grid_events import EventStatus
from bot.store.queries.readable import readable
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
    """A leaf at a building or, without one, at a place in these words, with how many matters of it were closed."""

    community_id: str
    leaf: str
    building_id: str | None
    words: str | None
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
    return _events(
        session,
        select(GridEvent.id)
        .where(
            GridEvent.community_id == topic.community_id,
            GridEvent.leaf == topic.leaf,
            GridEvent.grid_id == topic.grid_id,
            GridEvent.created_at > since,
            GridEvent.status.not_in(NOT_COUNTED),
        )
        .order_by(GridEvent.created_at, GridEvent.id),
    )


def closed_at_places(session: Session, community_id: str, since: datetime) -> Sequence[PlaceTopic]:
    """How many matters of each leaf were closed at one place since then, and are closed still."""
    words = case((GridEvent.building_id.is_(None), GridEvent.place_text), else_=None).label("words")
    rows = session.execute(
        select(GridEvent.leaf, GridEvent.building_id, words, func.count())
        .where(GridEvent.community_id == community_id, GridEvent.closed_at >= since)
        .group_by(GridEvent.leaf, GridEvent.building_id, words)
        .order_by(GridEvent.leaf, GridEvent.building_id, words)
    )
    return [PlaceTopic(community_id, *row) for row in rows.tuples()]


def events_closed_at(session: Session, places: Sequence[PlaceTopic], since: datetime) -> Sequence[GridEvent]:
    """The matters of one leaf closed at any of these places, the first closed first."""
    buildings = [one.building_id for one in places if one.building_id is not None]
    words = [one.words for one in places if one.words is not None]
    in_words = GridEvent.building_id.is_(None) & GridEvent.place_text.in_(words)
    return _events(
        session,
        select(GridEvent.id)
        .where(
            GridEvent.community_id == places[0].community_id,
            GridEvent.leaf == places[0].leaf,
            GridEvent.closed_at >= since,
            or_(GridEvent.building_id.in_(buildings), in_words),
        )
        .order_by(GridEvent.closed_at, GridEvent.id),
    )


def residents_behind(session: Session, events: Sequence[GridEvent]) -> Sequence[Resident]:
    """Who reported or joined these events."""
    joined = session.scalars(
        select(EventReporter.resident_id).where(EventReporter.event_id.in_([event.id for event in events]))
    )
    everybody = {*joined, *(event.resident_id for event in events if event.resident_id)}
    return session.scalars(select(Resident).where(Resident.id.in_(everybody)).order_by(Resident.id)).all()


def _events(session: Session, ids: Select[int]) -> Sequence[GridEvent]:
    """The matters with these ids, in their order; one that cannot be read keeps no topic from being seen."""
    found = session.scalars(ids).all()
    rows = readable(session, GridEvent, found)
    return [rows[one] for one in found if one in rows]
