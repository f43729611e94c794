"""Recognising emergencies by their words, and the card that answers in the same second."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from bot.core import plain_data
from bot.errors import InvalidInput, NotFound

_CLAUSE = re.compile(r"[，,。.！!？?；;\n、~…]+")
_LONGEST = 10_000
_HYPOTHETICAL, _PAST, _SETTLED = _DOUBTS = ("hypothetical", "past", "settled")
_SPACES = re.compile(r"(?<=[\u3000-\u9fff])[^\S\n]+(?=[\u3000-\u9fff])|[\u200b-\u200f\ufeff]")


@dataclass(frozen=True)
class EmergencyCard:
    """What the resident sees at once: bubbles, numbers as (label, number), and one question for the place."""

    leaf: str
    bubbles: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...]
    question: str


@dataclass(frozen=True)
class _Situation:
    leaf: str
    cue: re.Pattern[str]
    unless: re.Pattern[str] | None
    despite: frozenset[str]


@dataclass(frozen=True)
class EmergencyRules:
    """The compiled rules of data/catalogue/emergencies.yml, where each list is explained."""

    situations: tuple[_Situation, ...]
    lookalikes: re.Pattern[str] | None
    drills: re.Pattern[str] | None
    doubts: Mapping[str, re.Pattern[str] | None]
    present: re.Pattern[str] | None
    cards: Mapping[str, EmergencyCard]

    @classmethod
    def from_mapping(cls, data: Mapping[str, object]) -> "EmergencyRules":
        """Build the rules; raise InvalidInput with the path of a broken entry."""
        situations = plain_data.items(data.get("situations"), "situations")
        cards = plain_data.mapping(data.get("cards"), "cards")
        doubts = plain_data.mapping(data.get("doubts"), "doubts")
        return cls(
            situations=tuple(_situation(entry, f"situations[{i}]") for i, entry in enumerate(situations)),
            lookalikes=plain_data.pattern(data.get("lookalikes"), "lookalikes"),
            drills=plain_data.pattern(data.get("drills"), "drills"),
            doubts={name: plain_data.pattern(doubts.get(name), f"doubts.{name}") for name in _DOUBTS},
            present=plain_data.pattern(data.get("present"), "present"),
            cards={leaf: _card(leaf, entry) for leaf, entry in cards.items()},
        )

    def screen(self, text: str) -> str | None:
        """Return the leaf of the emergency the words tell of, or None; the first situation wins."""
        found = self._first_hit(text)
        return found[0].leaf if found else None

    def cue(self, text: str) -> str:
        """Return the words that tell of the emergency; empty where none is told of."""
        found = self._first_hit(text)
        return found[1][0] if found else ""

    def is_look_alike(self, text: str) -> bool:
        """Whether the words only sound like an emergency: a drill, a figure of speech, a past or possible one."""
        if self.screen(text) is not None:
            return False
        plain = _plain(text)
        if _found(self.drills, plain) or _found(self.lookalikes, plain):
            return True
        return any(situation.cue.search(plain) for situation in self.situations)

    def _first_hit(self, text: str) -> tuple[_Situation, re.Match[str]] | None:
        plain = _plain(text)
        if _found(self.drills, plain):
            return None
        rest = self._without_lookalikes(plain)
        hits = ((situation, hit) for situation in self.situations for hit in situation.cue.finditer(rest))
        return next((one for one in hits if not self._is_dismissed(*one, rest)), None)

    def _without_lookalikes(self, plain: str) -> str:
        return self.lookalikes.sub(_blank, plain) if self.lookalikes else plain

    def _is_dismissed(self, situation: _Situation, hit: re.Match[str], text: str) -> bool:
        begin, end = _clause(text, hit)
        if _found(situation.unless, text[begin:end]):
            return True
        before, after = text[begin : hit.start()], text[hit.end() :]
        context = {_HYPOTHETICAL: before}
        if not _found(self.present, text):
            context |= {_PAST: before, _SETTLED: after}
        return any(
            name not in situation.despite and _found(self.doubts[name], words) for name, words in context.items()
        )

    def card(self, leaf: str) -> EmergencyCard:
        """Raise NotFound where the leaf has no card."""
        try:
            return self.cards[leaf]
        except KeyError:
            raise NotFound(f"编号为{leaf}的紧急情况没有提示卡") from None


def _plain(text: str) -> str:
    return _SPACES.sub("", unicodedata.normalize("NFKC", text[:_LONGEST]))


def _blank(found: re.Match[str]) -> str:
    return "□" * len(found[0])


def _found(pattern: re.Pattern[str] | None, text: str) -> bool:
    return pattern is not None and pattern.search(text) is not None


def _clause(text: str, hit: re.Match[str]) -> tuple[int, int]:
    """Return where the clauses begin and end that the hit lies in; it may reach over a comma."""
    begin = max((mark.end() for mark in _CLAUSE.finditer(text, 0, hit.start())), default=0)
    after = _CLAUSE.search(text, hit.end())
    return begin, after.start() if after else len(text)


def _situation(entry: object, path: str) -> _Situation:
    fields = plain_data.mapping(entry, path)
    cue = plain_data.pattern(fields.get("patterns"), f"{path}.patterns")
    if cue is None:
        raise InvalidInput(f"{path}.patterns: 不能是空的")
    despite = plain_data.texts(fields.get("despite"), f"{path}.despite")
    if unknown := set(despite) - set(_DOUBTS):
        raise InvalidInput(f"{path}.despite: 没有{'、'.join(sorted(unknown))}这一项")
    return _Situation(
        leaf=plain_data.text(fields.get("leaf"), f"{path}.leaf"),
        cue=cue,
        unless=plain_data.pattern(fields.get("unless"), f"{path}.unless"),
        despite=frozenset(despite),
    )


def _card(leaf: str, entry: object) -> EmergencyCard:
    path = f"cards.{leaf}"
    fields = plain_data.mapping(entry, path)
    numbers = plain_data.items(fields.get("numbers"), f"{path}.numbers")
    return EmergencyCard(
        leaf=leaf,
        bubbles=plain_data.texts(fields.get("bubbles"), f"{path}.bubbles"),
        numbers=tuple(_number(entry, f"{path}.numbers[{index}]") for index, entry in enumerate(numbers)),
        question=plain_data.text(fields.get("question"), f"{path}.question"),
    )


def _number(entry: object, path: str) -> tuple[str, str]:
    fields = plain_data.mapping(entry, path)
    return plain_data.text(fields.get("name"), f"{path}.name"), plain_data.text(fields.get("number"), f"{path}.number")
