"""The rules of taking in matters that differ from city to city, read from data/catalogue/intake.yml."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from bot.core.catalogue import Catalogue, Leaf, LimitUnit, TimeLimit
from bot.core.clocks import WorkCalendar
from bot.core.urgency import Urgency
from bot.store.files import yaml_lines
from bot.store.files.yaml_lines import Entry


@dataclass(frozen=True)
class Limits:
    """How soon somebody answers, and by when the matter is settled."""

    respond: TimeLimit
    resolve: TimeLimit


@dataclass(frozen=True)
class Deadlines:
    """The same as moments in UTC."""

    respond: datetime
    resolve: datetime


@dataclass(frozen=True)
class IntakeRules:
    """`private` leaves concern one person or household: neighbours are never offered to join them.

    `raised` are the limits that hold at most once a matter is more urgent than its kind usually is.
    `many_households` is how many of them make a matter more urgent, `review_at` how many supporters
    an agenda item needs before the committee must look at it.
    """

    raised: Mapping[Urgency, Limits]
    private: frozenset[str]
    repeat: timedelta
    many_households: int
    review_at: int


def deadlines(rules: IntakeRules, calendar: WorkCalendar, leaf: Leaf, urgency: Urgency, start: datetime) -> Deadlines:
    """When the limits that hold run out."""
    limits = limits_for(rules, calendar, leaf, urgency, start)
    return Deadlines(calendar.add(start, limits.respond), calendar.add(start, limits.resolve))


def limits_for(rules: IntakeRules, calendar: WorkCalendar, leaf: Leaf, urgency: Urgency, start: datetime) -> Limits:
    """The leaf's own limits, or those of the level if that is higher than usual and they end sooner."""
    own = Limits(leaf.respond, leaf.resolve)
    limits = [own, rules.raised[urgency]] if urgency < leaf.urgency else [own]
    return Limits(
        respond=min((one.respond for one in limits), key=partial(calendar.add, start)),
        resolve=min((one.resolve for one in limits), key=partial(calendar.add, start)),
    )


def load_intake(path: Path, catalogue: Catalogue) -> IntakeRules:
    """Read the rules; raise BrokenFile for a limit, leaf or number that makes no sense."""
    file = yaml_lines.load(path)
    file.only("raised", "private", "repeat_days", "many_households", "review_at")
    private = file.texts("private")
    if unknown := sorted(set(private) - catalogue.leaves.keys()):
        raise file.broken("private", f"目录里没有{unknown[0]}")
    return IntakeRules(
        raised=_raised(file.entry("raised")),
        private=frozenset(private),
        repeat=timedelta(days=file.count("repeat_days")),
        many_households=file.count("many_households"),
        review_at=file.count("review_at"),
    )


def _raised(entry: Entry) -> dict[Urgency, Limits]:
    levels = [level for level in Urgency if level is not Urgency.P3]
    entry.only(*(level.value for level in levels))
    limits: dict[Urgency, Limits] = {}
    for level in levels:
        one = entry.entry(level.value)
        one.only("respond", "resolve")
        limits[level] = Limits(_limit(one.entry("respond")), _limit(one.entry("resolve")))
    return limits


def _limit(entry: Entry) -> TimeLimit:
    entry.only("amount", "unit")
    return TimeLimit(entry.count("amount"), entry.choice("unit", LimitUnit))
