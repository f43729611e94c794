"""A connection or a service that breaks while a reply goes out: later, once, or a worker asks; never twice."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.channels.wechat.accounts import load_accounts
from bot.channels.wechat.simulator.windows import Doing
from bot.services import residents
from bot.services.desk import Desk
from bot.services.hub import OUTBOX
from bot.store.tables import Direction, HandoverKind, Message, MessageStatus, SentBy
from tests.channels.wechat import sent
from tests.channels.wechat.callbacks import callbacks
from tests.channels.wechat.connected import Connected, connected, served
from tests.channels.wechat.kept import eventually, handed_over, sent_to, write
from tests.talking import Clock
from tests.web.served import Echo

SEND = "/cgi-bin/message/custom/send"
ASK, CALL = "不确定消息有没有送到，请问一声", "消息送不到，请打电话"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(desk: Desk, clock: Clock) -> Desk:
    return replace(desk, clock=clock)


def opened(desk: Desk, talk: Echo, ports: tuple[int, int]) -> AbstractAsyncContextManager[Connected]:
    """The service and the platform, begun anew as often as wanted."""
    accounts = load_accounts(desk.settings.wechat, ["qinghe", "guixiang"])
    return connected(desk, talk, list(accounts.values()), ports)


def meet(desk: Desk, openid: str) -> None:
    with desk.transaction() as session:
        residents.resident_for(session, desk, "wechat:qinghe", openid)


def reasons(desk: Desk) -> list[str]:
    return [waiting.reason for waiting in handed_over(desk, HandoverKind.UNDELIVERED)]


def settled(desk: Desk, openid: str, status: MessageStatus) -> Sequence[Message] | None:
    *_, newest = replies = sent_to(desk, openid)
    return replies if newest.status is status else None


async def test_where_nobody_listens_the_reply_waits_and_is_sent_once(
    desk: Desk, talk: Echo, ports: tuple[int, int], clock: Clock
) -> None:
    meet(desk, "oAunt")
    async with served(desk, talk, ports[0]):
        write(desk, "oAunt", "灯修好了。")
        await eventually(lambda: sent_to(desk, "oAunt")[0].fault)
    waiting = sent_to(desk, "oAunt")[0]
    clock.turn(seconds=1)

    async with opened(desk, talk, ports) as town:
        resident = town.wechat.follower("qinghe", "oAunt")
        resident.contact.window.renew(Doing.MESSAGE, clock())
        desk.hub.publish(OUTBOX)
        await eventually(lambda: settled(desk, "oAunt", MessageStatus.SENT))

    assert (waiting.status, waiting.fault, waiting.attempts) == (MessageStatus.PENDING, "unreachable", 1)
    assert [shown.text for shown in resident.messages] == ["灯修好了。"]


async def test_an_answer_lost_on_the_way_back_is_not_sent_again_and_a_worker_asks(
    town: Connected, desk: Desk, clock: Clock
) -> None:
    resident = town.wechat.follower("qinghe")
    await resident.says("你好")
    town.wechat.platform.http_fault(SEND, "lost")

    write(desk, resident.openid, "灯修好了。")
    await eventually(lambda: settled(desk, resident.openid, MessageStatus.UNCERTAIN))
    clock.turn(hours=1)
    write(desk, resident.openid, "谢谢您来报。")
    await resident.wait_for(3)

    assert [shown.text for shown in resident.messages[1:]] == ["灯修好了。", "谢谢您来报。"]
    assert reasons(desk) == [ASK]


@pytest.mark.parametrize("trouble", [502, "reset"])
async def test_an_answer_that_says_nothing_leaves_it_open_too(town: Connected, desk: Desk, trouble: int | str) -> None:
    resident = town.wechat.follower("qinghe")
    await resident.says("你好")
    town.wechat.platform.http_fault(SEND, trouble)

    write(desk, resident.openid, "灯修好了。")
    await eventually(lambda: settled(desk, resident.openid, MessageStatus.UNCERTAIN))

    assert len(resident.messages) == 1
    assert reasons(desk) == [ASK]


async def test_a_part_that_is_out_is_not_sent_again(town: Connected, desk: Desk, clock: Clock) -> None:
    resident = town.wechat.follower("qinghe")
    await resident.says("你好")
    sentences = "".join(f"第{n}句，说的是楼里的事情，请您慢慢看。" for n in range(90))
    town.wechat.platform.delay(SEND, 0.2)
    write(desk, resident.openid, sentences)
    await resident.wait_for(2)
    town.wechat.platform.fail_next(SEND, 45011)

    waiting = await eventually(lambda: settled(desk, resident.openid, MessageStatus.PENDING))
    clock.turn(minutes=1)
    desk.hub.publish(OUTBOX)
    await eventually(lambda: settled(desk, resident.openid, MessageStatus.SENT))

    assert (waiting[-1].fault, waiting[-1].parts_sent) == ("45011", 1)
    assert "".join(shown.text for shown in resident.messages[1:]) == sentences


async def test_what_was_being_sent_when_the_service_died_is_asked_about_and_holds_up_nothing(
    desk: Desk, talk: Echo, ports: tuple[int, int], clock: Clock
) -> None:
    meet(desk, "oAunt")
    write(desk, "oAunt", "灯修好了。")
    die_sending(desk, SentBy.SERVICE, clock())
    write(desk, "oAunt", "谢谢您来报。")

    async with opened(desk, talk, ports) as town:
        resident = town.wechat.follower("qinghe", "oAunt")
        resident.contact.window.renew(Doing.MESSAGE, clock())
        await resident.wait_for(1)

    assert [shown.text for shown in resident.messages] == ["谢谢您来报。"]
    assert [(reply.status, reply.fault) for reply in sent_to(desk, "oAunt")] == [
        (MessageStatus.UNCERTAIN, "died"),
        (MessageStatus.SENT, None),
    ]


async def test_an_answer_the_service_died_with_is_given_when_the_platform_asks_again(
    desk: Desk, tmp_path: Path, clock: Clock
) -> None:
    clock.moment = sent.NOW
    async with callbacks(desk, tmp_path, {"case": sent.SAFE}, clock) as service:
        encrypted = sent.sealed()
        await service.delivers(sent.sealed_query(encrypted), sent.safe_body(encrypted))
        await eventually(lambda: settled(service.desk, sent.FIELDS["FromUserName"], MessageStatus.SENT))
    die_sending(desk, SentBy.ANSWER, clock())

    async with callbacks(desk, tmp_path, {"case": sent.SAFE}, clock) as service:
        again = await service.delivers(sent.sealed_query(encrypted), sent.safe_body(encrypted))
        await eventually(lambda: settled(service.desk, sent.FIELDS["FromUserName"], MessageStatus.SENT))

    assert again.body != b"success"
    assert service.heard() == []
    assert reasons(desk) == []


async def test_an_answer_the_service_died_with_that_nobody_asks_for_again_is_asked_about(
    town: Connected, desk: Desk, clock: Clock
) -> None:
    resident = town.wechat.follower("qinghe")
    await resident.says("你好")
    await eventually(lambda: settled(desk, resident.openid, MessageStatus.SENT))
    die_sending(desk, SentBy.ANSWER, clock())

    clock.turn(seconds=60)
    desk.hub.publish(OUTBOX)
    await eventually(lambda: settled(desk, resident.openid, MessageStatus.UNCERTAIN))

    assert reasons(desk) == [ASK]
    assert len(resident.messages) == 1


async def test_a_service_that_is_stopped_lets_what_is_being_sent_come_to_its_end(
    desk: Desk, talk: Echo, ports: tuple[int, int]
) -> None:
    async with opened(desk, talk, ports) as town:
        resident = town.wechat.follower("qinghe")
        await resident.says("你好")
        town.wechat.platform.delay(SEND, 0.5)
        write(desk, resident.openid, "灯修好了。")
        await eventually(lambda: settled(desk, resident.openid, MessageStatus.SENDING))

    assert [shown.text for shown in resident.messages[1:]] == ["灯修好了。"]
    assert sent_to(desk, resident.openid)[-1].status is MessageStatus.SENT


def die_sending(desk: Desk, way: SentBy, begun: datetime) -> None:
    """Leave all replies as a service does that dies while they go out."""
    with desk.transaction() as session:
        session.execute(
            update(Message)
            .where(Message.direction == Direction.OUT)
            .values(status=MessageStatus.SENDING, sent_by=way, due_at=begun)
        )
