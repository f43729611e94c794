"""Workers who are gone strand nobody: what they held waits for their colleagues again, and so do their visits."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from bot.services import alerts, outbox, passing_on, visit_relief
from bot.services.beside import keep_running, note_failure, until_woken
from bot.services.desk import Desk
from bot.services.handover import hand_over
from bot.services.hub import CONSOLE, STAFF, conversation_topic, note
from bot.store.queries import holding, talk
from bot.store.queries.audit import append_audit
from bot.store.tables import Community, Conversation, HandoverKind, Message, Resident, Staff

EVERY_SECONDS: Final = 60.0
# Where somebody may be in danger, nobody waits as long as for an ordinary answer.
EMERGENCY_AFTER: Final = timedelta(minutes=5)
# A message that has only just come is left to the one who holds the conversation.
FRESH: Final = timedelta(minutes=2)
# Nobody holds a conversation over night in which nothing is asked.
FORGOTTEN_AFTER: Final = timedelta(hours=8)


class Stranded:
    """Runs beside the service."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self) -> None:
        """Every minute until cancelled, and at once where somebody was shut out or does another job now."""
        with self._desk.hub.subscribe(STAFF) as wakings:
            rest = partial(until_woken, wakings, EVERY_SECONDS)
            await keep_running(
                "who was left waiting waits on",
                rest,
                partial(asyncio.to_thread, sweep, self._desk),
                partial(asyncio.to_thread, relieve, self._desk),
            )


def sweep(desk: Desk) -> int:
    """Give back whatever its holder has left, each in a transaction of its own; returns how many conversations.

    One that cannot be given back, or not even be read, stays for the next time, and keeps no other from it.
    """
    with desk.store.transaction(read_only=True) as session:
        held = holding.held_conversations(session)
    given_back = 0
    for conversation_id in held:
        try:
            if _is_left_now(desk, conversation_id):
                with desk.transaction() as session:
                    given_back += give_back_if_left(session, desk, conversation_id)
        except Exception as failure:  # noqa: BLE001 - whatever one raises, the others are given back
            note_failure(f"conversation {conversation_id} waits on", failure)
    return given_back


def relieve(desk: Desk) -> None:
    """Find others for the visits of those who can no longer go."""
    with desk.store.transaction(read_only=True) as session:
        has_visits_lost = visit_relief.has_lost(session)
    if has_visits_lost:
        with desk.transaction() as session:
            visit_relief.relieve_all(session, desk)


def give_back_if_left(session: Session, desk: Desk, conversation_id: int) -> bool:
    """Let the conversation wait again if its holder is gone; False where they are there, or nobody holds it."""
    conversation = session.get_one(Conversation, conversation_id)
    staff = session.get(Staff, conversation.worker_id) if conversation.worker_id else None
    if staff is None or not _is_left(session, desk, conversation, staff):
        return False
    if not passing_on.may_hold(session, staff, conversation):
        return _give_back(session, desk, conversation, staff)
    absent_since = _absent_since(session, desk, conversation)
    return _give_back(session, desk, conversation, staff, untouched_since=absent_since)


def _is_left_now(desk: Desk, conversation_id: int) -> bool:
    """Looked at without keeping writers waiting: nearly always the holder is there."""
    with desk.store.transaction(read_only=True) as session:
        conversation = session.get_one(Conversation, conversation_id)
        staff = session.get(Staff, conversation.worker_id) if conversation.worker_id else None
        return staff is not None and _is_left(session, desk, conversation, staff)


def _is_left(session: Session, desk: Desk, conversation: Conversation, staff: Staff) -> bool:
    if not passing_on.may_hold(session, staff, conversation):
        return True
    message = holding.unanswered(session, conversation.id)
    if message and message.created_at > desk.clock() - FRESH:
        return False
    touched = conversation.touched_at
    return touched is None or touched <= _absent_since(session, desk, conversation)


def _absent_since(session: Session, desk: Desk, conversation: Conversation) -> datetime:
    """Whoever was there at this moment last, or before, counts as gone."""
    is_waited_for = holding.unanswered(session, conversation.id) is not None
    return desk.clock() - (_patience(session, desk, conversation) if is_waited_for else FORGOTTEN_AFTER)


def _patience(session: Session, desk: Desk, conversation: Conversation) -> timedelta:
    """How long the holder may be away while the resident waits."""
    kinds = {one.kind for one in talk.open_handovers(session, conversation.id)}
    ordinary = desk.handling.stranded_after
    return min(ordinary, EMERGENCY_AFTER) if HandoverKind.EMERGENCY in kinds else ordinary


def _give_back(
    session: Session,
    desk: Desk,
    conversation: Conversation,
    staff: Staff,
    *,
    untouched_since: datetime | None = None,
) -> bool:
    now = desk.clock()
    message = holding.unanswered(session, conversation.id)
    reason = f"原来由{staff.name}接着，离开了"
    since = message.created_at if message else now
    if not holding.put_back(session, conversation.id, staff.id, reason, since, now, untouched_since=untouched_since):
        return False
    append_audit(session, now, None, "conversation:stranded", f"conversation:{conversation.id}", staff.username)
    note(session, CONSOLE, conversation_topic(conversation.id))
    if message:
        _put_before_workers(session, desk, conversation, message, reason)
    return True


def _put_before_workers(
    session: Session, desk: Desk, conversation: Conversation, message: Message, reason: str
) -> None:
    now = desk.clock()
    handover = hand_over(session, conversation, message.id, HandoverKind.STRANDED, reason, now)
    alerts.conversation_waits(session, conversation, handover, now)
    resident = session.get_one(Resident, conversation.resident_id)
    community = session.get(Community, resident.community_id)
    said = desk.notices.say("talk.stranded", phone=community.phone if community else "12345")
    outbox.post(session, conversation, said, outbox.SYSTEM, now)
