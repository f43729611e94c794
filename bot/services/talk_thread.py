"""Turns in a thread of their own, so that computing an answer never keeps a delivery waiting to be taken in.

It also loads the model: messages are taken in seconds before the first one can be answered.
"""

import asyncio
import logging
import sys
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Final

from bot.errors import BrokenFile, LinliError
from bot.services.desk import Desk
from bot.services.gate import Gate

if TYPE_CHECKING:
    # Importing either takes seconds, for both import Rasa.
    from bot.dialogue.assistant import Assistant
    from bot.services.turns import Turns

LOG: Final = logging.getLogger(__name__)
AGAIN_SECONDS: Final = 1.0


class TalkThread:
    """Answers what is submitted once the model is loaded; until then it waits in the inbox.

    `loaded` gives the assistant, or None where there is none: then every message goes to a person.
    """

    def __init__(self, desk: Desk, load: "Callable[[], Assistant]") -> None:
        self.gate = Gate()
        self.loaded: Future[Assistant | None] = Future()
        self._desk = desk
        self._load = load
        self._turns: Turns | None = None
        self._open: set[int] = set()
        self._loop = asyncio.new_event_loop()
        self._end = asyncio.Event()
        self._thread = Thread(target=self._run, name="talk", daemon=True)

    def start(self) -> None:
        """Begin to load, and then to answer what waits in the inbox."""
        self._thread.start()

    def close(self) -> None:
        """Stop and wait for it; what is unanswered stays in the inbox."""
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    @property
    def outstanding(self) -> int:
        """How many messages wait for an answer or are being answered."""
        return len(self._open)

    def submit(self, message_id: int, conversation_id: int | None = None) -> None:
        """Answer a stored message; callable from any thread."""
        self._open.add(message_id)
        # Before the turns begin there is nothing to do: `Turns.recover` takes up whatever is in the inbox.
        if self._turns is not None:
            self._loop.call_soon_threadsafe(self._submit, message_id, conversation_id)

    def _submit(self, message_id: int, conversation_id: int | None) -> None:
        if self._turns is not None:
            self._turns.submit(message_id, conversation_id)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._answer())
        finally:
            self._loop.close()

    async def _answer(self) -> None:
        from bot.services.out_of_order import OutOfOrder
        from bot.services.turns import Turns

        assistant = await self._assistant()
        turns = Turns(self._desk, assistant or OutOfOrder(), self.gate, self._open.discard)
        # From here on nothing is lost: what was stored before is recovered, what is stored after is submitted.
        self._turns = turns
        await self._recover(turns)
        self.loaded.set_result(assistant)
        await self._end.wait()
        await turns.close()

    async def _recover(self, turns: "Turns") -> None:
        """A store that is away while the service starts comes back."""
        while not _is_recovered(turns):
            with suppress(TimeoutError):
                async with asyncio.timeout(AGAIN_SECONDS):
                    await self._end.wait()
                    return

    async def _assistant(self) -> "Assistant | None":
        try:
            assistant = self._load()
            await assistant.warm_up()
        except BrokenFile as broken:
            print(f"邻里 · {broken}；居民的话先转给工作人员", file=sys.stderr, flush=True)  # noqa: T201
            return None
        # A full disk, a library that breaks: residents must be answered by somebody all the same.
        except Exception:
            LOG.exception("the model could not be loaded; what residents write goes to workers")
            return None
        return assistant


def _is_recovered(turns: "Turns") -> bool:
    try:
        turns.recover()
    except LinliError as problem:
        LOG.error("what was left in the inbox cannot be read yet: %s", problem)  # noqa: TRY400
        return False
    return True
