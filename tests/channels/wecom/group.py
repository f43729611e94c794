"""A WeCom group for tests: a robot's address that records what it hears and answers what it is told to."""

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime

from aiohttp import ClientSession, web
from aiohttp.test_utils import BaseTestServer
from sqlalchemy import select

from bot.channels.wecom.alerts import Alerts
from bot.channels.wecom.groups import Group, Quiet
from bot.services import alerts
from bot.services.desk import Desk
from bot.store.tables import AlertStatus, GroupAlert
from tests.talking import Clock

KEY = "5e2c1a90-hush-hush"
PATH = "/cgi-bin/webhook/send"
OK = {"errcode": 0, "errmsg": "ok"}


@dataclass
class WeCom:
    """The platform's side: one message a call; `answers` are given first, then it takes everything."""

    heard: list[dict[str, dict[str, object]]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    answers: deque[web.Response] = field(default_factory=deque)

    def will_answer(self, errcode: int, times: int = 1) -> None:
        self.answers.extend(web.json_response({"errcode": errcode, "errmsg": "no"}) for _ in range(times))

    async def take(self, request: web.Request) -> web.Response:
        message = await request.json()
        assert request.query["key"] == KEY
        if self.answers:
            return self.answers.popleft()
        self.kinds.append(message["msgtype"])
        self.heard.append(message[message["msgtype"]])
        self.sizes.append(len(str(message[message["msgtype"]]["content"]).encode()))
        return web.json_response(OK)

    @property
    def said(self) -> list[str]:
        return [str(message["content"]) for message in self.heard]

    @property
    def called(self) -> object:
        """Whom the last message called by sound."""
        return self.heard[-1]["mentioned_list"]

    @property
    def lines(self) -> list[str]:
        return [line for content in self.said for line in content.splitlines()]


@dataclass
class Stage:
    """One group of qinghe, its sender and the store, in the hands of a test."""

    desk: Desk
    clock: Clock
    wecom: WeCom
    group: Group
    http: ClientSession

    def __post_init__(self) -> None:
        self.sender = self.started()

    def started(self, quiet: Quiet | None = None, *groups: Group) -> Alerts:
        """A sender as after a restart: it remembers nothing."""
        found = [replace(self.group, quiet=quiet), *groups]
        self.sender = Alerts(self.desk, {group.id: group for group in found}, self.http, self.clock)
        return self.sender

    async def look(self) -> None:
        await self.sender.robots[self.group.id].look()

    def happens(self, words: str, topic: str, *, is_urgent: bool = False, community_id: str = "qinghe") -> None:
        with self.desk.transaction() as session:
            alerts.alert(session, self.clock(), community_id, topic, words, is_urgent=is_urgent)

    def rows(self, group: str = "qinghe") -> list[GroupAlert]:
        with self.desk.store.transaction(read_only=True) as session:
            rows = session.scalars(select(GroupAlert).where(GroupAlert.group == group).order_by(GroupAlert.id))
            return list(rows)

    def statuses(self) -> set[AlertStatus]:
        return {row.status for row in self.rows()}

    def at(self, moment: datetime) -> None:
        self.clock.moment = moment


def address(server: BaseTestServer) -> str:
    return str(server.make_url(f"{PATH}?key={KEY}"))
