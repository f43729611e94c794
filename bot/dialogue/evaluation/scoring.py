"""Figures of readings against labelled messages.

A label is a value or a list of accepted values; a leaf TT99 accepts every leaf of class TT; `address` holds the
words that say where; `bypass_bot` marks an emergency. Every figure is a share from 0 to 1.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bot.dialogue.nlu.models import FILED

SIGNALS = ("yes", "possible")
Row = Mapping[str, Any]
Pair = tuple[Row, Row]
"""A labelled message, and what was read of it."""


def accepted(gold: Row, name: str) -> list[Any]:
    """All values a label accepts; [None] where there is none."""
    value = gold.get(name)
    return value if isinstance(value, list) else [value]


def is_leaf(found: str | None, wanted: Iterable[str | None]) -> bool:
    return any(found == w or (found and w and w.endswith("99") and found[:2] == w[:2]) for w in wanted)


def figures(pairs: Sequence[Pair]) -> dict[str, Any]:
    """All figures the labels allow."""
    judged = [(g, p) for g, p in pairs if "intent" in g]
    told: dict[str, Any] = {"messages": len(pairs)}
    if judged:
        told |= _of_readings(judged)
    told |= _of_leaves([(g, p) for g, p in judged if any(accepted(g, "leaf"))])
    told |= _of_filing(judged)
    told |= _of_elderly(judged)
    told |= _of_addresses([(g, p) for g, p in pairs if "address" in g])
    told |= _of_emergencies([(g, p) for g, p in pairs if g.get("bypass_bot") is not None])
    return told


def confusions(pairs: Sequence[Pair]) -> dict[str, dict[str, int]]:
    """For every intent as labelled, how often it was read as which."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for gold, found in pairs:
        if "intent" in gold:
            counted[str(accepted(gold, "intent")[0])][str(found["intent"])] += 1
    return {intent: dict(counts.most_common()) for intent, counts in sorted(counted.items())}


def is_right(gold: Row, found: Row) -> bool:
    """Whether intent and leaf are both acceptable: what is filed of it is filed rightly."""
    return found["intent"] in accepted(gold, "intent") and is_leaf(found["leaf"], accepted(gold, "leaf"))


def share(outcomes: Sequence[bool]) -> float | None:
    """The share of true ones; None of nothing."""
    return round(sum(outcomes) / len(outcomes), 4) if outcomes else None


def macro(groups: Mapping[str, Sequence[bool]]) -> float | None:
    """The mean of the groups' shares, so that a rare group counts as much as a common one."""
    shares = [sum(group) / len(group) for group in groups.values() if group]
    return round(sum(shares) / len(shares), 4) if shares else None


def _grouped(pairs: Sequence[Pair], label: str, right: Callable[[Row, Row], bool]) -> dict[str, list[bool]]:
    groups: dict[str, list[bool]] = defaultdict(list)
    for gold, found in pairs:
        first = next((value for value in accepted(gold, label) if value), None)
        groups[str(first)].append(right(gold, found))
    return groups


def _of_readings(judged: Sequence[Pair]) -> dict[str, Any]:
    by_intent = _grouped(judged, "intent", lambda g, p: p["intent"] in accepted(g, "intent"))
    return {
        "intent": share([ok for group in by_intent.values() for ok in group]),
        "intent_macro": macro(by_intent),
        "intent_recall": {name: round(c.get(name, 0) / sum(c.values()), 3) for name, c in confusions(judged).items()},
        "urgency": share([p["urgency"] in accepted(g, "urgency") for g, p in judged if "urgency" in g]),
    }


def _of_leaves(pairs: Sequence[Pair]) -> dict[str, Any]:
    if not pairs:
        return {}
    by_leaf = _grouped(pairs, "leaf", lambda g, p: is_leaf(p["leaf"], [w for w in accepted(g, "leaf") if w]))
    return {
        "leaf": share([ok for group in by_leaf.values() for ok in group]),
        "leaf_macro": macro(by_leaf),
        "leaf_top3": share([_in_three(g, p) for g, p in pairs]),
        "class": share([_is_class(g, p) for g, p in pairs]),
    }


def _in_three(gold: Row, found: Row) -> bool:
    wanted = [w for w in accepted(gold, "leaf") if w]
    return any(is_leaf(leaf, wanted) for leaf in [found["leaf"], *found["leaf_top3"]][:4])


def _is_class(gold: Row, found: Row) -> bool:
    return (found["leaf"] or "")[:2] in {w[:2] for w in accepted(gold, "leaf") if w}


def _of_filing(judged: Sequence[Pair]) -> dict[str, Any]:
    if not judged:
        return {}
    filed = [(g, p) for g, p in judged if p["intent"] in FILED and not p["needs_review"]]
    return {
        "filed_unreviewed": round(len(filed) / len(judged), 4),
        "filed_wrong": round(sum(not is_right(g, p) for g, p in filed) / max(1, len(filed)), 4),
        "reviewed": share([bool(p["needs_review"]) for _, p in judged]),
    }


def _of_elderly(judged: Sequence[Pair]) -> dict[str, Any]:
    pairs = [(bool(set(SIGNALS) & set(accepted(g, "elderly"))), p["elderly"] in SIGNALS) for g, p in judged]
    if not any(real for real, _ in pairs):
        return {}
    hits = sum(real and found for real, found in pairs)
    return {
        "elderly_recall": round(hits / sum(real for real, _ in pairs), 4),
        "elderly_precision": round(hits / max(1, sum(found for _, found in pairs)), 4),
    }


def _covered(words: Iterable[Any], text: str) -> set[int]:
    places: set[int] = set()
    for word in words:
        said = word["text"] if isinstance(word, Mapping) else word
        start = text.find(said)
        if said and start >= 0:
            places.update(range(start, start + len(said)))
    return places


def _of_addresses(pairs: Sequence[Pair]) -> dict[str, Any]:
    wanted = [_covered(g["address"], g["text"]) for g, _ in pairs]
    found = [_covered(p["address"], g["text"]) for g, p in pairs]
    if not any(wanted):
        return {}
    hits = sum(len(w & f) for w, f in zip(wanted, found, strict=True))
    return {"address_f1": round(2 * hits / (sum(map(len, wanted)) + sum(map(len, found))), 4)}


def _of_emergencies(pairs: Sequence[Pair]) -> dict[str, Any]:
    recall = share([p["emergency"] is not None for g, p in pairs if g["bypass_bot"]])
    alarms = share([p["emergency"] is not None for g, p in pairs if not g["bypass_bot"]])
    found = {"emergency_recall": recall, "false_alarms": alarms}
    return {name: value for name, value in found.items() if value is not None}
