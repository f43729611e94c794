"""Turn Chinese text into sparse n-gram features of characters, words and sounds."""

import json
import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import jieba
import numpy as np
import numpy.typing as npt
from pypinyin import lazy_pinyin

jieba.setLogLevel(logging.WARNING)

LONGEST_CHARACTER_GRAM = 4
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


def features_of(text: str) -> list[str]:
    """Sounds make homophones harmless: voice input writes 路登 for 路灯."""
    plain = normalised(text)
    framed = ["^", *plain, "$"]
    sounds = [_sound(c) + "'" for c in plain]
    return [
        *_grams("c", framed, LONGEST_CHARACTER_GRAM),
        *_grams("p", sounds, LONGEST_SOUND_GRAM, shortest=2),
        *("w" + word for word in jieba.lcut(plain) if len(word) > 1),
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
        seen_in = Counter(feature for text in texts for feature in set(features_of(text)))
        kept = sorted(feature for feature, count in seen_in.items() if count >= RAREST)
        counts = np.array([seen_in[feature] for feature in kept], dtype=np.float64)
        idf = np.log((1 + len(texts)) / (1 + counts)) + 1
        return cls({feature: place for place, feature in enumerate(kept)}, idf.astype(np.float32))

    def row(self, text: str) -> Row:
        features = features_of(text)
        counts = Counter(place for f in features if (place := self.places.get(f)) is not None)
        places = np.fromiter(sorted(counts), dtype=np.int64, count=len(counts))
        said = np.fromiter((counts[p] for p in places.tolist()), dtype=np.float64, count=len(places))
        weights = (1 + np.log(said)) * self.idf[places]
        length = float(np.linalg.norm(weights)) or 1.0
        known = float(said.sum()) / len(features) if features else 0.0
        return Row(places, (weights / length).astype(np.float32), known, len(text))

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
