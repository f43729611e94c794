"""What the page of one conversation shows: what was said, how the bot read it, and whom it concerns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.console import enclosed, kinds
from bot.console.delivery import Delivery, delivery_of
from bot.console.enclosed import Enclosed
from bot.console.queue import KINDS, community_of, elderly_of
from bot.core import masking
from bot.core.masking import redact
from bot.services import talk
from bot.services.cards import case_title
from bot.services.desk import Desk
from bot.services.intents import Choice
from bot.services.readings import Reading, reading_of
from bot.store.queries import cases
from bot.store.queries import talk as messages_of
from bot.store.tables import (
    ConversationState,
    Direction,
    Label,
    Message,
    Resident,
    Sender,
    Staff,
)

PAGE: Final = 100
SENDERS: Final = {Sender.RESIDENT: "居民", Sender.BOT: "机器人", Sender.SYSTEM: "系统", Sender.WORKER: "工作人员"}
STATES: Final = {
    ConversationState.BOT: "机器人在回答",
    ConversationState.WAITING: "在等工作人员",
    ConversationState.WORKER: "工作人员在回答",
}


@dataclass(frozen=True)
class Line:
    """One bubble; `reading` only of what a resident wrote, `corrected` what a person says it meant."""

    id: int
    is_in: bool
    who: str
    at: datetime
    text: str
    buttons: tuple[str, ...]
    card: str
    delivery: Delivery
    enclosed: Enclosed | None
    reading: Reading | None
    corrected: Choice | None


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
    """A conversation as a worker sees it; `earlier` is the id before which there is more."""

    id: int
    state: ConversationState
    state_plain: str
    holder: str
    is_mine: bool
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
    return Dialog(
        id=conversation.id,
        state=conversation.state,
        state_plain=STATES[conversation.state],
        holder=_name(session, conversation.worker_id),
        is_mine=conversation.state is ConversationState.WORKER and conversation.worker_id == staff.id,
        since=conversation.waiting_since,
        phone_since=conversation.phone_needed_since,
        name=masking.mask_name(resident.name or ""),
        phone=masking.mask_phone(resident.phone or ""),
        place=resident.place_text or "",
        community=community_of(session, resident),
        elderly=elderly_of(resident),
        wants_large_type=resident.wants_large_type,
        reasons=tuple(Reason(KINDS[one.kind], redact(one.reason)) for one in handovers),
        cases=_cases(session, resident),
        lines=_lines(session, desk, messages, in_the_clear=in_the_clear),
        earlier=messages[0].id if len(messages) == PAGE else None,
    )


def newer(session: Session, desk: Desk, staff: Staff, conversation_id: int, after: int) -> tuple[Line, ...]:
    """What was said after a message; raises NotFound if the conversation does not exist for this worker."""
    conversation = talk.conversation_for(session, staff, conversation_id)
    return _lines(session, desk, messages_of.history_after(session, conversation.id, after), in_the_clear=False)


def line(session: Session, desk: Desk, staff: Staff, conversation_id: int, message_id: int) -> Line | None:
    """One thing a resident said in the conversation."""
    conversation = talk.conversation_for(session, staff, conversation_id)
    message = session.get(Message, message_id)
    if message is None or message.conversation_id != conversation.id or message.direction is not Direction.IN:
        return None
    return _lines(session, desk, [message], in_the_clear=False)[0]


def _lines(session: Session, desk: Desk, messages: Sequence[Message], *, in_the_clear: bool) -> tuple[Line, ...]:
    ids = [message.id for message in messages]
    labels = select(Label).where(Label.message_id.in_(ids))
    sent_along = enclosed.of_messages(session, desk, ids)
    corrected = {one.message_id: Choice(one.intent, one.leaf) for one in session.scalars(labels)}
    return tuple(
        Line(
            id=message.id,
            is_in=message.direction is Direction.IN,
            who=_name(session, message.staff_id) or SENDERS[message.sender],
            at=message.created_at,
            text=message.text if in_the_clear else redact(message.text),
            buttons=tuple(message.buttons),
            card=card_line(message.card),
            delivery=delivery_of(message, desk.clock()),
            enclosed=sent_along.get(message.id),
            reading=reading_of(message.reading) if message.direction is Direction.IN else None,
            corrected=corrected.get(message.id),
        )
        for message in messages
    )


def card_line(card: dict[str, object] | None) -> str:
    """A card in one line, for somebody who need not see it drawn."""
    if not card:
        return ""
    numbers = card.get("numbers")
    if isinstance(numbers, list):
        return "、".join(" ".join(map(str, pair)) for pair in numbers)
    return " · ".join(str(card[key]) for key in ("number", "title", "plain") if card.get(key))


def _cases(session: Session, resident: Resident) -> tuple[CaseLink, ...]:
    return tuple(
        CaseLink(cases.kind_of(case).value, case.number, case_title(case), kinds.plain(case.status))
        for case in cases.latest_cases(session, resident.id)
    )


def _name(session: Session, staff_id: int | None) -> str:
    staff = session.get(Staff, staff_id) if staff_id else None
    return staff.name if staff else ""
