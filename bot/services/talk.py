"""The worker's side of a conversation: who waits, taking it, answering, giving it back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.core.staff import Permission, can
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services import outbox, sent_files, stepping_in
from bot.services.desk import Desk
from bot.services.events import contacting
from bot.services.handover import complained_about, name_complained_about
from bot.services.hub import CONSOLE, conversation_topic, note
from bot.services.outbox import Writer
from bot.services.pictures import Media
from bot.store.queries import claims, holding, people, talk
from bot.store.queries.audit import append_audit
from bot.store.queries.talk import OpenConversation
from bot.store.tables import (
    Conversation,
    ConversationState,
    Handover,
    HandoverKind,
    Message,
    Resident,
    Sender,
    Staff,
)

LONGEST_REPLY = 2000


@dataclass(frozen=True)
class Waiting:
    """A conversation with the reasons a worker should see it.

    Of one in somebody's hands: since when the resident waits for their answer, and whether they have said nothing yet.
    """

    conversation: Conversation
    resident: Resident
    last: Message | None
    handovers: tuple[Handover, ...]
    unanswered_since: datetime | None = None
    is_fresh: bool = False

    @property
    def is_emergency(self) -> bool:
        """Whether somebody may be in danger."""
        return any(handover.kind is HandoverKind.EMERGENCY for handover in self.handovers)


def waiting(session: Session, staff: Staff) -> list[Waiting]:
    """Conversations nobody has taken, emergencies first, then the longest waiting; never a complaint about oneself.

    Raises NotAllowed where the job does not read conversations.
    """
    require(staff, Permission.CONVERSATION_READ)
    found = [_with_handovers(session, one) for one in talk.waiting_conversations(session, staff.community_id)]
    shown = [one for one in found if may_see(session, staff, one.conversation, one.handovers)]
    return sorted(shown, key=lambda one: not one.is_emergency)


def held(session: Session, staff: Staff) -> list[Waiting]:
    """Conversations this worker has taken and not given back: emergencies, those just come, those that wait longest.

    Never one that has turned out to be a complaint about oneself, even in the moment before it waits for others.
    """
    found = [_in_hand(session, one) for one in talk.conversations_of_worker(session, staff.id)]
    return sorted((one for one in found if may_see(session, staff, one.conversation, one.handovers)), key=_rank)


def conversation_for(session: Session, staff: Staff, conversation_id: int) -> Conversation:
    """The conversation, if it exists for this worker; raises NotFound else, whichever of the two it is."""
    require(staff, Permission.CONVERSATION_READ)
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound("没有这个对话")
    resident = session.get_one(Resident, conversation.resident_id)
    handovers = talk.open_handovers(session, conversation_id)
    if staff.community_id not in (None, resident.community_id) and resident.community_id is not None:
        raise NotFound("没有这个对话")
    if not may_see(session, staff, conversation, handovers):
        raise NotFound("没有这个对话")
    return conversation


def take(session: Session, desk: Desk, conversation_id: int, staff: Staff) -> Conversation:
    """Put the conversation into this worker's hands; the bot is silent from now on. Raises Conflict, NotFound."""
    require(staff, Permission.CONVERSATION_TAKE)
    conversation = conversation_for(session, staff, conversation_id)
    if conversation.worker_id == staff.id:
        return conversation
    now = desk.clock()
    if not claims.take_conversation(session, conversation_id, staff.id, now):
        holder = session.get(Staff, conversation.worker_id) if conversation.worker_id else None
        raise Conflict(f"{holder.name if holder else '别的同事'}已经接了这个对话", "请刷新页面")
    stepping_in.withdraw_choices(session, conversation)
    outbox.post(session, conversation, desk.notices.say("talk.taken", name=staff.name), outbox.SYSTEM, now)
    _record(session, desk, staff, "conversation:take", conversation_id)
    return conversation


def reply(
    session: Session, desk: Desk, conversation_id: int, staff: Staff, text: str, enclosed: Media | None = None
) -> Message:
    """Write to the resident in the worker's name, as one bubble; words may only be missing where a file goes along.

    Raises InvalidInput, Conflict, NotFound.
    """
    conversation = own(session, conversation_id, staff)
    words = text.strip()
    if len(words) > LONGEST_REPLY or not (words or enclosed):
        raise InvalidInput(f"回复不能超过{LONGEST_REPLY}个字" if words else "回复不能是空的")
    now = desk.clock()
    card = sent_files.card_of(enclosed) if enclosed else None
    message = outbox.post(session, conversation, [words], Writer(Sender.WORKER, staff.id), now, card=card)[0]
    contacting.answered(session, desk, conversation.resident_id, staff)
    if enclosed:
        sent_files.enclose(session, desk, message, enclosed)
    holding.touch(session, conversation_id, staff.id, now, now)
    return message


