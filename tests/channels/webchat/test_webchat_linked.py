"""A page opened inside WeChat shows the conversation of the chat; what it writes is answered on the page."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from sqlalchemy import select

from bot.channels.webchat import inbox
from bot.channels.webchat.feed import Feed
from bot.channels.webchat.protocol import Written
from bot.channels.webchat.visitors import COOKIE, Visitor
from bot.services import outbox, page_links, residents
from bot.services.desk import Desk
from bot.store.tables import Conversation, Direction, Message, MessageStatus, Resident
from tests.channels.webchat.conftest import NewPhone
from tests.channels.webchat.phone import Phone
from tests.web.served import COMMUNITY, Echo

CHANNEL, PAGE = "wechat:qinghe", "webchat"
NEWS = "您报的路灯修好了"
PENDING, SENT = MessageStatus.PENDING, MessageStatus.SENT


def digest_of(phone: Phone) -> str:
    [secret] = [cookie.value for cookie in phone.session.cookie_jar if cookie.key == COOKIE]
    return sha256(secret.encode()).hexdigest()


def linked(desk: Desk, digest: str, openid: str) -> int:
    """Link the browser to the resident of the chat; returns their conversation."""
    page_links.link(desk, CHANNEL, openid, COMMUNITY, digest)
    return conversation_of(desk, openid)


def conversation_of(desk: Desk, openid: str) -> int:
    with desk.transaction() as session:
        resident = residents.resident_for(session, desk, CHANNEL, openid)
        return residents.conversation_with(session, desk, resident).id


def write(desk: Desk, conversation_id: int, *bubbles: str) -> None:
    """Write to the resident without being asked."""
    with desk.transaction() as session:
        conversation = session.get_one(Conversation, conversation_id)
        outbox.post(session, conversation, bubbles, outbox.SYSTEM, desk.clock())


def replies_in(desk: Desk, conversation_id: int) -> Sequence[tuple[str, str, MessageStatus]]:
    with desk.transaction(read_only=True) as session:
        query = select(Message).where(Message.conversation_id == conversation_id, Message.direction == Direction.OUT)
        return [(m.text, m.channel, m.status) for m in session.scalars(query.order_by(Message.id))]


@pytest.fixture
def openid(request: pytest.FixtureRequest) -> str:
    """Somebody of this test's own: the database is shared."""
    return f"o{sha256(request.node.name.encode()).hexdigest()[:20]}"


async def test_the_page_shows_what_was_said_in_the_chat(phone: Phone, desk: Desk, openid: str) -> None:
    write(desk, linked(desk, digest_of(phone), openid), NEWS)

    assert await phone.texts() == [NEWS]


async def test_an_open_page_hears_what_is_written_to_the_chat_and_leaves_it_to_be_sent_there(
    phone: Phone, desk: Desk, openid: str
) -> None:
    talk = linked(desk, digest_of(phone), openid)

    async with phone.listening() as stream:
        write(desk, talk, NEWS)
        heard = await stream.messages(1)
        write(desk, talk, "还有一条")
        await stream.messages(1)

    await phone.history()
    assert heard == [NEWS]
    assert replies_in(desk, talk) == [(NEWS, CHANNEL, PENDING), ("还有一条", CHANNEL, PENDING)]


async def test_what_the_page_writes_is_answered_on_the_page_and_not_sent_to_the_chat(
    phone: Phone, talk: Echo, desk: Desk, openid: str
) -> None:
    conversation = linked(desk, digest_of(phone), openid)

    async with phone.listening() as stream:
        await phone.say("路灯坏了")
        heard = await stream.messages(2)
    await talk.settled()
    await phone.history()

    assert heard == ["路灯坏了", "听到：路灯坏了"]
    assert replies_in(desk, conversation) == [("听到：路灯坏了", PAGE, SENT)]


async def test_whoever_writes_too_fast_on_the_page_is_told_so_there_only(desk: Desk, openid: str) -> None:
    visitor = Visitor(openid)
    conversation = linked(desk, visitor.channel_user, openid)

    inbox.keep(desk, visitor, Written("message-1", "快快快"), slow_down=True)

    assert replies_in(desk, conversation) == [(inbox.SLOW_DOWN, PAGE, PENDING)]


async def test_a_page_that_sends_again_leads_to_the_same_message_of_the_chats_conversation(
    desk: Desk, openid: str
) -> None:
    visitor = Visitor(openid)
    conversation = linked(desk, visitor.channel_user, openid)
    first = inbox.keep(desk, visitor, Written("message-1", "路灯坏了"), slow_down=False)

    again = inbox.keep(desk, visitor, Written("message-1", "路灯坏了"), slow_down=False)

    assert (first.is_new, again.is_new, again.id) == (True, False, first.id)
    assert inbox.conversation_id(desk, visitor) == conversation


async def test_the_community_of_the_chat_is_not_changed_by_the_page(phone: Phone, desk: Desk, openid: str) -> None:
    linked(desk, digest_of(phone), openid)

    page = await phone.open("?community=guixiang")

    assert "青禾里社区" in page
    with desk.transaction(read_only=True) as session:
        resident = session.scalars(select(Resident).where(Resident.channel_user == openid)).one()
    assert resident.community_id == COMMUNITY


async def test_another_browser_reads_nothing_of_it(new_phone: NewPhone, desk: Desk, openid: str) -> None:
    phone, other = await new_phone(), await new_phone()
    write(desk, linked(desk, digest_of(phone), openid), NEWS)

    assert await other.texts() == []


async def test_a_feed_names_only_the_pages_own_messages_to_be_settled(desk: Desk, openid: str) -> None:
    visitor = Visitor(openid)
    conversation = linked(desk, visitor.channel_user, openid)
    write(desk, conversation, NEWS)
    inbox.keep(desk, visitor, Written("message-1", "快"), slow_down=True)
    feed = Feed(desk, conversation, 0)

    shown = feed.read().decode()

    assert NEWS in shown
    assert inbox.SLOW_DOWN in shown
    assert len(feed.unsettled) == 1
    inbox.settle(desk, feed.unsettled)
    assert [status for *_, status in replies_in(desk, conversation)] == [PENDING, SENT]
