"""Telephone numbers as they are written in China: mobiles, land lines with their area code, and short numbers."""

import re
import unicodedata
from typing import Final

from bot.errors import InvalidInput

NATIONAL: Final = frozenset({"110", "119", "120", "122", "12110", "12345", "12356", "96110"})
"""The same everywhere in the country and known by heart: nobody may put another number in their place."""

_SHAPES: Final = (
    re.compile(r"1[3-9]\d{9}"),
    re.compile(r"0\d{2,3}-[2-9]\d{6,7}(-\d{1,6})?"),
    re.compile(r"[48]00-?\d{3}-?\d{4}"),
    re.compile(r"1\d{2,4}"),
    re.compile(r"9[56]\d{3,4}"),
)
_DASHES: Final = str.maketrans("－—–‐转", "-----")


def checked(given: str) -> str:
    """Return the number in plain digits and dashes; raise InvalidInput for what nobody could dial."""
    number = re.sub(r"[\s()]", "", unicodedata.normalize("NFKC", given).translate(_DASHES)).removeprefix("+86")
    if not any(shape.fullmatch(number) for shape in _SHAPES):
        raise InvalidInput("电话号码不对", "手机写11位；座机带区号，例如 0990-5550101；短号如 12345")
    return number
