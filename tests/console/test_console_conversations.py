"""Conversations that wait: who is shown to whom, taking, answering, giving back."""

import asyncio

import pytest

from bot.core.masking import mask_phone
from bot.services import emergencies
from bot.services.desk import Desk
from bot.services.handover import hand_over
from bot.store.tables import (
    Conversation,
    ConversationState,
    ElderlyStatus,
    HandoverKind,
    Message,
    MessageStatus,
    Resident,
)
from tests.console.house import SCRIPT, Browser, House
from tests.services import stage

LIST = "/console/conversations"
PHONE = "19900000088"


def waits(
    desk: Desk,
    text: str = "能找个人吗",
    kind: HandoverKind = HandoverKind.PERSON,
    reason: str = "居民要找工作人员",
    name: str = "someone",
) -> int:
    """Somebody writes and is put before the workers; returns the conversation."""
    with desk.transaction() as session:
        resident = stage.someone(session, desk, name)
        message = stage.says(session, desk, resident, text)
        conversation = stage.talk_of(session, desk, resident)
        hand_over(session, conversation, message, kind, reason, desk.clock())
        return conversation.id


def state_of(desk: Desk, conversation_id: int) -> tuple[ConversationState, int | None]:
    with desk.transaction(read_only=True) as session:
        found = session.get_one(Conversation, conversation_id)
        return found.state, found.worker_id


def told(desk: Desk, conversation_id: int) -> list[str]:
    """What the resident has been written."""
    with desk.transaction(read_only=True) as session:
        resident = session.get_one(Resident, session.get_one(Conversation, conversation_id).resident_id)
        return stage.told(session, resident)


async def taken(house: House, conversation_id: int) -> Browser:
    """A worker's browser, the conversation in their hands."""
    browser = await house.enter(stage.WORKER)
    await browser.post(f"{LIST}/{conversation_id}/take")
    return browser


async def test_the_list_says_who_waits_why_and_since_when(house: House, desk: Desk, clock: stage.Clock) -> None:
    waits(desk, f"我电话{PHONE}，能找个人吗")
    with desk.transaction() as session:
        stage.someone(session, desk).elderly_status = ElderlyStatus.DECLARED
    clock.turn(minutes=75)

    page = (await (await house.enter(stage.WORKER)).get(LIST)).text

    assert "居民要找工作人员" in page
    assert "已等 1小时15分钟" in page
    assert "老人" in page
    assert mask_phone(PHONE) in page
    assert PHONE not in page


async def test_emergencies_stand_first_and_say_so_in_words(house: House, desk: Desk, clock: stage.Clock) -> None:
    waits(desk, "我先来的", name="first")
    clock.turn(minutes=30)
    with desk.transaction() as session:
        resident = stage.someone(session, desk, "second")
        message = stage.says(session, desk, resident, "家里着火了")
        emergencies.raise_emergency(session, desk, resident, message, stage.FIRE, "家里着火了")

    page = (await (await house.enter(stage.WORKER)).get(LIST)).text

    assert page.index("家里着火了") < page.index("我先来的")
    assert "紧急 · 请马上看" in page


async def test_another_communitys_residents_are_not_shown(house: House, desk: Desk) -> None:
    conversation_id = waits(desk, "青禾里的事")
    browser = await house.enter(stage.ELSEWHERE)

    assert "青禾里的事" not in (await browser.get(LIST)).text
    assert (await browser.get(f"{LIST}/{conversation_id}")).status == 404
    assert (await browser.post(f"{LIST}/{conversation_id}/take")).status == 404


async def test_a_complaint_is_kept_from_the_one_it_is_about_even_when_it_is_settled(house: House, desk: Desk) -> None:
    conversation_id = waits(desk, "李青禾骂人，我要投诉", HandoverKind.COMPLAINT, "投诉李青禾")
    worker, director = await house.enter(stage.WORKER), await house.enter(stage.DIRECTOR)
    address = f"{LIST}/{conversation_id}"

    assert "骂人" in (await director.get(LIST)).text
    assert "骂人" not in (await worker.get(LIST)).text
    await director.post(f"{address}/take")
    await director.post(f"{address}/close")
    for page in ("", "/news?part=said&after=0", "/messages/1"):
        assert (await worker.get(address + page)).status == 404
    assert (await worker.post(f"{address}/take")).status == 404


