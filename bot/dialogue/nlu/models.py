"""The trained part of reading: which intent, which kind of it, which leaf of the catalogue."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.core.catalogue import OUTSIDE
from bot.dialogue.nlu import calibration
from bot.dialogue.nlu.calibration import Calibration, Signs, Trust
from bot.dialogue.nlu.deciding import deciding_words
from bot.dialogue.nlu.features import Vectorizer
from bot.dialogue.nlu.letters import Letters
from bot.dialogue.nlu.linear import LinearClassifier, Ranking, Scores, matrix_of
from bot.dialogue.nlu.meanwhile import meanwhile

INTENT_STRICTNESS, LEAF_STRICTNESS = 0.6, 1.0
INTENT_EVENNESS, LEAF_EVENNESS = 0.5, 0.5
"""How much rare labels count: intents are frequent in life too, leaves only where somebody wrote more."""
CLASS_WEIGHT = 0.1
"""How much the score of a leaf's class counts beside the leaf's own."""
MOST_FEATURES = 350_000
HELD_OUT = 2
"""Every second example is held out once to learn what scores are worth."""
EMERGENCY = "emergency"
FILED = ("report_event", "propose_agenda_item")
_NAMES = ("intents", "leaves", "classes", "kinds")


@dataclass(frozen=True)
class Example:
    """`kind` is what follows the slash of a retrieval intent: a leaf code, or a word such as `thanks`.

    `words` are the text's as jieba cuts it, where that is known already.
    """

    text: str
    intent: str
    kind: str | None
    words: tuple[str, ...] | None = field(default=None, compare=False)

    @property
    def leaf(self) -> str | None:
        """The leaf, or the kind of matter outside a community's powers."""
        return self.kind if self.kind and (self.kind.isdigit() or self.kind.startswith(OUTSIDE)) else None


@dataclass(frozen=True)
class _Lesson:
    """An example as it is learned; in the dress of a letter only its intent is, its leaf is known already.

    `number` is the example's: its two lessons are never on different sides when one side is held out.
    """

    example: Example
    number: int
    is_dressed: bool = False

    @property
    def teaches_leaf(self) -> bool:
        return self.example.leaf is not None and not self.is_dressed


def _lessons(examples: Sequence[Example], letters: Letters) -> list[_Lesson]:
    dressed = letters.dressed([(e.text, e.intent) for e in examples])
    again = ((i, text) for i, text in enumerate(dressed) if text)
    return [
        *(_Lesson(example, i) for i, example in enumerate(examples)),
        *(_Lesson(replace(examples[i], text=text, words=None), i, is_dressed=True) for i, text in again),
    ]


@dataclass(frozen=True)
class Guess:
    """What the models say about one piece of text; rankings are best first, their shares sum to 1.

    `trust` is how probable it is that the first intent and the first leaf are both right.
    """

    intents: Ranking
    leaves: Ranking
    kinds: dict[str, str]
    emergency: float
    trust: float

    @property
    def intent(self) -> str:
        return self.intents[0][0]

    @property
    def confidence(self) -> float:
        return self.intents[0][1]


@dataclass(frozen=True)
class Opinion:
    """Another classifier's shares of the intents, and how much they count against our own, 0 to 1."""

    shares: Mapping[str, float]
    weight: float

    def joined_with(self, guess: Guess) -> Guess:
        """The guess with its intents averaged; an intent only one of the two knows keeps its part."""
        ours = dict(guess.intents)
        names = dict.fromkeys([*ours, *self.shares])
        joined = {n: (1 - self.weight) * ours.get(n, 0.0) + self.weight * self.shares.get(n, 0.0) for n in names}
        ranking = sorted(joined.items(), key=lambda pair: -pair[1])
        return replace(guess, intents=ranking, emergency=max(guess.emergency, joined.get(EMERGENCY, 0.0)))


