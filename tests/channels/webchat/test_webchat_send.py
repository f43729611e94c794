"""Sending from the chat page: stored once, answered, or refused in words."""

import asyncio

import pytest
from aiohttp.test_utils import TestServer

from bot.app import create_app
from bot.channels.webchat.inbox import SLOW_DOWN
from bot.services.desk import Desk
from bot.store.tables import Message, MessageStatus
from tests.channels.webchat.conftest import NewPhone
from tests.channels.webchat.phone import Phone, switched_on
from tests.web.served import Echo, NoModels

MESSAGE = {"client_id": "message-0001", "text": "路灯不亮"}


async def test_a_message_is_stored_and_handed_to_the_talk(phone: Phone, desk: Desk, talk: Echo) -> None:
    talk.hold()
    stored_id = await phone.say("3号楼路灯不亮")
    assert talk.heard == [stored_id]
    with desk.store.transaction(read_only=True) as session:
        row = session.get_one(Message, stored_id)
        assert (row.text, row.channel, row.status) == ("3号楼路灯不亮", "webchat", MessageStatus.RECEIVED)


async def test_the_answer_is_there_with_its_choices(phone: Phone, talk: Echo) -> None:
    await phone.say("路灯不亮")
    await talk.settled()
    answer = (await phone.history()).messages[-1]
    assert (answer["sender"], answer["text"], answer["buttons"]) == ("bot", "听到：路灯不亮", ["对", "不对"])


async def test_a_message_sent_again_is_stored_and_answered_once(phone: Phone, talk: Echo) -> None:
    first = await phone.say("路灯不亮", client_id="message-again")
    second = await phone.say("路灯不亮", client_id="message-again")
    await talk.settled()
    assert first == second
    assert talk.heard == [first]
    assert await phone.texts() == ["路灯不亮", "听到：路灯不亮"]


async def test_a_message_sent_again_at_the_same_moment_is_stored_once(phone: Phone, talk: Echo) -> None:
    ids = await asyncio.gather(*(phone.say("路灯不亮", client_id="message-twice") for _ in range(5)))
    await talk.settled()
    assert len(set(ids)) == 1
    assert talk.heard == ids[:1]


async def test_two_phones_may_use_the_same_message_id(new_phone: NewPhone, talk: Echo) -> None:
    one, other = await new_phone(), await new_phone()
    await one.say("我是一号", client_id="message-same")
    await other.say("我是二号", client_id="message-same")
    await talk.settled()
    assert await one.texts() == ["我是一号", "听到：我是一号"]
    assert await other.texts() == ["我是二号", "听到：我是二号"]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "{{ 7*7 }}{% for x in y %}${7*7}",
        "'; DROP TABLE messages; --",
        "😀🎉👍",
        "长" * 2000,
        "ئۇيغۇرچە",
    ],
    ids=["markup", "template", "sql", "emoji", "long", "uighur"],
)
async def test_strange_text_comes_back_as_it_was_written(phone: Phone, talk: Echo, text: str) -> None:
    await phone.say(text)
    await talk.settled()
    assert await phone.texts() == [text, f"听到：{text}"]


@pytest.mark.parametrize("body", [b"", b"not json", b'{"text": "no id"}', {**MESSAGE, "text": ""}], ids=str)
async def test_bad_input_is_refused_in_words_and_nothing_is_stored(phone: Phone, talk: Echo, body: object) -> None:
    status, answer = await phone.post("/chat/messages", body)
    assert status == 400
    assert answer["error"] in {"没看懂发来的内容", "还没写字呢"}
    assert talk.heard == []
    assert await phone.texts() == []


async def test_ten_thousand_characters_are_refused_with_a_way_out(phone: Phone) -> None:
    status, answer = await phone.post("/chat/messages", {**MESSAGE, "text": "长" * 10_000})
    assert status == 400
    assert answer == {"error": "一次最多发2000个字，这段有10000个字", "hint": "请分几次发"}


async def test_a_body_of_megabytes_is_refused_unread(phone: Phone) -> None:
    status, answer = await phone.post("/chat/messages", b"x" * 3_000_000)
    assert (status, answer["error"]) == (413, "发来的内容太大了")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": "0" * 64},
        {"X-CSRF-Token": "假"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_sites_page_cannot_write_in_the_residents_name(
    phone: Phone, talk: Echo, headers: dict[str, str]
) -> None:
    status, answer = await phone.post("/chat/messages", MESSAGE, headers)
    assert (status, answer["hint"]) == (403, "请刷新页面再试一次")
    assert talk.heard == []


async def test_a_phone_without_its_cookie_has_to_load_the_page_again(phone: Phone) -> None:
    phone.session.cookie_jar.clear()
    status, _ = await phone.post("/chat/messages", MESSAGE)
    assert status == 403


async def test_a_burst_is_kept_and_answered_whole_with_one_word_to_slow_down(phone: Phone, talk: Echo) -> None:
    texts = [f"第{number}条" for number in range(30)]
    for text in texts:
        await phone.say(text)
    await talk.settled()
    said = await phone.texts()
    assert [text for text in said if text in texts] == texts
    assert len([text for text in said if str(text).startswith("听到")]) == 30
    assert said.count(SLOW_DOWN) == 1


async def test_a_failure_inside_is_told_without_a_stack_trace(desk: Desk) -> None:
    class Broken(Echo):
        def submit(self, message_id: int, conversation_id: int | None = None) -> None:
            raise RuntimeError(f"secret detail about {message_id}, {conversation_id}")

    async with TestServer(create_app(desk, Broken(desk), NoModels())) as server, switched_on(server) as phone:
        status, answer = await phone.post("/chat/messages", MESSAGE)
    assert status == 500
    assert answer == {"error": "系统出了点问题，我们已经记下", "hint": "请过一会儿再试；急事请直接打社区电话"}
