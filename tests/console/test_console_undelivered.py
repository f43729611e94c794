"""Replies that did not arrive: who is shown them, sending one again, noting that the resident knows."""

from dataclasses import dataclass

import pytest

from bot.services import outbox, undelivered
from bot.services.desk import Desk
from bot.services.handover import hand_over
from bot.services.hub import CONSOLE
from bot.store.tables import Conversation, HandoverKind, Message, MessageStatus
from tests.console.house import ADMIN, SCRIPT, TRAINER, House
from tests.services import stage

LIST, TALKS = "/console/undelivered", "/console/conversations"
PHONE = "19900000088"
DEEDS = ("again", "waive")


@dataclass(frozen=True)
class Reply:
    """A reply that did not arrive."""

    conversation_id: int
    id: int

    @property
    def address(self) -> str:
        return f"{TALKS}/{self.conversation_id}/messages/{self.id}"


def unreached(
    desk: Desk,
    text: str = "师傅下午来修灯",
    fault: str | None = "45015",
    status: MessageStatus = MessageStatus.FAILED,
    name: str = "someone",
) -> Reply:
    with desk.transaction() as session:
        resident = stage.someone(session, desk, name)
        stage.says(session, desk, resident, "路灯坏了")
        conversation = stage.talk_of(session, desk, resident)
        reply = outbox.post(session, conversation, [text], outbox.BOT, desk.clock())[0]
        reply.status, reply.fault = status, fault
        return Reply(conversation.id, reply.id)


def complained_of(desk: Desk, reply: Reply) -> None:
    """The resident has a complaint about the worker, open."""
    with desk.transaction() as session:
        conversation = session.get_one(Conversation, reply.conversation_id)
        inbox = stage.says(session, desk, stage.someone(session, desk), "李青禾骂人，我要投诉")
        hand_over(session, conversation, inbox, HandoverKind.COMPLAINT, "投诉李青禾", desk.clock())


def status_of(desk: Desk, reply: Reply) -> MessageStatus:
    with desk.transaction(read_only=True) as session:
        return session.get_one(Message, reply.id).status


async def test_the_list_says_to_whom_what_why_and_since_when(house: House, desk: Desk, clock: stage.Clock) -> None:
    reply = unreached(desk, f"请打{PHONE}找我" + "，灯修好了" * 30)
    with desk.transaction() as session:
        stage.someone(session, desk).name = "王小芳"
    clock.turn(minutes=75)

    page = (await (await house.enter(stage.WORKER)).get(LIST)).text

    assert "没送到：超过微信允许的时间，发不出去" in page
    assert "王**" in page
    assert "青禾里" in page
    assert "请打199****0088找我，灯修好了" in page
    assert "，灯修好了" * 20 not in page
    assert PHONE not in page
    assert "已过 1小时15分钟" in page
    assert f'href="{TALKS}/{reply.conversation_id}#m{reply.id}"' in page


@pytest.mark.parametrize(
    ("status", "fault", "said"),
    [
        (MessageStatus.FAILED, "45047", "没送到：超过微信允许的条数，发不出去"),
        (MessageStatus.FAILED, "left", "没送到：居民取消了关注"),
        (MessageStatus.FAILED, "40033", "没有送到"),
        (MessageStatus.FAILED, None, "没有送到"),
        (MessageStatus.UNCERTAIN, "died", "不确定送到没有"),
    ],
)
async def test_reasons_are_plain_words(
    house: House, desk: Desk, status: MessageStatus, fault: str | None, said: str
) -> None:
    reply = unreached(desk, fault=fault, status=status)
    browser = await house.enter(stage.WORKER)

    for page in (LIST, f"{TALKS}/{reply.conversation_id}"):
        assert f'<span class="tag tag-warn">{said}</span>' in (await browser.get(page)).text


async def test_the_oldest_stands_first(house: House, desk: Desk, clock: stage.Clock) -> None:
    unreached(desk, "先写的", name="first")
    clock.turn(minutes=5)
    unreached(desk, "后写的", name="second")

    page = (await (await house.enter(stage.WORKER)).get(LIST)).text

    assert page.index("先写的") < page.index("后写的")


