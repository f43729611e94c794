"""The trained part of reading: which intent, which kind of it, which leaf of the catalogue."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.dialogue.nlu.features import Vectorizer
from bot.dialogue.nlu.linear import LinearClassifier, Ranking

INTENT_STRICTNESS = 10.0
LEAF_STRICTNESS = 10.0
EMERGENCY = "emergency"


@dataclass(frozen=True)
class Example:
    """`kind` is what follows the slash of a retrieval intent: a leaf code, or a word such as `thanks`."""

    text: str
    intent: str
    kind: str | None

    @property
    def leaf(self) -> str | None:
        return self.kind if self.kind and self.kind.isdigit() else None


@dataclass(frozen=True)
class Guess:
    """What the models say about one piece of text; rankings are best first, their shares sum to 1."""

    intents: Ranking
    leaves: Ranking
    kinds: dict[str, str]
    emergency: float

    @property
    def intent(self) -> str:
        return self.intents[0][0]

    @property
    def confidence(self) -> float:
        return self.intents[0][1]


class ReaderModels:
    """Intent, leaf and kind classifiers over one shared vectorizer.

    The leaf is read independently of the intent, so that a question about street lights, a proposal
    and a report of one share what they know.
    """

    def __init__(
        self, vectorizer: Vectorizer, intents: LinearClassifier, leaves: LinearClassifier, kinds: LinearClassifier
    ) -> None:
        self._vectorizer = vectorizer
        self._intents = intents
        self._leaves = leaves
        self._kinds = kinds

    @classmethod
    def fitted(cls, examples: Sequence[Example]) -> "ReaderModels":
        vectorizer = Vectorizer.fitted([e.text for e in examples])
        rows = [vectorizer.row(e.text) for e in examples]
        size = len(vectorizer.places)

        def classifier(chosen: Sequence[int], labels: Sequence[str], strictness: float) -> LinearClassifier:
            return LinearClassifier.fitted([rows[i] for i in chosen], size, labels, strictness)

        leaf_rows = [i for i, e in enumerate(examples) if e.leaf]
        kind_rows = [i for i, e in enumerate(examples) if e.kind and not e.leaf]
        return cls(
            vectorizer,
            classifier(range(len(rows)), [e.intent for e in examples], INTENT_STRICTNESS),
            classifier(leaf_rows, [str(examples[i].leaf) for i in leaf_rows], LEAF_STRICTNESS),
            classifier(kind_rows, [_full_kind(examples[i]) for i in kind_rows], INTENT_STRICTNESS),
        )

    def guess(self, text: str, intent_sharpness: float, leaf_sharpness: float) -> Guess:
        row = self._vectorizer.row(text)
        intents = self._intents.ranking(row, intent_sharpness)
        return Guess(
            intents,
            self._leaves.ranking(row, leaf_sharpness),
            _best_kinds(self._kinds.ranking(row, 1.0)),
            dict(intents).get(EMERGENCY, 0.0),
        )

    def save(self, folder: Path) -> None:
        (folder / "vocabulary.json").write_text(
            json.dumps(list(self._vectorizer.places), ensure_ascii=False), encoding="utf-8"
        )
        np.save(folder / "idf.npy", self._vectorizer.idf)
        for name, model in self._parts():
            model.save(folder / f"{name}.npz")

    def _parts(self) -> list[tuple[str, LinearClassifier]]:
        return [("intents", self._intents), ("leaves", self._leaves), ("kinds", self._kinds)]

    @classmethod
    def load(cls, folder: Path) -> "ReaderModels":
        vocabulary = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        idf = np.load(folder / "idf.npy", allow_pickle=False)
        parts = [LinearClassifier.load(folder / f"{name}.npz") for name in ("intents", "leaves", "kinds")]
        return cls(Vectorizer({f: place for place, f in enumerate(vocabulary)}, idf), *parts)


def _full_kind(example: Example) -> str:
    return f"{example.intent}/{example.kind}"


def _best_kinds(ranking: Ranking) -> dict[str, str]:
    best: dict[str, str] = {}
    for full, _ in ranking:
        intent, _, kind = full.partition("/")
        best.setdefault(intent, kind)
    return best
