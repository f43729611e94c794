"""Notes colleagues leave one another beside a conversation; nothing of them ever goes to the resident."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.core.masking import redact
from bot.core.staff import Permission
from bot.errors import InvalidInput
from bot.services import presence, talk
from bot.services.desk import Desk
from bot.services.hub import conversation_topic, note
from bot.store.queries import beside
from bot.store.queries.audit import append_audit
from bot.store.tables import Conversation, ConversationNote, Staff

LONGEST_NOTE: Final = 500


@dataclass(frozen=True)
class Jotting:
    """A note as colleagues read it."""

    id: int
    who: str
    at: datetime
    text: str


def add(session: Session, desk: Desk, staff: Staff, conversation_id: int, text: str) -> ConversationNote:
    """Leave a note, phones and identity numbers hidden; raises NotFound, NotAllowed, InvalidInput."""
    talk.require(staff, Permission.CONVERSATION_ANSWER)
    conversation = talk.conversation_for(session, staff, conversation_id)
    words = text.strip()
    if not words or len(words) > LONGEST_NOTE:
        raise InvalidInput("备注还没写" if not words else f"备注不能超过{LONGEST_NOTE}个字")
    jotted = jot(session, desk, staff, conversation, words)
    presence.note_there(session, desk, staff, conversation_id)
    append_audit(session, jotted.at, staff.id, "conversation:note", f"conversation:{conversation_id}")
    return jotted


def jot(session: Session, desk: Desk, staff: Staff, conversation: Conversation, words: str) -> ConversationNote:
    """Write the note down for a use case that has checked who writes and what."""
    jotted = ConversationNote(conversation_id=conversation.id, staff_id=staff.id, text=redact(words), at=desk.clock())
    session.add(jotted)
    session.flush()
    note(session, conversation_topic(conversation.id))
    return jotted


def beside_conversation(session: Session, staff: Staff, conversation_id: int) -> Sequence[Jotting]:
    """The notes, the oldest first; raises NotFound where the conversation does not exist for this worker."""
    conversation = talk.conversation_for(session, staff, conversation_id)
    return [Jotting(one.id, author.name, one.at, one.text) for one, author in beside.notes_of(session, conversation.id)]
