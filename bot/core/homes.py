"""Hiding behind which door somebody lives: a building can be found without it, and only who goes there needs it."""

import re
from collections.abc import Collection
from typing import Final

from bot.core import addresses
from bot.core.masking import CODE
from bot.core.spans import SpanType

ROOM: Final = "***室"
# A shorter number is rather that of a building.
_SHORTEST_ROOM: Final = 3
_LONGEST_SEARCH: Final = 20
_AFTER: Final = r"(?!\d)(?:\s?号?[室房](?!东|子|屋|产|价|租|间))?"


def hide_rooms(text: str, known: Collection[str] = ()) -> str:
    """The text with ***室 for every room, also those `known` of the resident where no address stands around them.

    Building, unit and case numbers stay, and doing it again changes nothing.
    """
    pieces: list[str] = []
    end = 0
    for code in CODE.finditer(text):
        pieces += [_hide(text[end : code.start()], known), code[0]]
        end = code.end()
    return "".join([*pieces, _hide(text[end:], known)])


def _hide(text: str, known: Collection[str]) -> str:
    for room in sorted((one for one in known if len(one) >= _SHORTEST_ROOM), key=len, reverse=True):
        text = re.sub(rf"(?<![\d-]){re.escape(room)}{_AFTER}", ROOM, text)
    for _ in range(_LONGEST_SEARCH):
        rooms = [span for span in addresses.read(text).spans if span.type is SpanType.ROOM]
        shorter = _without(text, sorted({(one.start, one.end) for one in rooms}, reverse=True))
        if shorter == text:
            break
        text = shorter
    return text


def _without(text: str, places: list[tuple[int, int]]) -> str:
    for start, end in places:
        if "*" not in text[start:end]:
            rest = re.sub(r"^\s?号?[室房](?!东|子|屋|产|价|租|间)", "", text[end:])
            text = f"{text[:start]}{ROOM}{rest}"
    return text
