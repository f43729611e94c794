"""Conversations, the messages of inbox and outbox, and the handovers to workers."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from bot.core.doubts import doubt_of
from bot.store.types import Base, Json, RowId, refers_to


class ConversationState(StrEnum):
    """Who answers the resident: the bot, nobody yet (a worker is awaited), or a worker."""

    BOT = "bot"
    WAITING = "waiting"
    WORKER = "worker"


class Direction(StrEnum):
    """Seen from the service: in from a resident, out to a resident."""

    IN = "in"
    OUT = "out"


class Sender(StrEnum):
    """Who wrote a message."""

    RESIDENT = "resident"
    BOT = "bot"
    WORKER = "worker"
    SYSTEM = "system"


class MessageStatus(StrEnum):
    """Inbox: received, then answered, held (by a worker) or failed.

    Outbox: pending, sending, then sent or failed; uncertain where the service died while sending, for nobody knows
    whether it arrived; waived once a worker has told the resident in another way.
    """

    RECEIVED = "received"
    ANSWERED = "answered"
    HELD = "held"
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    WAIVED = "waived"


class SentBy(StrEnum):
    """How a reply goes out: in the answer to the delivery, by the customer-service interface, or as a notice."""

    ANSWER = "answer"
    SERVICE = "service"
    NOTICE = "notice"


class HandoverKind(StrEnum):
    """Why a conversation was put before a worker."""

    COMPLAINT = "complaint"
    PERSON = "person"
    MISUNDERSTOOD = "misunderstood"
    UNKNOWN_ANSWER = "unknown_answer"
    OUT_OF_SCOPE = "out_of_scope"
    EMERGENCY = "emergency"
    FAILURE = "failure"
    MEDIA = "media"
    UNDELIVERED = "undelivered"
    STRANDED = "stranded"
    ERASURE = "erasure"


class HandoverStatus(StrEnum):
    """How far a handover has come."""

    WAITING = "waiting"
    TAKEN = "taken"
    CLOSED = "closed"


class Conversation(Base):
    """The one conversation of a resident.

    `choices` are the numbered answers last offered. `emergency_event_id` and `handover_id` are ids in
    grid_events and handovers; they carry no foreign key because those tables point back here.
    `phone_needed_since` is set while the channel does not let us write, and a worker has to call.
    `touched_at` is when the worker who holds it was last there; one who stays away loses it to the queue.
    """

    __tablename__ = "conversations"
    __table_args__ = (Index(None, "state", "waiting_since"), Index(None, "worker_id", "state"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    resident_id: Mapped[str] = mapped_column(refers_to("residents.id"), unique=True)
    state: Mapped[ConversationState] = mapped_column(default=ConversationState.BOT)
    reason: Mapped[str | None] = mapped_column(String(200))
    waiting_since: Mapped[datetime | None]
    worker_id: Mapped[int | None] = mapped_column(refers_to("staff.id"))
    emergency_event_id: Mapped[int | None] = mapped_column(RowId)
    choices: Mapped[list[dict[str, str]]] = mapped_column(default=list)
    handover_id: Mapped[int | None] = mapped_column(RowId)
    phone_needed_since: Mapped[datetime | None]
    held_since: Mapped[datetime | None]
    touched_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class Message(Base):
    """One bubble, in or out. What was said never changes; status, channel fields and reading may.

    `payload` is the intent that a tap on the menu of the channel stands for. `attempts`, `due_at` (not before),
    `parts_sent` and `fault` (the channel's own code) belong to the delivery.

    `reading` keys: intent, confidence, leaf (what the bot understood), corrected (the right leaf, when
    somebody put it right). `doubt` says by index which readings a trainer should look at; it follows `reading`.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("channel", "conversation_id", "channel_message_id"),
        Index(None, "conversation_id", "id"),
        Index(None, "direction", "status", "id"),
        Index(None, "doubt", "status"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(refers_to("conversations.id"))
    direction: Mapped[Direction]
    sender: Mapped[Sender]
    staff_id: Mapped[int | None] = mapped_column(refers_to("staff.id"))
    text: Mapped[str] = mapped_column(Text)
    buttons: Mapped[list[str]] = mapped_column(default=list)
    card: Mapped[dict[str, object] | None] = mapped_column(Json)
    channel: Mapped[str] = mapped_column(String(32))
    channel_message_id: Mapped[str | None] = mapped_column(String(128))
    payload: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[MessageStatus]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    due_at: Mapped[datetime | None]
    sent_by: Mapped[SentBy | None]
    parts_sent: Mapped[int] = mapped_column(default=0, server_default="0")
    fault: Mapped[str | None] = mapped_column(String(32))
    in_reply_to: Mapped[int | None] = mapped_column(refers_to("messages.id"), index=True)
    reading: Mapped[dict[str, object] | None] = mapped_column(Json)
    doubt: Mapped[int | None]
    created_at: Mapped[datetime]

    @validates("reading")
    def _doubt(self, _name: str, reading: dict[str, object] | None) -> dict[str, object] | None:
        self.doubt = doubt_of(reading) or None
        return reading


class Handover(Base):
    """A message that a worker must see, with the reason; one a message and kind.

    `about_staff_ids` are those a complaint may mean: it is never shown to them.
    """

    __tablename__ = "handovers"
    __table_args__ = (
        UniqueConstraint("inbox_id", "kind"),
        Index(None, "conversation_id", "status"),
        Index(None, "status", "created_at"),
        Index(None, "kind", "inbox_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(refers_to("conversations.id"))
    resident_id: Mapped[str] = mapped_column(refers_to("residents.id"))
    inbox_id: Mapped[int] = mapped_column(refers_to("messages.id"))
    kind: Mapped[HandoverKind]
    reason: Mapped[str] = mapped_column(String(200))
    status: Mapped[HandoverStatus] = mapped_column(default=HandoverStatus.WAITING)
    staff_id: Mapped[int | None] = mapped_column(refers_to("staff.id"))
    about_staff_ids: Mapped[list[int]] = mapped_column(Json, default=list)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
