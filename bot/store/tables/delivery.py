"""What channels need besides messages: what was delivered already, files, tokens, links, alerts for groups."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.cases import CaseKind
from bot.store.types import Base, RowId, refers_to


class AttachmentKind(StrEnum):
    """What a resident sent besides words."""

    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    LOCATION = "location"
    LINK = "link"
    FILE = "file"


class AttachmentState(StrEnum):
    """How far the bytes have come; whole where there are none to fetch."""

    PENDING = "pending"
    STORED = "stored"
    REFUSED = "refused"
    LOST = "lost"
    WHOLE = "whole"


class AlertStatus(StrEnum):
    """How far an alert for a workers' group has come."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Receipt(Base):
    """A delivery taken in; it makes taking it in a second time impossible and holds the answer given to it.

    `signature` is only kept where it does not cover the body: then it may be used for one body (`digest`) only.
    """

    __tablename__ = "receipts"
    __table_args__ = (
        UniqueConstraint("channel", "key"),
        UniqueConstraint("channel", "signature"),
        Index(None, "received_at"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(255))
    signature: Mapped[str | None] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    inbox_id: Mapped[int | None] = mapped_column(refers_to("messages.id"), index=True)
    reply: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime]


class Attachment(Base):
    """A picture, voice message, video, position or link that came with a message.

    `media_id` names the bytes at the channel, `file` the stored copy below the media folder. `fault` says why there is
    none. `lon` and `lat` are degrees as the channel gave them. A case is named once it is known what this belongs to.
    """

    __tablename__ = "attachments"
    # No id is used twice: an address of an erased picture must never show somebody else's.
    __table_args__ = (
        Index(None, "case_kind", "case_id"),
        Index(None, "state", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    message_id: Mapped[int] = mapped_column(refers_to("messages.id"), index=True)
    kind: Mapped[AttachmentKind]
    state: Mapped[AttachmentState]
    media_id: Mapped[str | None] = mapped_column(String(255))
    file: Mapped[str | None] = mapped_column(String(200))
    content_type: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
    label: Mapped[str | None] = mapped_column(String(500))
    url: Mapped[str | None] = mapped_column(Text)
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    case_kind: Mapped[CaseKind | None]
    case_id: Mapped[int | None] = mapped_column(RowId)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    fault: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime]


class ChannelToken(Base):
    """A credential a channel lends us for some hours; `claimed_until` keeps all but one from renewing it."""

    __tablename__ = "channel_tokens"

    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str | None] = mapped_column(Text)
    expires_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]


class PageLink(Base):
    """The holder of a browser's secret is a resident of another channel; only the digest of the secret is kept."""

    __tablename__ = "page_links"

    secret_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    resident_id: Mapped[str] = mapped_column(refers_to("residents.id"), index=True)
    linked_at: Mapped[datetime]


class GroupAlert(Base):
    """Words for a group of workers; they name no resident. `topic` lets alerts about one thing be merged."""

    __tablename__ = "group_alerts"
    __table_args__ = (Index(None, "group", "status", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    group: Mapped[str] = mapped_column(String(64))
    topic: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)
    is_urgent: Mapped[bool]
    status: Mapped[AlertStatus] = mapped_column(default=AlertStatus.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    fault: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime]
