"""A talk that takes its time, and residents who wait for it."""

import asyncio
from collections.abc import Sequence
from functools import partial

from bot.channels.wechat.simulator import Delivered, Follower
from bot.services.desk import Desk
from bot.store.tables import MessageStatus
from tests.channels.wechat.connected import Connected
from tests.channels.wechat.kept import eventually, sent_to
from tests.web.served import Echo


class Slow(Echo):
    """An echo that thinks for some seconds first."""

    def __init__(self, desk: Desk, seconds: float) -> None:
        super().__init__(desk)
        self._seconds = seconds

    async def _answer(self, message_id: int) -> None:
        await asyncio.sleep(self._seconds)
        await super()._answer(message_id)


async def ask_at_once(town: Connected, desk: Desk, count: int) -> tuple[list[Follower], Sequence[Delivered]]:
    """Let so many residents ask in the same moment, and wait until all is out."""
    residents = [town.wechat.follower("qinghe", f"oAsks{number:03}") for number in range(count)]
    delivered = await asyncio.gather(*(one.says(_question(one)) for one in residents))
    for resident in residents:
        await resident.wait_for(1, 60)
        await eventually(partial(_is_all_sent, desk, resident.openid))
    return residents, delivered


def is_answered_once(resident: Follower) -> bool:
    """Whether nothing is on the screen but the one answer to the one question."""
    answers = [shown.text for shown in resident.messages]
    return len(answers) == 1 and answers[0].startswith(f"听到：{_question(resident)}")


def _question(resident: Follower) -> str:
    return f"{resident.openid}问路灯"


def _is_all_sent(desk: Desk, openid: str) -> bool:
    return all(reply.status is MessageStatus.SENT for reply in sent_to(desk, openid))