async def test_who_takes_a_conversation_holds_it_and_the_resident_is_told(house: House, desk: Desk) -> None:
    conversation_id = waits(desk)

    answer = await (await house.enter(stage.WORKER)).post(f"{LIST}/{conversation_id}/take")

    assert (answer.status, answer.location) == (303, f"{LIST}/{conversation_id}")
    assert state_of(desk, conversation_id)[0] is ConversationState.WORKER
    assert "李青禾" in told(desk, conversation_id)[-1]
    assert [row.object for row in house.audited("conversation:take")] == [f"conversation:{conversation_id}"]


async def test_of_two_who_take_at_once_one_reads_who_was_quicker(house: House, desk: Desk) -> None:
    conversation_id = waits(desk)
    browsers = [await house.enter(one) for one in (stage.WORKER, stage.COLLEAGUE)]

    answers = await asyncio.gather(*(one.post(f"{LIST}/{conversation_id}/take") for one in browsers))

    assert sorted(answer.status for answer in answers) == [303, 409]
    loser = next(answer for answer in answers if answer.status == 409)
    assert "已经接了这个对话" in loser.text
    assert "我来接" not in loser.text


async def test_an_answer_reaches_the_resident_in_the_workers_name(house: House, desk: Desk) -> None:
    conversation_id = waits(desk)
    browser = await taken(house, conversation_id)

    answer = await browser.post(f"{LIST}/{conversation_id}/reply", {"text": "您好，我马上帮您看"})

    assert answer.status == 303
    assert told(desk, conversation_id)[-1] == "您好，我马上帮您看"
    assert "李青禾" in (await browser.get(f"{LIST}/{conversation_id}")).text


async def test_a_script_hears_only_that_the_answer_is_sent(house: House, desk: Desk) -> None:
    conversation_id = waits(desk)
    browser = await taken(house, conversation_id)

    answer = await browser.post(f"{LIST}/{conversation_id}/reply", {"text": "您好"}, SCRIPT)

    assert (answer.status, answer.text) == (204, "")


@pytest.mark.parametrize(("text", "said"), [("   ", "不能是空的"), ("长" * 2001, "不能超过2000个字")])
async def test_an_answer_that_cannot_be_sent_stays_in_the_form(house: House, desk: Desk, text: str, said: str) -> None:
    conversation_id = waits(desk)
    browser = await taken(house, conversation_id)

    answer = await browser.post(f"{LIST}/{conversation_id}/reply", {"text": text})

    assert answer.status == 400
    assert said in answer.text
    assert text.strip() in answer.text


async def test_only_the_one_who_holds_it_may_answer(house: House, desk: Desk) -> None:
    conversation_id = waits(desk)
    await taken(house, conversation_id)
    colleague = await house.enter(stage.COLLEAGUE)

    answer = await colleague.post(f"{LIST}/{conversation_id}/reply", {"text": "我来说"})

    assert answer.status == 409
    assert "我来说" in answer.text
    assert "我来说" not in told(desk, conversation_id)


@pytest.mark.parametrize("deed", ["hand-back", "close"])
async def test_given_back_the_conversation_is_the_bots_again(house: House, desk: Desk, deed: str) -> None:
    conversation_id = waits(desk)
    browser = await taken(house, conversation_id)

    answer = await browser.post(f"{LIST}/{conversation_id}/{deed}")

    assert answer.status == 303
    assert state_of(desk, conversation_id) == (ConversationState.BOT, None)
    assert (await browser.post(f"{LIST}/{conversation_id}/{deed}")).status == 409


@pytest.mark.parametrize("there", ["0", "999", "x", "-1", "9" * 40, "1%27"])
async def test_a_conversation_that_is_not_there_is_not_found(house: House, desk: Desk, there: str) -> None:
    waits(desk)
    browser = await house.enter(stage.WORKER)

    assert (await browser.get(f"{LIST}/{there}")).status == 404
    assert (await browser.post(f"{LIST}/{there}/take")).status == 404


async def test_what_residents_write_is_shown_as_text(house: House, desk: Desk) -> None:
    conversation_id = waits(desk, "<script>alert(1)</script>{{ 7*7 }}' OR 1=1", reason="<b>x</b>")

    for page in (LIST, f"{LIST}/{conversation_id}"):
        text = (await (await house.enter(stage.WORKER)).get(page)).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in text


