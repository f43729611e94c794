"""Topics that show now: what rises in a grid against what is usual there, and what comes back at a place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from typing import Final

from sqlalchemy.orm import Session

from bot.core import rising as rules
from bot.core.places import Gazetteer
from bot.core.positions import buildings_near
from bot.core.rising import Tally
from bot.services.classifying import UNKNOWN_PLACE
from bot.services.desk import Desk
from bot.services.proposing import household_of
from bot.store.queries import places
from bot.store.queries import topics as rows
from bot.store.queries.topics import PlaceTopic
from bot.store.tables import GridEvent, WarningKind

_SIGN_LENGTH: Final = 16


@dataclass(frozen=True)
class Seen:
    """A topic as it shows now; `places` are the grid, the building with those next to it, or a sign of the words."""

    kind: WarningKind
    community_id: str
    places: tuple[str, ...]
    leaf: str
    since: datetime
    usual: float
    events: Sequence[GridEvent]
    households: int


def rising(session: Session, desk: Desk, now: datetime) -> list[Seen]:
    """Topics of a grid that come up far more often than they usually do there."""
    rule = desk.handling.rising
    since, first = rules.window(rule, now)
    found: list[Seen] = []
    for topic in _in_grids(session, since, first, rule.least):
        tally = Tally(topic.count, topic.before)
        if not _is_topic(desk, topic.leaf) or not rules.may_rise(tally, rule):
            continue
        events = rows.events_in_grid(session, topic, since)
        households = _households(session, events)
        if rules.rises(tally, households, rule):
            found.append(
                Seen(
                    WarningKind.RISING,
                    topic.community_id,
                    (topic.grid_id,),
                    topic.leaf,
                    since,
                    tally.usual,
                    events,
                    households,
                )
            )
    return found


def repeated(session: Session, desk: Desk, now: datetime) -> list[Seen]:
    """Topics of a place that were closed again and again; what concerns one household is nobody else's agenda."""
    rule = desk.handling.repeated
    since = now - rule.within
    found: list[Seen] = []
    for community in places.communities(session):
        for leaf, topics in _by_leaf(rows.closed_at_places(session, community.id, since)):
            if leaf in desk.intake.private or not _is_topic(desk, leaf):
                continue
            for here in places_of(topics, desk.gazetteer, desk.handling.same_place_metres, rule.least):
                events = rows.events_closed_at(session, here, since)
                if len(events) < rule.least:
                    continue
                names = tuple(place_id(one) for one in here)
                households = _households(session, events)
                found.append(Seen(WarningKind.REPEATED, community.id, names, leaf, since, 0.0, events, households))
    return found


def places_of(
    topics: Sequence[PlaceTopic], gazetteer: Gazetteer, metres: float, least: int
) -> Iterator[list[PlaceTopic]]:
    """Places with at least so many matters of one leaf, the busiest first; buildings so near are one place.

    The busiest building leads its place, and no building belongs to two.
    """
    buildings = {one.id: one for one in gazetteer.buildings}
    counted = {one.building_id: one for one in topics if one.building_id is not None}
    taken: set[str] = set()
    for one in sorted(topics, key=lambda topic: (-topic.count, place_id(topic))):
        if place_id(one) in taken or (one.words or "").startswith(UNKNOWN_PLACE):
            continue
        building = buildings.get(one.building_id or "")
        near = [it.id for _, it in buildings_near(building, gazetteer, metres)] if building is not None else []
        here = [one, *(counted[it] for it in near if it in counted and it not in taken)]
        if sum(topic.count for topic in here) >= least:
            taken.update(place_id(topic) for topic in here)
            yield here


def place_id(topic: PlaceTopic) -> str:
    """What a warning calls the place by: the building, or a sign of the words, which may be long."""
    if topic.building_id is not None:
        return topic.building_id
    return f"words-{sha256((topic.words or '').encode()).hexdigest()[:_SIGN_LENGTH]}"


def _in_grids(session: Session, since: datetime, first: datetime, least: int) -> Iterator[rows.GridTopic]:
    for community in places.communities(session):
        yield from rows.in_grids(session, community.id, since, first, least)


def _by_leaf(topics: Sequence[PlaceTopic]) -> Iterator[tuple[str, list[PlaceTopic]]]:
    for leaf, of_leaf in groupby(topics, key=lambda topic: topic.leaf):
        yield leaf, list(of_leaf)


def _is_topic(desk: Desk, leaf: str) -> bool:
    """What is not sorted yet (TT99) has nothing in common."""
    return leaf in desk.catalogue.leaves and not desk.catalogue.leaf(leaf).is_other


def _households(session: Session, events: Sequence[GridEvent]) -> int:
    return len({household_of(one) or one.id for one in rows.residents_behind(session, events)})
