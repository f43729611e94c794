"""A message of a resident in WeChat: once into the inbox, answered in time or by customer service, in order."""

import asyncio
import itertools
from dataclasses import replace

from sqlalchemy import select

from bot.channels.wechat.answers import Answers, InTime
from bot.channels.wechat.office import OFFICE
from bot.services import residents
from bot.services.desk import Desk
from bot.store.queries import talk as stored
from bot.store.tables import (
    Conversation,
    Handover,
    HandoverKind,
    Message,
    MessageStatus,
    Receipt,
    Resident,
    SentBy,
)
from tests.channels.wechat.connected import Connected
from tests.channels.wechat.kept import resident_of, sent_to, write
from tests.web.served import Echo


async def test_an_answer_in_time_goes_into_the_response(town: Connected, desk: Desk) -> None:
    resident = town.wechat.follower("qinghe")

    delivered = await resident.says("路灯坏了")

    assert (delivered.tries, delivered.statuses) == (1, (200,))
    assert [(shown.by, shown.text.splitlines()[0]) for shown in resident.messages] == [("answer", "听到：路灯坏了")]
    assert [m.sent_by for m in await _all_sent(desk, resident.openid)] == [SentBy.ANSWER]


async def test_a_choice_of_the_answer_can_be_tapped(town: Connected) -> None:
    resident = town.wechat.follower("qinghe")
    await resident.says("路灯坏了")

    await resident.taps("不对")

    assert resident.messages[-1].text.startswith("听到：不对")


async def test_a_late_answer_comes_by_customer_service_after_the_sign_of_typing(town: Connected, talk: Echo) -> None:
    town.app[OFFICE].answers.patience = 0.1
    resident = town.wechat.follower("qinghe")
    talk.hold()

    delivered = await resident.says("路灯坏了")
    await resident.wait_for(lambda shown: shown.kind == "typing")
    talk.release()
    await resident.wait_for(1)

    assert (delivered.body, delivered.tries) == (b"success", 1)
    assert [(shown.by, shown.kind) for shown in resident.messages] == [("service", "menu")]
    assert resident.messages[0].choices == ("对", "不对")


async def test_whoever_writes_again_before_an_answer_is_noted_is_answered_in_time_too(town: Connected) -> None:
    resident, answers = town.wechat.follower("qinghe"), town.app[OFFICE].answers
    settle = answers.written

    async def slowly(answer: InTime) -> None:
        await asyncio.sleep(0.3)
        await settle(answer)

    setattr(answers, "written", slowly)  # noqa: B010 - the checker takes a method for a constant
    await resident.says("路灯坏了")
    await resident.says("还有水管")

    assert [(shown.by, shown.text.splitlines()[0]) for shown in resident.messages] == [
        ("answer", "听到：路灯坏了"),
        ("answer", "听到：还有水管"),
    ]


async def test_a_cut_delivery_comes_again_and_the_bot_runs_once(town: Connected, talk: Echo, desk: Desk) -> None:
    sender = replace(town.wechat.sender, patience=0.6)
    resident = replace(town.wechat.follower("qinghe"), sender=sender)
    talk.hold()
    _release_at(town.app[OFFICE].answers, talk, 3)

    delivered = await resident.says("路灯坏了")

    assert delivered.tries == 3
    assert len(talk.heard) == 1
    assert [shown.text.splitlines()[0] for shown in resident.messages] == ["听到：路灯坏了"]
    assert len(await _all_sent(desk, resident.openid)) == 1


async def test_news_is_pushed_without_being_asked(town: Connected, desk: Desk) -> None:
    resident = town.wechat.follower("qinghe")
    await resident.says("你好")

    write(desk, resident.openid, "您报的「路灯」已经受理。", "由物业来办。")
    await resident.wait_for(2)

    assert resident.messages[-1].by == "service"
    assert resident.messages[-1].text == "您报的「路灯」已经受理。\n由物业来办。"


async def test_a_long_reply_comes_in_parts_in_order(town: Connected, desk: Desk) -> None:
    resident = town.wechat.follower("qinghe")
    await resident.says("你好")
    sentences = [f"第{n}句，说的是楼里的事情，请您慢慢看。" for n in range(90)]

    write(desk, resident.openid, "".join(sentences))
    await resident.wait_for(4)

    parts = [shown.text for shown in resident.messages[1:]]
    assert all(len(part.encode()) <= 2000 for part in parts)
    assert "".join(parts) == "".join(sentences)


async def test_outside_the_window_a_notice_goes_and_without_one_a_worker_calls(town: Connected, desk: Desk) -> None:
    resident = town.wechat.follower("qinghe")
    await resident.says("你好")
    town.wechat.platform.fail_next("/cgi-bin/message/custom/send", 45015, times=2)

    write(desk, resident.openid, "您报的事办好了。")
    await resident.wait_for(lambda shown: shown.by == "template")
    town.wechat.platform.fail_next("/cgi-bin/message/template/send", 43101)
    write(desk, resident.openid, "请您看看。")
    waiting = await _handed_over(desk, resident.openid)

    assert waiting.kind is HandoverKind.UNDELIVERED
    with desk.transaction(read_only=True) as session:
        assert session.get_one(Conversation, waiting.conversation_id).phone_needed_since is not None
    assert [m.status for m in sent_to(desk, resident.openid)][-2:] == [MessageStatus.SENT, MessageStatus.FAILED]


