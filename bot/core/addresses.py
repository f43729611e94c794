"""Reads the place in a resident's message: estate, building, unit, floor, room, landmark."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.core import address_postal
from bot.core.address_scan import scan
from bot.core.spans import HOME, Span, SpanType

__all__ = ["HOME", "Address", "Span", "SpanType", "read"]


@dataclass(frozen=True)
class Address:
    """The pieces of one message's address in the order they were said."""

    spans: tuple[Span, ...]

    def first(self, kind: SpanType) -> str | None:
        """Return the value of the first span of a type."""
        return next((span.value for span in self.spans if span.type is kind), None)

    @property
    def community(self) -> str | None:
        """The community's name as said."""
        return self.first(SpanType.COMMUNITY)

    @property
    def estate(self) -> str | None:
        """The estate's name as said, or the known name it matched."""
        return self.first(SpanType.ESTATE)

    @property
    def road(self) -> str | None:
        """The road, without the number on it."""
        return self.first(SpanType.ROAD)

    @property
    def road_number(self) -> str | None:
        """The number on the road or of the lane: 88弄."""
        return self.first(SpanType.ROAD_NUMBER)

    @property
    def building(self) -> str | None:
        """The building's bare number: 3, 12A, B."""
        return self.first(SpanType.BUILDING)

    @property
    def unit(self) -> str | None:
        """The unit's bare number or letter."""
        return self.first(SpanType.UNIT)

    @property
    def floor(self) -> str | None:
        """The floor's number; negative below ground."""
        return self.first(SpanType.FLOOR)

    @property
    def room(self) -> str | None:
        """The room's number: 302, 1203A."""
        return self.first(SpanType.ROOM)

    @property
    def landmark(self) -> str | None:
        """The landmark, or the relative place, in the resident's words."""
        return self.first(SpanType.LANDMARK) or self._relative

    @property
    def _relative(self) -> str | None:
        words = (s.text for s in self.spans if s.type is SpanType.RELATIVE and s.value != HOME)
        return next(words, None)

    @property
    def is_home(self) -> bool:
        """Whether the message points at the resident's own building: 我们楼, 我家门口."""
        return any(span.value == HOME for span in self.spans)

    @property
    def is_empty(self) -> bool:
        """Whether no place at all was found."""
        return not self.spans

    @property
    def text(self) -> str:
        """All pieces in the resident's words, without what stood between them."""
        return "".join(span.text for span in self.spans)


_NUMBERED = frozenset({SpanType.ROAD_NUMBER, SpanType.BUILDING, SpanType.UNIT, SpanType.FLOOR, SpanType.ROOM})
_NAMES = frozenset({SpanType.ESTATE, SpanType.COMMUNITY})


def read(text: str, names: Sequence[str] = ()) -> Address:
    """Find the address; `names` are the known names of communities, estates and roads."""
    return _read(text, tuple(names))


@lru_cache(maxsize=256)
def _read(text: str, names: tuple[str, ...]) -> Address:
    """Several parts of the reader ask for the same message."""
    spans = list(scan(text, names))
    return Address(tuple(_as_postal(spans, text, 0) if address_postal.is_postal(text) else spans))


def read_phrase(spans: Sequence[Span], phrase: str, offset: int) -> list[Span]:
    """Read the numbers of a phrase again that is known to say where; `spans` are those found in it before."""
    return _as_postal(spans, phrase, offset) if address_postal.is_postal(phrase) else list(spans)


def _as_postal(spans: Sequence[Span], phrase: str, offset: int) -> list[Span]:
    numbers = address_postal.numbered(phrase, offset)
    named = {p for s in spans if s.type in _NAMES for p in range(s.start, s.end)}
    numbers = [n for n in numbers if named.isdisjoint(range(n.start, n.end))]
    taken = {place for span in numbers for place in range(span.start, span.end)}
    names = [s for s in spans if s.type not in _NUMBERED and taken.isdisjoint(range(s.start, s.end))]
    return sorted([*names, *numbers], key=lambda span: span.start)
