"""The terminal as a channel: for trying the dialogue and for scripted conversations."""

from dataclasses import dataclass
from uuid import uuid4

from bot.core.open_forms import open_form
from bot.core.zone import SHANGHAI
from bot.dialogue.assistant import Assistant
from bot.services import residents
from bot.services.desk import Desk
from bot.services.filed import Filed, filed_by
from bot.services.turns import Turns
from bot.store.queries import claims, learning, talk
from bot.store.queries.talk import Incoming
from bot.store.tables import Conversation, ConversationState, MessageStatus

CHANNEL = "terminal"
LONGEST = 2000
TOO_LONG = "这段话太长了，请分成几段发，每段不超过2000字。"
EMPTY = "没看到字，请再发一次。"


@dataclass(frozen=True)
class Reply:
    text: str
    buttons: tuple[str, ...]


@dataclass(frozen=True)
class Exchange:
    """One message and what came of it. `state` is the open form, `worker`, `waiting` or `idle`."""

    text: str
    replies: tuple[Reply, ...]
    filed: tuple[Filed, ...]
    state: str


class TerminalTalk:
    """One resident at a terminal."""

    def __init__(self, desk: Desk, assistant: Assistant, user: str, community: str | None) -> None:
        self._desk = desk
        self._turns = Turns(desk, assistant)
        with desk.transaction() as session:
            resident = residents.resident_for(session, desk, CHANNEL, user, community)
            self._resident_id = resident.id
            self._conversation_id = residents.conversation_with(session, desk, resident).id
        self._seen = self._last_message()

    def _last_message(self) -> int:
        with self._desk.transaction() as session:
            latest = talk.latest_history(session, self._conversation_id, limit=1)
            return latest[-1].id if latest else 0

    async def say(self, text: str) -> Exchange:
        """Send one message and wait for its answer; unusable input is refused in words, without a turn."""
        cleaned = "".join(c for c in text if c.isprintable() or c == "\n").strip()
        if not cleaned or len(cleaned) > LONGEST:
            return Exchange(text, (Reply(EMPTY if not cleaned else TOO_LONG, ()),), (), self._state())
        with self._desk.transaction() as session:
            message = talk.insert_inbox(
                session,
                self._conversation_id,
                Incoming(channel=CHANNEL, text=cleaned, at=self._desk.clock(), channel_message_id=uuid4().hex),
            )
        if message is None:
            raise AssertionError("a fresh message id cannot be known already")
        self._turns.submit(message.id)
        await self._turns.settled()
        return self._exchange(text, message.id)

    def _exchange(self, text: str, message_id: int) -> Exchange:
        with self._desk.transaction() as session:
            rows = [
                m for m in talk.history_after(session, self._conversation_id, self._seen) if m.direction.value == "out"
            ]
            for row in rows:
                if row.status is MessageStatus.PENDING:
                    claims.settle_outbox(session, row.id, MessageStatus.SENT)
            replies = tuple(Reply(m.text, tuple(m.buttons)) for m in rows)
            filed = tuple(filed_by(session, message_id))
        self._seen = self._last_message()
        return Exchange(text, replies, filed, self._state())

    def _state(self) -> str:
        with self._desk.transaction() as session:
            conversation = session.get_one(Conversation, self._conversation_id)
            if conversation.state is not ConversationState.BOT:
                return conversation.state.value
            data = learning.tracker_data(session, self._resident_id)
            return open_form(data) or "idle"


def local(filed: Filed) -> str | None:
    return filed.due.astimezone(SHANGHAI).isoformat(timespec="minutes") if filed.due else None
