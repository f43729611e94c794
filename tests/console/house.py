"""The staff's pages, served over real HTTP, and browsers in which somebody is signed in."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from aiohttp import StreamReader, web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import func, select

from bot.console import routes as console
from bot.core.staff import Role
from bot.services import logins
from bot.services.desk import Desk
from bot.store.tables import Audit, Staff
from bot.web import failures, forgery, given, headers, live, login, pace, pages, sign_in, staff_pages
from bot.web.keys import DESK
from tests.services.stage import staff as staff_named

PAGE = {"Accept": "text/html"}
SCRIPT = {"Accept": "application/json"}
TRAINER, ADMIN = "xulin", "admin"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str
    location: str


class Browser:
    """A browser with its own cookies; somebody of the staff is signed in, or nobody."""

    def __init__(self, client: TestClient[web.Request, web.Application], csrf: str = "") -> None:
        self._client = client
        self.csrf = csrf

    async def get(self, path: str, headers: Mapping[str, str] = PAGE) -> Answer:
        async with self._client.get(path, headers=headers, allow_redirects=False) as response:
            return Answer(response.status, await response.text(), response.headers.get("Location", ""))

    async def post(
        self, path: str, fields: Mapping[str, str] | None = None, headers: Mapping[str, str] = PAGE
    ) -> Answer:
        """Send a form with the token of the login."""
        return await self.post_bare(path, {"csrf": self.csrf, **(fields or {})}, headers)

    async def post_bare(self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] = PAGE) -> Answer:
        """Send just these fields."""
        async with self._client.post(path, data=fields, headers=headers, allow_redirects=False) as response:
            return Answer(response.status, await response.text(), response.headers.get("Location", ""))

    async def fetch(self, path: str, fields: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        """Send a form that is answered with a file."""
        form = {"csrf": self.csrf, **fields}
        async with self._client.post(path, data=form, headers=PAGE, allow_redirects=False) as response:
            return response.status, response.headers, await response.read()

    @asynccontextmanager
    async def listening(self, path: str) -> AsyncIterator["Stream"]:
        """Hear a stream of events."""
        async with self._client.get(path, headers=PAGE) as response:
            yield Stream(response.content)


class Stream:
    """Events of an open page."""

    def __init__(self, content: StreamReader) -> None:
        self._content = content

    async def next(self) -> str:
        """The topic of the next event."""
        while True:
            line = (await self._content.readline()).decode()
            if line.startswith("data: "):
                return line.removeprefix("data: ").strip()

    async def rest(self) -> list[str]:
        """The topics of all events until the stream ends."""
        lines = (await self._content.read()).decode().splitlines()
        return [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]


class House:
    """The service at work, and the ways into it."""

    def __init__(self, desk: Desk, server: TestServer, stack: AsyncExitStack) -> None:
        self.desk = desk
        self._server = server
        self._stack = stack
        with desk.transaction(read_only=True) as session:
            self._audited_before = session.scalar(select(func.max(Audit.id))) or 0

    async def nobody(self) -> Browser:
        """A browser in which nobody is signed in."""
        return Browser(await self._stack.enter_async_context(TestClient(self._server)))

    async def enter(self, username: str) -> Browser:
        """A browser in which somebody of the demo street is signed in."""
        with self.desk.transaction() as session:
            opened = logins.open_session(session, staff_named(session, username), self.desk.clock())
        client = await self._stack.enter_async_context(TestClient(self._server, cookies={login.COOKIE: opened.token}))
        return Browser(client, opened.csrf)

    async def stop(self) -> None:
        """Stop the service as it is stopped in earnest."""
        await self._server.close()

    def audited(self, action: str) -> list[Audit]:
        """What the audit log holds of an action since the doors were opened; the demo staff were at work before."""
        is_it = (Audit.action == action, Audit.id > self._audited_before)
        with self.desk.transaction(read_only=True) as session:
            return list(session.scalars(select(Audit).where(*is_it).order_by(Audit.id)))


def hire_trainer_and_admin(desk: Desk) -> None:
    """Add the two jobs the demo street has nobody for; nobody needs their passwords here."""
    with desk.transaction() as session:
        for username, name, role in ((TRAINER, "许林", Role.TRAINER), (ADMIN, "管理员", Role.ADMIN)):
            session.add(Staff(username=username, password_hash="none", name=name, role=role, grid_ids=[], dialects=[]))


def staff_app(desk: Desk) -> web.Application:
    """The application without the residents' side."""
    app = web.Application(
        middlewares=[failures.as_answers, given.readable_only, forgery.same_origin_only],
        handler_args=given.HANDLER_ARGS,
    )
    app[DESK] = desk
    for part in (headers, pages, pace, live, staff_pages, sign_in, console):
        part.add(app)
    return app


@asynccontextmanager
async def opened_house(desk: Desk, app: web.Application) -> AsyncIterator[House]:
    """Serve the application until the end of the block."""
    server = TestServer(app)
    async with AsyncExitStack() as stack, server:
        yield House(desk, server, stack)
