"""What one open page has still to be shown of its conversation."""

from collections.abc import Sequence

from bot.channels.webchat.protocol import Presence, bubble, message_event, presence_event
from bot.channels.webchat.visitors import CHANNEL
from bot.services.desk import Desk
from bot.store.queries.talk import history_after, unanswered_inbox
from bot.store.tables import Conversation, ConversationState, Message, MessageStatus

BATCH = 200
OVERLAP = 20


class Feed:
    """Reads a conversation forward; each message comes once. `unsettled` are those still to be marked as sent.

    On PostgreSQL a message may become visible after one with a higher id, when two transactions overlap;
    so every reading goes back over the last messages and leaves out those already shown.
    """

    def __init__(self, desk: Desk, conversation_id: int, after: int) -> None:
        self._desk = desk
        self._conversation_id = conversation_id
        self._floor = after
        self._shown: set[int] = set()
        self._presence: Presence | None = None
        self.unsettled: list[int] = []

    def read(self) -> bytes:
        """Return the events to send now, empty if nothing is new; blocks."""
        with self._desk.store.transaction(read_only=True) as session:
            events: list[bytes] = []
            while fresh := self._fresh(history_after(session, self._conversation_id, self._floor, BATCH)):
                events += [message_event(bubble(message)) for message in fresh]
            conversation = session.get_one(Conversation, self._conversation_id)
            by_bot = conversation.state is ConversationState.BOT
            typing = by_bot and bool(unanswered_inbox(session, self._conversation_id))
            return b"".join((*events, self._changed(Presence(conversation.state, typing, bool(conversation.choices)))))

    def _fresh(self, rows: Sequence[Message]) -> list[Message]:
        fresh = [row for row in rows if row.id not in self._shown]
        self._shown.update(row.id for row in fresh)
        self.unsettled += [row.id for row in fresh if row.status is MessageStatus.PENDING and row.channel == CHANNEL]
        if len(rows) > OVERLAP:
            self._floor = rows[-OVERLAP - 1].id
            self._shown = {shown for shown in self._shown if shown > self._floor}
        return fresh

    def _changed(self, presence: Presence) -> bytes:
        if presence == self._presence:
            return b""
        self._presence = presence
        return presence_event(presence)
