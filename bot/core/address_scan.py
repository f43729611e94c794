"""Walks through a message and cuts the pieces of its address out, left to right."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.core import address_names, numerals
from bot.core.address_rules import NUMBERED, Rule
from bot.core.spans import Span, SpanType

_LONGEST = 2000
_LEAST_NAME = 3
_PLAIN_FORM = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "，！？；：（）"}
    | dict.fromkeys("—–−‐‑﹣", "-")
    | dict(zip("①②③④⑤⑥⑦⑧⑨", "123456789", strict=True))
)
# Numbers that are no place whatever stands after them.
_NOT_PLACES = re.compile(
    r"(?<!\d)(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)|(?<!\d)0\d{2,3}[\s-]\d{7,8}(?!\d)"
    r"|(?:GE|AG|OF)-?\d{2,12}-?\d{8}-?\d{4,6}|\d{5,}[Xx]?"
    r"|(?<!\d)(?:19|20)\d{2}\s?[-/.年]\s?\d{1,2}\s?[-/.月](?:\s?\d{1,2}[日号]?)?"
    rf"|{numerals.PATTERN}月份?\s?(?:{numerals.PATTERN}[日号]|初|底|中旬)?|\d{{1,2}}[:：]\d{{2}}|(?:19|20)\d{{2}}年"
    r"|(?<=[打拨报叫])(?:110|119|120|122|12345|96333|12315)|https?://\S+|\d+\.\d+"
    r"|(?:单号|编号|尾号|工单号?|车牌号?|验证码|房龄|工龄)[是为:：]?\s?[A-Za-z0-9-]{2,}"
)
_GAP = re.compile(r"[\s,，、.的·/()（）:：-]{0,3}(?:小区|里面|里|内|这边)?[\s,，、的-]{0,2}")
_NUMBER_TYPES = frozenset({SpanType.BUILDING, SpanType.UNIT, SpanType.ROOM})
_BELOW = re.compile(r"^(?:地下|负|-|B)")
_APPROXIMATE = re.compile(r"[一二三四五六七八九]{2}")


def _blank(found: re.Match[str]) -> str:
    return "□" * len(found[0])


@lru_cache(maxsize=64)
def _known(names: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, str]] | None:
    """Compile the known names, longest first; 桂香苑小区 is also known without its ending."""
    spoken = {name.removesuffix("小区"): name for name in names if len(name.removesuffix("小区")) >= _LEAST_NAME}
    spoken |= {name: name for name in names if name}
    if not spoken:
        return None
    longest_first = sorted(spoken, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), spoken


_LETTERED = re.compile(r"(?P<lead>[A-Z甲乙丙丁东西南北中]?)(?P<number>.*?)(?P<tail>[A-Z甲乙丙]?)")


def _number(raw: str) -> str:
    """Normalise the counting part: 十二 → 12, 一二零三 → 1203, 12b → 12B, 甲3 → 甲3."""
    parts = _LETTERED.fullmatch(raw.upper().removesuffix("号"))
    if parts is None or not parts["number"]:
        return raw.upper()
    number = parts["number"][0] if _APPROXIMATE.fullmatch(parts["number"]) else parts["number"]
    return f"{parts['lead']}{numerals.value(number) or number}{parts['tail']}"


def _floor(raw: str) -> str:
    if raw.startswith("顶"):
        return "顶"
    below = _BELOW.match(raw.upper())
    return f"-{_number(raw[below.end() :])}" if below else _number(raw)


def _value(kind: SpanType, raw: str) -> str:
    if kind is SpanType.FLOOR:
        return _floor(raw)
    return _number(raw) if kind in _NUMBER_TYPES else address_names.value_of(kind, raw)


def _span(kind: SpanType, found: re.Match[str], original: str) -> Span:
    start = found.start() + len(found[0]) - len(found[0].lstrip())
    end = found.start() + len(found[0].rstrip())
    raw = found.groupdict().get("value") or found[0].strip()
    return Span(original[start:end], start, end, kind, _value(kind, raw))


def _follows(rule: Rule, last: Span | None, text: str, at: int) -> bool:
    if rule.after is None:
        return True
    return last is not None and last.type in rule.after and bool(_GAP.fullmatch(text, last.end, at))


def _first(rules: Sequence[Rule], text: str, at: int, last: Span | None) -> tuple[Rule, re.Match[str]] | None:
    for rule in rules:
        found = rule.pattern.match(text, at)
        if found and found[0].strip() and _follows(rule, last, text, at):
            return rule, found
    return None


def scan(message: str, names: Sequence[str]) -> Iterator[Span]:
    """Yield the pieces in order; offsets are into `message`, of which the first 2,000 signs are read."""
    text = _NOT_PLACES.sub(_blank, message[:_LONGEST].translate(_PLAIN_FORM))
    known = _known(tuple(names))
    last: Span | None = None
    at = 0
    while at < len(text):
        if known and (name := known[0].match(text, at)):
            canonical = known[1][name[0]]
            last = Span(message[at : name.end()], at, name.end(), address_names.type_of_known(canonical), canonical)
        elif hit := _first(NUMBERED, text, at, last):
            last = _span(hit[0].type, hit[1], message)
        elif skipped := address_names.SKIPPED.match(text, at):
            at = skipped.end()
            continue
        elif hit := _first(address_names.NAMED, text, at, last):
            last = _span(hit[0].type, hit[1], message)
        else:
            at += 1
            continue
        yield last
        at = max(last.end, at + 1)
