"""The long runs: `make soak`. Short versions of the same promises are in tests/services/test_turns.py."""

import asyncio
import os
import random
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.channels.terminal import CHANNEL
from bot.dialogue.assistant import Assistant
from bot.services import residents
from bot.services.desk import Desk
from bot.services.turns import Turns
from bot.store.queries import talk
from bot.store.queries.talk import Incoming
from bot.store.tables import Direction, GridEvent, Message, MessageStatus

pytestmark = pytest.mark.skipif("LINLI_SOAK" not in os.environ, reason="long runs: make soak")

ROOT = Path(__file__).parents[2]
RESIDENTS, MESSAGES, KILLS = 20, 100, 12
SAYINGS = (
    "{n}号楼1单元的楼道灯不亮了",
    "对",
    "居住证怎么办",
    "我上次报的怎么样了",
    "谢谢",
    "算了不报了",
    "😀",
    "找个人跟我说",
)
MEMORY_MB = 450
SERVE = """
import asyncio, sys
from bot.services import desk as desks
from bot.services.turns import Turns
from bot.settings import Settings
from tests.talking import assistant_of
from pathlib import Path

async def main():
    desk = desks.open_desk(Settings.from_environment())
    desks.use(desk)
    turns = Turns(desk, assistant_of(Path(sys.argv[1])))
    print("ready", flush=True)
    turns.recover()
    await turns.settled()
    print("settled", flush=True)

asyncio.run(main())
"""


def store_message(desk: Desk, user: str, text: str) -> int:
    with desk.transaction() as session:
        resident = residents.resident_for(session, desk, CHANNEL, user)
        conversation = residents.conversation_with(session, desk, resident)
        message = talk.insert_inbox(session, conversation.id, Incoming(CHANNEL, text, desk.clock()))
        assert message is not None
        return message.id


def unanswered(desk: Desk) -> int:
    with desk.transaction(read_only=True) as session:
        received = select(func.count()).where(Message.status == MessageStatus.RECEIVED)
        return session.scalars(received.select_from(Message)).one()


async def test_two_thousand_messages_of_twenty_residents_are_all_answered(
    talking_desk: Desk, talking_assistant: Assistant
) -> None:
    turns = Turns(talking_desk, talking_assistant)
    chance = random.Random(1)  # noqa: S311 - a repeatable mix
    for number in range(RESIDENTS * MESSAGES):
        text = chance.choice(SAYINGS).format(n=chance.randint(1, 26))
        turns.submit(store_message(talking_desk, f"r{number % RESIDENTS}", text))
        if number % RESIDENTS == 0:
            await asyncio.sleep(0)
    await turns.settled()
    assert unanswered(talking_desk) == 0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 < MEMORY_MB + 150  # the test tools are in it too


def test_killed_again_and_again_every_message_is_answered_once(talking_desk: Desk, trained_model: Path) -> None:
    chance = random.Random(2)  # noqa: S311 - repeatable moments
    ids = [store_message(talking_desk, f"r{n}", text.format(n=n % 26 + 1)) for n in range(40) for text in SAYINGS[:2]]
    environment = {**os.environ, "DATABASE_URL": talking_desk.settings.database_url}
    command = [sys.executable, "-W", "ignore", "-c", SERVE, str(trained_model)]
    for _ in range(KILLS):
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as service:
            assert service.stdout is not None
            service.stdout.readline()
            try:
                service.wait(timeout=chance.uniform(0.05, 1.5))
            except subprocess.TimeoutExpired:
                service.send_signal(signal.SIGKILL)
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)

    assert unanswered(talking_desk) == 0
    with talking_desk.transaction(read_only=True) as session:
        answered = select(Message.in_reply_to, Message.text, func.count()).where(
            Message.direction == Direction.OUT, Message.in_reply_to.in_(ids)
        )
        said = session.execute(answered.group_by(Message.in_reply_to, Message.text)).all()
        filed = session.scalars(select(GridEvent.inbox_id).where(GridEvent.inbox_id.in_(ids))).all()
    assert {inbox for inbox, _, _ in said} == set(ids)
    assert all(times == 1 for _, _, times in said)
    assert len(filed) == len(set(filed))
