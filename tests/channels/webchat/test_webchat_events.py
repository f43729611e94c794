"""Listening: everything comes, once, at once, and again after the connection was lost."""

import asyncio

from aiohttp.test_utils import BaseTestServer

from bot.services import outbox
from bot.services.desk import Desk
from bot.services.hub import conversation_topic, note
from bot.store.tables import (
    Conversation,
    ConversationState,
    Direction,
    Message,
    MessageStatus,
    Sender,
)
from tests.channels.webchat.conftest import NewPhone
from tests.channels.webchat.phone import Phone
from tests.web.served import Echo


def by_worker(desk: Desk, message_id: int, text: str) -> None:
    """Let a worker take the conversation of a message and write."""
    with desk.transaction() as session:
        conversation = session.get_one(Conversation, session.get_one(Message, message_id).conversation_id)
        conversation.state = ConversationState.WORKER
        outbox.post(session, conversation, [text], outbox.SYSTEM, desk.clock())


async def test_a_listener_hears_the_message_and_its_answer(phone: Phone) -> None:
    async with phone.listening() as stream:
        sent = await phone.say("路灯不亮", client_id="message-heard")
        mine, answer = await stream.next("message"), await stream.next("message")
    assert (mine.id, mine.data["text"], mine.data["client_id"]) == (sent, "路灯不亮", "message-heard")
    assert (answer.data["text"], answer.data["client_id"]) == ("听到：路灯不亮", None)


async def test_two_tabs_of_one_resident_hear_the_same(phone: Phone) -> None:
    async with phone.listening() as one, phone.listening() as other:
        await phone.say("一")
        await phone.say("二")
        assert sorted(map(str, await one.messages(4))) == sorted(map(str, await other.messages(4)))


async def test_a_listener_hears_nothing_of_other_residents(new_phone: NewPhone) -> None:
    one, other = await new_phone(), await new_phone()
    async with one.listening() as stream:
        await other.say("不是给你的")
        await one.say("我的")
        assert await stream.messages(2) == ["我的", "听到：我的"]


async def test_what_was_missed_comes_after_connecting_again(phone: Phone, talk: Echo) -> None:
    async with phone.listening() as stream:
        await phone.say("一")
        last = [await stream.next("message") for _ in range(2)][-1]
    await phone.say("断线时写的")
    await talk.settled()
    async with phone.listening(last_event_id=str(last.id)) as stream:
        assert await stream.messages(2) == ["断线时写的", "听到：断线时写的"]


async def test_the_browsers_last_id_wins_over_the_one_in_the_address(phone: Phone, talk: Echo) -> None:
    first = await phone.say("一")
    await talk.settled()
    await phone.say("二")
    await talk.settled()
    async with phone.listening(after=0, last_event_id=str(first)) as stream:
        assert await stream.messages(3) == ["听到：一", "二", "听到：二"]


async def test_a_nonsense_last_id_starts_where_the_address_says(phone: Phone, talk: Echo) -> None:
    first = await phone.say("一")
    await talk.settled()
    async with phone.listening(after=first, last_event_id="null") as stream:
        assert await stream.messages(1) == ["听到：一"]


async def test_hundreds_of_missed_messages_come_in_order(phone: Phone, desk: Desk, talk: Echo) -> None:
    talk.hold()
    first = await phone.say("开始")
    with desk.transaction() as session:
        conversation = session.get_one(Conversation, session.get_one(Message, first).conversation_id)
        outbox.post(session, conversation, [str(number) for number in range(450)], outbox.SYSTEM, desk.clock())
    async with phone.listening() as stream:
        heard = await stream.messages(451)
    assert heard == ["开始", *(str(number) for number in range(450))]


