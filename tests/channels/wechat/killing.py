"""A service that is killed again and again while residents write to it through the simulated platform."""

import asyncio
import os
import random
import re
import signal
import sys
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from bot.channels.wechat.accounts import Account
from bot.channels.wechat.simulator import Follower, Wechat, simulated
from bot.channels.wechat.wording import lines_of
from bot.services.desk import Desk
from bot.store.tables import (
    Conversation,
    Direction,
    GridEvent,
    Handover,
    Message,
    MessageStatus,
    Resident,
    SentBy,
)
from tests.channels.wechat.connected import account_at, two_ports, with_accounts

ROOT = Path(__file__).parents[3]
SAYINGS = ("{n}号楼{u}单元{f}楼的楼道灯坏了", "对", "居住证怎么办", "谢谢", "我上次报的怎么样了")
OPEN = (MessageStatus.RECEIVED, MessageStatus.PENDING, MessageStatus.SENDING)
CHOICE = re.compile(r"^\d+\. |^点一下，或者回复数字$")
# From the first acknowledgement on: shorter lives end before the model is loaded, longer ones answer.
SHORTEST_LIFE, LONGEST_LIFE = 0.05, 8.0


@dataclass
class Counts:
    """What became of everything; printed, so that whoever runs it sees more than a dot."""

    kills: int = 0
    written: int = 0
    acknowledged: int = 0
    repeated: int = 0
    answered: int = 0
    before_worker: int = 0
    lost: list[str] = field(default_factory=list)
    answered_twice: list[str] = field(default_factory=list)
    filed: int = 0
    filed_twice: int = 0
    out_of_order: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.written} messages ({self.repeated} written again after the platform gave up), "
            f"{self.acknowledged} acknowledged: {self.answered} answered, {self.before_worker} before a worker, "
            f"{len(self.lost)} lost, {len(self.answered_twice)} answered twice; {self.filed} records, "
            f"{self.filed_twice} filed twice; {len(self.out_of_order)} residents out of order"
        )


@dataclass
class Siege:
    """`messages` are let go in portions, so that every life of the service has some."""

    desk: Desk
    kills: int
    residents: int
    messages: int
    seed: int = 7
    counts: Counts = field(default_factory=Counts)

    async def run(self, folder: Path) -> Counts:
        """Kill, restart, count."""
        ports = two_ports()
        account = account_at(ports[1])
        desk = with_accounts(self.desk, folder, [account])
        async with simulated([account], f"http://127.0.0.1:{ports[0]}", port=ports[1], retry_pause=4.0) as wechat:
            followers = [wechat.follower(account.id, f"o{number:03}") for number in range(self.residents)]
            await self._storm(wechat, desk, account, ports[0], followers)
            _count(desk, followers, self.counts)
        return self.counts

    async def _storm(
        self, wechat: Wechat, desk: Desk, account: Account, port: int, followers: Sequence[Follower]
    ) -> None:
        chance = random.Random(self.seed)  # noqa: S311 - repeatable moments
        release = asyncio.Semaphore(0)
        writing = [asyncio.create_task(self._write(one, at, release)) for at, one in enumerate(followers)]
        for number in range(self.kills):
            service = await started(desk, port)
            await _up(wechat, account.id)
            life = chance.uniform(SHORTEST_LIFE, LONGEST_LIFE)
            await self._let_go(release, number, life)
            service.send_signal(signal.SIGKILL)
            await service.wait()
            self.counts.kills += 1
        service = await started(desk, port)
        await asyncio.gather(*writing)
        await _settled(desk)
        service.terminate()
        await service.wait()

    async def _let_go(self, release: asyncio.Semaphore, number: int, life: float) -> None:
        """This life's share of the messages, spread over it."""
        share = self.messages * (number + 1) // self.kills - self.messages * number // self.kills
        for _ in range(share):
            release.release()
            await asyncio.sleep(life / share)

    async def _write(self, follower: Follower, seat: int, release: asyncio.Semaphore) -> None:
        for number in range(self.messages // self.residents):
            await release.acquire()
            text = SAYINGS[number % len(SAYINGS)].format(n=seat % 20 + 1, u=number % 3 + 1, f=number % 6 + 1)
            self.counts.written += 1
            while not (await follower.says(text)).acknowledged:
                # The phone showed that the service has a fault: people write again.
                self.counts.repeated += 1
            self.counts.acknowledged += 1


async def started(desk: Desk, port: int) -> Process:
    """The real service, as an operator starts it."""
    environment = {
        **os.environ,
        "DATABASE_URL": str(desk.store.engine.url),
        "LINLI_WECHAT": str(desk.settings.wechat),
        "LINLI_MEDIA": str(desk.settings.media),
        "LINLI_PORT": str(port),
        "LINLI_HOST": "127.0.0.1",
    }
    command = (sys.executable, "-W", "ignore", "-m", "bot", "run")
    quiet = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet)