@dataclass(frozen=True)
class _Parts:
    """The classifiers over one vocabulary.

    Leaves are read independently of the intent, so that a question about street lights, a proposal and a report of
    one share what they know; each leaf is helped by its class.
    """

    intents: LinearClassifier
    leaves: LinearClassifier
    classes: LinearClassifier
    kinds: LinearClassifier

    @classmethod
    def fitted(cls, matrix: Any, lessons: Sequence[_Lesson]) -> "_Parts":
        examples = [lesson.example for lesson in lessons]
        leaf_rows = [i for i, lesson in enumerate(lessons) if lesson.teaches_leaf]
        kind_rows = [i for i, e in enumerate(examples) if e.kind and not e.leaf]
        leaves = [str(examples[i].leaf) for i in leaf_rows]

        def classifier(rows: Sequence[int], labels: Sequence[str]) -> LinearClassifier:
            return LinearClassifier.fitted(matrix[rows], labels, LEAF_STRICTNESS, LEAF_EVENNESS)

        said = [e.intent for e in examples]
        with meanwhile(LinearClassifier.fitted, matrix, said, INTENT_STRICTNESS, INTENT_EVENNESS) as intents:
            others = (
                classifier(leaf_rows, leaves),
                classifier(leaf_rows, [class_of(leaf) for leaf in leaves]),
                classifier(kind_rows, [f"{examples[i].intent}/{examples[i].kind}" for i in kind_rows]),
            )
            return cls(intents(), *others)

    @property
    def all(self) -> tuple[LinearClassifier, ...]:
        return self.intents, self.leaves, self.classes, self.kinds

    @property
    def class_places(self) -> npt.NDArray[np.int64]:
        """For every leaf, where its class stands among the classes."""
        return np.array([self.classes.labels.index(class_of(leaf)) for leaf in self.leaves.labels])


def class_of(leaf: str) -> str:
    """The class of a leaf's code; all matters outside a community's powers are one class."""
    return OUTSIDE if leaf.startswith(OUTSIDE) else leaf[:2]


def _with_classes(leaves: Scores, classes: Scores, places: npt.NDArray[np.int64]) -> Scores:
    return np.asarray(leaves + CLASS_WEIGHT * classes[..., places])


