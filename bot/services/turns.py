"""The way of a message: kept in order per conversation, answered once, tried again where that fails."""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import LinliError
from bot.services import failing
from bot.services.answering import Answerer, Dialogue
from bot.services.desk import Desk
from bot.services.gate import Gate
from bot.store.queries import claims, talk
from bot.store.tables import Message

logger = logging.getLogger(__name__)

# A message that was begun so often without an end takes the service down with it: a person reads it instead.
MOST_BEGINNINGS: Final = 5
LONGEST_PAUSE: Final = 60.0


class Turns:
    """Takes inbox messages in order; different residents side by side, one resident one by one.

    `settled` is told of every message that is done with.
    """

    def __init__(
        self,
        desk: Desk,
        assistant: Dialogue,
        gate: Gate | None = None,
        settled: Callable[[int], object] = lambda _: None,
    ) -> None:
        self._desk = desk
        self._settled = settled
        self._answerer = Answerer(desk, assistant)
        self._gate = gate or Gate()
        self._waiting: defaultdict[int, deque[int]] = defaultdict(deque)
        self._running: dict[int, asyncio.Task[None]] = {}
        self._recovered: set[int] = set()

    @property
    def gate(self) -> Gate:
        """Through which turns start; channels hold it for a moment while they take messages in."""
        return self._gate

    @property
    def outstanding(self) -> int:
        """How many conversations wait for an answer or are being answered."""
        return len(self._running)

    def submit(self, message_id: int, conversation_id: int | None = None) -> None:
        """Answer a stored message in the background; safe to call twice for the same one."""
        if conversation_id is None:
            with self._desk.store.transaction(read_only=True) as session:
                conversation_id = session.get_one(Message, message_id).conversation_id
        self._waiting[conversation_id].append(message_id)
        if conversation_id not in self._running:
            self._running[conversation_id] = asyncio.create_task(self._work_off(conversation_id))

    def recover(self) -> int:
        """Submit every message that was acknowledged but not answered before a crash."""
        with self._desk.store.transaction(read_only=True) as session:
            left = [(m.id, m.conversation_id) for m in talk.unanswered_inbox(session)]
        for message_id, conversation_id in left:
            self._recovered.add(message_id)
            self.submit(message_id, conversation_id)
        return len(left)

    async def settled(self) -> None:
        """Wait until nothing is left to answer."""
        while self._running:
            await asyncio.gather(*self._running.values())

    async def close(self) -> None:
        """Stop; what is unanswered stays in the inbox and is taken up at the next start."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work_off(self, conversation_id: int) -> None:
        queue = self._waiting[conversation_id]
        pause = 1.0
        try:
            while queue:
                is_settled = await self._in_turn(queue[0])
                if is_settled:
                    self._settled(queue.popleft())
                    pause = 1.0
                else:
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)
        finally:
            self._running.pop(conversation_id, None)
            self._waiting.pop(conversation_id, None)

    async def _in_turn(self, message_id: int) -> bool:
        """A cry for help waits neither for other residents' turns nor until everything is taken in.

        Reading every message for one costs a moment, which is not taken from those just arriving.
        """
        await self._gate.lull()
        is_urgent = self._is_urgent(message_id)
        if not is_urgent:
            await self._gate.quiet()
        async with self._gate.passage(is_urgent=is_urgent):
            return await self.take(message_id)

    def _is_urgent(self, message_id: int) -> bool:
        """What cannot be read now is no reason to pass by others."""
        try:
            return self._answerer.is_emergency(message_id)
        except (LinliError, SQLAlchemyError):
            return False

    async def take(self, message_id: int) -> bool:
        """Answer one message; whatever happens, the resident is told something and a person can see it.

        False if not even that could be stored: then the message is as it was, and is to be tried again.
        """
        try:
            if message_id in self._recovered and self._begun_too_often(message_id):
                return self._tell(message_id)
            await self._answerer.answer(message_id)
        except Exception:
            logger.exception("message %d could not be answered", message_id)
            return self._tell(message_id)
        self._recovered.discard(message_id)
        return True

    def _begun_too_often(self, message_id: int) -> bool:
        with self._desk.transaction() as session:
            return claims.count_attempt(session, message_id) > MOST_BEGINNINGS

    def _tell(self, message_id: int) -> bool:
        try:
            failing.tell(self._desk, message_id)
        # Whatever the database said: a turn that ends here would take those behind it along.
        except (LinliError, SQLAlchemyError) as problem:
            logger.error("message %d waits, for nothing can be stored: %s", message_id, problem)  # noqa: TRY400
            return False
        return True
