"""What residents' messages become: grid events, agenda items and in-person orders, with their steps."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.agenda import AgendaStatus
from bot.core.catalogue import Whistle
from bot.core.elderly import ElderlySignal
from bot.core.grid_events import Completion, Disposition, EventStatus, Supervision
from bot.core.urgency import Urgency
from bot.core.visits import Recipient, VisitStatus, Way
from bot.store.types import Base, Json, RowId, Versioned, refers_to


class CaseKind(StrEnum):
    """The three kinds of case; together with an id it names one case."""

    GRID_EVENT = "grid_event"
    AGENDA_ITEM = "agenda_item"
    IN_PERSON_ORDER = "in_person_order"


class ActorKind(StrEnum):
    """Who took a step."""

    RESIDENT = "resident"
    BOT = "bot"
    WORKER = "worker"
    SYSTEM = "system"


class AgendaScope(StrEnum):
    """Whom an agenda item concerns."""

    UNIT = "unit"
    BUILDING = "building"
    ESTATE = "estate"
    COMMUNITY = "community"


class Filed:
    """What every case carries; (inbox_id, ordinal) makes filing it a second time impossible.

    `ordinal` counts the requests of one message from 0; cases of one message share `linked_group`.
    """

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    ordinal: Mapped[int] = mapped_column(default=0)
    community_id: Mapped[str] = mapped_column(refers_to("communities.id"))
    building_id: Mapped[str | None] = mapped_column(refers_to("buildings.id"))
    linked_group: Mapped[str | None] = mapped_column(String(40), index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Discovery(StrEnum):
    """How a matter came to be known (发现渠道)."""

    RESIDENT = "resident"
    PATROL = "patrol"
    SUPERIOR = "superior"
    MEDIA = "media"


class GridEvent(Filed, Versioned, Base):
    """A matter one responsible party can put right; `leaf_top3` are the model's guesses, best first.

    `round` counts from 1 and rises when the matter is reopened. `handler_ids` are the staff who signed, handled or
    resolved it in this round, `first_party_id` the unit it was first dispatched to (首接). `due_respond` and
    `due_resolve` are of the present round; whether they were met is kept in case_clocks. Columns that came later
    refer to staff and parties without a foreign key, which SQLite cannot add by name.
    `form_token` makes filing a form of the console twice impossible.
    """

    __tablename__ = "grid_events"
    __table_args__ = (
        UniqueConstraint("inbox_id", "ordinal"),
        Index(None, "community_id", "leaf", "building_id"),
        Index(None, "community_id", "status", "created_at"),
        Index(None, "community_id", "created_at"),
        Index(None, "status", "urgency", "due_resolve"),
        Index(None, "grid_id", "status"),
        Index(None, "urgency", "due_resolve"),
        Index(None, "due_resolve"),
        Index(None, "leaf", "created_at"),
        Index(None, "building_id", "created_at"),
        Index(None, "supervision", "created_at"),
        Index(None, "needs_review", "created_at"),
        Index(None, "elderly", "created_at"),
        Index(None, "lead_party_id", "status", "created_at"),
        Index(None, "created_at"),
        Index(None, "resident_id", "created_at"),
        Index(None, "community_id", "closed_at"),
        Index(None, "form_token", unique=True),
    )

    resident_id: Mapped[str | None] = mapped_column(refers_to("residents.id"))
    inbox_id: Mapped[int | None] = mapped_column(refers_to("messages.id"))
    grid_id: Mapped[str | None] = mapped_column(refers_to("grids.id"))
    unit: Mapped[str | None] = mapped_column(String(16))
    room: Mapped[str | None] = mapped_column(String(16))
    place_text: Mapped[str] = mapped_column(String(200))
    leaf: Mapped[str] = mapped_column(String(8))
    leaf_top3: Mapped[list[str]] = mapped_column(default=list)
    confidence: Mapped[float]
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    urgency: Mapped[Urgency]
    urgency_reasons: Mapped[list[str]] = mapped_column(default=list)
    lead_party_id: Mapped[str | None] = mapped_column(refers_to("parties.id"))
    lead_name: Mapped[str] = mapped_column(String(64))
    co_names: Mapped[list[str]] = mapped_column(default=list)
    whistle: Mapped[Whistle]
    status: Mapped[EventStatus] = mapped_column(default=EventStatus.REPORTED)
    due_respond: Mapped[datetime]
    due_resolve: Mapped[datetime]
    contact_name: Mapped[str | None] = mapped_column(String(64))
    contact_phone: Mapped[str | None] = mapped_column(String(32))
    elderly: Mapped[ElderlySignal] = mapped_column(default=ElderlySignal.NO)
    needs_review: Mapped[bool] = mapped_column(default=False)
    discovery: Mapped[Discovery] = mapped_column(default=Discovery.RESIDENT, server_default="resident")
    round: Mapped[int] = mapped_column(default=1, server_default="1")
    returns: Mapped[int] = mapped_column(default=0, server_default="0")
    is_designated: Mapped[bool] = mapped_column(default=False, server_default=false())
    first_party_id: Mapped[str | None] = mapped_column(String(64))
    handler_ids: Mapped[list[int]] = mapped_column(Json, default=list, server_default="[]")
    handling_party_ids: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    verifier_id: Mapped[int | None] = mapped_column(RowId)
    return_by: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    review_on: Mapped[date | None]
    completion: Mapped[Completion | None]
    outcome: Mapped[str] = mapped_column(Text, default="", server_default="")
    closed_at: Mapped[datetime | None]
    supervision: Mapped[Supervision] = mapped_column(default=Supervision.NONE, server_default="none")
    urges: Mapped[int] = mapped_column(default=0, server_default="0")
    urged_at: Mapped[datetime | None]
    disposition: Mapped[Disposition | None]
    refusal_proposed_by: Mapped[int | None] = mapped_column(RowId)
    form_token: Mapped[str | None] = mapped_column(String(32))


class EventReporter(Base):
    """A resident who joined an event already open."""

    __tablename__ = "event_reporters"
    __table_args__ = (Index(None, "resident_id", "at"),)

    event_id: Mapped[int] = mapped_column(refers_to("grid_events.id"), primary_key=True)
    resident_id: Mapped[str] = mapped_column(refers_to("residents.id"), primary_key=True)
    inbox_id: Mapped[int | None] = mapped_column(refers_to("messages.id"), index=True)
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]


class AgendaItem(Filed, Versioned, Base):
    """A matter neighbours decide together; catalogue_code is CON-xx."""

    __tablename__ = "agenda_items"
    __table_args__ = (
        UniqueConstraint("inbox_id", "ordinal"),
        Index(None, "community_id", "status", "created_at"),
        Index(None, "status", "created_at"),
        Index(None, "created_at"),
        Index(None, "resident_id", "created_at"),
    )

    resident_id: Mapped[str] = mapped_column(refers_to("residents.id"))
    inbox_id: Mapped[int | None] = mapped_column(refers_to("messages.id"))
    catalogue_code: Mapped[str] = mapped_column(String(16))
    leaf: Mapped[str | None] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    scope: Mapped[AgendaScope]
    scope_text: Mapped[str] = mapped_column(String(200))
    status: Mapped[AgendaStatus] = mapped_column(default=AgendaStatus.PROPOSED)


class Endorsement(Base):
    """A resident's support for an agenda item; `household` tells whether two of them share a door."""

    __tablename__ = "endorsements"
    __table_args__ = (Index(None, "resident_id", "at"),)

    item_id: Mapped[int] = mapped_column(refers_to("agenda_items.id"), primary_key=True)
    resident_id: Mapped[str] = mapped_column(refers_to("residents.id"), primary_key=True)
    household: Mapped[str | None] = mapped_column(String(100))
    inbox_id: Mapped[int | None] = mapped_column(refers_to("messages.id"), index=True)
    at: Mapped[datetime]


