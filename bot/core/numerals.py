"""Whole numbers as people write them: 12, １２, 十二, 一百二十, 两, 廿三, 〇〇七."""

import re

_DIGITS = {
    "零": 0, "〇": 0, "○": 0, "一": 1, "壹": 1, "幺": 1, "二": 2, "贰": 2, "两": 2, "三": 3, "叁": 3,
    "四": 4, "肆": 4, "五": 5, "伍": 5, "六": 6, "陆": 6, "七": 7, "柒": 7, "八": 8, "捌": 8, "九": 9,
    "玖": 9,
}  # fmt: skip
_TENS = {"廿": 20, "卅": 30}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "万": 10000}

CHINESE_DIGITS = "".join(_DIGITS)
CHINESE = "".join((*_DIGITS, *_TENS, *_UNITS))
PATTERN = rf"(?:[0-9０-９]{{1,8}}|[{CHINESE}]{{1,8}})"

_ALL_DIGITS = re.compile(rf"[{CHINESE_DIGITS}]+")
_ARABIC = re.compile(r"\d+")
_IS_CHINESE = re.compile(rf"[{CHINESE}]+")


def _spelled(text: str) -> int:
    total = section = digit = 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _TENS:
            section += _TENS[sign]
        elif _UNITS[sign] == _UNITS["万"]:
            total, section, digit = (total + section + digit) * _UNITS["万"], 0, 0
        else:
            section += (digit or 1) * _UNITS[sign]
            digit = 0
    return total + section + digit


def value(text: str) -> int | None:
    """Return the number the whole text stands for, or None if it is not a number."""
    if _ARABIC.fullmatch(text):
        return int(text)
    if not _IS_CHINESE.fullmatch(text):
        return None
    if len(text) > 1 and _ALL_DIGITS.fullmatch(text):
        return int("".join(str(_DIGITS[sign]) for sign in text))
    return _spelled(text)


def digits(text: str) -> str:
    """Every Chinese digit becomes an Arabic one, sign by sign: 幺三八 → 138. Nothing else changes."""
    return "".join(str(_DIGITS[sign]) if sign in _DIGITS else sign for sign in text)
