"""Whistles (吹哨): who called which departments together, and how each of them reported (报到)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.catalogue import Whistle as WhistleKind
from bot.core.whistles import WhistleStatus
from bot.store.types import Base, Json, RowId, Versioned, refers_to


class CalledOut(Versioned, Base):
    """A whistle, proposed by rules or staff and blown by those entitled.

    `because` are the rules' reasons in Chinese. An emergency whistle is confirmed by the street afterwards.
    """

    __tablename__ = "whistles"
    __table_args__ = (
        Index(None, "community_id", "status", "proposed_at"),
        Index(None, "event_id"),
        Index(None, "status", "proposed_at"),
        Index(None, "kind", "proposed_at"),
        Index(None, "proposed_at"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    community_id: Mapped[str] = mapped_column(refers_to("communities.id"))
    event_id: Mapped[int | None] = mapped_column(refers_to("grid_events.id"))
    kind: Mapped[WhistleKind]
    status: Mapped[WhistleStatus] = mapped_column(default=WhistleStatus.PROPOSED)
    matter: Mapped[str] = mapped_column(Text)
    because: Mapped[list[str]] = mapped_column(default=list)
    proposed_by: Mapped[int | None] = mapped_column(refers_to("staff.id"))
    proposed_at: Mapped[datetime]
    blown_by: Mapped[int | None] = mapped_column(refers_to("staff.id"))
    blown_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(refers_to("staff.id"))
    confirmed_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(refers_to("staff.id"))
    ended_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(Text, default="")


class WhistleCall(Versioned, Base):
    """One department called: signing in, first contact, arrival, the four facts, and how the street saw it.

    The four facts are when they took it on, whom they spoke with, what they do and by when.
    `score` is 1 to 5, given by the street.
    """

    __tablename__ = "whistle_calls"
    __table_args__ = (UniqueConstraint("whistle_id", "party_id"), Index(None, "party_id", "signed_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    whistle_id: Mapped[int] = mapped_column(refers_to("whistles.id"))
    party_id: Mapped[str] = mapped_column(refers_to("parties.id"))
    party_name: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[str] = mapped_column(String(64), default="")
    signed_place: Mapped[str] = mapped_column(String(200), default="")
    contacted_at: Mapped[datetime | None]
    contact_words: Mapped[str] = mapped_column(Text, default="")
    arrived_at: Mapped[datetime | None]
    arrived_by: Mapped[str] = mapped_column(String(64), default="")
    arrived_place: Mapped[str] = mapped_column(String(200), default="")
    reported_at: Mapped[datetime | None]
    took_on_at: Mapped[datetime | None]
    spoke_with: Mapped[str] = mapped_column(String(200), default="")
    measures: Mapped[str] = mapped_column(Text, default="")
    until: Mapped[datetime | None]
    score: Mapped[int | None]
    score_words: Mapped[str] = mapped_column(Text, default="")
    scored_by: Mapped[int | None] = mapped_column(refers_to("staff.id"))
    scored_at: Mapped[datetime | None]


class WarningKind(StrEnum):
    """Why a topic is put before the workers before anybody complains again (未诉先办)."""

    RISING = "rising"
    REPEATED = "repeated"


class WarningStatus(StrEnum):
    """What became of it."""

    OPEN = "open"
    TAKEN = "taken"
    DISMISSED = "dismissed"


class EarlyWarning(Versioned, Base):
    """A topic that rises in a grid, or comes back at a place, with the numbers behind it.

    `count` matters in the days `since` to `until`, against `usual` in as many days before; `key` says which topic,
    where and from when, so that the same one is raised once.
    """

    __tablename__ = "early_warnings"
    __table_args__ = (Index(None, "community_id", "status", "created_at"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[WarningKind]
    community_id: Mapped[str] = mapped_column(refers_to("communities.id"))
    grid_id: Mapped[str | None] = mapped_column(refers_to("grids.id"))
    building_id: Mapped[str | None] = mapped_column(refers_to("buildings.id"))
    leaf: Mapped[str] = mapped_column(String(8))
    since: Mapped[datetime]
    until: Mapped[datetime]
    count: Mapped[int]
    usual: Mapped[float]
    households: Mapped[int]
    event_numbers: Mapped[list[str]] = mapped_column(Json, default=list)
    status: Mapped[WarningStatus] = mapped_column(default=WarningStatus.OPEN)
    decided_by: Mapped[int | None] = mapped_column(refers_to("staff.id"))
    decided_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(Text, default="")
    agenda_number: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime]
