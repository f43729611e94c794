"""All tables in one place, so that importing this package completes the metadata."""

from bot.core.visits import Recipient, Way
from bot.store.tables.cases import (
    ActorKind,
    AgendaItem,
    AgendaScope,
    Case,
    CaseCounter,
    CaseKind,
    CaseStep,
    Endorsement,
    EventReporter,
    GridEvent,
    InPersonOrder,
)
from bot.store.tables.learning import Audit, KnowledgeEntry, Label, LabelStatus, Tracker
from bot.store.tables.people import ElderlyStatus, Resident, Staff, StaffSession
from bot.store.tables.places import Alliance, BuildingRow, Community, Grid, Party
from bot.store.tables.talk import (
    Conversation,
    ConversationState,
    Direction,
    Handover,
    HandoverKind,
    HandoverStatus,
    Message,
    MessageStatus,
    Sender,
)
from bot.store.types import Base

__all__ = [
    "ActorKind",
    "AgendaItem",
    "AgendaScope",
    "Alliance",
    "Audit",
    "Base",
    "BuildingRow",
    "Case",
    "CaseCounter",
    "CaseKind",
    "CaseStep",
    "Community",
    "Conversation",
    "ConversationState",
    "Direction",
    "ElderlyStatus",
    "Endorsement",
    "EventReporter",
    "Grid",
    "GridEvent",
    "Handover",
    "HandoverKind",
    "HandoverStatus",
    "InPersonOrder",
    "KnowledgeEntry",
    "Label",
    "LabelStatus",
    "Message",
    "MessageStatus",
    "Party",
    "Recipient",
    "Resident",
    "Sender",
    "Staff",
    "StaffSession",
    "Tracker",
    "Way",
]