class ReaderModels:
    """Classifiers of intents, leaves, classes and kinds over one vectorizer, and what their scores are worth."""

    def __init__(self, vectorizer: Vectorizer, parts: _Parts, worth: Calibration) -> None:
        self._vectorizer = vectorizer
        self._parts = parts
        self._worth = worth
        self._class_places = parts.class_places

    @classmethod
    def fitted(cls, examples: Sequence[Example], letters: Letters | None = None) -> "ReaderModels":
        """Train; the same examples in the same order give the same models."""
        vectorizer, rows = Vectorizer.fitted_with_rows([e.text for e in examples], [e.words for e in examples])
        lessons = _lessons(examples, letters or Letters())
        rows += [vectorizer.row(lesson.example.text) for lesson in lessons[len(rows) :]]
        matrix = matrix_of(rows, len(vectorizer.places))
        with meanwhile(_calibrated, matrix, [(row.known, row.length) for row in rows], lessons) as worth:
            parts = _Parts.fitted(matrix, lessons)
            kept = _strongest(parts)
            smaller = vectorizer.only(kept), _Parts(*(part.only(kept) for part in parts.all))
            return cls(*smaller, worth())

    def guess(self, text: str, words: Sequence[str] | None = None) -> Guess:
        row = self._vectorizer.row(text, words)
        parts, worth = self._parts, self._worth
        intents = calibration.shares(parts.intents.scores(row), worth.intents)
        classes = parts.classes.scores(row)
        scores = _with_classes(parts.leaves.scores(row), classes, self._class_places)
        leaves = calibration.shares(scores, worth.leaves)
        agrees = int(np.argmax(classes)) == self._class_places[int(np.argmax(scores))]
        found = _signs(intents, scores, leaves, (row.known, row.length), agrees=bool(agrees))
        kinds = _ranked(parts.kinds.labels, parts.kinds.scores(row))
        ranking = _ranked(parts.intents.labels, intents)
        return Guess(
            ranking,
            _ranked(parts.leaves.labels, leaves),
            _best_kinds(kinds),
            dict(ranking).get(EMERGENCY, 0.0),
            round(worth.trust.of(found), 4),
        )

    def why_intent(self, text: str, intent: str) -> list[str]:
        """The words that spoke for the intent."""
        return deciding_words(text, self._vectorizer, self._parts.intents, intent)

    def why_leaf(self, text: str, leaf: str) -> list[str]:
        """The words that spoke for the leaf."""
        return deciding_words(text, self._vectorizer, self._parts.leaves, leaf)

    def save(self, folder: Path) -> None:
        self._vectorizer.save(folder)
        for name, part in zip(_NAMES, self._parts.all, strict=True):
            part.save(folder / f"{name}.npz")
        (folder / "calibration.json").write_text(json.dumps(self._worth.as_dict()), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "ReaderModels":
        parts = _Parts(*(LinearClassifier.load(folder / f"{name}.npz") for name in _NAMES))
        worth = Calibration.from_dict(json.loads((folder / "calibration.json").read_text(encoding="utf-8")))
        return cls(Vectorizer.load(folder), parts, worth)


def _strongest(parts: _Parts) -> npt.NDArray[np.int64]:
    """The features that matter most; the rest would only make the model large."""
    strengths = np.max([part.strengths for part in parts.all], axis=0)
    if len(strengths) <= MOST_FEATURES:
        return np.arange(len(strengths))
    order = np.argsort(-strengths, kind="stable")
    return np.sort(order[:MOST_FEATURES])


def _ranked(labels: Sequence[str], values: Scores) -> Ranking:
    order = np.argsort(-values, kind="stable")
    return [(labels[i], round(float(values[i]), 4)) for i in order]


def _best_kinds(ranking: Ranking) -> dict[str, str]:
    best: dict[str, str] = {}
    for full, _ in ranking:
        intent, _, kind = full.partition("/")
        best.setdefault(intent, kind)
    return best


def _signs(intents: Scores, scores: Scores, leaves: Scores, look: tuple[float, int], *, agrees: bool) -> Signs:
    known, length = look
    second, first = np.sort(scores)[-2:]
    about_leaf = np.array([leaves.max(), first, first - second])
    return calibration.signs(intents, about_leaf, agrees=agrees, known=known, length=length)


def _calibrated(matrix: Any, looks: Sequence[tuple[float, int]], lessons: Sequence[_Lesson]) -> Calibration:
    """Score the held-out lessons with models that have not seen them, and learn what such scores are worth.

    Neighbours in a file share their leaf, so both halves have each. `looks` says of each lesson how much of it is
    known and how long it is.
    """
    seen = [i for i, lesson in enumerate(lessons) if lesson.number % HELD_OUT]
    held_out = [i for i, lesson in enumerate(lessons) if lesson.number % HELD_OUT == 0]
    parts = _Parts.fitted(matrix[seen], [lessons[i] for i in seen])
    unseen = matrix[held_out]
    examples, looks = [lessons[i].example for i in held_out], [looks[i] for i in held_out]
    intent_scores, classes = parts.intents.all_scores(unseen), parts.classes.all_scores(unseen)
    leaf_scores = _with_classes(parts.leaves.all_scores(unseen), classes, parts.class_places)
    sharp_intents = _sharpness(intent_scores, parts.intents.labels, [e.intent for e in examples])
    sharp_leaves = _sharpness(leaf_scores, parts.leaves.labels, [e.leaf for e in examples])
    intent_shares = calibration.shares(intent_scores, sharp_intents)
    leaf_shares = calibration.shares(leaf_scores, sharp_leaves)
    agrees = classes.argmax(axis=1) == parts.class_places[leaf_scores.argmax(axis=1)]
    judged, right = list[Signs](), list[bool]()
    for i, example in enumerate(examples):
        intent = parts.intents.labels[int(intent_shares[i].argmax())]
        if intent in FILED:
            judged.append(_signs(intent_shares[i], leaf_scores[i], leaf_shares[i], looks[i], agrees=bool(agrees[i])))
            leaf = parts.leaves.labels[int(leaf_shares[i].argmax())]
            right.append((intent, leaf) == (example.intent, example.leaf))
    return Calibration(sharp_intents, sharp_leaves, Trust.fitted(judged, right))


def _sharpness(scores: Scores, labels: Sequence[str], wanted: Sequence[str | None]) -> float:
    places = {label: place for place, label in enumerate(labels)}
    known = [i for i, label in enumerate(wanted) if label in places]
    return calibration.sharpness_of(scores[known], np.array([places[str(wanted[i])] for i in known], dtype=np.int64))