async def test_the_waiting_page_leads_to_the_list_only_when_there_is_something(house: House, desk: Desk) -> None:
    browser = await house.enter(stage.WORKER)

    before = (await browser.get(TALKS)).text
    unreached(desk, name="first")
    unreached(desk, name="second")
    after = (await browser.get(f"{TALKS}/lists")).text

    assert "没送到的消息" not in before
    assert "没送到的消息（2）" in after
    assert f'href="{LIST}"' in after


async def test_a_list_without_rows_says_so(house: House, desk: Desk) -> None:
    unreached(desk, status=MessageStatus.SENT)

    page = (await (await house.enter(stage.WORKER)).get(LIST)).text

    assert "现在没有没送到的消息" in page


async def test_an_open_list_gets_only_the_list(house: House, desk: Desk) -> None:
    unreached(desk)

    part = (await (await house.enter(stage.WORKER)).get(f"{LIST}/list")).text

    assert "师傅下午来修灯" in part
    assert "<html" not in part


@pytest.mark.parametrize(("deed", "status"), [("again", MessageStatus.PENDING), ("waive", MessageStatus.WAIVED)])
async def test_what_is_decided_leaves_the_list(house: House, desk: Desk, deed: str, status: MessageStatus) -> None:
    reply, noise = unreached(desk), unreached(desk, "别的话", name="other")
    browser = await house.enter(stage.WORKER)

    answer = await browser.post(f"{reply.address}/{deed}", {"from": "list"})

    assert (answer.status, answer.location) == (303, LIST)
    assert (status_of(desk, reply), status_of(desk, noise)) == (status, MessageStatus.FAILED)
    assert "师傅下午来修灯" not in (await browser.get(LIST)).text
    assert [row.object for row in house.audited("message:decide")] == [f"message:{reply.id}"]


async def test_decided_in_the_conversation_the_message_is_shown_there(house: House, desk: Desk) -> None:
    reply = unreached(desk)
    browser = await house.enter(stage.WORKER)

    answer = await browser.post(f"{reply.address}/waive", {"from": "talk"})

    assert (answer.status, answer.location) == (303, f"{TALKS}/{reply.conversation_id}#m{reply.id}")
    page = (await browser.get(f"{TALKS}/{reply.conversation_id}")).text
    assert "已用别的办法告诉" in page
    assert "已经告诉居民了" not in page


async def test_a_script_hears_only_that_it_is_done(house: House, desk: Desk) -> None:
    reply = unreached(desk)

    answer = await (await house.enter(stage.WORKER)).post(f"{reply.address}/again", headers=SCRIPT)

    assert (answer.status, answer.text) == (204, "")


@pytest.mark.parametrize("place", ["list", "talk"])
@pytest.mark.parametrize("deed", DEEDS)
async def test_whoever_comes_second_reads_that_it_is_dealt_with(
    house: House, desk: Desk, place: str, deed: str
) -> None:
    reply = unreached(desk)
    await (await house.enter(stage.COLLEAGUE)).post(f"{reply.address}/waive")

    answer = await (await house.enter(stage.WORKER)).post(f"{reply.address}/{deed}", {"from": place})

    assert answer.status == 409
    assert "已经有人处理了" in answer.text
    assert status_of(desk, reply) is MessageStatus.WAIVED


async def test_another_communitys_replies_are_not_shown_nor_decided(house: House, desk: Desk) -> None:
    reply = unreached(desk)
    browser = await house.enter(stage.ELSEWHERE)

    assert "师傅下午来修灯" not in (await browser.get(LIST)).text
    for deed in DEEDS:
        assert (await browser.post(f"{reply.address}/{deed}")).status == 404
    assert status_of(desk, reply) is MessageStatus.FAILED


async def test_replies_in_a_complaint_are_kept_from_the_one_it_is_about(house: House, desk: Desk) -> None:
    reply = unreached(desk)
    complained_of(desk, reply)
    worker, director = await house.enter(stage.WORKER), await house.enter(stage.DIRECTOR)

    assert "师傅下午来修灯" in (await director.get(LIST)).text
    assert "师傅下午来修灯" not in (await worker.get(LIST)).text
    assert "没送到的消息" not in (await worker.get(TALKS)).text
    for deed in DEEDS:
        assert (await worker.post(f"{reply.address}/{deed}")).status == 404
    assert status_of(desk, reply) is MessageStatus.FAILED


