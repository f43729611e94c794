"""What the page of one conversation shows: what was said, how the bot read it, and whom it concerns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.console import kinds, lines
from bot.console.lines import Line
from bot.console.queue import KINDS, community_of, elderly_of, masked_words
from bot.core import masking
from bot.core.masking import redact
from bot.services import canned, conversation_notes, passing_on, presence, talk
from bot.services.canned import Ready
from bot.services.cards import case_title
from bot.services.conversation_notes import Jotting
from bot.services.desk import Desk
from bot.store.queries import cases
from bot.store.queries import talk as messages_of
from bot.store.tables import Conversation, ConversationState, Direction, Message, Resident, Staff

PAGE: Final = 100
STATES: Final = {
    ConversationState.BOT: "机器人在回答",
    ConversationState.WAITING: "在等工作人员",
    ConversationState.WORKER: "工作人员在回答",
}


@dataclass(frozen=True)
class Reason:
    """Why a worker should see the conversation."""

    kind: str
    text: str


@dataclass(frozen=True)
class CaseLink:
    """A case the resident has to do with."""

    kind: str
    number: str
    title: str
    plain: str


@dataclass(frozen=True)
class Dialog:
    """A conversation as a worker sees it; `earlier` is the id before which there is more.

    `colleagues` and `ready` answers are only for whoever holds it; `is_to_be_noted` if that they are here is news.
    """

    id: int
    state: ConversationState
    state_plain: str
    holder: str
    is_mine: bool
    is_to_be_noted: bool
    reason: str
    since: datetime | None
    phone_since: datetime | None
    name: str
    phone: str
    place: str
    community: str
    elderly: str
    wants_large_type: bool
    reasons: tuple[Reason, ...]
    cases: tuple[CaseLink, ...]
    lines: tuple[Line, ...]
    notes: tuple[Jotting, ...]
    colleagues: tuple[Staff, ...]
    ready: tuple[Ready, ...]
    earlier: int | None


def read(
    session: Session,
    desk: Desk,
    staff: Staff,
    conversation_id: int,
    *,
    before: int | None = None,
    in_the_clear: bool = False,
) -> Dialog:
    """Raises NotFound if the conversation does not exist for this worker."""
    conversation = talk.conversation_for(session, staff, conversation_id)
    resident = session.get_one(Resident, conversation.resident_id)
    messages = messages_of.latest_history(session, conversation.id, before, PAGE)
    handovers = messages_of.open_handovers(session, conversation.id)
    is_mine = conversation.state is ConversationState.WORKER and conversation.worker_id == staff.id
    return Dialog(
        id=conversation.id,
        state=conversation.state,
        state_plain=STATES[conversation.state],
        holder=_name(session, conversation.worker_id),
        is_mine=is_mine,
        is_to_be_noted=is_mine and presence.is_to_be_noted(conversation, staff, desk.clock()),
        reason=_reason(conversation, [one.reason for one in handovers]),
        since=conversation.waiting_since,
        phone_since=conversation.phone_needed_since,
        name=masking.mask_name(resident.name or ""),
        phone=masking.mask_phone(resident.phone or ""),
        place=resident.place_text or "",
        community=community_of(session, resident),
        elderly=elderly_of(resident),
        wants_large_type=resident.wants_large_type,
        reasons=tuple(Reason(KINDS[one.kind], masked_words(resident, one.reason)) for one in handovers),
        cases=_cases(session, resident),
        lines=lines.of_messages(session, desk, messages, in_the_clear=in_the_clear, shows_rooms=is_mine),
        notes=tuple(conversation_notes.beside_conversation(session, staff, conversation.id)),
        colleagues=tuple(passing_on.colleagues(session, staff, conversation)) if is_mine else (),
        ready=tuple(canned.ready_for(session, staff, conversation.id)) if is_mine else (),
        earlier=messages[0].id if len(messages) == PAGE else None,
    )


def newer(session: Session, desk: Desk, staff: Staff, conversation_id: int, after: int) -> tuple[Line, ...]:
    """What was said after a message; raises NotFound if the conversation does not exist for this worker."""
    conversation = talk.conversation_for(session, staff, conversation_id)
    said = messages_of.history_after(session, conversation.id, after)
    return lines.of_messages(session, desk, said, shows_rooms=conversation.worker_id == staff.id)


def line(session: Session, desk: Desk, staff: Staff, conversation_id: int, message_id: int) -> Line | None:
    """One thing a resident said in the conversation."""
    conversation = talk.conversation_for(session, staff, conversation_id)
    message = session.get(Message, message_id)
    if message is None or message.conversation_id != conversation.id or message.direction is not Direction.IN:
        return None
    return lines.of_messages(session, desk, [message], shows_rooms=conversation.worker_id == staff.id)[0]


def _reason(conversation: Conversation, said: Sequence[str]) -> str:
    """Who passed it on or left it, where no handover says so already."""
    return redact(conversation.reason) if conversation.reason and conversation.reason not in said else ""


def _cases(session: Session, resident: Resident) -> tuple[CaseLink, ...]:
    return tuple(
        CaseLink(cases.kind_of(case).value, case.number, case_title(case), kinds.plain(case.status))
        for case in cases.latest_cases(session, resident.id)
    )


def _name(session: Session, staff_id: int | None) -> str:
    staff = session.get(Staff, staff_id) if staff_id else None
    return staff.name if staff else ""
