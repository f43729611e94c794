"""Finds the phrases of a message that say where: a conditional random field over characters.

The rules of `bot.core.addresses` know numbers and the known names; this model knows what names of shops, villages
and crossings look like. It is trained on data/places, whose lines mark every place with 〔 and 〕.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import pycrfsuite

from bot.core import addresses
from bot.core.numerals import CHINESE
from bot.errors import BrokenFile

OPEN, CLOSE = "〔", "〕"
FILE = "places.crf"
LONGEST = 400
"""Characters that are looked at; a place further on in a message is left to the rules."""
_BEGIN, _INSIDE, _OUTSIDE = "B", "I", "O"
SURELY_OUTSIDE = 0.7
"""Unless it is this probable that a character is no part of a place, it is one: a place missed is asked for again."""
_EDGES = " \u3000，,。.！!？?；;：:、\n\t"
_REACH = 3
_KINDS = (
    ("n", re.compile(rf"[0-9{CHINESE}]")),
    ("a", re.compile(r"[A-Za-z]")),
    ("d", re.compile(r"[东南西北中上下左右前后内外旁边侧面头口门]")),
    ("p", re.compile(r"[省市区县镇乡村组路街道巷弄号栋幢座楼层单元室园苑城府庭厦院校店厂场站桥河湖江山馆所社局司]")),
    ("s", re.compile(r"[\W_]")),
)
_TRAINING = {"c1": 0.05, "c2": 0.05, "max_iterations": 30, "feature.possible_transitions": True}

Phrase = tuple[int, int]
"""Where a phrase starts and ends in the message."""


def marked_lines(folder: Path) -> list[str]:
    """All training lines of a folder, in a fixed order; # begins a comment. Raises BrokenFile for a lone mark."""
    found = []
    for path in sorted(folder.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                found.append(_paired(path, number, line.strip()))
    return found


def _paired(path: Path, number: int, line: str) -> str:
    try:
        unmarked(line)
    except ValueError as cause:
        raise BrokenFile(str(path), number, "", f"{OPEN}和{CLOSE}要成对") from cause
    return line


def unmarked(line: str) -> tuple[str, list[Phrase]]:
    """Take the marks out of a training line; raises ValueError where they are not in pairs."""
    text, phrases, start = "", [], None
    for sign in line:
        if sign == OPEN and start is None:
            start = len(text)
        elif sign == CLOSE and start is not None:
            phrases.append((start, len(text)))
            start = None
        elif sign in (OPEN, CLOSE):
            raise ValueError(line)
        else:
            text += sign
    if start is not None:
        raise ValueError(line)
    return text, phrases


def _kind(sign: str) -> str:
    return next((name for name, pattern in _KINDS if pattern.match(sign)), "c")


def _rule_marks(text: str) -> list[str]:
    """What the rules say of each character: the type of the piece it stands in, and where in it."""
    marks = ["-"] * len(text)
    for span in addresses.read(text).spans:
        for place in range(span.start, min(span.end, len(text))):
            marks[place] = f"{span.type.value}{'^' if place == span.start else ''}"
    return marks


def _features(text: str) -> list[list[str]]:
    plain = unicodedata.normalize("NFKC", text).lower()
    if len(plain) != len(text):
        plain = text.lower()
    padded = ["<"] * _REACH + ["0" if sign.isdigit() else sign for sign in plain] + [">"] * _REACH
    kinds = ["<"] * _REACH + [_kind(sign) for sign in plain] + [">"] * _REACH
    marks = ["<", *_rule_marks(text), ">"]
    return [_of_character(padded, kinds, marks, at) for at in range(len(text))]


def _of_character(padded: Sequence[str], kinds: Sequence[str], marks: Sequence[str], at: int) -> list[str]:
    here = at + _REACH
    before3, before2, before, sign, after, after2, after3 = padded[at : here + _REACH + 1]
    k = kinds
    return [
        "0" + sign,
        "1" + before,
        "2" + after,
        "3" + before2,
        "4" + after2,
        "5" + before + sign,
        "6" + sign + after,
        "7" + before2 + before,
        "8" + after + after2,
        "9" + before + sign + after,
        "a" + before2 + before + sign,
        "b" + sign + after + after2,
        "c" + before3 + before2 + before,
        "d" + after + after2 + after3,
        "k" + k[here - 2] + k[here - 1] + k[here] + k[here + 1] + k[here + 2],
        "l" + k[here],
        "r" + marks[at + 1],
        "s" + marks[at] + marks[at + 1],
        "t" + marks[at + 1] + marks[at + 2],
    ]


def _labels(length: int, phrases: Sequence[Phrase]) -> list[str]:
    labels = [_OUTSIDE] * length
    for start, end in phrases:
        labels[start] = _BEGIN
        labels[start + 1 : end] = [_INSIDE] * (end - start - 1)
    return labels


class PlaceTagger:
    """A loaded model; `phrases` may be called as often as one likes."""

    def __init__(self, model: bytes) -> None:
        self._model = model  # the tagger reads in it as long as it lives and does not hold it
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open_inmemory(model)

    @staticmethod
    def train(lines: Sequence[str], path: Path) -> None:
        """Learn from marked lines and write the model, none for no lines; the same lines give the same model."""
        if not lines:
            return
        trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False, params=_TRAINING)
        for line in lines:
            text, phrases = unmarked(line)
            if text:
                trainer.append(_features(text), _labels(len(text), phrases))
        trainer.train(str(path))

    def phrases(self, text: str) -> list[Phrase]:
        """The place phrases in order; a phrase never begins or ends with a mark or a space."""
        seen = text[:LONGEST]
        if not seen:
            return []
        self._tagger.set(_features(seen))
        return list(_joined([self._is_said(place) for place in range(len(seen))], seen))

    def _is_said(self, place: int) -> str:
        if self._tagger.marginal(_OUTSIDE, place) >= SURELY_OUTSIDE:
            return _OUTSIDE
        begins = self._tagger.marginal(_BEGIN, place) > self._tagger.marginal(_INSIDE, place)
        return _BEGIN if begins else _INSIDE


def _joined(labels: Sequence[str], text: str) -> Iterator[Phrase]:
    """Runs of characters that belong to a place; marks and spaces at the ends are left out."""
    start: int | None = None
    for place, label in enumerate([*labels, _OUTSIDE]):
        if start is not None and label != _INSIDE:
            if bare := text[start:place].strip(_EDGES):
                begin = text.index(bare, start)
                yield begin, begin + len(bare)
            start = None
        if label == _BEGIN or (label == _INSIDE and start is None):
            start = place
