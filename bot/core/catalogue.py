"""The catalogue of matters a resident can report: classes, leaves, whistles, limits and who is in charge."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.core.urgency import Urgency
from bot.errors import NotFound

EMERGENCY_TOP = "01"
OUTSIDE = "outside_"
"""Kinds of training sentences that begin so stand in the place of a leaf where no community has a say."""


class Whistle(StrEnum):
    """How a street calls departments together (三哨)."""

    DAILY = "日常哨"
    TOUGH = "攻坚哨"
    EMERGENCY = "应急哨"


class LimitUnit(StrEnum):
    """What a time limit is counted in; 工作时 and 工作日 need a work calendar."""

    MINUTES = "分钟"
    HOURS = "小时"
    WORK_HOURS = "工作时"
    WORK_DAYS = "工作日"
    DAYS = "天"


@dataclass(frozen=True)
class TimeLimit:
    """An amount of time, such as 5 工作日."""

    amount: int
    unit: LimitUnit

    def __str__(self) -> str:
        counted = "个" if self.unit in (LimitUnit.WORK_HOURS, LimitUnit.WORK_DAYS) else ""
        return f"{self.amount}{counted}{self.unit}"


@dataclass(frozen=True)
class PartyKind:
    """A kind of responsible party; `stand_in` is the kind that acts where a place has no party of this one."""

    name: str
    stand_in: str | None = None


@dataclass(frozen=True)
class AgendaCategory:
    """One line of the consultation directory (协商目录); `body` usually decides, `next` is told to the proposer."""

    code: str
    name: str
    body: str
    next: str


@dataclass(frozen=True)
class Leaf:
    """One kind of matter.

    `lead`, `lead_in_estate` and `co` are kinds of parties, `agenda` is a CON-xx code, `safety` is one
    bubble shown before the resident is asked to confirm, `standard_text` is the time rule in words.
    """

    code: str
    name: str
    plain: str
    top: str
    urgency: Urgency
    lead: str
    co: tuple[str, ...]
    whistle: Whistle
    consultable: bool
    agenda: str | None
    place_bound: bool
    respond: TimeLimit
    resolve: TimeLimit
    basis: str
    codes: str
    safety: str | None
    standard_text: str
    lead_in_estate: str | None = None

    @property
    def is_other(self) -> bool:
        """Whether this is the rest of its class (TT99), which a person must sort out."""
        return self.code.endswith("99")


@dataclass(frozen=True)
class Catalogue:
    """All leaves with the names they refer to: classes, agenda categories and kinds of parties."""

    tops: Mapping[str, str]
    leaves: Mapping[str, Leaf]
    agenda: Mapping[str, AgendaCategory]
    kinds: Mapping[str, PartyKind]

    def leaf(self, code: str) -> Leaf:
        """Raise NotFound for a code the catalogue does not hold."""
        try:
            return self.leaves[code]
        except KeyError:
            raise NotFound(f"目录里没有编号为{code}的事项") from None
