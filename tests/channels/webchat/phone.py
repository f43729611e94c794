"""A resident's phone: opens the page, writes, looks back and listens as the page's own scripts do."""

import asyncio
import itertools
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO

from aiohttp import ClientResponse, ClientSession, CookieJar
from aiohttp.test_utils import BaseTestServer

PATIENCE = 5
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Event:
    """One server-sent event."""

    name: str
    id: int | None
    data: Mapping[str, object]


@dataclass(frozen=True)
class History:
    """A stretch of the conversation."""

    messages: list[dict[str, object]]
    more: bool

    @property
    def ids(self) -> list[int]:
        return [int(str(message["id"])) for message in self.messages]


@dataclass
class Phone:
    """`csrf` is the token of the page that is open."""

    session: ClientSession
    base: str
    csrf: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def open(self, query: str = "") -> str:
        """Load the page and take its token."""
        async with self.session.get(f"{self.base}/{query}") as response:
            page = await response.text()
        found = re.search(r'name="csrf" content="(\w+)"', page)
        assert found, page
        self.csrf = found[1]
        return page

    async def post(
        self, path: str, body: object, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, object]]:
        """Post JSON (bytes as they are) as the page does; headers given replace the page's own."""
        sent = {"X-CSRF-Token": self.csrf, "Sec-Fetch-Site": "same-origin", **self.headers, **(headers or {})}
        data = BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        async with self.session.post(self.base + path, data=data, headers=sent) as response:
            text = await response.text()
            return response.status, json.loads(text) if text else {}

    async def say(self, text: str, client_id: str | None = None) -> int:
        """Write a message that must be accepted; return its id."""
        status, answer = await self.post(
            "/chat/messages", {"client_id": client_id or f"message-{next(_numbers)}", "text": text}
        )
        assert status == 202, answer
        return int(str(answer["id"]))

    async def history(self, query: str = "") -> History:
        """Look back."""
        async with self.session.get(f"{self.base}/chat/history{query}") as response:
            assert response.status == 200, await response.text()
            return History(**await response.json())

    async def texts(self) -> list[object]:
        """Every text of the last stretch, oldest first."""
        return [message["text"] for message in (await self.history()).messages]

    @asynccontextmanager
    async def listening(self, after: int = 0, last_event_id: str | None = None) -> AsyncIterator["Stream"]:
        """Open the stream; `last_event_id` is what a browser sends when it connects again."""
        headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
        address = f"{self.base}/chat/events?after={after}"
        async with self.session.get(address, headers=headers) as response:
            assert response.status == 200, await response.text()
            yield Stream(response)


class Stream:
    """An open stream of events."""

    def __init__(self, response: ClientResponse) -> None:
        self.response = response

    async def next(self, name: str) -> Event:
        """Wait for the next event of a name, passing over others."""
        async with asyncio.timeout(PATIENCE):
            while True:
                event = await self._event()
                if event.name == name:
                    return event

    async def messages(self, count: int) -> list[object]:
        """Wait for so many messages; return their texts."""
        return [(await self.next("message")).data["text"] for _ in range(count)]

    async def ends(self) -> bool:
        """Read to the end of the stream."""
        async with asyncio.timeout(PATIENCE):
            await self.response.content.read()
        return self.response.content.at_eof()

    async def _event(self) -> Event:
        fields: dict[str, str] = {}
        while line := (await self.response.content.readline()).decode().rstrip("\n"):
            name, _, value = line.partition(": ")
            fields[name] = value
        assert not self.response.content.at_eof(), "the stream has ended"
        number = fields.get("id")
        return Event(fields.get("event", ""), int(number) if number else None, json.loads(fields.get("data", "{}")))


@asynccontextmanager
async def switched_on(server: BaseTestServer) -> AsyncIterator[Phone]:
    """Give a new phone with the page open."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        phone = Phone(session, str(server.make_url("")).rstrip("/"))
        await phone.open()
        yield phone
