"""The figures a training leaves beside its model, and how two models compare."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.core.zone import SHANGHAI


@dataclass(frozen=True)
class IntentScore:
    """Cross-validation figures of one intent, 0 to 1; `support` is the number of its examples."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Scores:
    """What models/<name>.json says; shares are 0 to 1, None and empty where nothing was cross-validated."""

    name: str
    trained_at: datetime
    examples: int
    intent_accuracy: float | None
    leaf_accuracy: float | None
    leaf_top3: float | None
    per_intent: Mapping[str, IntentScore]


@dataclass(frozen=True)
class Compared:
    """One figure of two models; None where a model has none."""

    name: str
    here: float | None
    live: float | None

    @property
    def difference(self) -> float | None:
        """How much better (positive) than the live model."""
        return None if self.here is None or self.live is None else self.here - self.live


def read(models: Path, name: str) -> Scores | None:
    """The figures of a model; None if it has none or the file cannot be understood."""
    try:
        return scores_of(json.loads((models / f"{name}.json").read_text("utf-8")), name)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def scores_of(said: Mapping[str, object], name: str) -> Scores:
    """Raises KeyError, TypeError or ValueError for anything that is not the figures of a model."""
    per_intent = said["per_intent"] or {}
    if not isinstance(per_intent, dict):
        raise TypeError(name)
    trained_at = datetime.fromisoformat(str(said["trained_at"]))
    return Scores(
        name=name,
        trained_at=trained_at if trained_at.tzinfo else trained_at.replace(tzinfo=SHANGHAI),
        examples=int(_number(said["examples"])),
        intent_accuracy=_share(said["intent_accuracy"]),
        leaf_accuracy=_share(said["leaf_accuracy"]),
        leaf_top3=_share(said["leaf_top3"]),
        per_intent={
            str(intent): IntentScore(
                precision=_number(one["precision"]),
                recall=_number(one["recall"]),
                f1=_number(one["f1"]),
                support=int(_number(one["support"])),
            )
            for intent, one in per_intent.items()
        },
    )


def overall(here: Scores | None, live: Scores | None) -> list[Compared]:
    """The three figures that count, beside those of the live model."""
    return [Compared(name, figure(here) if here else None, figure(live) if live else None) for name, figure in _OVERALL]


def by_intent(here: Scores, live: Scores | None) -> list[Compared]:
    """F1 of every intent either model knows, the greatest loss first."""
    theirs = live.per_intent if live else {}
    rows = [
        Compared(intent, _f1(here.per_intent, intent), _f1(theirs, intent))
        for intent in sorted({*here.per_intent, *theirs})
    ]
    return sorted(rows, key=lambda row: row.difference or 0.0)


_OVERALL: Final[tuple[tuple[str, Callable[[Scores], float | None]], ...]] = (
    ("意图判对", lambda scores: scores.intent_accuracy),
    ("事项判对", lambda scores: scores.leaf_accuracy),
    ("前三个里有对的事项", lambda scores: scores.leaf_top3),
)


def _f1(scores: Mapping[str, IntentScore], intent: str) -> float | None:
    return scores[intent].f1 if intent in scores else None


def _share(value: object) -> float | None:
    return None if value is None else _number(value)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    return float(value)
