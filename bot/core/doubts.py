"""Readings that a person should look at, told from the reading itself, as it is kept with its message."""

from collections.abc import Mapping
from enum import IntFlag
from functools import reduce
from operator import or_
from typing import Final

# The intent of a model that gave up.
FALLBACK: Final = "nlu_fallback"
# Shares from 0 to 1 below which a person should look; leaves are many, so their shares are smaller.
UNSURE_INTENT: Final = 0.5
UNSURE_LEAF: Final = 0.3
# Intents from which something is filed under a leaf.
FILED: Final = ("report_event", "propose_agenda_item")


class Doubt(IntFlag):
    """Why a person should look; the numbers are stored."""

    UNREAD = 1
    UNSURE = 2
    CORRECTED = 4

    @property
    def holders(self) -> tuple[int, ...]:
        """What is stored of readings with any of these doubts, whatever else is doubted of them."""
        return tuple(one for one in range(1, sum(Doubt) + 1) if one & self)


def doubt_of(reading: Mapping[str, object] | None) -> Doubt:
    """All doubts about a reading, in the form `Message.reading` has."""
    if not reading:
        return Doubt(0)
    intent = reading.get("intent")
    found = {
        Doubt.UNREAD: intent in ("", FALLBACK),
        Doubt.UNSURE: is_unsure(intent, reading.get("confidence"), reading.get("leaf_confidence")),
        Doubt.CORRECTED: reading.get("corrected") is not None,
    }
    return reduce(or_, (doubt for doubt, is_so in found.items() if is_so), Doubt(0))


def is_unsure(intent: object, confidence: object, leaf_confidence: object) -> bool:
    """Whether the intent was a guess, or the matter of a report or proposal was; what is not known is no guess."""
    return _is_below(confidence, UNSURE_INTENT) or (intent in FILED and _is_below(leaf_confidence, UNSURE_LEAF))


def _is_below(share: object, least: float) -> bool:
    return isinstance(share, int | float) and share < least
