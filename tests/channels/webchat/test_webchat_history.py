"""Looking back: stretches of one's own conversation, in both directions."""

import asyncio

import pytest

from tests.channels.webchat.conftest import NewPhone
from tests.channels.webchat.phone import History, Phone
from tests.web.served import Echo


async def talked(phone: Phone, talk: Echo, *texts: str) -> list[int]:
    """Say things one after the other, each answered; return the ids of all messages, answers too."""
    for text in texts:
        await phone.say(text)
        await talk.settled()
    return (await phone.history()).ids


async def test_a_new_resident_has_no_history(phone: Phone) -> None:
    assert await phone.history() == History([], more=False)


async def test_the_newest_messages_come_first_and_the_older_ones_on_asking(phone: Phone, talk: Echo) -> None:
    ids = await talked(phone, talk, "一", "二", "三")
    newest = await phone.history("?limit=2")
    older = await phone.history(f"?limit=100&before={ids[-2]}")
    assert (newest.ids, newest.more) == (ids[-2:], True)
    assert (older.ids, older.more) == (ids[:-2], False)


async def test_what_was_said_after_a_message_comes_in_order(phone: Phone, talk: Echo) -> None:
    ids = await talked(phone, talk, "一", "二", "三")
    some = await phone.history(f"?after={ids[1]}&limit=3")
    rest = await phone.history(f"?after={ids[4]}&limit=3")
    assert (some.ids, some.more) == (ids[2:5], True)
    assert (rest.ids, rest.more) == (ids[5:], False)


async def test_nobody_reads_another_residents_words(new_phone: NewPhone, talk: Echo) -> None:
    one, other = await new_phone(), await new_phone()
    await talked(one, talk, "我的电话是19900000001")
    assert await other.history("?after=0") == History([], more=False)
    assert await other.texts() == []


async def test_history_is_there_after_the_page_is_loaded_again(phone: Phone, talk: Echo) -> None:
    await talked(phone, talk, "路灯不亮")
    await phone.open()
    assert await phone.texts() == ["路灯不亮", "听到：路灯不亮"]


@pytest.mark.parametrize("query", ["?after=x", "?before=-1&limit=x", "?after=&limit=0", "?limit=" + "9" * 30])
async def test_a_query_of_nonsense_gives_the_newest_messages(phone: Phone, talk: Echo, query: str) -> None:
    await talked(phone, talk, "路灯不亮")
    assert (await phone.history(query)).messages[-1]["text"] == "听到：路灯不亮"


async def test_without_a_cookie_there_is_nothing_to_look_back_on(phone: Phone) -> None:
    phone.session.cookie_jar.clear()
    async with phone.session.get(f"{phone.base}/chat/history") as response:
        assert response.status == 403
        assert (await response.json())["hint"] == "请刷新页面再试一次"


async def test_pages_loading_at_once_share_one_conversation(phone: Phone, talk: Echo) -> None:
    await asyncio.gather(*(phone.history() for _ in range(6)))
    await talked(phone, talk, "一")
    assert await phone.texts() == ["一", "听到：一"]
