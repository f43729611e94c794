"""A service that is killed after its actions ran and before the replies are stored: `python dying.py DB MODEL ID`."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from bot.dialogue.assistant import Answer, Assistant
from bot.services import desk as desks
from bot.services.desk import open_desk
from bot.services.turns import Turns
from bot.settings import Settings
from bot.store.queries import learning
from tests.talking import Clock


class Dying(Assistant):
    """The power fails the moment the answer is ready."""

    async def answer(self, sender: str, text: str, metadata: dict[str, Any], payload: str | None = None) -> Answer:
        answer = await super().answer(sender, text, metadata, payload)
        os.kill(os.getpid(), signal.SIGKILL)
        return answer


async def main(database: str, model: str, message_id: str) -> None:
    desk = open_desk(Settings.from_environment({"DATABASE_URL": database}), Clock())
    desks.use(desk)

    def tracker(sender: str) -> str | None:
        with desk.transaction(read_only=True) as session:
            return learning.tracker_data(session, sender)

    await Turns(desk, Dying(Path(model), tracker)).take(int(message_id))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
