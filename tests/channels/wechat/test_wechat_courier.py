"""The courier: few messages, in order, and patience with what the platform refuses."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import bindparam, text, update

from bot.channels.wechat.setbacks import MOST_TRIES
from bot.services import outbox, residents
from bot.services.desk import Desk
from bot.services.hub import OUTBOX
from bot.store.queries import outgoing
from bot.store.tables import HandoverKind, Message, MessageStatus, SentBy
from bot.store.types import UtcDateTime
from tests.channels.wechat.connected import Connected
from tests.channels.wechat.kept import eventually, handed_over, resident_of, sent_to, write
from tests.talking import Clock

SEND = "/cgi-bin/message/custom/send"
QINGHE = "qinghe"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(desk: Desk, clock: Clock) -> Desk:
    return replace(desk, clock=clock)


async def passes(desk: Desk, clock: Clock, **later: int) -> None:
    """Let time pass, and have the courier look."""
    clock.turn(**later)
    desk.hub.publish(OUTBOX)


async def look_for_all(town: Connected, desk: Desk) -> None:
    """Whoever waited longer was looked after before a neighbour's news is there."""
    neighbour = town.wechat.follower(QINGHE)
    await neighbour.says("你好")
    write(desk, neighbour.openid, "给邻居的话。")
    await neighbour.wait_for(2)


async def tried(desk: Desk, openid: str, times: int) -> Message:
    """The newest reply, once it was tried so often and waits again, or is done with."""

    def look() -> Message | None:
        newest = sent_to(desk, openid)[-1]
        return newest if newest.attempts == times and newest.status is not MessageStatus.SENDING else None

    return await eventually(look)


def sends(town: Connected) -> int:
    return town.wechat.platform.traffic.counts[QINGHE, SEND]


def write_together(desk: Desk, openid: str, *written: tuple[str, tuple[str, ...]]) -> None:
    """Several replies with their buttons, seen by the courier at once."""
    with desk.transaction() as session:
        conversation = residents.conversation_with(session, desk, resident_of(desk, openid))
        for text, buttons in written:
            outbox.post(session, conversation, [text], outbox.SYSTEM, desk.clock(), buttons=buttons)


async def test_replies_written_together_come_as_one_message_and_buttons_end_it(town: Connected, desk: Desk) -> None:
    resident = town.wechat.follower(QINGHE)
    await resident.says("你好")

    write_together(
        desk,
        resident.openid,
        ("灯修好了。", ()),
        ("您看还亮吗？", ("亮了", "没亮")),
        ("谢谢您来报。", ()),
        ("再见。", ()),
    )
    await resident.wait_for(3)

    came = [(shown.kind, shown.text.splitlines()[:2], shown.choices) for shown in resident.messages[1:]]
    assert came == [
        ("menu", ["灯修好了。", "您看还亮吗？"], ("亮了", "没亮")),
        ("text", ["谢谢您来报。", "再见。"], ()),
    ]


async def test_nothing_overtakes_what_was_sent_too_fast(town: Connected, desk: Desk, clock: Clock) -> None:
    resident = town.wechat.follower(QINGHE)
    await resident.says("你好")
    town.wechat.platform.fail_next(SEND, 45011)
    write_together(desk, resident.openid, ("一楼的灯亮吗？", ("亮", "不亮")), ("二楼的在修。", ()))
    first, second = await eventually(lambda: set_back(desk, resident.openid, "45011"))

    await passes(desk, clock, seconds=59)
    await look_for_all(town, desk)
    before = len(resident.messages)
    await passes(desk, clock, seconds=1)
    await resident.wait_for(3)

    assert (first.due_at, second.due_at) == (clock(), None)
    assert before == 1
    assert [shown.text.splitlines()[0] for shown in resident.messages[1:]] == ["一楼的灯亮吗？", "二楼的在修。"]


def set_back(desk: Desk, openid: str, fault: str) -> list[Message] | None:
    """The two newest replies, once the first of them has to wait."""
    first, second = sent_to(desk, openid)[-2:]
    return [first, second] if (first.status, first.fault) == (MessageStatus.PENDING, fault) else None


async def test_a_busy_platform_is_tried_again_with_growing_pauses(town: Connected, desk: Desk, clock: Clock) -> None:
    resident = town.wechat.follower(QINGHE)
    await resident.says("你好")
    town.wechat.platform.fail_next(SEND, -1, times=4)
    write(desk, resident.openid, "灯修好了。")

    pauses = []
    for times in range(1, 5):
        waiting = await tried(desk, resident.openid, times)
        assert waiting.due_at is not None
        pauses.append(waiting.due_at - clock())
        await passes(desk, clock, seconds=int(pauses[-1].total_seconds()))
    await resident.wait_for(2)

    assert pauses == [timedelta(seconds=seconds) for seconds in (1, 2, 4, 8)]
    assert [shown.text for shown in resident.messages[1:]] == ["灯修好了。"]


