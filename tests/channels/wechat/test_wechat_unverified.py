"""An account that was never verified: it cannot write by itself, so what is late goes along with the next answer."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.wechat.office import OFFICE
from bot.services.desk import Desk
from bot.services.hub import OUTBOX
from bot.store.tables import HandoverKind, MessageStatus, SentBy
from tests.channels.wechat.connected import Connected, account_at, with_accounts
from tests.channels.wechat.kept import eventually, handed_over, sent_to, write
from tests.talking import Clock
from tests.web.served import Echo

SEND = "/cgi-bin/message/custom/send"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(desk: Desk, ports: tuple[int, int], tmp_path: Path, clock: Clock) -> Desk:
    account = replace(account_at(ports[1]), has_customer_service=False, notice=None)
    return with_accounts(replace(desk, clock=clock), tmp_path, [account])


def all_sent(desk: Desk, openid: str) -> Callable[[], bool]:
    return lambda: all(reply.status is MessageStatus.SENT for reply in sent_to(desk, openid))


async def test_a_late_answer_is_announced_and_comes_with_the_next(town: Connected, desk: Desk, talk: Echo) -> None:
    town.app[OFFICE].answers.patience = 0.1
    resident = town.wechat.follower("qinghe")
    talk.hold()

    first = await resident.says("路灯坏了")
    talk.release()
    await talk.settled()
    town.app[OFFICE].answers.patience = 4.4
    await resident.says("好了吗")
    await eventually(all_sent(desk, resident.openid))

    later, both = resident.messages
    assert first.tries == 1
    assert later.text == "\n".join(desk.notices.say("wechat.later"))
    assert [line for line in both.text.splitlines() if line.startswith("听到")] == ["听到：路灯坏了", "听到：好了吗"]
    assert both.choices == ("对", "不对")
    assert {reply.sent_by for reply in sent_to(desk, resident.openid)} == {SentBy.ANSWER}


async def test_news_waits_for_the_resident_and_a_worker_calls_meanwhile(
    town: Connected, desk: Desk, clock: Clock
) -> None:
    resident = town.wechat.follower("qinghe")
    await resident.says("你好")

    write(desk, resident.openid, "灯修好了。")
    waiting = await eventually(lambda: handed_over(desk, HandoverKind.UNDELIVERED))
    clock.turn(hours=30)
    desk.hub.publish(OUTBOX)
    await resident.says("有消息吗")
    await eventually(all_sent(desk, resident.openid))

    assert [one.reason for one in waiting] == ["消息送不到，请打电话"]
    assert [shown.text.splitlines()[0] for shown in resident.messages] == ["听到：你好", "灯修好了。"]
    assert town.wechat.platform.traffic.counts["qinghe", SEND] == 0


async def test_what_does_not_fit_into_one_answer_comes_with_the_one_after(town: Connected, desk: Desk) -> None:
    resident = town.wechat.follower("qinghe")
    await resident.says("你好")
    write(desk, resident.openid, "灯" * 600)
    write(desk, resident.openid, "亮" * 600)
    await eventually(lambda: [one for one in sent_to(desk, resident.openid)[1:] if one.due_at] or None)

    await resident.says("第一次问")
    await resident.says("第二次问")
    await eventually(all_sent(desk, resident.openid))

    answers = [shown.text for shown in resident.messages[1:]]
    assert [text[0] for text in answers] == ["灯", "亮"]
    assert [line for line in answers[1].splitlines() if line.startswith("听到")] == ["听到：第一次问", "听到：第二次问"]
