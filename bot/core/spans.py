"""The pieces an address is made of."""

from dataclasses import dataclass
from enum import StrEnum

HOME = "自家"
"""The value of a RELATIVE span that points at the speaker's own building."""


class SpanType(StrEnum):
    """What a piece of an address names; AREA is anything above the community (city, district, town)."""

    AREA = "area"
    COMMUNITY = "community"
    ESTATE = "estate"
    ROAD = "road"
    ROAD_NUMBER = "road_number"
    BUILDING = "building"
    UNIT = "unit"
    FLOOR = "floor"
    ROOM = "room"
    LANDMARK = "landmark"
    RELATIVE = "relative"


@dataclass(frozen=True)
class Span:
    """A piece of an address; `value` is normalised: "3" for 三号楼, "-1" for 负一层."""

    text: str
    start: int
    end: int
    type: SpanType
    value: str
