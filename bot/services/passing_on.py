"""Giving a conversation out of one's hands: to a colleague by name, or back to those who wait."""

from typing import Final

from sqlalchemy.orm import Session

from bot.core.staff import Permission, can
from bot.errors import Conflict, InvalidInput
from bot.services import conversation_notes, outbox, talk
from bot.services.desk import Desk
from bot.store.queries import holding, people
from bot.store.queries import talk as messages_of
from bot.store.queries.audit import append_audit
from bot.store.tables import Conversation, Resident, Staff

LONGEST_WORD: Final = 150
LONGEST_REASON: Final = 200


def colleagues(session: Session, staff: Staff, conversation: Conversation) -> list[Staff]:
    """Who else may take the conversation: at work, of the community or the street, and no complaint is about them."""
    return [one for one in people.all_staff(session) if one.id != staff.id and may_hold(session, one, conversation)]


def may_hold(session: Session, staff: Staff, conversation: Conversation) -> bool:
    """Whether somebody is fit to answer in the conversation now."""
    if staff.disabled_at is not None or not can(staff.role, Permission.CONVERSATION_ANSWER):
        return False
    community_id = session.get_one(Resident, conversation.resident_id).community_id
    if community_id is not None and staff.community_id not in (None, community_id):
        return False
    return talk.may_see(session, staff, conversation, messages_of.open_handovers(session, conversation.id))


def pass_on(session: Session, desk: Desk, conversation_id: int, staff: Staff, taker_id: int, words: str) -> Staff:
    """Give the conversation to a colleague, with a word only the colleagues read; the resident is told who is there.

    Raises InvalidInput (nobody who may take it), Conflict (not in one's hands), NotFound, NotAllowed.
    """
    conversation = talk.own(session, conversation_id, staff)
    said = _checked(words)
    taker = next((one for one in colleagues(session, staff, conversation) if one.id == taker_id), None)
    if taker is None:
        raise InvalidInput("没有选可以接这个对话的同事", "请在名单里选一位，或放回去等人接")
    reason = _in_short(f"{staff.name}转给{taker.name}", said)
    now = desk.clock()
    if not holding.pass_on(session, conversation_id, staff.id, taker.id, reason, now):
        raise _gone()
    conversation_notes.jot(session, desk, staff, conversation, reason)
    outbox.post(session, conversation, desk.notices.say("talk.passed_on", name=taker.name), outbox.SYSTEM, now)
    append_audit(session, now, staff.id, "conversation:pass_on", f"conversation:{conversation_id}")
    return taker


def put_back(session: Session, desk: Desk, conversation_id: int, staff: Staff, words: str) -> None:
    """Let the conversation wait for any colleague again; raises Conflict, NotFound, InvalidInput, NotAllowed."""
    conversation = talk.own(session, conversation_id, staff)
    reason = _in_short(f"{staff.name}放回来等人接", _checked(words))
    now = desk.clock()
    message = holding.unanswered(session, conversation_id)
    since = message.created_at if message else now
    if not holding.put_back(session, conversation_id, staff.id, reason, since, now):
        raise _gone()
    conversation_notes.jot(session, desk, staff, conversation, reason)
    outbox.post(session, conversation, desk.notices.say("talk.put_back"), outbox.SYSTEM, now)
    append_audit(session, now, staff.id, "conversation:put_back", f"conversation:{conversation_id}")


def _checked(words: str) -> str:
    said = words.strip()
    if len(said) > LONGEST_WORD:
        raise InvalidInput(f"给同事的话不能超过{LONGEST_WORD}个字")
    return said


def _in_short(what: str, said: str) -> str:
    return (f"{what}：{said}" if said else what)[:LONGEST_REASON]


def _gone() -> Conflict:
    return Conflict("这个对话已经不在您手上", "请刷新页面看看现在由谁接着")