async def test_a_message_that_becomes_visible_late_is_not_passed_over(phone: Phone, desk: Desk, talk: Echo) -> None:
    """As on PostgreSQL, where a transaction begun earlier may commit later."""
    talk.hold()
    first = await phone.say("一")
    with desk.store.transaction(read_only=True) as session:
        conversation_id = session.get_one(Message, first).conversation_id

    def write(message_id: int, text: str) -> None:
        with desk.store.transaction() as session:
            session.add(
                Message(
                    id=message_id,
                    conversation_id=conversation_id,
                    direction=Direction.OUT,
                    sender=Sender.BOT,
                    text=text,
                    channel="webchat",
                    status=MessageStatus.PENDING,
                    created_at=desk.clock(),
                )
            )
        desk.hub.publish(conversation_topic(conversation_id))

    async with phone.listening(after=first) as stream:
        write(first + 1000, "后写的先到")
        early = await stream.messages(1)
        write(first + 999, "先写的后到")
        late = await stream.messages(1)
    assert (early, late) == (["后写的先到"], ["先写的后到"])


async def test_it_shows_that_an_answer_is_being_written(phone: Phone, talk: Echo) -> None:
    talk.hold()
    async with phone.listening() as stream:
        before = await stream.next("presence")
        await phone.say("路灯不亮")
        during = await stream.next("presence")
        talk.release()
        after = await stream.next("presence")
    assert [event.data["typing"] for event in (before, during, after)] == [False, True, False]
    assert during.id is None


async def test_a_workers_words_come_at_once_and_the_page_knows_who_speaks(phone: Phone, desk: Desk, talk: Echo) -> None:
    sent = await phone.say("找个人")
    await talk.settled()
    async with phone.listening(after=sent + 1) as stream:
        await stream.next("presence")
        await asyncio.to_thread(by_worker, desk, sent, "您好，我是社区的小赵")
        assert await stream.messages(1) == ["您好，我是社区的小赵"]
        assert (await stream.next("presence")).data == {"state": "worker", "typing": False, "asks": False}


async def test_an_answer_counts_as_sent_once_a_page_has_it(phone: Phone, desk: Desk) -> None:
    async with phone.listening() as stream:
        sent = await phone.say("路灯不亮")
        await stream.messages(2)
        await phone.history()
    with desk.store.transaction(read_only=True) as session:
        conversation_id = session.get_one(Message, sent).conversation_id
        answer = session.query(Message).filter_by(conversation_id=conversation_id, in_reply_to=sent).one()
        assert answer.status is MessageStatus.SENT


async def test_the_stream_is_not_kept_or_buffered_on_its_way(phone: Phone) -> None:
    async with phone.listening() as stream:
        headers = stream.response.headers
    assert headers["Content-Type"] == "text/event-stream"
    assert (headers["Cache-Control"], headers["X-Accel-Buffering"]) == ("no-store", "no")


async def test_without_a_cookie_there_is_nothing_to_listen_to(phone: Phone) -> None:
    phone.session.cookie_jar.clear()
    async with phone.session.get(f"{phone.base}/chat/events") as response:
        assert response.status == 403


async def test_streams_end_when_the_service_stops(phone: Phone, server: BaseTestServer) -> None:
    async with phone.listening() as stream:
        await stream.next("presence")
        await server.close()
        assert await stream.ends()


async def test_the_page_hears_that_choices_no_longer_hold(phone: Phone, desk: Desk, talk: Echo) -> None:
    sent = await phone.say("路灯不亮")
    await talk.settled()
    offer(desk, sent, ["对，报上去"])
    async with phone.listening(after=sent) as stream:
        before = await stream.next("presence")
        offer(desk, sent, [])
        after = await stream.next("presence")
    assert [event.data["asks"] for event in (before, after)] == [True, False]


def offer(desk: Desk, message_id: int, titles: list[str]) -> None:
    with desk.transaction() as session:
        conversation = session.get_one(Conversation, session.get_one(Message, message_id).conversation_id)
        conversation.choices = [{"title": title, "payload": "/affirm"} for title in titles]
        note(session, conversation_topic(conversation.id))
