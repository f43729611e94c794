"""Whether whistles are blown too often or not at all, and how departments answer: figures that are shown, not rewarded.

A rate far from the neighbours' is a reason to look, in both directions: every small thing whistled for wears the
departments out, none at all may mean that nobody dares.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Final

PER: Final = 100
TOO_MANY_TIMES: Final = 2
TOO_MANY_FROM: Final = 5
TOO_FEW_FROM: Final = 3


class Sign(StrEnum):
    """What stands out about a community's whistles."""

    TOO_MANY = "too_many"
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Blown:
    """A community in a period: events accepted, whistles the rules proposed, whistles blown."""

    accepted: int
    proposed_by_rules: int
    blown: int

    @property
    def rate(self) -> float | None:
        """Whistles per 100 accepted events; None without events."""
        return self.blown * PER / self.accepted if self.accepted else None


def usual_rate(communities: Sequence[Blown]) -> float | None:
    """The median of the street; None where nobody accepted anything."""
    rates = [one.rate for one in communities if one.rate is not None]
    return median(rates) if rates else None


def sign_of(one: Blown, usual: float | None) -> Sign | None:
    """What stands out against the street's usual rate."""
    if one.blown == 0 and one.proposed_by_rules >= TOO_FEW_FROM:
        return Sign.TOO_FEW
    if one.rate is None or usual is None or one.blown < TOO_MANY_FROM:
        return None
    return Sign.TOO_MANY if one.rate > TOO_MANY_TIMES * usual else None


@dataclass(frozen=True)
class Called:
    """How a department answered one call; None where it is not due yet and has not happened."""

    signed_in_time: bool | None
    arrived: bool | None
    score: int | None


@dataclass(frozen=True)
class Attendance:
    """How a department answers its calls; shares are None where there is nothing to divide by."""

    calls: int
    signed_in_time: float | None
    arrived: float | None
    score: float | None
    scores: int


def attendance(calls: Sequence[Called]) -> Attendance:
    """到岗率 and on-time sign-in among the calls that are due, and the mean of the scores given."""
    signed = [one.signed_in_time for one in calls if one.signed_in_time is not None]
    arrived = [one.arrived for one in calls if one.arrived is not None]
    scores = [one.score for one in calls if one.score is not None]
    return Attendance(len(calls), _mean(signed), _mean(arrived), _mean(scores), len(scores))


def _mean(values: Sequence[int]) -> float | None:
    return sum(values) / len(values) if values else None
