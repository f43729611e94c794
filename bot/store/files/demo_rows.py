"""What the files of data/demo hold, before it goes into the tables."""

from dataclasses import dataclass

from bot.core.knowledge import ServicePlace
from bot.core.places import Gazetteer, Point
from bot.core.staff import Role
from bot.store.files.demo_cases import DemoCases
from bot.store.tables import Alliance


@dataclass(frozen=True)
class Street:
    """The street all communities belong to."""

    name: str
    city: str
    district: str
    phone: str


@dataclass(frozen=True)
class CommunityOffice:
    """What the table knows of a community beyond its name."""

    id: str
    code: str
    name: str
    phone: str
    address: str
    hours: str
    center: Point
    boundary: tuple[Point, ...]


@dataclass(frozen=True)
class PartyEntry:
    """A responsible party; without a community it serves the whole street."""

    id: str
    kind: str
    name: str
    phone: str
    community_id: str | None
    estate: str | None
    hours: str | None
    alliance: Alliance | None
    note: str | None


@dataclass(frozen=True)
class StaffEntry:
    """Somebody who works here, not yet able to log in; `party_id` is the unit of a party's clerk."""

    username: str
    name: str
    role: Role
    community_id: str | None
    grid_ids: tuple[str, ...]
    phone: str | None
    dialects: tuple[str, ...]
    party_id: str | None = None


@dataclass(frozen=True)
class DemoFiles:
    """Everything in data/demo; references between the parts hold."""

    street: Street
    gazetteer: Gazetteer
    offices: tuple[CommunityOffice, ...]
    parties: tuple[PartyEntry, ...]
    staff: tuple[StaffEntry, ...]
    services: tuple[ServicePlace, ...]
    cases: DemoCases
