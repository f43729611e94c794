"""Putting a conversation before the workers, and keeping a complaint from the one it is about."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.staff import Role
from bot.services import alerts
from bot.services.hub import CONSOLE, conversation_topic, note
from bot.store.queries import claims, filing, people, talk
from bot.store.tables import (
    Conversation,
    ConversationState,
    Direction,
    Handover,
    HandoverKind,
    HandoverStatus,
    Message,
    Resident,
    Staff,
)

LONGEST_REASON: Final = 200
# How many of the resident's last messages may hold the name of the one they complain about.
LOOK_BACK: Final = 6
_TITLES: Final = "主任|书记|站长|队长|师傅|老师|大姐|姐|哥|警官|同志|干事|社工|工|网格员|调度员"
_ROLE_WORDS: Final = {
    Role.DIRECTOR: re.compile(r"(?<!楼)主任|居委会.{0,3}(领导|一把手|头儿)"),
    Role.GRID_WORKER: re.compile(r"网格(员|长)"),
    Role.DISPATCHER: re.compile(r"调度员"),
}


def hand_over(
    session: Session,
    conversation: Conversation,
    inbox_id: int,
    kind: HandoverKind,
    reason: str,
    now: datetime,
) -> Handover:
    """Record why a worker must see the message; the conversation waits unless a worker holds it.

    A complaint remembers the staff it names, and is taken out of their hands. Safe to repeat.
    """
    reason = reason[:LONGEST_REASON]
    handover = filing.hand_over(session, session.get_one(Message, inbox_id), kind, reason, now)
    if kind is HandoverKind.COMPLAINT:
        name_complained_about(session, conversation, handover)
    if handover.status is HandoverStatus.WAITING:
        _await(session, conversation, handover, now)
    note(session, CONSOLE, conversation_topic(conversation.id))
    return handover


def name_complained_about(session: Session, conversation: Conversation, handover: Handover) -> None:
    """Keep with the complaint whom it names, so that it stays hidden from them after it is closed."""
    handover.about_staff_ids = sorted({*handover.about_staff_ids, *_named_in(session, conversation, handover)})
    session.flush()


def complained_about(session: Session, conversation: Conversation) -> set[int]:
    """The staff any complaint in the conversation may mean, settled or not, whenever they were named."""
    found: set[int] = set()
    for handover in session.scalars(select(Handover).where(Handover.conversation_id == conversation.id)):
        found.update(handover.about_staff_ids)
        if handover.kind is HandoverKind.COMPLAINT and handover.status is not HandoverStatus.CLOSED:
            found.update(_named_in(session, conversation, handover))
    return found


def staff_named(text: str, staff: Sequence[Staff]) -> list[Staff]:
    """Everybody the words may mean, by name (王芳, 小王, 王师傅, 姓王的) or by a role.

    Rather one too many: somebody left out here could read what is said about them.
    """
    return [one for one in staff if _means(text, one)]


def _means(text: str, staff: Staff) -> bool:
    if staff.name in text or (len(staff.name) > 2 and staff.name[1:] in text):  # noqa: PLR2004 - 建国 of 王建国
        return True
    surname = re.escape(staff.name[:2] if len(staff.name) > 3 else staff.name[:1])  # noqa: PLR2004 - 欧阳建国
    called = rf"[小老大阿]{surname}(?!区|学|孩|婆|公|家)|姓{surname}|{surname}(某|{_TITLES})"
    if re.search(called, text):
        return True
    role = _ROLE_WORDS.get(staff.role)
    return role is not None and role.search(text) is not None


def _colleagues(session: Session, resident: Resident) -> list[Staff]:
    """Who the resident may have met: the staff of their community and of the street."""
    return [
        one
        for one in people.all_staff(session)
        if one.disabled_at is None and one.community_id in (resident.community_id, None)
    ]


def _named_in(session: Session, conversation: Conversation, handover: Handover) -> set[int]:
    """Read the complaint, what was said shortly before it, and everything since."""
    before = talk.latest_history(session, conversation.id, handover.inbox_id + 1, LOOK_BACK * 3)
    said = [message.text for message in before if message.direction is Direction.IN][-LOOK_BACK:]
    since = talk.history_after(session, conversation.id, handover.inbox_id)
    said += [message.text for message in since if message.direction is Direction.IN]
    resident = session.get_one(Resident, conversation.resident_id)
    named = staff_named("\n".join([*said, handover.reason]), _colleagues(session, resident))
    return {one.id for one in named}


def _await(session: Session, conversation: Conversation, handover: Handover, now: datetime) -> None:
    if conversation.state is ConversationState.WORKER and conversation.worker_id in handover.about_staff_ids:
        conversation.state = ConversationState.BOT
        conversation.worker_id = conversation.held_since = conversation.touched_at = None
        session.flush()
    if claims.await_worker(session, conversation.id, handover.reason, now, handover_id=handover.id):
        alerts.conversation_waits(session, conversation, handover, now)
    if conversation.state is ConversationState.WORKER:
        handover.status = HandoverStatus.TAKEN
        handover.staff_id = conversation.worker_id
        session.flush()
