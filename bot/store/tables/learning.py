"""What the service answers from, what trainers teach it, what Rasa remembers, and who did what."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.types import Base, RowId, refers_to


class LabelStatus(StrEnum):
    """Labelled by a trainer, then written to data/nlu."""

    LABELLED = "labelled"
    WRITTEN = "written"


class KnowledgeEntry(Base):
    """An answer with where, when and with what; `checked` is the day somebody last made sure of it.

    `asks` are ways residents ask, `answer` its bubbles, `scope` how far it holds (社区、街道、区、市、跨省).
    """

    __tablename__ = "knowledge_entries"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[str] = mapped_column(String(100))
    leaf: Mapped[str | None] = mapped_column(String(8), index=True)
    asks: Mapped[list[str]] = mapped_column(default=list)
    answer: Mapped[list[str]] = mapped_column(default=list)
    materials: Mapped[list[str]] = mapped_column(default=list)
    places: Mapped[list[str]] = mapped_column(default=list)
    hours: Mapped[str | None] = mapped_column(String(200))
    scope: Mapped[str] = mapped_column(String(32))
    channels: Mapped[list[str]] = mapped_column(default=list)
    source: Mapped[str] = mapped_column(String(500))
    phone: Mapped[str | None] = mapped_column(String(32))
    checked: Mapped[date]


class Label(Base):
    """A redacted sentence with the intent and leaf a trainer gave it."""

    __tablename__ = "labels"
    __table_args__ = (Index(None, "status", "id"), Index(None, "message_id", "staff_id"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    message_id: Mapped[int | None] = mapped_column(refers_to("messages.id"), unique=True)
    text: Mapped[str] = mapped_column(Text)
    intent: Mapped[str] = mapped_column(String(64))
    leaf: Mapped[str | None] = mapped_column(String(8))
    note: Mapped[str] = mapped_column(Text, default="")
    staff_id: Mapped[int] = mapped_column(refers_to("staff.id"))
    status: Mapped[LabelStatus] = mapped_column(default=LabelStatus.LABELLED)
    created_at: Mapped[datetime]


class Tracker(Base):
    """A Rasa tracker, serialised by the dialogue package."""

    __tablename__ = "trackers"

    sender_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    data: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]


class Audit(Base):
    """Who did what to which object; each row carries the hash of the one before."""

    __tablename__ = "audit"
    __table_args__ = (
        Index(None, "at"),
        Index(None, "staff_id", "at"),
        Index(None, "action", "at"),
        Index(None, "object", "at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(refers_to("staff.id"))
    action: Mapped[str] = mapped_column(String(64))
    object: Mapped[str] = mapped_column(String(100))
    detail: Mapped[str] = mapped_column(Text, default="")
    previous_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
