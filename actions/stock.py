"""Messages that come through stock Rasa (`rasa shell`, `rasa run`) instead of one of our channels.

There a sender is no resident yet and the message has no inbox row; both are made on first sight, so that
the same actions file the same records.
"""

from typing import Any

from bot.services import desk as desks
from bot.services import residents
from bot.store.queries import talk
from bot.store.queries.talk import Incoming

CHANNEL = "rasa"


def admitted(sender_id: str, message: dict[str, Any]) -> tuple[str, int]:
    """Return the ids of the resident and of the inbox row; the same message gives the same row."""
    desk = desks.current()
    message_id = str(message.get("message_id") or "")
    with desk.transaction() as session:
        resident = residents.resident_for(session, desk, CHANNEL, sender_id)
        conversation = residents.conversation_with(session, desk, resident)
        incoming = Incoming(CHANNEL, message.get("text") or "", desk.clock(), message_id)
        row = talk.insert_inbox(session, conversation.id, incoming) or talk.inbox_message(
            session, conversation.id, CHANNEL, message_id
        )
        return resident.id, row.id if row else 0
