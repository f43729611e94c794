"""Cutting words into short terms, so that a database without a Chinese index finds them.

Chinese has no spaces: every two neighbouring characters are a term, as bigram indexes do it (Lucene's CJK bigrams). A
number is one term as a whole, so that 5号楼 does not find 15号楼, and one more together with the character beside it.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

LONGEST: Final = 8
"""Characters of a term; longer numbers and words are known by their beginning."""

_CHINESE: Final = "〇㐀-䶿一-鿿豈-﫿\U00020000-\U000323af"
_UNIT: Final = re.compile(rf"[{_CHINESE}]|\d+|(?:(?![{_CHINESE}\d])[^\W_])+")
_BLANK_BESIDE_CHINESE: Final = re.compile(rf"(?<=[{_CHINESE}])[^\S\n]+|[^\S\n]+(?=[{_CHINESE}])")
_IS_CHINESE: Final = re.compile(rf"[{_CHINESE}]")


@dataclass(frozen=True)
class Sought:
    """What a text must hold to be found: all of these terms, and for each prefix a term that begins so.

    `words` are what was typed between blanks, to see whether a title says exactly this.
    """

    words: tuple[str, ...]
    terms: frozenset[str]
    prefixes: frozenset[str]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that could be found."""
        return not (self.terms or self.prefixes)


def terms_of(text: str) -> frozenset[str]:
    """All terms a text can be found by; the last character of each run stands alone, for one-character questions."""
    found: set[str] = set()
    for units in _stretches(_BLANK_BESIDE_CHINESE.sub("", _plain(text))):
        found.update(_terms(units))
        if _is_chinese(units[-1]):
            found.add(units[-1])
    return frozenset(found)


def sought(question: str) -> Sought:
    """What somebody looks for; words between blanks may stand in any order. A single Chinese character is a prefix."""
    terms: set[str] = set()
    prefixes: set[str] = set()
    for units in _stretches(_plain(question)):
        if len(units) == 1 and _is_chinese(units[0]):
            prefixes.add(units[0])
        else:
            terms.update(_terms(units))
    return Sought(tuple(_plain(question).split()), frozenset(terms), frozenset(prefixes))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _is_chinese(unit: str) -> bool:
    return _IS_CHINESE.match(unit) is not None


def _stretches(text: str) -> Iterator[list[str]]:
    """The units of the text that stand side by side, cut where anything else is between them."""
    units: list[str] = []
    end = 0
    for found in _UNIT.finditer(text):
        if units and found.start() != end:
            yield units
            units = []
        units.append(found[0])
        end = found.end()
    if units:
        yield units


def _terms(units: list[str]) -> Iterator[str]:
    for unit in units:
        if not _is_chinese(unit):
            yield unit[:LONGEST]
    for left, right in pairwise(units):
        if _is_chinese(left):
            yield left + right[: LONGEST - 1]
        elif _is_chinese(right):
            yield left[: LONGEST - 1] + right
