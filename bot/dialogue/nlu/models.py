"""The trained part of reading: which intent, which kind of it, which leaf of the catalogue."""

import json
from collections import Counter
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
        rows = vectorizer.transform([e.text for e in examples])
        leaf_rows = [i for i, e in enumerate(examples) if e.leaf]
        kind_rows = [i for i, e in enumerate(examples) if e.kind and not e.leaf]
        return cls(
            vectorizer,
            LinearClassifier.fitted(rows, [e.intent for e in examples], INTENT_STRICTNESS),
            LinearClassifier.fitted(rows[leaf_rows], [str(examples[i].leaf) for i in leaf_rows], LEAF_STRICTNESS),
            LinearClassifier.fitted(rows[kind_rows], [_full_kind(examples[i]) for i in kind_rows], INTENT_STRICTNESS),
        )

    def guess(self, texts: Sequence[str], intent_sharpness: float, leaf_sharpness: float) -> list[Guess]:
        rows = self._vectorizer.transform(texts)
        return [
            Guess(intents, leaves, _best_kinds(kinds), dict(intents).get(EMERGENCY, 0.0))
            for intents, leaves, kinds in zip(
                self._intents.rankings(rows, intent_sharpness),
                self._leaves.rankings(rows, leaf_sharpness),
                self._kinds.rankings(rows, 1.0),
                strict=True,
            )
        ]

    def save(self, folder: Path) -> None:
        (folder / "vocabulary.json").write_text(
            json.dumps(self._vectorizer.vocabulary, ensure_ascii=False), encoding="utf-8"
        )
        np.save(folder / "idf.npy", self._vectorizer.idf.astype(np.float32))
        for name, model in self._parts():
            model.save(folder / f"{name}.npz")

    def _parts(self) -> list[tuple[str, LinearClassifier]]:
        return [("intents", self._intents), ("leaves", self._leaves), ("kinds", self._kinds)]

    @classmethod
    def load(cls, folder: Path) -> "ReaderModels":
        vocabulary = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        idf = np.load(folder / "idf.npy", allow_pickle=False).astype(np.float64)
        parts = [LinearClassifier.load(folder / f"{name}.npz") for name in ("intents", "leaves", "kinds")]
        return cls(Vectorizer(vocabulary, idf), *parts)


def _full_kind(example: Example) -> str:
    return f"{example.intent}/{example.kind}"


def _best_kinds(ranking: Ranking) -> dict[str, str]:
    best: dict[str, str] = {}
    for full, _ in ranking:
        intent, _, kind = full.partition("/")
        best.setdefault(intent, kind)
    return best


def counted(examples: Sequence[Example]) -> Counter[str]:
    return Counter(e.intent for e in examples)
