"""Communities, their grids and buildings, and the parties answerable for them.

What has been edited in the console (`edited_at`) is no longer renewed from the files of data/.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.types import Base, refers_to


class Alliance(StrEnum):
    """The alliance a partner belongs to (社会、道德、服务)."""

    SOCIAL = "social"
    MORAL = "moral"
    SERVICE = "service"


class Community(Base):
    """A community (社区) and its office; boundary is a ring of [lon, lat]."""

    __tablename__ = "communities"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    street: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str] = mapped_column(String(32))
    address: Mapped[str] = mapped_column(String(200))
    hours: Mapped[str] = mapped_column(String(200))
    center_lon: Mapped[float]
    center_lat: Mapped[float]
    boundary: Mapped[list[list[float]]]
    edited_at: Mapped[datetime | None]


class Grid(Base):
    """A grid (网格); polygon is a ring of [lon, lat], worker_id the grid worker who answers for it."""

    __tablename__ = "grids"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    community_id: Mapped[str] = mapped_column(refers_to("communities.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    polygon: Mapped[list[list[float]]]
    worker_id: Mapped[int | None] = mapped_column(refers_to("staff.id"))
    edited_at: Mapped[datetime | None]


class BuildingRow(Base):
    """A building as stored; `bot.core.places.Building` is the value made of it."""

    __tablename__ = "buildings"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    community_id: Mapped[str] = mapped_column(refers_to("communities.id"), index=True)
    grid_id: Mapped[str] = mapped_column(refers_to("grids.id"), index=True)
    estate: Mapped[str] = mapped_column(String(64))
    number: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(64))
    units: Mapped[int]
    floors: Mapped[int]
    lon: Mapped[float]
    lat: Mapped[float]


class Party(Base):
    """Who answers for a kind of matter, in an estate, a community or the whole street."""

    __tablename__ = "parties"
    __table_args__ = (Index(None, "kind", "community_id"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(64))
    community_id: Mapped[str | None] = mapped_column(refers_to("communities.id"))
    estate: Mapped[str | None] = mapped_column(String(64))
    phone: Mapped[str] = mapped_column(String(32))
    hours: Mapped[str | None] = mapped_column(String(200))
    alliance: Mapped[Alliance | None]
    note: Mapped[str | None] = mapped_column(String(500))
    edited_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
