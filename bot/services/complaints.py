"""A complaint about people, wherever it is said: put before those above them, and at once out of their own hands."""

import re
from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from bot.core import complaints
from bot.services import accusing, alerts, outbox
from bot.services.desk import Desk
from bot.services.handover import LONGEST_REASON, complained_about, hand_over, leave_hands, name_complained_about
from bot.services.hub import CONSOLE, conversation_topic, note
from bot.store.queries import talk
from bot.store.queries.audit import append_audit
from bot.store.tables import (
    Conversation,
    ConversationState,
    HandoverKind,
    Message,
    Resident,
    Staff,
)

_INTENT: Final = "complaint_escalate"
_SURE: Final = 0.6
# Said to a worker in the worker's own window, "you" is that worker.
_YOU: Final = re.compile(r"[你您](?!们|家|好|看|说得|说的|自己)")
_SOMEBODY: Final = "工作人员"


def keep_apart(session: Session, desk: Desk, resident: Resident, inbox_id: int, text: str) -> str:
    """What the words say besides accusing people, for a case; the accusation is handed over. Safe to repeat."""
    if accusing.accuses(session, resident, text):
        _open(session, desk, session.get_one(Message, inbox_id), text)
    return accusing.without_blame(session, resident, text)


def heard(session: Session, desk: Desk, message: Message) -> None:
    """Hand over a message, said to the bot, that accuses people beside whatever else it says. Safe to repeat."""
    conversation = session.get_one(Conversation, message.conversation_id)
    resident = session.get_one(Resident, conversation.resident_id)
    if accusing.accuses(session, resident, message.text):
        _open(session, desk, message, message.text)


def heard_by_worker(session: Session, desk: Desk, message: Message, reading: Mapping[str, object] | None) -> None:
    """Look at a message said to the worker who holds the conversation, and take it from them if it is about them."""
    conversation = session.get_one(Conversation, message.conversation_id)
    holder = session.get(Staff, conversation.worker_id) if conversation.worker_id else None
    if holder is None or conversation.state is not ConversationState.WORKER:
        return
    resident = session.get_one(Resident, conversation.resident_id)
    meets_holder = complaints.blames(_YOU.sub(_SOMEBODY, message.text), ()) and _YOU.search(message.text) is not None
    if meets_holder or accusing.accuses(session, resident, message.text) or _is_read_so(reading):
        about = (holder.id,) if meets_holder else ()
        _hand_over(session, desk, message, message.text, about)
    if conversation.worker_id == holder.id and holder.id in complained_about(session, conversation):
        _take_away(session, desk, conversation)
    if conversation.worker_id != holder.id:
        _tell(session, desk, conversation, holder)


def _open(session: Session, desk: Desk, message: Message, words: str) -> None:
    conversation = session.get_one(Conversation, message.conversation_id)
    if _is_open_already(session, message, words):
        return
    holder = session.get(Staff, conversation.worker_id) if conversation.worker_id else None
    _hand_over(session, desk, message, words)
    if holder is not None and conversation.worker_id != holder.id:
        _tell(session, desk, conversation, holder)
        return
    said = desk.notices.say("talk.complaint_apart")
    outbox.post(session, conversation, said, outbox.SYSTEM, desk.clock(), in_reply_to=message.id)


def _is_open_already(session: Session, message: Message, words: str) -> bool:
    """A report is filed with what was said some messages ago, which was handed over then."""
    if talk.handover_of(session, message.id, HandoverKind.COMPLAINT) is not None:
        return True
    said = words[:LONGEST_REASON]
    return any(
        one.kind is HandoverKind.COMPLAINT and (said in one.reason or one.reason in said)
        for one in talk.open_handovers(session, message.conversation_id)
    )


def _hand_over(session: Session, desk: Desk, message: Message, words: str, about: tuple[int, ...] = ()) -> None:
    conversation = session.get_one(Conversation, message.conversation_id)
    now = desk.clock()
    hand_over(session, conversation, message.id, HandoverKind.COMPLAINT, words, now, about=about)


def _is_read_so(reading: Mapping[str, object] | None) -> bool:
    """Whether the model is sure of a complaint about staff, or about how something was handled."""
    if reading is None or reading.get("intent") != _INTENT or reading.get("kind") == "human":
        return False
    confidence = reading.get("confidence")
    return isinstance(confidence, int | float) and confidence >= _SURE


def _take_away(session: Session, desk: Desk, conversation: Conversation) -> None:
    """An older complaint turns out to be about its holder: it waits again, for as long as its resident has."""
    open_complaints = [
        one for one in talk.open_handovers(session, conversation.id) if one.kind is HandoverKind.COMPLAINT
    ]
    for handover in open_complaints:
        name_complained_about(session, conversation, handover)
    reason = open_complaints[0].reason if open_complaints else conversation.reason or ""
    now = desk.clock()
    if leave_hands(session, conversation, reason, now) and open_complaints:
        alerts.conversation_waits(session, conversation, open_complaints[0], now)


def _tell(session: Session, desk: Desk, conversation: Conversation, holder: Staff) -> None:
    now = desk.clock()
    outbox.post(session, conversation, desk.notices.say("talk.somebody_else"), outbox.SYSTEM, now)
    append_audit(session, now, None, "conversation:kept_from", f"conversation:{conversation.id}", holder.username)
    note(session, CONSOLE, conversation_topic(conversation.id))