def hand_back(session: Session, desk: Desk, conversation_id: int, staff: Staff) -> None:
    """Let the bot answer again, and ask once about what was half told; raises Conflict, NotFound."""
    conversation = _release(session, desk, conversation_id, staff, "talk.handed_back", "conversation:hand_back")
    stepping_in.ask_afresh(session, desk, conversation)


def close(session: Session, desk: Desk, conversation_id: int, staff: Staff) -> None:
    """End the worker's part: what was waited for is done, and half told matters with it. Raises Conflict, NotFound."""
    conversation = _release(session, desk, conversation_id, staff, "talk.closed", "conversation:close")
    stepping_in.drop_form(session, desk, conversation)


def _release(
    session: Session, desk: Desk, conversation_id: int, staff: Staff, notice: str, action: str
) -> Conversation:
    conversation = own(session, conversation_id, staff)
    now = desk.clock()
    for handover in talk.open_handovers(session, conversation_id):
        if handover.kind is HandoverKind.COMPLAINT:
            name_complained_about(session, conversation, handover)
    claims.release_conversation(session, conversation_id, staff.id, now)
    outbox.post(session, conversation, desk.notices.say(notice), outbox.SYSTEM, now)
    _record(session, desk, staff, action, conversation_id)
    return conversation


def own(session: Session, conversation_id: int, staff: Staff) -> Conversation:
    """The conversation, in this worker's hands; raises Conflict where it is in others', NotFound, NotAllowed."""
    require(staff, Permission.CONVERSATION_ANSWER)
    conversation = conversation_for(session, staff, conversation_id)
    if not is_held_by(conversation, staff):
        raise Conflict("这个对话现在不在您手上", "请先接过来再回复")
    return conversation


def is_held_by(conversation: Conversation, staff: Staff) -> bool:
    """Whether it is this worker who talks with the resident now."""
    return conversation.state is ConversationState.WORKER and conversation.worker_id == staff.id


def require(staff: Staff, permission: Permission) -> None:
    """Raise NotAllowed where the job does not include this with residents' conversations."""
    if not can(staff.role, permission):
        raise NotAllowed(f"{staff.role.plain}不能看居民的对话")


def _with_handovers(session: Session, one: OpenConversation) -> Waiting:
    handovers = talk.open_handovers(session, one.conversation.id)
    return Waiting(one.conversation, one.resident, one.last, tuple(handovers))


def _in_hand(session: Session, one: OpenConversation) -> Waiting:
    message = holding.unanswered(session, one.conversation.id)
    return replace(
        _with_handovers(session, one),
        unanswered_since=message.created_at if message else None,
        is_fresh=not holding.has_answered(session, one.conversation),
    )


def _rank(one: Waiting) -> tuple[bool, bool, bool, float]:
    since = one.unanswered_since or one.conversation.updated_at
    return not one.is_emergency, not one.is_fresh, one.unanswered_since is None, since.timestamp()


def may_see(session: Session, staff: Staff, conversation: Conversation, handovers: Sequence[Handover]) -> bool:
    """A complaint goes to those who may read complaints, and never to the one it is about, now or later.

    Somebody in danger goes before the first half of that rule, but not before the second. If nobody is left
    who may read complaints, any colleague it is not about may.
    """
    about = complained_about(session, conversation)
    if staff.id in about:
        return False
    if conversation.worker_id == staff.id:
        return True
    kinds = {handover.kind for handover in handovers}
    if HandoverKind.COMPLAINT not in kinds or HandoverKind.EMERGENCY in kinds:
        return True
    return can(staff.role, Permission.COMPLAINT_READ) or not _has_reviewer(session, conversation, about)


def _has_reviewer(session: Session, conversation: Conversation, about: set[int]) -> bool:
    community_id = session.get_one(Resident, conversation.resident_id).community_id
    return any(
        can(one.role, Permission.COMPLAINT_READ)
        and one.disabled_at is None
        and one.id not in about
        and one.community_id in (community_id, None)
        for one in people.all_staff(session)
    )


def _record(session: Session, desk: Desk, staff: Staff, action: str, conversation_id: int) -> None:
    append_audit(session, desk.clock(), staff.id, action, f"conversation:{conversation_id}")
    note(session, CONSOLE, conversation_topic(conversation_id))
