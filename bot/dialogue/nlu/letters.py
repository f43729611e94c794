"""Sentences read once more in the dress of a letter, so that politeness decides nothing."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bot.errors import BrokenFile

_ENDS = "。！!？?，,；;、 "
_JOINTS = ("，", "，", "。", "。", "！", " ", "")
_LAST = ("", "", "。", "！")
OPENED, REQUESTED, THANKED = 0.4, 0.6, 0.3
"""How many of the dressed sentences get an opening, a request, thanks."""


@dataclass(frozen=True)
class Ending:
    """What somebody with one intent asks at the end: a wish put together from its parts, or a closing phrase."""

    closing: Sequence[str]
    ask: Sequence[str] = ()
    whom: Sequence[str] = ("",)
    how: Sequence[str] = ("",)
    what: Sequence[str] = ()

    def said(self, chance: random.Random) -> str:
        wishes = len(self.ask) * len(self.what)
        if not wishes or chance.random() * (wishes + len(self.closing)) < len(self.closing):
            return chance.choice(self.closing)
        return "".join(chance.choice(part) for part in (self.ask, self.whom, self.how, self.what))


@dataclass(frozen=True)
class Letters:
    """`share`, 0 to 1, of the sentences that have a request are dressed; the same ones in the same way each time."""

    share: float = 0.0
    openings: Sequence[str] = ()
    thanks: Sequence[str] = ()
    requests: Mapping[str, Ending] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Letters":
        """No file, no letters. Raises BrokenFile for anything but the parts named here."""
        if not path.exists():
            return cls()
        try:
            held = yaml.safe_load(path.read_text(encoding="utf-8"))
            requests = {intent: Ending(**parts) for intent, parts in held.pop("requests").items()}
            return cls(**held, requests=requests)
        except (yaml.YAMLError, AttributeError, KeyError, TypeError) as cause:
            raise BrokenFile(str(path), 0, "", f"信件用语读不懂：{cause}") from cause

    def dressed(self, sentences: Sequence[tuple[str, str]]) -> Iterator[str | None]:
        """For each text with its intent a second one to learn from, or None."""
        chance = random.Random(0)  # noqa: S311 - a repeatable choice, not a secret
        for text, intent in sentences:
            chosen = chance.random() < self.share
            request = self.requests.get(intent)
            yield self._dressed(text, request, chance) if chosen and request else None

    def _dressed(self, text: str, request: Ending, chance: random.Random) -> str:
        said = text.rstrip(_ENDS) if chance.random() < REQUESTED else text
        if chance.random() < OPENED:
            said = chance.choice(self.openings) + said
        if chance.random() < REQUESTED:
            said += chance.choice(_JOINTS) + request.said(chance)
        if chance.random() < THANKED:
            said += chance.choice(_JOINTS) + chance.choice(self.thanks)
        return said + chance.choice(_LAST)
