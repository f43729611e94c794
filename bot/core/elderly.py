"""Signs that the resident is elderly, or writes for somebody who is: for offering help, never for a label."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.core import plain_data
from bot.core.spoken_ages import SpokenAge, find_ages

_AGE_WEIGHT = 0.9
_TWO_GROUPS = 0.2
_NEIGHBOR = re.compile(
    r"隔壁|邻居|对门|楼上|楼下|我们楼里?|同楼|独居的?(?:大爷|大妈|老)|替.{0,3}(?:阿婆|大爷|大妈|奶奶|爷爷)"
)
_SELF, _RELATIVE, _NEIGHBOR_ROLE = "self", "relative", "neighbor"
_LONGEST = 4000


class ElderlySignal(StrEnum):
    """What the words allow to say; only the person's own answer is ever recorded."""

    YES = "yes"
    POSSIBLE = "possible"
    NO = "no"


@dataclass(frozen=True)
class ElderlyReading:
    """The signal with the words it rests on; `role` is who the words are about, as seen by the writer."""

    signal: ElderlySignal
    score: float
    words: tuple[str, ...]
    role: str


@dataclass(frozen=True)
class _Group:
    name: str
    weight: float
    role: str
    pattern: re.Pattern[str] | None


@dataclass(frozen=True)
class ElderlyRules:
    """The compiled rules of data/catalogue/elderly.yml."""

    groups: tuple[_Group, ...]
    lookalikes: re.Pattern[str] | None
    ask_confirm: float
    style_only: float

    @classmethod
    def from_mapping(cls, data: Mapping[str, object]) -> "ElderlyRules":
        """Build the rules; raise InvalidInput with the path of a broken entry."""
        groups = plain_data.items(data.get("groups"), "groups")
        thresholds = plain_data.mapping(data.get("thresholds"), "thresholds")
        return cls(
            groups=tuple(_group(entry, f"groups[{index}]") for index, entry in enumerate(groups)),
            lookalikes=plain_data.pattern(data.get("lookalikes"), "lookalikes"),
            ask_confirm=plain_data.number(thresholds.get("ask_confirm"), "thresholds.ask_confirm"),
            style_only=plain_data.number(thresholds.get("style_only"), "thresholds.style_only"),
        )


@dataclass(frozen=True)
class _Hit:
    group: str
    weight: float
    role: str
    words: str


def _group(entry: object, path: str) -> _Group:
    fields = plain_data.mapping(entry, path)
    phrases = [re.escape(phrase) for phrase in plain_data.texts(fields.get("phrases"), f"{path}.phrases")]
    patterns = plain_data.texts(fields.get("patterns"), f"{path}.patterns")
    return _Group(
        name=plain_data.text(fields.get("group"), f"{path}.group"),
        weight=plain_data.number(fields.get("weight"), f"{path}.weight"),
        role=plain_data.text(fields.get("role"), f"{path}.role"),
        pattern=plain_data.pattern([*phrases, *patterns], path),
    )


def read(text: str, rules: ElderlyRules) -> ElderlyReading:
    """Score as the highest weight, a little more where two groups agree.

    Any sign at all makes `possible`: naming one's mother says little, but the style may follow it.
    A stated age under sixty takes back what kinship alone suggested.
    """
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).replace(" ", "")
    if rules.lookalikes:
        plain = rules.lookalikes.sub("□", plain)
    ages = find_ages(plain)
    old = [_age_hit(age) for age in ages if age.is_elderly]
    hits = old[:1] + _group_hits(plain, rules)
    if ages and not old:
        hits = [hit for hit in hits if hit.weight >= rules.style_only]
    if not hits:
        return ElderlyReading(ElderlySignal.NO, 0.0, (), "")
    strongest = max(hits, key=lambda hit: hit.weight)
    bonus = _TWO_GROUPS if len({hit.group for hit in hits}) > 1 else 0.0
    score = round(min(strongest.weight + bonus, 1.0), 2)
    signal = ElderlySignal.YES if score >= rules.ask_confirm else ElderlySignal.POSSIBLE
    return ElderlyReading(signal, score, tuple(dict.fromkeys(hit.words for hit in hits)), _role(hits, plain))


def _age_hit(age: SpokenAge) -> _Hit:
    return _Hit("age_stated", _AGE_WEIGHT, _RELATIVE if age.is_others else _SELF, age.words)


def _group_hits(text: str, rules: ElderlyRules) -> list[_Hit]:
    found = ((group, group.pattern.search(text)) for group in rules.groups if group.pattern)
    return [_Hit(group.name, group.weight, group.role, match[0]) for group, match in found if match]


def _role(hits: list[_Hit], text: str) -> str:
    """Say who the words are about: somebody else who is named goes before the writer."""
    roles = {hit.role for hit in hits}
    others = any(role.startswith((_RELATIVE, _NEIGHBOR_ROLE)) for role in roles)
    if not others and not any(role == _SELF for role in roles):
        return _NEIGHBOR_ROLE if _NEIGHBOR.search(text) else ""
    if not others:
        return _SELF
    return _NEIGHBOR_ROLE if _NEIGHBOR.search(text) or roles == {_NEIGHBOR_ROLE} else _RELATIVE