async def _up(wechat: Wechat, account_id: str) -> None:
    async with asyncio.timeout(60):
        while True:
            if await wechat.verifies(account_id):
                return
            await asyncio.sleep(0.05)


async def _settled(desk: Desk) -> None:
    """Until nothing of the followers waits for an answer or for being sent; the demo residents have no channel."""
    theirs = Message.channel.startswith("wechat")
    async with asyncio.timeout(300):
        while True:
            with desk.store.transaction(read_only=True) as session:
                left = session.scalars(select(func.count()).where(Message.status.in_(OPEN), theirs)).one()
            if not left:
                return
            await asyncio.sleep(0.5)


def _count(desk: Desk, followers: Sequence[Follower], counts: Counts) -> None:
    with desk.store.transaction(read_only=True) as session:
        for follower in followers:
            talk = session.scalars(
                select(Conversation).join(Resident).where(Resident.channel_user == follower.openid)
            ).one()
            said = session.scalars(select(Message).where(Message.conversation_id == talk.id).order_by(Message.id)).all()
            seen_by = set(session.scalars(select(Handover.inbox_id).where(Handover.conversation_id == talk.id)))
            _count_talk(follower, said, seen_by, counts)
        filed = session.execute(select(GridEvent.inbox_id, func.count()).group_by(GridEvent.inbox_id)).tuples()
        shared = [times for inbox, times in filed.all() if inbox is not None]
    counts.filed, counts.filed_twice = sum(shared), sum(times > 1 for times in shared)


def _count_talk(follower: Follower, said: Sequence[Message], seen_by: set[int], counts: Counts) -> None:
    replies: dict[int, list[Message]] = {m.id: [] for m in said if m.direction is Direction.IN}
    for message in said:
        if message.direction is Direction.OUT and message.in_reply_to in replies:
            replies[message.in_reply_to].append(message)
    for inbox_id, answer in replies.items():
        if answer and all(one.status is MessageStatus.SENT for one in answer):
            counts.answered += 1
        elif inbox_id in seen_by:
            counts.before_worker += 1
        else:
            counts.lost.append(f"{follower.openid}: message {inbox_id}")
    _compare(follower, [m for m in said if m.direction is Direction.OUT], counts)


def _compare(follower: Follower, sent: Sequence[Message], counts: Counts) -> None:
    """The screen must show what was sent, in that order, each once; what is uncertain may be there or not.

    Notices say less than what they stand for: they are counted by the database alone.
    """
    sent = [message for message in sent if message.sent_by is not SentBy.NOTICE]
    screen = [line for shown in follower.messages if shown.by in {"answer", "service"} for line in _lines(shown.text)]
    certain = Counter(line for m in sent if m.status is MessageStatus.SENT for line in _written(m))
    possible = certain + Counter(line for m in sent if m.status is MessageStatus.UNCERTAIN for line in _written(m))
    there = Counter(screen)
    counts.answered_twice += [f"{follower.openid}: {line}" for line in there - possible]
    counts.lost += [f"{follower.openid}: {line}" for line in certain - there]
    order = iter(line for m in sent for line in _written(m))
    if not all(line in order for line in screen):
        counts.out_of_order.append(follower.openid)


def _written(message: Message) -> list[str]:
    return [line for part in lines_of(message) for line in _lines(part)]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip() and not CHOICE.match(line)]