async def test_a_token_refused_once_is_renewed_and_the_reply_goes_out(town: Connected, desk: Desk) -> None:
    resident = town.wechat.follower(QINGHE)
    await resident.says("你好")
    write(desk, resident.openid, "灯在修。")
    await resident.wait_for(2)
    town.wechat.platform.account(QINGHE).tokens.forget()

    write(desk, resident.openid, "灯修好了。")
    await resident.wait_for(3)

    assert [shown.text for shown in resident.messages[1:]] == ["灯在修。", "灯修好了。"]
    assert (await tried(desk, resident.openid, 1)).status is MessageStatus.SENT
    assert (sends(town), town.wechat.platform.fetches(QINGHE)) == (2, 2)


@pytest.mark.parametrize("code", [40001, 48001])
async def test_what_an_operator_has_to_mend_is_tried_every_five_minutes_until_it_goes(
    town: Connected, desk: Desk, clock: Clock, code: int
) -> None:
    resident = town.wechat.follower(QINGHE)
    await resident.says("你好")
    town.wechat.platform.fail_next(SEND, code, times=1000)
    write(desk, resident.openid, "灯修好了。")

    for times in range(1, 6):
        waiting = await tried(desk, resident.openid, times)
        assert (waiting.due_at, waiting.fault) == (clock() + timedelta(minutes=5), str(code))
        await passes(desk, clock, minutes=5)
    town.wechat.platform.script.clear()
    await tried(desk, resident.openid, 6)
    await passes(desk, clock, minutes=5)
    await resident.wait_for(2)

    assert [shown.text for shown in resident.messages[1:]] == ["灯修好了。"]
    assert handed_over(desk, HandoverKind.UNDELIVERED) == []


@pytest.mark.parametrize("code", [-1, 40001, 48001])
async def test_after_the_last_try_a_worker_calls(town: Connected, desk: Desk, clock: Clock, code: int) -> None:
    resident = town.wechat.follower(QINGHE)
    await resident.says("你好")
    town.wechat.platform.fail_next(SEND, code, times=1000)
    write(desk, resident.openid, "灯修好了。")
    await tried(desk, resident.openid, 1)
    with desk.transaction() as session:
        session.execute(update(Message).where(Message.fault == str(code)).values(attempts=MOST_TRIES - 1))

    await passes(desk, clock, minutes=5)
    last_but_one = await tried(desk, resident.openid, MOST_TRIES)
    await passes(desk, clock, minutes=5)
    final = await tried(desk, resident.openid, MOST_TRIES + 1)

    assert (last_but_one.status, final.status) == (MessageStatus.PENDING, MessageStatus.FAILED)
    assert [waiting.reason for waiting in handed_over(desk, HandoverKind.UNDELIVERED)] == ["消息送不到，请打电话"]


async def test_whoever_left_meanwhile_is_called(town: Connected, desk: Desk) -> None:
    resident = town.wechat.follower(QINGHE)
    await resident.says("你好")
    resident.contact.is_following = False

    write(desk, resident.openid, "灯修好了。", "谢谢您来报。")
    await eventually(lambda: handed_over(desk, HandoverKind.UNDELIVERED))

    replies = sent_to(desk, resident.openid)[1:]
    assert [(reply.status, reply.fault) for reply in replies] == [(MessageStatus.FAILED, "43004")] * 2


async def test_what_is_written_to_somebody_erased_is_never_tried(town: Connected, desk: Desk) -> None:
    resident = town.wechat.follower(QINGHE)
    await resident.says("你好")
    row = resident_of(desk, resident.openid)
    await resident.leaves()

    with desk.transaction() as session:
        conversation = residents.conversation_with(session, desk, row)
        outbox.post(session, conversation, ["灯修好了。"], outbox.SYSTEM, desk.clock())
    await eventually(lambda: undelivered(desk))

    assert [(message.fault, message.sent_by) for message in undelivered(desk)] == [("left", SentBy.SERVICE)]
    assert sends(town) == 0


def undelivered(desk: Desk) -> list[Message]:
    """What a worker finds under what did not arrive."""
    with desk.transaction(read_only=True) as session:
        return [one.message for one in outgoing.undelivered(session, QINGHE)]


async def test_one_reply_that_cannot_be_read_does_not_end_the_courier(
    town: Connected, desk: Desk, clock: Clock
) -> None:
    unlucky = town.wechat.follower(QINGHE)
    await unlucky.says("你好")
    await unlucky.wait_for(1)
    spoilt = {"id": sent_to(desk, unlucky.openid)[0].id, "at": clock() - timedelta(days=1)}
    statement = "UPDATE messages SET status = 'sending', sent_by = 'pigeon', due_at = :at WHERE id = :id"
    with desk.transaction() as session:
        session.execute(text(statement).bindparams(bindparam("at", type_=UtcDateTime())), spoilt)

    await look_for_all(town, desk)
    await passes(desk, clock, minutes=10)
    neighbour = town.wechat.follower(QINGHE)
    await neighbour.says("你好")
    write(desk, neighbour.openid, "给邻居的话。")
    await neighbour.wait_for(2)

    assert sent_to(desk, neighbour.openid)[-1].text == "给邻居的话。"
