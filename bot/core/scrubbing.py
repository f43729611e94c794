"""Taking out of free text what would tell who somebody is: names, rooms, phones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.core import addresses, masking
from bot.core.spans import SpanType

NAME: Final = "[姓名]"
ROOM: Final = "[房号]"
PHONE: Final = "[电话]"
_MASKED_PHONE: Final = re.compile(r"\d{0,4}\*{4}\d{2,4}")
_LONGEST_SEARCH: Final = 20
_SHORTEST_NAME: Final = 2
# A shorter one is rather the number of a building.
_SHORTEST_ROOM: Final = 3


@dataclass(frozen=True)
class Identity:
    """What is known of somebody, so that it is found even where no pattern would see it."""

    names: frozenset[str] = frozenset()
    rooms: frozenset[str] = frozenset()

    @property
    def called(self) -> list[str]:
        """The names and, where they are long enough, what friends make of them (小芳 of 王小芳); longest first."""
        given = {name[1:] for name in self.names if len(name) > _SHORTEST_NAME}
        known = {name for name in self.names | given if len(name) >= _SHORTEST_NAME}
        return sorted(known, key=len, reverse=True)

    @property
    def doors(self) -> list[str]:
        """The rooms that can be told from other numbers; longest first."""
        return sorted((room for room in self.rooms if len(room) >= _SHORTEST_ROOM), key=len, reverse=True)


def unnamed(text: str, known: Identity) -> str:
    """The words of staff without what is known of the resident; names of others and other rooms stay as written."""
    text = _MASKED_PHONE.sub(PHONE, masking.redact_numbers(text))
    for name in known.called:
        text = text.replace(name, NAME)
    for name in known.names:
        text = text.replace(masking.mask_name(name), NAME) if len(name) >= _SHORTEST_NAME else text
    for room in known.doors:
        text = re.sub(rf"(?<![\d-]){re.escape(room)}(?![\d天元块户人次])(?:\s?号?[室房])?", ROOM, text)
    return text


def scrub(text: str, known: Identity) -> str:
    """The text without names, rooms and phone numbers; doing it again changes nothing.

    Building and unit stay: without them a broken lamp cannot be found. Names of others that no pattern
    recognises stay too.
    """
    text = _MASKED_PHONE.sub(PHONE, masking.redact_numbers(text))
    text = masking.MASKED_NAME.sub(NAME, text)
    for name in known.called:
        text = text.replace(name, NAME)
    for room in known.doors:
        text = re.sub(rf"(?<!\d){re.escape(room)}(?!\d)(?:\s?号?[室房])?", ROOM, text)
    for version in _narrowing(text):
        text = version
    return text


def _narrowing(text: str) -> Iterator[str]:
    """Every version with one more name or room taken out, until nothing is found."""
    for _ in range(_LONGEST_SEARCH):
        shorter = _without_name(_without_rooms(text))
        if shorter == text:
            return
        text = shorter
        yield text


def _without_rooms(text: str) -> str:
    rooms = [span for span in addresses.read(text).spans if span.type is SpanType.ROOM]
    for room in sorted(rooms, key=lambda span: span.start, reverse=True):
        text = text[: room.start] + ROOM + text[room.end :]
    return text


def _without_name(text: str) -> str:
    name = masking.find_name(text)
    if name is None:
        return text
    # A bare surname is also part of ordinary words: 行李.
    return text.replace(name, NAME) if len(name) >= _SHORTEST_NAME else text.replace(f"姓{name}", f"姓{NAME}")
