"""Everything measured of one set of messages: figures, confusions, calibration, risk against coverage."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.dialogue.evaluation import curves, scoring
from bot.dialogue.evaluation.curves import Bin, Point
from bot.dialogue.evaluation.held_out import HeldOut
from bot.dialogue.evaluation.scoring import Pair
from bot.dialogue.nlu.models import FILED

MOST_CONFUSED = 3
CROSS_VALIDATION = "交叉验证"


@dataclass(frozen=True)
class IntentRow:
    """One intent as labelled: shares, its number of messages, and what it was taken for instead."""

    intent: str
    precision: float
    recall: float
    support: int
    confused_with: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Report:
    """`name` says what was measured."""

    name: str
    figures: dict[str, Any]
    intents: tuple[IntentRow, ...]
    leaves: tuple[IntentRow, ...]
    calibration: tuple[Bin, ...]
    risk: tuple[Point, ...]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def of_messages(name: str, pairs: Sequence[Pair]) -> Report:
    """A report on labelled messages and their readings as `parse` prints them."""
    judged = [(g, p) for g, p in pairs if "intent" in g]
    bins = curves.reliability([(p["confidence"], p["intent"] in scoring.accepted(g, "intent")) for g, p in judged])
    filed = [(p["trust"], scoring.is_right(g, p)) for g, p in judged if p["intent"] in FILED]
    figures = scoring.figures(pairs)
    if judged:
        figures["calibration_error"] = curves.calibration_error(bins)
    return Report(
        name,
        figures,
        _rows([_labelled(g, p, "intent") for g, p in judged]),
        _rows([_labelled(g, p, "leaf") for g, p in judged if any(scoring.accepted(g, "leaf"))]),
        tuple(bins),
        tuple(curves.risk_coverage(filed, len(judged))) if filed else (),
    )


def of_held_out(found: Sequence[HeldOut]) -> Report:
    """A report on cross-validated training examples."""
    leaves = [h for h in found if h.example.leaf]
    by_leaf: dict[str, list[bool]] = defaultdict(list)
    for held in leaves:
        by_leaf[str(held.example.leaf)].append(held.is_leaf_right)
    by_intent: dict[str, list[bool]] = defaultdict(list)
    for held in found:
        by_intent[held.example.intent].append(held.is_intent_right)
    bins = curves.reliability([(h.guess.confidence, h.is_intent_right) for h in found])
    filed = [(h.guess.trust, h.is_intent_right and h.is_leaf_right) for h in found if h.is_filed]
    figures = {
        "messages": len(found),
        "intent": scoring.share([h.is_intent_right for h in found]),
        "intent_macro": scoring.macro(by_intent),
        "leaf": scoring.share([h.is_leaf_right for h in leaves]),
        "leaf_macro": scoring.macro(by_leaf),
        "leaf_top3": scoring.share([h.example.leaf in [leaf for leaf, _ in h.guess.leaves[:3]] for h in leaves]),
        "calibration_error": curves.calibration_error(bins),
    }
    return Report(
        CROSS_VALIDATION,
        figures,
        _rows([(h.example.intent, h.guess.intent) for h in found]),
        _rows([(str(h.example.leaf), h.leaf) for h in leaves]),
        tuple(bins),
        tuple(curves.risk_coverage(filed, len(found))),
    )


def _labelled(gold: scoring.Row, found: scoring.Row, name: str) -> tuple[str, str]:
    """What a message should have been read as and what it was; any accepted value counts as the one meant."""
    wanted = [str(value) for value in scoring.accepted(gold, name) if value]
    read = str(found[name])
    right = scoring.is_leaf(read, wanted) if name == "leaf" else read in wanted
    return (wanted[0], wanted[0]) if right else (wanted[0], read)


def _rows(pairs: Sequence[tuple[str, str]]) -> tuple[IntentRow, ...]:
    taken_for: dict[str, Counter[str]] = defaultdict(Counter)
    for wanted, read in pairs:
        taken_for[wanted][read] += 1
    predicted = Counter(read for _, read in pairs)
    return tuple(_row(label, counts, predicted[label]) for label, counts in sorted(taken_for.items()))


def _row(label: str, counts: Counter[str], predicted: int) -> IntentRow:
    hits, support = counts[label], sum(counts.values())
    others = [(other, n) for other, n in counts.most_common() if other != label]
    precision = round(hits / predicted, 4) if predicted else 0.0
    return IntentRow(label, precision, round(hits / support, 4), support, tuple(others[:MOST_CONFUSED]))