async def test_contact_and_words_are_masked_until_a_reason_is_given(house: House, desk: Desk) -> None:
    conversation_id = waits(desk, f"打{PHONE}找我")
    with desk.transaction() as session:
        stage.someone(session, desk).phone = PHONE
    browser = await house.enter(stage.WORKER)

    masked = (await browser.get(f"{LIST}/{conversation_id}")).text
    refused = await browser.post(f"{LIST}/{conversation_id}/reveal", {"reason": "  "})
    shown = await browser.post(f"{LIST}/{conversation_id}/reveal", {"reason": f"要回电 {PHONE}"})
    again = (await browser.get(f"{LIST}/{conversation_id}")).text

    assert PHONE not in masked
    assert (refused.status, PHONE in refused.text) == (400, False)
    assert f"打{PHONE}找我" in shown.text
    assert f'href="tel:{PHONE}"' in shown.text
    assert PHONE not in again
    kept = house.audited("contact:unmask")
    assert [(row.object, row.detail) for row in kept] == [
        (f"conversation:{conversation_id}", f"要回电 {mask_phone(PHONE)}")
    ]


async def test_an_open_page_gets_only_what_is_new(house: House, desk: Desk) -> None:
    conversation_id = waits(desk, "第一句")
    browser = await taken(house, conversation_id)
    with desk.transaction(read_only=True) as session:
        last = max(session.query(Message.id).all())[0]
    await browser.post(f"{LIST}/{conversation_id}/reply", {"text": "第二句"})

    fresh = (await browser.get(f"{LIST}/{conversation_id}/news?part=said&after={last}")).text

    assert "第二句" in fresh
    assert "第一句" not in fresh
    assert "<html" not in fresh


async def test_an_open_page_hears_what_the_resident_writes(house: House, desk: Desk) -> None:
    conversation_id = waits(desk)
    browser = await house.enter(stage.WORKER)

    async with asyncio.timeout(10), browser.listening(f"/console/stream?conversation={conversation_id}") as stream:
        at_once = {await stream.next(), await stream.next()}
        await browser.post(f"{LIST}/{conversation_id}/take")
        later = await stream.next()

    assert at_once == {"console", f"conversation:{conversation_id}"}
    assert later in at_once


async def test_nobody_listens_to_a_conversation_they_may_not_read(house: House, desk: Desk) -> None:
    conversation_id = waits(desk)

    answer = await (await house.enter(stage.ELSEWHERE)).get(f"/console/stream?conversation={conversation_id}")

    assert answer.status == 404


async def test_long_conversations_are_read_back_page_by_page(house: House, desk: Desk) -> None:
    with desk.transaction() as session:
        resident = stage.someone(session, desk)
        for number in range(130):
            stage.says(session, desk, resident, f"第{number}句。")
        conversation_id = stage.talk_of(session, desk, resident).id
    browser = await house.enter(stage.WORKER)

    newest = (await browser.get(f"{LIST}/{conversation_id}")).text
    earlier = (await browser.get(f"{LIST}/{conversation_id}?before=31")).text

    assert "第129句。" in newest
    assert "第29句。" not in newest
    assert 'href="?before=31"' in newest
    assert "第0句。" in earlier
    assert "第30句。" not in earlier


async def test_the_wait_is_counted_from_the_first_line_of_this_handling(
    house: House, desk: Desk, clock: stage.Clock
) -> None:
    """What was held for somebody who has handed back since waits no more."""
    conversation_id = waits(desk)
    browser = await taken(house, conversation_id)
    says_held(desk, "第一次说的")
    await browser.post(f"{LIST}/{conversation_id}/hand-back")
    clock.turn(minutes=50)
    await browser.post(f"{LIST}/{conversation_id}/take")

    before = (await browser.get(LIST)).text
    says_held(desk, "这次说的")
    clock.turn(minutes=5)
    says_held(desk, "还在吗")
    clock.turn(minutes=2)

    assert "等您回" not in before
    assert "等您回 7分钟" in (await browser.get(LIST)).text


async def test_what_the_giver_left_unanswered_still_waits_when_it_is_passed_on(
    house: House, desk: Desk, clock: stage.Clock
) -> None:
    conversation_id = waits(desk)
    browser = await taken(house, conversation_id)
    await browser.post(f"{LIST}/{conversation_id}/reply", {"text": "您好"})
    says_held(desk, "还没修好")
    clock.turn(minutes=9)
    with desk.transaction(read_only=True) as session:
        colleague = stage.staff(session, stage.COLLEAGUE).id
    await browser.post(f"{LIST}/{conversation_id}/pass-on", {"taker": str(colleague)})
    clock.turn(minutes=1)

    assert "等您回 10分钟" in (await (await house.enter(stage.COLLEAGUE)).get(LIST)).text


def says_held(desk: Desk, text: str) -> None:
    with desk.transaction() as session:
        message = session.get_one(Message, stage.says(session, desk, stage.someone(session, desk), text))
        message.status = MessageStatus.HELD
