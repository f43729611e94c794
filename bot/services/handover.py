"""Putting a conversation before the workers, and keeping a complaint from the one it is about."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.staff import Role
from bot.services import accusing, alerts
from bot.services.hub import CONSOLE, conversation_topic, note
from bot.store.queries import claims, filing, holding, talk
from bot.store.tables import (
    Conversation,
    ConversationState,
    Direction,
    Handover,
    HandoverKind,
    HandoverStatus,
    Message,
    MessageStatus,
    Resident,
    Staff,
)

LONGEST_REASON: Final = 200
# How many of the resident's last messages may hold the name of the one they complain about.
LOOK_BACK: Final = 6
_TITLES: Final = "主任|书记|站长|队长|师傅|老师|大姐|姐|哥|警官|同志|干事|社工|工|网格员|调度员"
_CLAUSE: Final = re.compile(r"[^，,。！!？?；;\n]+")
_COURTESY: Final = (
    r"[您你]好|早上好|下午好|晚上好|谢谢|感谢|多谢|麻烦|辛苦|知道|明白|好的?|嗯|请问?|打扰|不好意思"
    r"|您|你|了|啊|呀|啦|哦|呢|吧|在吗?|\s"
)
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
    *,
    about: Collection[int] = (),
) -> Handover:
    """Record why a worker must see the message; the conversation waits unless a worker holds it.

    A complaint remembers the staff it names, and those it is `about` anyhow, and is taken out of their hands. Safe
    to repeat.
    """
    reason = reason[:LONGEST_REASON]
    handover = filing.hand_over(session, session.get_one(Message, inbox_id), kind, reason, now)
    if kind is HandoverKind.COMPLAINT:
        handover.about_staff_ids = sorted({*handover.about_staff_ids, *about})
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


def _named_in(session: Session, conversation: Conversation, handover: Handover) -> set[int]:
    """Read the complaint, what was said shortly before it, and everything since."""
    before = talk.latest_history(session, conversation.id, handover.inbox_id + 1, LOOK_BACK * 3)
    said = [message for message in before if message.direction is Direction.IN][-LOOK_BACK:]
    since = talk.history_after(session, conversation.id, handover.inbox_id)
    said += [message for message in since if message.direction is Direction.IN]
    resident = session.get_one(Resident, conversation.resident_id)
    met = accusing.met_by(session, resident)
    words = [_besides_courtesy(one.text, met) if _is_to_holder(one, handover) else one.text for one in said]
    return {one.id for one in staff_named("\n".join([*words, handover.reason]), met)}


def _is_to_holder(message: Message, handover: Handover) -> bool:
    """Whoever takes a complaint up is greeted and thanked by name: that alone does not make it about them."""
    return message.status is MessageStatus.HELD and message.id != handover.inbox_id


def _besides_courtesy(text: str, met: Sequence[Staff]) -> str:
    """The words without greetings, thanks and forms of address; a name that stands alone is an answer, and stays."""
    clauses = [one for one in _CLAUSE.findall(text) if one.strip()]
    names = "|".join(re.escape(one.name) for one in met)
    call = rf"(?:(?:{names})(?:{_TITLES})?|[\u4e00-\u9fff]{{0,2}}(?:{_TITLES}))"
    polite = re.compile(rf"(?:{_COURTESY})*{call}?(?:{_COURTESY})*")
    bare = re.compile(rf"(?!{_COURTESY}){call}")
    return "，".join(
        one
        for at, one in enumerate(clauses)
        if not polite.fullmatch(one) or (bare.fullmatch(one) and (at > 0 or len(clauses) == 1))
    )


def leave_hands(session: Session, conversation: Conversation, reason: str, now: datetime) -> bool:
    """Let a conversation wait again, since its resident began to; False where nobody holds it.

    For whoever holds a complaint about themselves: they are not asked, and see nothing of it any more.
    """
    if conversation.state is not ConversationState.WORKER or conversation.worker_id is None:
        return False
    message = holding.unanswered(session, conversation.id)
    since = message.created_at if message else now
    session.flush()
    return holding.put_back(session, conversation.id, conversation.worker_id, reason, since, now)


def _await(session: Session, conversation: Conversation, handover: Handover, now: datetime) -> None:
    if conversation.worker_id in handover.about_staff_ids and leave_hands(session, conversation, handover.reason, now):
        conversation.handover_id = handover.id
        session.flush()
        alerts.conversation_waits(session, conversation, handover, now)
    elif claims.await_worker(session, conversation.id, handover.reason, now, handover_id=handover.id):
        alerts.conversation_waits(session, conversation, handover, now)
    if conversation.state is ConversationState.WORKER:
        handover.status = HandoverStatus.TAKEN
        handover.staff_id = conversation.worker_id
        session.flush()
