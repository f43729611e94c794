"""Pictures, recordings, links and positions in every state of a conversation; the model and the actions are real."""

import itertools
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from bot.dialogue.assistant import Assistant
from bot.services.desk import Desk
from bot.services.talk import take
from bot.services.turns import Turns
from bot.store.queries import attachments, cases, talk
from bot.store.queries.receipts import Enclosed, Said
from bot.store.tables import (
    Attachment,
    AttachmentKind,
    CaseKind,
    ConversationState,
    GridEvent,
    HandoverKind,
    Message,
    MessageStatus,
)
from tests.services.deliveries import (
    AT_FIVE,
    FAR_AWAY,
    IN_THE_GRID,
    LINK,
    PICTURE,
    VOICE,
    delivered,
    position,
    said_back,
    talk_with,
)
from tests.services.stage import DIRECTOR, staff

Say = Callable[[Said | str], Awaitable[str]]
WHERE, FIRE_WHERE, CONFIRM = "在什么地方", "着火的是哪个小区", "这样报上去，对吗"
SPOKEN = Said("3号楼2单元楼道灯坏了", None, Enclosed(AttachmentKind.VOICE, "media-3"))
SPOKEN_FIRE = Said("着火了", None, Enclosed(AttachmentKind.VOICE, "media-4"))


@pytest.fixture
def say(talking_desk: Desk, talking_assistant: Assistant) -> Say:
    """The resident sends something; returns what they are told."""
    turns, numbers = Turns(talking_desk, talking_assistant), itertools.count()

    async def said(what: Said | str) -> str:
        message_id = delivered(talking_desk, str(next(numbers)), what)
        assert await turns.take(message_id)
        return said_back(talking_desk, message_id)

    return said


def latest_event(desk: Desk) -> GridEvent:
    resident_id = talk_with(desk).resident_id
    with desk.transaction(read_only=True) as session:
        query = select(GridEvent).where(GridEvent.resident_id == resident_id).order_by(GridEvent.id.desc())
        return session.scalars(query.limit(1)).one()


def events(desk: Desk) -> int:
    resident_id = talk_with(desk).resident_id
    with desk.transaction(read_only=True) as session:
        return len(session.scalars(select(GridEvent).where(GridEvent.resident_id == resident_id)).all())


def enclosed_with(desk: Desk, event: GridEvent) -> list[AttachmentKind]:
    with desk.transaction(read_only=True) as session:
        return [one.kind for one in attachments.of_case(session, CaseKind.GRID_EVENT, event.id)]


def handed_over(desk: Desk) -> list[HandoverKind]:
    with desk.transaction(read_only=True) as session:
        return [one.kind for one in talk.open_handovers(session, talk_with(desk).id)]


@pytest.mark.parametrize(("what", "name"), [(PICTURE, "照片"), (LINK, "链接")])
async def test_out_of_the_blue_the_resident_is_asked_what_it_is_about(
    say: Say, talking_desk: Desk, what: Said, name: str
) -> None:
    told = await say(what)

    assert told == f"{name}收到了。\n这是什么事、在哪儿？说一句就行。"
    assert (events(talking_desk), handed_over(talking_desk)) == (0, [])


async def test_a_picture_sent_before_and_one_sent_during_the_report_go_with_it(say: Say, talking_desk: Desk) -> None:
    await say(PICTURE)
    await say("楼道灯坏了")
    told = await say(Said("[照片]", None, Enclosed(AttachmentKind.IMAGE, "media-9")))

    await say("3号楼2单元")
    await say("对")

    assert "一起报上去" in told
    assert WHERE in told
    assert enclosed_with(talking_desk, latest_event(talking_desk)) == [AttachmentKind.IMAGE] * 2


async def test_a_picture_sent_after_the_report_is_kept_with_it(say: Say, talking_desk: Desk) -> None:
    await say("3号楼2单元楼道灯坏了")
    await say("对")

    told = await say(PICTURE)

    assert "放在一起" in told
    assert enclosed_with(talking_desk, latest_event(talking_desk)) == [AttachmentKind.IMAGE]


@pytest.mark.parametrize("before", [(), ("楼道灯坏了",)], ids=["no form", "a report interrupted"])
async def test_a_picture_of_an_emergency_is_the_emergencys_and_the_place_is_still_awaited(
    say: Say, talking_desk: Desk, before: tuple[str, ...]
) -> None:
    for words in before:
        await say(words)
    await say("着火了")

    told = await say(PICTURE)

    event = latest_event(talking_desk)
    assert "跟您报的「着火、冒烟」放在一起" in told
    assert enclosed_with(talking_desk, event) == [AttachmentKind.IMAGE]
    assert talk_with(talking_desk).emergency_event_id == event.id