class InPersonOrder(Filed, Versioned, Base):
    """Somebody calls or comes; the resident checks the four-digit visit_code at the door."""

    __tablename__ = "in_person_orders"
    __table_args__ = (
        UniqueConstraint("inbox_id", "ordinal"),
        Index(None, "community_id", "status", "created_at"),
        Index(None, "status", "created_at"),
        Index(None, "created_at"),
        Index(None, "grid_id", "status", "created_at"),
        Index(None, "resident_id", "created_at"),
        Index(None, "assignee_id", "status"),
    )

    resident_id: Mapped[str] = mapped_column(refers_to("residents.id"))
    inbox_id: Mapped[int | None] = mapped_column(refers_to("messages.id"))
    grid_id: Mapped[str | None] = mapped_column(refers_to("grids.id"))
    place_text: Mapped[str] = mapped_column(String(200))
    room: Mapped[str | None] = mapped_column(String(16))
    need: Mapped[str] = mapped_column(String(200))
    leaf: Mapped[str | None] = mapped_column(String(8))
    recipient: Mapped[Recipient]
    recipient_name: Mapped[str | None] = mapped_column(String(64))
    age_band: Mapped[str | None] = mapped_column(String(16))
    phone: Mapped[str | None] = mapped_column(String(32))
    preferred_time: Mapped[str] = mapped_column(String(100), default="")
    way: Mapped[Way]
    visit_code: Mapped[str] = mapped_column(String(8))
    assignee_id: Mapped[int | None] = mapped_column(refers_to("staff.id"))
    assignee_name: Mapped[str] = mapped_column(String(64))
    backup_name: Mapped[str | None] = mapped_column(String(64))
    assigned_because: Mapped[str] = mapped_column(String(200))
    urgency: Mapped[Urgency]
    due: Mapped[datetime]
    status: Mapped[VisitStatus] = mapped_column(default=VisitStatus.NEW)
    text: Mapped[str] = mapped_column(Text)


class CaseStep(Base):
    """One step of a case; the database refuses to change or delete it.

    For grid events `deed` is one of `bot.core.deeds.Deed`, `party_id` the unit it concerns, and `facts` what the
    figures are counted from (moments in ISO 8601): see `bot.core.outcomes`.
    """

    __tablename__ = "case_steps"
    __table_args__ = (
        Index(None, "case_kind", "case_id", "id"),
        Index(None, "actor_id", "case_kind", "case_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_kind: Mapped[CaseKind]
    case_id: Mapped[int] = mapped_column(RowId)
    at: Mapped[datetime]
    actor_kind: Mapped[ActorKind]
    actor_id: Mapped[str | None] = mapped_column(String(64))
    actor_name: Mapped[str] = mapped_column(String(64))
    from_status: Mapped[str | None] = mapped_column(String(32))
    to_status: Mapped[str] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text, default="")
    deed: Mapped[str | None] = mapped_column(String(32))
    round: Mapped[int | None]
    party_id: Mapped[str | None] = mapped_column(String(64))
    facts: Mapped[dict[str, object] | None] = mapped_column(Json)


class CaseCounter(Base):
    """The last sequence number given out for a prefix, community and day."""

    __tablename__ = "case_counters"

    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    community: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


Case = GridEvent | AgendaItem | InPersonOrder
