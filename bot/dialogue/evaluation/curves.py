"""Whether confidences keep their word, and what filing more without review would cost."""

from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10
STEPS = 50
Judged = tuple[float, bool]
"""A probability that was given, and whether it turned out right."""


@dataclass(frozen=True)
class Bin:
    """Readings of about the same confidence: their mean confidence, the share that was right, their number."""

    confidence: float
    right: float
    count: int


@dataclass(frozen=True)
class Point:
    """Filing the surest share `coverage` of all messages without review gets the share `risk` of them wrong.

    `trust` is the least trust among those.
    """

    coverage: float
    risk: float
    trust: float


def reliability(judged: Sequence[Judged]) -> list[Bin]:
    """Bins of equal width from 0 to 1, empty ones left out."""
    bins: list[list[Judged]] = [[] for _ in range(BINS)]
    for given, right in judged:
        bins[min(int(given * BINS), BINS - 1)].append((given, right))
    return [
        Bin(
            round(sum(given for given, _ in found) / len(found), 4),
            round(sum(right for _, right in found) / len(found), 4),
            len(found),
        )
        for found in bins
        if found
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """The mean distance of confidence and share of right ones, weighed by number (expected calibration error)."""
    total = sum(found.count for found in bins)
    return round(sum(abs(b.confidence - b.right) * b.count for b in bins) / total, 4) if total else 0.0


def risk_coverage(judged: Sequence[Judged], messages: int) -> list[Point]:
    """`judged` are the trusts of the messages that would be filed, of `messages` altogether; surest first."""
    surest = sorted(judged, key=lambda pair: -pair[0])
    points, wrong = [], 0
    every = max(1, len(surest) // STEPS)
    for number, (trust, right) in enumerate(surest, 1):
        wrong += not right
        if number % every == 0 or number == len(surest):
            points.append(Point(round(number / messages, 4), round(wrong / number, 4), round(trust, 4)))
    return points
