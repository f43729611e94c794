"""Whether the worker who holds a conversation is there: what they do is noted, and so is that they look at it."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from bot.services.desk import Desk
from bot.store.queries import holding, sign_ins
from bot.store.tables import Conversation, Staff

# Once a minute is enough.
NOTED_EVERY: Final = timedelta(minutes=1)
# A page that is open before an empty chair answers nobody: it counts as long as its person does something somewhere.
ATTENTIVE: Final = timedelta(minutes=10)


def is_to_be_noted(conversation: Conversation, staff: Staff, now: datetime) -> bool:
    """Whether that this worker is there is worth writing."""
    if conversation.worker_id != staff.id:
        return False
    return conversation.touched_at is None or conversation.touched_at <= now - NOTED_EVERY


def note_there(session: Session, desk: Desk, staff: Staff, conversation_id: int) -> bool:
    """Keep that the holder did something about the conversation; False if nothing had to be written."""
    now = desk.clock()
    return holding.touch(session, conversation_id, staff.id, now, now - NOTED_EVERY)


def note_watching(session: Session, desk: Desk, staff: Staff, conversation_id: int) -> bool:
    """Keep that the holder has the page open, if they did anything by hand lately."""
    seen = sign_ins.last_seen(session, staff.id)
    if seen is None or seen <= desk.clock() - ATTENTIVE:
        return False
    return note_there(session, desk, staff, conversation_id)
