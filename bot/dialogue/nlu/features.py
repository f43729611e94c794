"""Turn Chinese text into sparse n-gram features of characters, words and sounds."""

import json
import logging
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import jieba
import numpy as np
import numpy.typing as npt
from pypinyin import lazy_pinyin

jieba.setLogLevel(logging.WARNING)

LONGEST_CHARACTER_GRAM = 3
LONGEST_SOUND_GRAM = 3
RAREST = 2
"""A feature counts from this many training texts on."""
_NUMBER = re.compile(r"[0-9]+")
_SPACE = re.compile(r"\s+")


def normalised(text: str) -> str:
    """Half-width, lower case, every number the same, no spaces: '３号楼' and '12号楼' read alike."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return _SPACE.sub("", _NUMBER.sub("0", plain))


@lru_cache(maxsize=20_000)
def _sound(character: str) -> str:
    return str(lazy_pinyin(character)[0])


def _grams(prefix: str, units: Sequence[str], longest: int, shortest: int = 1) -> Iterator[str]:
    for size in range(shortest, longest + 1):
        for start in range(len(units) - size + 1):
            yield prefix + "".join(units[start : start + size])


def features_of(text: str, words: Sequence[str] | None = None) -> list[str]:
    """Sounds make homophones harmless: voice input writes 路登 for 路灯.

    `words` are the text's as jieba cuts it, where that is known already.
    """
    plain = normalised(text)
    if words is None:
        words = jieba.lcut(text)
    framed = ["^", *plain, "$"]
    sounds = [_sound(c) + "'" for c in plain]
    return [
        *_grams("c", framed, LONGEST_CHARACTER_GRAM),
        *_grams("p", sounds, LONGEST_SOUND_GRAM, shortest=2),
        *("w" + normalised(word) for word in words if len(word) > 1),
    ]


@dataclass(frozen=True)
class Row:
    """The features of one text: their places in the vocabulary and weights of length 1 together.

    `known` is the share of its features that training has seen, `length` its characters.
    """

    places: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float32]
    known: float
    length: int


class Vectorizer:
    """TF-IDF over `features_of`; its state is plain data, so a model file holds no pickled code."""

    def __init__(self, places: Mapping[str, int], idf: npt.NDArray[np.float32]) -> None:
        self.places = places
        self.idf = idf

    @classmethod
    def fitted(cls, texts: Sequence[str]) -> "Vectorizer":
        return cls.fitted_with_rows(texts)[0]

    @classmethod
    def fitted_with_rows(
        cls, texts: Sequence[str], words: Sequence[Sequence[str] | None] | None = None
    ) -> "tuple[Vectorizer, list[Row]]":
        """The vectorizer and the rows of the texts it is fitted on, their features taken once."""
        cut = words or [None] * len(texts)
        numbers: dict[str, int] = {}
        found = [
            np.array([numbers.setdefault(f, len(numbers)) for f in features_of(*known)])
            for known in zip(texts, cut, strict=True)
        ]
        seen_in = np.zeros(len(numbers), dtype=np.int64)
        for features in found:
            seen_in[np.unique(features)] += 1
        kept = sorted(feature for feature, number in numbers.items() if seen_in[number] >= RAREST)
        counts = np.array([seen_in[numbers[feature]] for feature in kept], dtype=np.float64)
        idf = np.log((1 + len(texts)) / (1 + counts)) + 1
        vectorizer = cls({feature: place for place, feature in enumerate(kept)}, idf.astype(np.float32))
        place_of = np.full(len(numbers), -1, dtype=np.int64)
        place_of[[numbers[feature] for feature in kept]] = np.arange(len(kept))
        return vectorizer, [vectorizer._row(place_of[f], t) for f, t in zip(found, texts, strict=True)]

    def row(self, text: str, words: Sequence[str] | None = None) -> Row:
        places = self.places
        return self._row(np.array([places.get(f, -1) for f in features_of(text, words)], dtype=np.int64), text)

    def _row(self, found: npt.NDArray[np.int64], text: str) -> Row:
        """`found` are the places of all features of the text, -1 for unknown ones."""
        known = found[found >= 0]
        places, said = np.unique(known, return_counts=True)
        weights = (1 + np.log(said)) * self.idf[places]
        length = float(np.linalg.norm(weights)) or 1.0
        share = len(known) / len(found) if len(found) else 0.0
        return Row(places, (weights / length).astype(np.float32), share, len(text))

    def only(self, kept: npt.NDArray[np.int64]) -> "Vectorizer":
        """The same vectorizer over fewer features."""
        names = list(self.places)
        return Vectorizer({names[old]: new for new, old in enumerate(kept.tolist())}, self.idf[kept])

    def save(self, folder: Path) -> None:
        (folder / "vocabulary.json").write_text(json.dumps(list(self.places), ensure_ascii=False), encoding="utf-8")
        np.save(folder / "idf.npy", self.idf)

    @classmethod
    def load(cls, folder: Path) -> "Vectorizer":
        vocabulary = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        return cls({f: place for place, f in enumerate(vocabulary)}, np.load(folder / "idf.npy", allow_pickle=False))
