"""The rules of handling that differ from city to city, read from data/catalogue/handling.yml."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from bot.core.catalogue import LimitUnit, TimeLimit, Whistle
from bot.core.limits import Cards
from bot.core.rising import RisingRule
from bot.core.urgency import Urgency
from bot.core.whistles import Thresholds
from bot.store.files import yaml_lines
from bot.store.files.yaml_lines import Entry
from bot.store.tables import ClockKind

_OTHER: Final = "other"


@dataclass(frozen=True)
class LevelLimits:
    """A limit that depends on how urgent the matter is."""

    levels: Mapping[Urgency, TimeLimit]
    other: TimeLimit

    def of(self, urgency: Urgency) -> TimeLimit:
        """The limit at this level."""
        return self.levels.get(urgency, self.other)


@dataclass(frozen=True)
class WhistleLimits:
    """How soon a called department signs in, speaks with the street, and is there."""

    sign_in: TimeLimit
    contact: TimeLimit
    arrive: TimeLimit


@dataclass(frozen=True)
class Repeated:
    """So many closed matters of one kind at one place within a time are one problem."""

    least: int
    within: timedelta


@dataclass(frozen=True)
class HandlingRules:
    """Limits of the steps, and what follows where they are not kept.

    `accept` names only the levels that do not wait for the end of the office's day. `resume_after_review` is how long
    after the day of review what waits is taken up again by itself. `warn_at`, `rework_share` and `extension_share` are
    shares of a limit. `supervised` are the clocks whose being overdue raises the supervision.
    """

    triage: LevelLimits
    accept: Mapping[Urgency, TimeLimit]
    dispatch: LevelLimits
    sign: LevelLimits
    return_within: LevelLimits
    verify: LevelLimits
    call_back: TimeLimit
    review_within_days: int
    resume_after_review: TimeLimit
    rework_share: float
    extension_share: float
    archive_after: timedelta
    rating_within: timedelta
    urge_every: timedelta
    warn_at: float
    supervised: frozenset[ClockKind]
    cards: Cards
    stranded_after: timedelta
    whistles: Mapping[Whistle, WhistleLimits]
    proposals: Thresholds
    same_place_metres: int
    rising: RisingRule
    repeated: Repeated

    def longest_extension(self, limit: TimeLimit) -> int:
        """By how much a limit may be extended at most, in its own unit."""
        return max(1, int(limit.amount * self.extension_share))


def load_handling(path: Path) -> HandlingRules:
    """Read the rules; raise BrokenFile for a missing, unknown or senseless entry."""
    file = yaml_lines.load(path)
    file.only(
        *("steps", "review_within_days", "rework_share", "extension_share", "archive_after_days", "rating_days"),
        *("urge_every_hours", "warn_at", "supervision", "stranded_minutes", "whistles", "early_warning"),
        *("whistle_proposals", "same_place_metres", "resume_after_review"),
    )
    steps, supervision = file.entry("steps"), file.entry("supervision")
    steps.only("triage", "accept", "dispatch", "sign", "return", "verify", "call_back")
    warning = file.entry("early_warning")
    return HandlingRules(
        triage=_by_level(steps.entry("triage")),
        accept=_levels(steps.entry("accept")),
        dispatch=_by_level(steps.entry("dispatch")),
        sign=_by_level(steps.entry("sign")),
        return_within=_by_level(steps.entry("return")),
        verify=_by_level(steps.entry("verify")),
        call_back=_limit(steps, "call_back"),
        review_within_days=file.count("review_within_days"),
        resume_after_review=_limit(file, "resume_after_review"),
        rework_share=_share(file, "rework_share"),
        extension_share=_share(file, "extension_share"),
        archive_after=timedelta(days=file.count("archive_after_days")),
        rating_within=timedelta(days=file.count("rating_days")),
        urge_every=timedelta(hours=file.count("urge_every_hours")),
        warn_at=_share(file, "warn_at"),
        supervised=frozenset(supervision.choices("clocks", ClockKind)),
        cards=_cards(supervision),
        stranded_after=timedelta(minutes=file.count("stranded_minutes")),
        whistles=_whistles(file.entry("whistles")),
        proposals=_proposals(file.entry("whistle_proposals")),
        same_place_metres=file.count("same_place_metres"),
        rising=_rising(warning),
        repeated=Repeated(warning.count("repeated"), timedelta(days=warning.count("repeated_days"))),
    )


def _by_level(entry: Entry) -> LevelLimits:
    entry.only(*Urgency, _OTHER)
    return LevelLimits(_named(entry), _limit(entry, _OTHER))


def _levels(entry: Entry) -> dict[Urgency, TimeLimit]:
    entry.only(*Urgency)
    return _named(entry)


def _named(entry: Entry) -> dict[Urgency, TimeLimit]:
    return {level: _limit(entry, level.value) for level in Urgency if level.value in entry.fields}


def _cards(entry: Entry) -> Cards:
    entry.only("clocks", "yellow_share", "red_share", "least_minutes")
    yellow, red = _share(entry, "yellow_share"), _share(entry, "red_share")
    if red <= yellow:
        raise entry.broken("red_share", "红牌应该比黄牌晚")
    return Cards(yellow, red, timedelta(minutes=entry.count("least_minutes")))


def _whistles(entry: Entry) -> dict[Whistle, WhistleLimits]:
    entry.only(*Whistle)
    limits: dict[Whistle, WhistleLimits] = {}
    for kind in Whistle:
        one = entry.entry(kind.value)
        one.only("sign_in", "contact", "arrive")
        limits[kind] = WhistleLimits(_limit(one, "sign_in"), _limit(one, "contact"), _limit(one, "arrive"))
    return limits


def _proposals(entry: Entry) -> Thresholds:
    entry.only("repeats", "repeat_days", "households", "returns")
    within = timedelta(days=entry.count("repeat_days"))
    return Thresholds(entry.count("repeats"), within, entry.count("households"), entry.count("returns"))


def _rising(entry: Entry) -> RisingRule:
    entry.only("window_days", "least", "households", "times", "repeated", "repeated_days")
    if (times := entry.number("times")) < 1:
        raise entry.broken("times", "至少是 1")
    window = timedelta(days=entry.count("window_days"))
    return RisingRule(window, entry.count("least"), entry.count("households"), times)


def _limit(entry: Entry, field: str) -> TimeLimit:
    limit = entry.entry(field)
    limit.only("amount", "unit")
    return TimeLimit(limit.count("amount"), limit.choice("unit", LimitUnit))


def _share(entry: Entry, field: str) -> float:
    if not 0 < (share := entry.number(field)) <= 1:
        raise entry.broken(field, "应该大于 0，最多是 1")
    return share
