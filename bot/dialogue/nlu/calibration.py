"""What scores are worth: probabilities that keep their word, and how far a whole reading can be trusted.

Everything here is learned from examples that were held out when the scores were made.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.dialogue.nlu.linear import Scores

_SHARPNESSES = np.geomspace(0.5, 20.0, 60)
_STRICTNESS = 1.0
Signs = npt.NDArray[np.float64]
SIGNS = ("intent_odds", "leaf_odds", "weaker_odds", "leaf_lead", "leaf_score", "class_agrees", "known", "length")
"""What the trust in a reading rests on, in order; see `signs`."""
_SUREST = 1e-4


def shares(scores: Scores, sharpness: float) -> Scores:
    """Probabilities of all labels, along the last axis."""
    lifted = scores * sharpness
    odds = np.exp(lifted - lifted.max(axis=-1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True))


def sharpness_of(scores: Scores, right: npt.NDArray[np.int64]) -> float:
    """The sharpness with which held-out examples are least surprising; `right` are their labels' places."""
    rows = np.arange(len(right))
    surprises = [-np.log(shares(scores, s)[rows, right] + 1e-9).mean() for s in _SHARPNESSES]
    return float(_SHARPNESSES[int(np.argmin(surprises))])


def signs(intents: Scores, leaves: Scores, *, agrees: bool, known: float, length: int) -> Signs:
    """`intents` are shares, `leaves` the best share, its raw score and how far that is ahead of the next."""
    share, score, lead = leaves
    of_intent, of_leaf = _odds(intents.max()), _odds(share)
    weaker = min(of_intent, of_leaf)
    return np.array([of_intent, of_leaf, weaker, lead, score, float(agrees), known, np.log1p(length)])


def _odds(share: float) -> float:
    """The logarithm of a share's odds, bounded where shares come close to 0 and 1."""
    bounded = min(max(float(share), _SUREST), 1 - _SUREST)
    return float(np.log(bounded / (1 - bounded)))


@dataclass(frozen=True)
class Trust:
    """How probable it is that intent and leaf of a reading are both right."""

    weights: tuple[float, ...]
    bias: float

    @classmethod
    def fitted(cls, rows: Sequence[Signs], right: Sequence[bool]) -> "Trust":
        from sklearn.linear_model import LogisticRegression

        if len(set(right)) < 2:  # noqa: PLR2004 - too little data to have erred
            return cls((0.0,) * len(SIGNS), 0.0)
        model = LogisticRegression(C=_STRICTNESS, max_iter=500)
        model.fit(np.array(rows), np.array(right))
        return cls(tuple(float(w) for w in model.coef_[0]), float(model.intercept_[0]))

    def of(self, found: Signs) -> float:
        return float(1.0 / (1.0 + np.exp(-(found @ np.array(self.weights) + self.bias))))


@dataclass(frozen=True)
class Calibration:
    """The numbers that turn scores into probabilities."""

    intents: float
    leaves: float
    trust: Trust

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "Calibration":
        trust = Trust(tuple(kept["trust"]["weights"]), kept["trust"]["bias"])
        return cls(kept["intents"], kept["leaves"], trust)
