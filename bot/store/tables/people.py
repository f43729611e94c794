"""Residents, staff, and the browser sessions of staff."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.staff import Role
from bot.store.types import Base, RowId, refers_to


class ElderlyStatus(StrEnum):
    """What is known of a resident's age; never guessed from an identity number."""

    UNKNOWN = "unknown"
    POSSIBLE = "possible"
    DECLARED = "declared"
    NO = "no"


class Resident(Base):
    """Somebody who writes on a channel; no account, name or address is needed to exist.

    `left_at` is when they left the channel: nothing can be sent there until they come back.
    """

    __tablename__ = "residents"
    __table_args__ = (UniqueConstraint("channel", "channel_user"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(32))
    channel_user: Mapped[str] = mapped_column(String(128))
    community_id: Mapped[str | None] = mapped_column(refers_to("communities.id"))
    name: Mapped[str | None] = mapped_column(String(64))
    phone: Mapped[str | None] = mapped_column(String(32))
    building_id: Mapped[str | None] = mapped_column(refers_to("buildings.id"))
    unit: Mapped[str | None] = mapped_column(String(16))
    room: Mapped[str | None] = mapped_column(String(16))
    place_text: Mapped[str | None] = mapped_column(String(200))
    elderly_status: Mapped[ElderlyStatus] = mapped_column(default=ElderlyStatus.UNKNOWN)
    age_band: Mapped[str | None] = mapped_column(String(16))
    wants_large_type: Mapped[bool] = mapped_column(default=False)
    declined_contact: Mapped[bool] = mapped_column(default=False)
    left_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Staff(Base):
    """Somebody who logs in; `party_id` is the unit they belong to, where it is one that handles events.

    `totp_secret` is offered at first; codes are asked for once one was right, and `totp_last_step` is the time step
    of the last one, which never counts again.
    """

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(64))
    role: Mapped[Role]
    community_id: Mapped[str | None] = mapped_column(refers_to("communities.id"))
    party_id: Mapped[str | None] = mapped_column(String(64))
    grid_ids: Mapped[list[str]] = mapped_column(default=list)
    phone: Mapped[str | None] = mapped_column(String(32))
    dialects: Mapped[list[str]] = mapped_column(default=list)
    disabled_at: Mapped[datetime | None]
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_last_step: Mapped[int | None]


class StaffSession(Base):
    """A login; only the hash of its token is kept.

    `last_seen_at` is when its person last did something, to the minute; None in logins from before it was kept.
    """

    __tablename__ = "staff_sessions"
    __table_args__ = (Index(None, "staff_id"), Index(None, "expires_at"))

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(refers_to("staff.id"))
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    device: Mapped[str | None] = mapped_column(String(100))