@pytest.mark.parametrize("before", ["", "楼道灯坏了", "着火了"], ids=["no form", "a report", "an emergency"])
async def test_a_recording_nobody_understood_is_put_before_a_person(say: Say, talking_desk: Desk, before: str) -> None:
    if before:
        await say(before)

    told = await say(VOICE)

    assert told.startswith("您的语音收到了，工作人员听过就回您。")
    assert (WHERE in told) == (before == "楼道灯坏了")
    assert HandoverKind.MEDIA in handed_over(talking_desk)
    assert talk_with(talking_desk).state is ConversationState.WAITING


async def test_a_recording_that_was_understood_is_answered_like_words(say: Say, talking_desk: Desk) -> None:
    told = await say(SPOKEN)

    assert CONFIRM in told
    assert handed_over(talking_desk) == []


async def test_a_cry_for_help_that_was_spoken_is_one(say: Say, talking_desk: Desk) -> None:
    told = await say(SPOKEN_FIRE)

    assert "119" in told
    assert handed_over(talking_desk) == [HandoverKind.EMERGENCY]


async def test_the_title_of_a_link_is_no_cry_for_help(say: Say, talking_desk: Desk) -> None:
    assert talking_desk.emergencies.screen(LINK.text)

    told = await say(LINK)

    assert "119" not in told
    assert (events(talking_desk), handed_over(talking_desk)) == (0, [])


@pytest.mark.parametrize("what", [PICTURE, VOICE, LINK, position(AT_FIVE), SPOKEN])
async def test_while_a_worker_holds_the_talk_the_bot_is_silent(say: Say, talking_desk: Desk, what: Said) -> None:
    await say("你好")
    with talking_desk.transaction() as session:
        take(session, talking_desk, talk_with(talking_desk).id, staff(session, DIRECTOR))

    told = await say(what)

    assert told == ""
    with talking_desk.transaction(read_only=True) as session:
        last = session.scalars(select(Message).where(Message.direction == "in").order_by(Message.id.desc())).first()
        assert last is not None
        assert last.status is MessageStatus.HELD
        assert session.scalars(select(Attachment.message_id).where(Attachment.message_id == last.id)).all() == [last.id]


async def test_a_position_first_asks_what_is_wrong_there_and_is_used(say: Say, talking_desk: Desk) -> None:
    asked = await say(position(AT_FIVE, "某某超市"))
    told = await say("楼道灯坏了")
    await say("对")

    assert asked == "您说的是青禾苑5号楼，那儿怎么了？"
    assert CONFIRM in told
    assert latest_event(talking_desk).building_id == "qinghe-qh-5"


@pytest.mark.parametrize(
    ("where", "label", "place", "grid"),
    [
        (AT_FIVE, "某某超市", "青禾苑5号楼", "qinghe-g1"),
        (IN_THE_GRID, "青禾公园", "青禾公园", "qinghe-g1"),
        (IN_THE_GRID, "", "青禾里第一网格内", "qinghe-g1"),
        (FAR_AWAY, "外地的公园", "外地的公园", None),
    ],
)
async def test_a_position_answers_where_it_is(
    say: Say, talking_desk: Desk, where: tuple[float, float], label: str, place: str, grid: str | None
) -> None:
    await say("楼道灯坏了")

    told = await say(position(where, label))
    await say("对")

    event = latest_event(talking_desk)
    assert f"我记下了：{place}" in told
    assert (event.place_text, event.grid_id, event.community_id) == (place, grid, "qinghe")


@pytest.mark.parametrize("before", [(), ("楼道灯坏了",)], ids=["no form", "a report interrupted"])
async def test_a_position_says_where_the_emergency_is_and_is_kept_with_it(
    say: Say, talking_desk: Desk, before: tuple[str, ...]
) -> None:
    for words in before:
        await say(words)
    asked = await say("着火了")

    told = await say(position(AT_FIVE))

    event = latest_event(talking_desk)
    assert FIRE_WHERE in asked
    assert told.startswith("收到，青禾苑5号楼，已经告诉值班人员。")
    assert (WHERE in told) == bool(before)
    assert (event.building_id, talk_with(talking_desk).emergency_event_id) == ("qinghe-qh-5", None)
    assert enclosed_with(talking_desk, event) == [AttachmentKind.LOCATION]
    with talking_desk.transaction(read_only=True) as session:
        assert cases.steps_of(session, event)[-1].note == "位置：青禾苑5号楼"


async def test_a_position_after_the_emergency_has_its_place_is_about_something_else(
    say: Say, talking_desk: Desk
) -> None:
    await say("5号楼着火了")

    told = await say(position(IN_THE_GRID, "青禾公园"))

    assert told == "您说的是青禾公园，那儿怎么了？"
    assert latest_event(talking_desk).building_id == "qinghe-qh-5"
