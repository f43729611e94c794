"""Topics that show now: what rises in a grid against what is usual there, and what comes back at a building."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.core import rising as rules
from bot.core.rising import Tally
from bot.services.desk import Desk
from bot.services.proposing import household_of
from bot.store.queries import places
from bot.store.queries import topics as rows
from bot.store.tables import GridEvent, WarningKind


@dataclass(frozen=True)
class Seen:
    """A topic as it shows now; `place` is the grid or the building."""

    kind: WarningKind
    community_id: str
    place: str
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
                    topic.grid_id,
                    topic.leaf,
                    since,
                    tally.usual,
                    events,
                    households,
                )
            )
    return found


def repeated(session: Session, desk: Desk, now: datetime) -> list[Seen]:
    """Topics of a building that were closed again and again; what concerns one household is nobody else's agenda."""
    rule = desk.handling.repeated
    since = now - rule.within
    found: list[Seen] = []
    for topic in _at_places(session, since, rule.least):
        if topic.leaf in desk.intake.private or not _is_topic(desk, topic.leaf):
            continue
        events = rows.events_closed_at(session, topic, since)
        households = _households(session, events)
        found.append(
            Seen(
                WarningKind.REPEATED,
                topic.community_id,
                topic.building_id,
                topic.leaf,
                since,
                0.0,
                events,
                households,
            )
        )
    return found


def _in_grids(session: Session, since: datetime, first: datetime, least: int) -> Iterator[rows.GridTopic]:
    for community in places.communities(session):
        yield from rows.in_grids(session, community.id, since, first, least)


def _at_places(session: Session, since: datetime, least: int) -> Iterator[rows.PlaceTopic]:
    for community in places.communities(session):
        yield from rows.closed_at_places(session, community.id, since, least)


def _is_topic(desk: Desk, leaf: str) -> bool:
    """What is not sorted yet (TT99) has nothing in common."""
    return leaf in desk.catalogue.leaves and not desk.catalogue.leaf(leaf).is_other


def _households(session: Session, events: Sequence[GridEvent]) -> int:
    return len({household_of(one) or one.id for one in rows.residents_behind(session, events)})
