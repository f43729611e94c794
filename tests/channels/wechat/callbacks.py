"""The callback addresses of a running application: what is delivered to them, and what came of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from aiohttp import ClientSession, TCPConnector
from aiohttp.test_utils import unused_port
from sqlalchemy import func, select

from bot.channels.wechat.accounts import Account, Keys
from bot.channels.wechat.office import OFFICE, Office
from bot.channels.wechat.refusals import Reason
from bot.services.desk import Desk
from bot.store.tables import Direction, Message, Receipt
from tests.channels.wechat import sent
from tests.channels.wechat.connected import served, with_accounts
from tests.web.served import Echo

ONE = "case"


@dataclass(frozen=True)
class Answer:
    """What the platform gets; `headers` are without the date."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


# Event loops write out what a fixture returned, again and again; a desk written out is a whole town.
@dataclass(frozen=True, repr=False)
class Callbacks:
    """`url` is the application's, `talk` hears what is taken in."""

    http: ClientSession
    url: str
    desk: Desk
    office: Office
    talk: Echo

    async def asks(self, query: Mapping[str, str], account: str = ONE) -> Answer:
        """The platform's first question."""
        async with self.http.get(f"{self.url}/wechat/{account}", params=query) as response:
            return _answer(response.status, await response.read(), response.headers)

    async def delivers(
        self, query: Mapping[str, str], body: bytes, account: str = ONE, http: ClientSession | None = None
    ) -> Answer:
        async with (http or self.http).post(f"{self.url}/wechat/{account}", params=query, data=body) as response:
            return _answer(response.status, await response.read(), response.headers)

    async def run(self, times: int = 1) -> None:
        """Wait until the bot was given that many messages."""
        async with asyncio.timeout(5):
            while True:
                if len(self.talk.heard) >= times:
                    return
                await asyncio.sleep(0.01)

    def heard(self) -> list[str]:
        """The words that reached the bot, in the order of its runs."""
        with self.desk.store.transaction(read_only=True) as session:
            return [session.get_one(Message, number).text for number in self.talk.heard]

    def taken(self) -> list[str]:
        """The keys of all deliveries taken in."""
        with self.desk.store.transaction(read_only=True) as session:
            return list(session.scalars(select(Receipt.key).order_by(Receipt.id)))

    def rows(self) -> int:
        """How many rows came of deliveries."""
        with self.desk.store.transaction(read_only=True) as session:
            incoming = select(func.count()).where(Message.direction == Direction.IN)
            receipts = session.scalar(select(func.count()).select_from(Receipt))
            return (session.scalar(incoming) or 0) + (receipts or 0)

    def is_untouched(self) -> bool:
        """Whether nothing was run and nothing written."""
        return not self.talk.heard and not self.rows()

    def refusals(self) -> dict[Reason, int]:
        """What was counted, whatever the account."""
        counted: dict[Reason, int] = {}
        for (_, reason), times in self.office.refusals.items():
            counted[reason] = counted.get(reason, 0) + times
        return counted


@asynccontextmanager
async def callbacks(
    desk: Desk, folder: Path, accounts: Mapping[str, Keys], now: Callable[[], datetime] = lambda: sent.NOW
) -> AsyncIterator[Callbacks]:
    """The application with these accounts; their platform does not answer."""
    nowhere = f"http://127.0.0.1:{unused_port()}"
    configured = [
        Account(name, "qinghe", keys, "secret-of-nobody", nowhere, nowhere, "https://linli.example")
        for name, keys in accounts.items()
    ]
    desk = with_accounts(replace(desk, clock=now), folder, configured)
    talk, port = Echo(desk), unused_port()
    async with served(desk, talk, port) as app, ClientSession() as http:
        yield Callbacks(http, f"http://127.0.0.1:{port}", desk, app[OFFICE], talk)
        talk.release()
        await talk.settled()


def elsewhere() -> ClientSession:
    """The platform's other address."""
    return ClientSession(connector=TCPConnector(local_addr=("127.0.0.2", 0)))


def _answer(status: int, body: bytes, headers: Mapping[str, str]) -> Answer:
    return Answer(status, body, {name: value for name, value in headers.items() if name != "Date"})
