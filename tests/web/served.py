"""An application to test against: a real desk on a fresh database, and a talk that echoes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.app import create_app
from bot.channels import Talk
from bot.errors import NotFound
from bot.services import outbox
from bot.services.desk import Desk, open_desk
from bot.services.gate import Gate
from bot.settings import Settings
from bot.store.queries.claims import settle_inbox
from bot.store.tables import Conversation, Message, MessageStatus

Browser = TestClient[web.Request, web.Application]
COMMUNITY = "qinghe"


class NoModels:
    """A service in which nothing is trained."""

    live = ""

    def names(self) -> list[str]:
        return []

    async def go_live(self, name: str) -> None:
        raise NotFound(name)


class Echo:
    """A talk that remembers what it was given and says it back; a held one answers when it is released."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tasks: set[asyncio.Task[None]] = set()
        self._free = asyncio.Event()
        self._free.set()
        self.heard: list[int] = []
        self.gate = Gate()

    @property
    def outstanding(self) -> int:
        return sum(not task.done() for task in self._tasks)

    def hold(self) -> None:
        self._free.clear()

    def release(self) -> None:
        self._free.set()

    def submit(self, message_id: int, conversation_id: int | None = None) -> None:  # noqa: ARG002 - a look-up spared
        self.heard.append(message_id)
        task = asyncio.create_task(self._answer(message_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        await asyncio.gather(*self._tasks)

    async def _answer(self, message_id: int) -> None:
        await self._free.wait()
        await asyncio.to_thread(self._say_back, message_id)

    def _say_back(self, message_id: int) -> None:
        with self._desk.transaction() as session:
            message = session.get_one(Message, message_id)
            conversation = session.get_one(Conversation, message.conversation_id)
            outbox.post(
                session,
                conversation,
                [f"听到：{message.text}"],
                outbox.BOT,
                self._desk.clock(),
                in_reply_to=message_id,
                buttons=["对", "不对"],
            )
            settle_inbox(session, message_id, MessageStatus.ANSWERED)


def fresh_desk(folder: Path) -> Desk:
    """Open a desk with the demo community on an empty database."""
    return open_desk(
        Settings.from_environment({"DATABASE_URL": f"sqlite:///{folder / 'linli.db'}", "LINLI_COMMUNITY": COMMUNITY})
    )


@asynccontextmanager
async def browsing(desk: Desk, talk: Talk) -> AsyncIterator[Browser]:
    """Serve the application and open a browser with its own cookies."""
    async with TestClient(TestServer(create_app(desk, talk, NoModels()))) as browser:
        yield browser
