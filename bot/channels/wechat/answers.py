"""Answers given within the delivery's own response: claimed, written, settled; the same for every copy of it."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from bot.channels.wechat.texts import TEXT_BYTES, answer_text
from bot.channels.wechat.wording import lines_of
from bot.services.desk import Desk
from bot.services.hub import OUTBOX, conversation_topic
from bot.store.queries import outgoing
from bot.store.tables import Message, MessageStatus, SentBy

# The platform cuts at five seconds; the rest is the way there and back.
PATIENCE_SECONDS: Final = 4.4
# Copies come at most three times, five seconds apart: so long an answer may still be asked for again.
RETRY_WINDOW: Final = timedelta(seconds=20)


@dataclass(frozen=True)
class InTime:
    """What goes into the response, and the outbox rows that go with it."""

    text: str
    message_ids: tuple[int, ...]


NOTHING: Final = InTime("", ())


class Answers:
    """Waits for answers on behalf of open deliveries; the courier leaves those to it meanwhile.

    `patience` is how many seconds a delivery waits, `pages` by channel where the resident can open the chat page.
    """

    def __init__(
        self, desk: Desk, patience: float = PATIENCE_SECONDS, pages: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.patience = patience
        self._pages = pages
        self._desk = desk
        self._awaited: Counter[int] = Counter()
        self._going_out: Counter[tuple[int, int]] = Counter()

    def is_awaited(self, inbox_id: int | None) -> bool:
        """Whether a delivery is open that the answer to this message can go into."""
        return inbox_id is not None and self._awaited[inbox_id] > 0

    async def is_known(self, inbox_id: int) -> bool:
        """Whether the message is answered by now, or before a worker."""
        return await asyncio.to_thread(_is_settled, self._desk, inbox_id)

    async def in_time(self, inbox_id: int, conversation_id: int, patience: float) -> InTime | None:
        """What to answer to a message, None where that is not known within `patience` seconds."""
        self._awaited[inbox_id] += 1
        try:
            if await self._settled(inbox_id, conversation_id, patience):
                return await asyncio.to_thread(_claim, self._desk, inbox_id, self._pages)
            return None
        finally:
            self._awaited[inbox_id] -= 1
            if not self._awaited[inbox_id]:
                del self._awaited[inbox_id]
            self._desk.hub.publish(OUTBOX)

    @contextmanager
    def going_out(self, inbox_id: int, conversation_id: int) -> Iterator[None]:
        """While a response is written and settled; the answer to the next message waits for that.

        A resident can have read an answer and written again before it is noted here that it went out.
        """
        self._going_out[conversation_id, inbox_id] += 1
        try:
            yield
        finally:
            self._going_out -= Counter({(conversation_id, inbox_id): 1})
            self._desk.hub.publish(OUTBOX)

    async def written(self, answer: InTime) -> None:
        """The response is out."""
        await asyncio.to_thread(_settle, self._desk, answer.message_ids)

    async def not_written(self, answer: InTime) -> None:
        """The platform hung up before: a copy may ask again, and after that the courier brings it."""
        await asyncio.to_thread(_give_back, self._desk, answer.message_ids, self._desk.clock() + RETRY_WINDOW)

    async def _settled(self, inbox_id: int, conversation_id: int, patience: float) -> bool:
        told, sent = (self._desk.hub.subscribe(topic) for topic in (conversation_topic(conversation_id), OUTBOX))
        with told as answers, sent as settlings, suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while not await self.is_known(inbox_id):
                    await answers.next()
                while self._is_another_going_out(inbox_id, conversation_id):
                    await settlings.next()
                return True
        return False

    def _is_another_going_out(self, inbox_id: int, conversation_id: int) -> bool:
        return any(talk == conversation_id and asked != inbox_id for talk, asked in self._going_out)


def _is_settled(desk: Desk, inbox_id: int) -> bool:
    """A message of somebody erased is waited for no longer."""
    with desk.store.transaction(read_only=True) as session:
        message = session.get(Message, inbox_id)
        return message is None or message.status is not MessageStatus.RECEIVED


def _claim(desk: Desk, inbox_id: int, pages: Mapping[str, str]) -> InTime:
    """Take what fits into one response; what a copy of the delivery was given already is given again.

    Empty where there is nothing to say: a worker holds the conversation, or the answer is out in another way.
    """
    with desk.transaction() as session:
        if given := outgoing.answers_by(session, inbox_id, SentBy.ANSWER):
            return _answer(given, pages)
        fitting = _fitting(_due(session, inbox_id), pages)
        if not fitting or not outgoing.begin_sending(session, [m.id for m in fitting], SentBy.ANSWER, desk.clock()):
            return NOTHING
        return _answer(fitting, pages)


def _due(session: Session, inbox_id: int) -> list[Message]:
    """The answer, and before it whatever is not out yet; nothing while something before it is on its way.

    Otherwise an answer in time would overtake an earlier one that the courier is bringing.
    """
    asked = session.get(Message, inbox_id)
    unsent = outgoing.unsent(session, asked.conversation_id, asked.channel) if asked else []
    if any(one.status is MessageStatus.SENDING or one.parts_sent for one in unsent):
        return []
    return list(unsent)


def _fitting(replies: Sequence[Message], pages: Mapping[str, str]) -> list[Message]:
    fitting: list[Message] = []
    for reply in replies:
        if len(_text([*fitting, reply], pages).encode()) > TEXT_BYTES:
            break
        fitting.append(reply)
    return fitting


def _answer(messages: Sequence[Message], pages: Mapping[str, str]) -> InTime:
    return InTime(_text(messages, pages), tuple(message.id for message in messages))


def _text(messages: Sequence[Message], pages: Mapping[str, str]) -> str:
    lines = [line for message in messages for line in lines_of(message, pages.get(message.channel, ""))]
    return answer_text(lines, next((m.buttons for m in reversed(messages) if m.buttons), []))


def _settle(desk: Desk, message_ids: Sequence[int]) -> None:
    with desk.transaction() as session:
        outgoing.answered(session, message_ids)


def _give_back(desk: Desk, message_ids: Sequence[int], due_at: datetime) -> None:
    with desk.transaction() as session:
        outgoing.send_later(session, message_ids, due_at, None)
