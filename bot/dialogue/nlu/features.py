"""Turn Chinese text into sparse n-gram features of characters, words and sounds."""

import logging
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

import jieba
import numpy as np
import numpy.typing as npt
from pypinyin import lazy_pinyin
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

jieba.setLogLevel(logging.WARNING)

LONGEST_CHARACTER_GRAM = 4
LONGEST_SOUND_GRAM = 3
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


class Vectorizer:
    """TF-IDF over `features_of`; its state is two arrays, so a model file holds no pickled code."""

    def __init__(self, vocabulary: Sequence[str], idf: npt.NDArray[np.float64]) -> None:
        self.vocabulary = list(vocabulary)
        self.idf = idf
        self._tfidf = TfidfVectorizer(
            analyzer=features_of, sublinear_tf=True, vocabulary={f: i for i, f in enumerate(self.vocabulary)}
        )
        self._tfidf.idf_ = idf

    @classmethod
    def fitted(cls, texts: Sequence[str]) -> "Vectorizer":
        tfidf = TfidfVectorizer(analyzer=features_of, sublinear_tf=True, min_df=2)
        tfidf.fit(texts)
        return cls([str(f) for f in tfidf.get_feature_names_out()], tfidf.idf_)

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        return self._tfidf.transform(texts)
