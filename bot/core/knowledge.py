"""What the service answers from: knowledge items, and the places they send people to."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Scope(StrEnum):
    """How far from home a matter can be settled (市域通办 is 市)."""

    COMMUNITY = "社区"
    STREET = "街道"
    DISTRICT = "区"
    CITY = "市"
    NATION = "跨省"


class Channel(StrEnum):
    """A way to have a matter settled."""

    COUNTER = "窗口"
    ONLINE = "网上"
    HOME = "上门"
    AGENT = "代办"
    PHONE = "电话"


class PlaceKey(StrEnum):
    """The name by which knowledge items mean a kind of office."""

    COMMUNITY_STATION = "community_station"
    STREET_CENTER = "street_center"
    DISTRICT_HALL = "district_hall"
    CLINIC = "clinic"
    POLICE_STATION = "police_station"
    ELDER_CENTER = "elder_center"
    LEGAL_OFFICE = "legal_office"
    PROPERTY_OFFICE = "property_office"
    DINING_HALL = "dining_hall"
    ONLINE = "online"


@dataclass(frozen=True)
class KnowledgeItem:
    """One question with its answer; `asks` are ways residents put it, `checked` the day somebody made sure of it.

    `hours` is None where the places' own hours hold, `leaf` is None where no matter of the catalogue fits.
    """

    id: str
    title: str
    leaf: str | None
    asks: tuple[str, ...]
    answer: tuple[str, ...]
    materials: tuple[str, ...]
    places: tuple[PlaceKey, ...]
    hours: str | None
    scope: Scope
    channels: tuple[Channel, ...]
    source: str
    phone: str | None
    checked: date


@dataclass(frozen=True)
class ServicePlace:
    """An office with its counter; without a community it serves the whole street."""

    key: PlaceKey
    name: str
    address: str
    hours: str
    phone: str
    community_id: str | None
    estate: str | None


def nearest(
    key: PlaceKey, places: tuple[ServicePlace, ...], community_id: str | None, estate: str | None = None
) -> ServicePlace | None:
    """The office of this kind closest to home: the estate's, else the community's, else the street's."""
    ours = [
        place
        for place in places
        if place.key is key and place.community_id in (None, community_id) and place.estate in (None, estate)
    ]
    ours.sort(key=lambda place: (place.estate is None, place.community_id is None))
    return ours[0] if ours else None