async def test_whoever_writes_again_need_not_be_called(town: Connected, desk: Desk) -> None:
    resident = town.wechat.follower("qinghe")
    await resident.says("你好")
    with desk.transaction() as session:
        conversation = residents.conversation_with(session, desk, resident_of(desk, resident.openid))
        conversation.phone_needed_since = desk.clock()

    await resident.says("我又来了")

    with desk.transaction(read_only=True) as session:
        assert session.get_one(Conversation, conversation.id).phone_needed_since is None


async def test_the_quota_is_counted_and_what_is_beyond_it_is_for_a_worker(town: Connected, desk: Desk) -> None:
    resident = town.wechat.follower("guixiang")
    await resident.says("你好")
    town.wechat.platform.fail_next("/cgi-bin/message/template/send", 43101, times=5)

    for number in range(6):
        write(desk, resident.openid, f"第{number}条", buttons=("好",))
    await _handed_over(desk, resident.openid)

    by_service = [shown for shown in resident.messages if shown.by == "service"]
    assert len(by_service) == 5
    assert not [heard for heard in resident.shown if heard.kind == "fault"]


async def test_a_menu_that_the_account_may_not_send_becomes_words_to_tap(town: Connected, desk: Desk) -> None:
    resident = town.wechat.follower("qinghe")
    await resident.says("你好")
    town.wechat.platform.fail_next("/cgi-bin/message/custom/send", 40200)

    write(desk, resident.openid, "办好了吗？", buttons=("办好了", "没办好"))
    await resident.wait_for(2)

    assert resident.messages[-1].kind == "text"
    assert resident.messages[-1].choices == ("办好了", "没办好")


async def test_two_accounts_do_not_meet(town: Connected, desk: Desk) -> None:
    first, second = town.wechat.follower("qinghe", "oSame"), town.wechat.follower("guixiang", "oSame")

    await first.says("我在青禾")
    await second.says("我在桂香")

    with desk.transaction(read_only=True) as session:
        found = session.scalars(select(Resident).where(Resident.channel_user == "oSame").order_by(Resident.channel))
        assert [(r.channel, r.community_id) for r in found] == [
            ("wechat:guixiang", "guixiang"),
            ("wechat:qinghe", "qinghe"),
        ]


async def test_events_that_concern_nothing_are_acknowledged_and_kept_apart(town: Connected, desk: Desk) -> None:
    resident = town.wechat.follower("qinghe")

    first = await resident.reports_location(30.5, 116.2)
    second = await resident.views("https://example.com/")

    assert (first.body, second.body) == (b"success", b"success")
    assert resident.messages == []
    with desk.transaction(read_only=True) as session:
        keys = session.scalars(select(Receipt.key).where(Receipt.key.startswith("Event:"))).all()
    assert len(keys) == 2


def _release_at(answers: Answers, talk: Echo, time: int) -> None:
    """Let the talk answer when the delivery, or a copy of it, waits for that many times."""
    wait, waiting = answers.in_time, itertools.count(1)

    async def counted(inbox_id: int, conversation_id: int, patience: float) -> InTime | None:
        if next(waiting) == time:
            talk.release()
        return await wait(inbox_id, conversation_id, patience)

    setattr(answers, "in_time", counted)  # noqa: B010 - the checker takes a method for a constant


async def _all_sent(desk: Desk, openid: str) -> list[Message]:
    """The platform has the answer a moment before the service has noted that."""
    async with asyncio.timeout(5):
        while True:
            if all(message.status is MessageStatus.SENT for message in sent_to(desk, openid)):
                return sent_to(desk, openid)
            await asyncio.sleep(0.02)


async def _handed_over(desk: Desk, openid: str) -> Handover:
    async with asyncio.timeout(5):
        while True:
            with desk.transaction(read_only=True) as session:
                conversation = residents.conversation_with(session, desk, resident_of(desk, openid))
                for handover in stored.open_handovers(session, conversation.id):
                    if handover.kind is HandoverKind.UNDELIVERED:
                        return handover
            await asyncio.sleep(0.05)


async def test_an_answer_in_time_does_not_overtake_one_that_is_on_its_way(town: Connected, desk: Desk) -> None:
    resident = town.wechat.follower("qinghe")
    await resident.says("你好")
    town.wechat.platform.delay("/cgi-bin/message/custom/send", 0.5)
    write(desk, resident.openid, "先写的")
    await _being_sent(desk, resident.openid)

    await resident.says("后问的")
    await resident.wait_for(3)

    assert [shown.text.splitlines()[0] for shown in resident.messages[1:]] == ["先写的", "听到：后问的"]


async def _being_sent(desk: Desk, openid: str) -> None:
    """The courier has taken a message; an answer whose delivery is not noted yet is under way too, and not meant."""
    async with asyncio.timeout(5):
        while True:
            taken = [message for message in sent_to(desk, openid) if message.sent_by is SentBy.SERVICE]
            if any(message.status is MessageStatus.SENDING for message in taken):
                return
            await asyncio.sleep(0.01)
