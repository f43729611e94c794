"""One linear classifier, stored as plain arrays: margins of one-against-the-rest support vector machines."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.dialogue.nlu.features import Row

Ranking = list[tuple[str, float]]
Scores = npt.NDArray[np.float64]
_STEPS = 127
"""Weights are stored in this many steps either side of zero, each label with a step of its own."""


class LinearClassifier:
    """Scores every label; what a score is worth as a probability is learned apart, see calibration.py."""

    def __init__(self, labels: Sequence[str], weights: npt.NDArray[Any], steps: Any, bias: npt.NDArray[Any]) -> None:
        self.labels = list(labels)
        self._weights = weights  # features x labels; a loaded one keeps whole steps, a quarter of the memory
        self._steps = steps
        self._bias = bias

    @classmethod
    def fitted(cls, matrix: Any, labels: Sequence[str], strictness: float, evenness: float) -> "LinearClassifier":
        """`strictness` is the C of the machines; with `evenness` 1 all labels weigh the same, with 0 all examples."""
        # Only training needs scikit-learn; a serving process saves its memory.
        from sklearn.svm import LinearSVC

        names, found = np.unique(np.array(labels), return_inverse=True)
        if len(names) == 1:
            return cls([str(names[0])], np.zeros((matrix.shape[1], 1), np.float32), 1.0, np.zeros(1, np.float32))
        rarity = (len(labels) / len(names) / np.bincount(found)) ** evenness
        machine = LinearSVC(C=strictness, tol=1e-2, random_state=0)
        machine.fit(matrix, found, sample_weight=rarity[found])
        weights, bias = machine.coef_, machine.intercept_
        if len(names) == 2:  # noqa: PLR2004 - of two labels scikit-learn gives the second's margin only
            weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
        return cls([str(n) for n in names], np.ascontiguousarray(weights.T, np.float32), 1.0, bias.astype(np.float32))

    def scores(self, row: Row) -> Scores:
        weights = self._weights[row.places].astype(np.float32)
        return (row.weights @ weights * self._steps + self._bias).astype(np.float64)

    def weights_of(self, label: str, places: npt.NDArray[np.int64]) -> Scores:
        """How much each of the features speaks for the label."""
        column = self.labels.index(label)
        step = self._steps[column] if np.ndim(self._steps) else self._steps
        return np.asarray(self._weights[places, column].astype(np.float64) * step)

    def all_scores(self, matrix: Any) -> Scores:
        """The scores of every row of a sparse matrix."""
        return np.asarray(matrix @ self._weights * self._steps + self._bias, dtype=np.float64)

    @property
    def strengths(self) -> npt.NDArray[np.float32]:
        """How much each feature can matter to any label."""
        return np.asarray(np.abs(self._weights).max(axis=1), dtype=np.float32)

    def only(self, kept: npt.NDArray[np.int64]) -> "LinearClassifier":
        """The same classifier over fewer features."""
        return LinearClassifier(self.labels, np.ascontiguousarray(self._weights[kept]), self._steps, self._bias)

    def save(self, path: Path) -> None:
        steps = np.maximum(np.abs(self._weights).max(axis=0), 1e-9) / _STEPS
        whole = np.round(self._weights / steps).astype(np.int8)
        # Compressed here, for Rasa's archive takes ten times as long about it.
        np.savez_compressed(path, labels=np.array(self.labels), weights=whole, steps=steps, bias=self._bias)

    @classmethod
    def load(cls, path: Path) -> "LinearClassifier":
        with np.load(path, allow_pickle=False) as stored:
            steps = stored["steps"].astype(np.float32)
            return cls([str(x) for x in stored["labels"]], stored["weights"], steps, stored["bias"])


def matrix_of(rows: Sequence[Row], size: int) -> Any:
    """The rows as one sparse matrix of `size` columns."""
    from scipy.sparse import csr_matrix

    ends = np.cumsum([0, *(len(row.places) for row in rows)])
    places = np.concatenate([row.places for row in rows])
    weights = np.concatenate([row.weights for row in rows]).astype(np.float64)
    return csr_matrix((weights, places, ends), shape=(len(rows), size))
