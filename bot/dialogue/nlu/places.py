"""The places a message names: numbers and known names from the rules, the extent of a phrase from the tagger."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.core import addresses
from bot.core.addresses import Span, SpanType
from bot.dialogue.nlu.place_tagger import Phrase, PlaceTagger

# Pieces the rules are sure of wherever they stand.
_SURE = frozenset({SpanType.BUILDING, SpanType.UNIT, SpanType.FLOOR, SpanType.ROOM, SpanType.ROAD_NUMBER})


def places_in(text: str, tagger: PlaceTagger | None) -> list[Span]:
    """All pieces in the order they were said; what a phrase says between known pieces is a landmark."""
    found = list(addresses.read(text).spans)
    if tagger is None:
        return found
    phrases = tagger.phrases(text)
    inside = [span for phrase in phrases for span in _pieces(text, phrase, found)]
    outside = [s for s in found if _counts_alone(s) and not any(s.start < e and b < s.end for b, e in phrases)]
    return sorted([*inside, *outside], key=lambda span: span.start)


def _counts_alone(span: Span) -> bool:
    return span.type in _SURE or span.value == addresses.HOME


def _pieces(text: str, phrase: Phrase, found: Sequence[Span]) -> Iterator[Span]:
    begin, end = phrase
    known = [s for s in found if begin <= s.start and s.end <= end]
    known = addresses.read_phrase(known, text[begin:end], begin)
    edges = [(begin, begin), *((s.start, s.end) for s in known), (end, end)]
    for (_, before), (after, _) in pairwise(edges):
        if words := text[before:after].strip():
            start = text.index(words, before)
            yield Span(words, start, start + len(words), SpanType.LANDMARK, words)
    yield from known