@pytest.mark.parametrize("message", ["0", "999", "x", "-1", "9" * 40, "1"])
async def test_a_reply_that_is_not_there_is_not_found(house: House, desk: Desk, message: str) -> None:
    """Message 1 is what the resident wrote."""
    reply = unreached(desk)
    browser = await house.enter(stage.WORKER)

    for deed in DEEDS:
        assert (await browser.post(f"{TALKS}/{reply.conversation_id}/messages/{message}/{deed}")).status == 404


async def test_a_reply_of_another_conversation_is_not_found(house: House, desk: Desk) -> None:
    reply, other = unreached(desk), unreached(desk, name="other")

    answer = await (await house.enter(stage.WORKER)).post(f"{TALKS}/{other.conversation_id}/messages/{reply.id}/waive")

    assert answer.status == 404
    assert status_of(desk, reply) is MessageStatus.FAILED


@pytest.mark.parametrize("username", [stage.GRID_WORKER, TRAINER, ADMIN])
async def test_who_does_not_talk_to_residents_sees_and_decides_nothing(house: House, desk: Desk, username: str) -> None:
    reply = unreached(desk)
    browser = await house.enter(username)

    assert {(await browser.get(page)).status for page in (LIST, f"{LIST}/list")} == {403}
    assert {(await browser.post(f"{reply.address}/{deed}")).status for deed in DEEDS} == {403}
    assert status_of(desk, reply) is MessageStatus.FAILED


async def test_nothing_is_decided_without_signing_in_or_without_the_token(house: House, desk: Desk) -> None:
    reply = unreached(desk)
    nobody, worker = await house.nobody(), await house.enter(stage.WORKER)

    for deed in DEEDS:
        assert (await nobody.post(f"{reply.address}/{deed}", headers=SCRIPT)).status == 401
        assert (await worker.post_bare(f"{reply.address}/{deed}", {"csrf": "made up"})).status == 403
    assert (await nobody.get(LIST)).location.startswith("/login?next=/console")
    assert status_of(desk, reply) is MessageStatus.FAILED


async def test_words_are_shown_as_text_and_pages_carry_no_scripts(house: House, desk: Desk) -> None:
    unreached(desk, "<script>alert(1)</script>")

    page = (await (await house.enter(stage.WORKER)).get(LIST)).text

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>" not in page
    assert " style=" not in page


async def test_a_note_that_never_had_to_be_sent_is_not_called_told(house: House, desk: Desk) -> None:
    reply = unreached(desk, fault=None, status=MessageStatus.WAIVED)

    page = (await (await house.enter(stage.WORKER)).get(f"{TALKS}/{reply.conversation_id}")).text

    assert "师傅下午来修灯" in page
    assert "已用别的办法告诉" not in page


async def test_a_resident_who_must_be_called_is_marked(house: House, desk: Desk, clock: stage.Clock) -> None:
    reply = unreached(desk)
    with desk.transaction() as session:
        undelivered.put_before_worker(session, desk, [session.get_one(Message, reply.id)])
    clock.turn(minutes=30)
    browser = await house.enter(stage.WORKER)

    waiting = (await browser.get(f"{TALKS}/lists")).text
    talk = (await browser.get(f"{TALKS}/{reply.conversation_id}")).text

    assert "消息没送到" in waiting
    assert "要打电话" in waiting
    assert "要打电话</strong> 从 今天 10:00 起" in talk


async def test_an_open_page_hears_of_a_decision(house: House, desk: Desk) -> None:
    reply = unreached(desk)
    browser = await house.enter(stage.WORKER)

    async with browser.listening("/console/stream") as stream:
        at_once = await stream.next()
        await browser.post(f"{reply.address}/waive")
        later = await stream.next()

    assert (at_once, later) == (CONSOLE, CONSOLE)
