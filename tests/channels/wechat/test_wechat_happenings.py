"""Somebody follows, comes by a QR code, taps the menu, leaves: each has its effect once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.channels.wechat.bodies import read_tree
from bot.channels.wechat.simulator import Follower
from bot.services import residents, undelivered
from bot.services.desk import Desk
from bot.store.queries import outgoing
from bot.store.tables import Conversation, HandoverKind, HandoverStatus, Message, MessageStatus, Receipt, Resident
from bot.store.types import Base
from tests.channels.wechat import sent
from tests.channels.wechat.callbacks import Callbacks, callbacks
from tests.channels.wechat.connected import Connected
from tests.channels.wechat.kept import events_of, eventually, handed_over, resident_of, sent_to, write
from tests.services.stage import WORKER, staff

SEND = "/cgi-bin/message/custom/send"
HOME, ELSEWHERE = "qinghe-qh-5", "guixiang-nowhere-99"
NUMBERS = ("119", "110", "120", "0990-5550101")


@pytest.fixture
async def service(desk: Desk, tmp_path: Path) -> AsyncIterator[Callbacks]:
    async with callbacks(desk, tmp_path, {"plain": sent.PLAINTEXT}) as opened:
        yield opened


def happening(event: str, **fields: str) -> bytes:
    named = {"MsgType": "event", "Event": event, "EventKey": "", **fields}
    return sent.xml({name: value for name, value in (sent.FIELDS | named).items() if name not in {"Content", "MsgId"}})


def rows_naming(desk: Desk, *traces: str) -> list[str]:
    """Rows of any table that hold one of these words."""
    with desk.store.transaction(read_only=True) as session:
        written = [str(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table))]
    return [row for row in written if any(trace in row for trace in traces)]


async def test_four_copies_of_a_follow_are_one_welcome_with_the_numbers_that_help(service: Callbacks) -> None:
    body = happening("subscribe")

    answers = [await service.delivers(sent.plain_query(), body, account="plain") for _ in range(4)]

    welcome = str(read_tree(answers[0].body)["Content"])
    assert [number for number in NUMBERS if number not in welcome] == []
    assert len(welcome) < 150
    assert {(answer.status, answer.body) for answer in answers} == {(200, answers[0].body)}
    assert (len(service.taken()), service.heard()) == (1, [])


async def test_a_code_in_a_hall_tells_where_its_resident_lives(town: Connected, desk: Desk) -> None:
    resident = town.wechat.follower("qinghe")

    await resident.follows(HOME)

    assert "青禾里社区" in resident.messages[0].text
    assert resident_of(desk, resident.openid).building_id == HOME


async def test_a_code_scanned_later_does_too_and_says_nothing(town: Connected, desk: Desk) -> None:
    resident = town.wechat.follower("qinghe")
    await resident.follows()

    scanned = await resident.scans(HOME)

    assert (scanned.body, len(resident.messages)) == (b"success", 1)
    assert resident_of(desk, resident.openid).building_id == HOME


async def test_a_home_that_is_known_is_not_changed_by_a_visit_next_door(town: Connected, desk: Desk) -> None:
    resident = town.wechat.follower("qinghe")
    await resident.follows(HOME)

    await resident.scans("qinghe-qh-6")

    assert resident_of(desk, resident.openid).building_id == HOME


async def test_a_scene_nobody_knows_changes_nothing(town: Connected, desk: Desk) -> None:
    follower, visitor = town.wechat.follower("qinghe"), town.wechat.follower("qinghe")

    await follower.follows(ELSEWHERE)
    scanned = await visitor.scans(ELSEWHERE)

    assert len(follower.messages) == 1
    assert scanned.body == b"success"
    for openid in (follower.openid, visitor.openid):
        known = resident_of(desk, openid)
        assert (known.building_id, known.place_text, known.community_id) == (None, None, "qinghe")


async def test_who_leaves_is_erased_but_the_workers_keep_an_open_danger(
    lively_town: Connected, talking_desk: Desk
) -> None:
    resident, neighbour = lively_town.wechat.follower("qinghe"), lively_town.wechat.follower("qinghe", "oNextDoor")
    await neighbour.says("谢谢")
    await resident.follows(HOME)
    await resident.says("我家厨房着火了，我叫柏长青，电话19955501234，住5号楼2单元301")
    danger = events_of(talking_desk, resident.openid)[0]

    left = await resident.leaves()

    (alarm,) = handed_over(talking_desk, HandoverKind.EMERGENCY)
    assert left.body == b"success"
    assert rows_naming(talking_desk, resident.openid) == []
    assert rows_naming(talking_desk, "oNextDoor") != []
    with talking_desk.transaction(read_only=True) as session:
        kept = session.get_one(type(danger), danger.id)
        assert (kept.status.is_open, kept.place_text) == (True, danger.place_text)
    assert alarm.status is HandoverStatus.WAITING


async def test_who_leaves_without_a_danger_leaves_nothing_behind(lively_town: Connected, talking_desk: Desk) -> None:
    resident = lively_town.wechat.follower("qinghe")
    await resident.follows(HOME)
    await resident.says("我叫柏长青，电话19955501234，我家楼道灯坏了")
    assert rows_naming(talking_desk, resident.openid, "柏长青", "19955501234") != []

    await resident.leaves()

    assert rows_naming(talking_desk, resident.openid, "柏长青", "长青", "19955501234") == []


async def test_who_comes_back_is_somebody_new(town: Connected, desk: Desk) -> None:
    resident = town.wechat.follower("qinghe")
    await resident.follows(HOME)
    await resident.says("路灯坏了")
    before = resident_of(desk, resident.openid)

    await resident.leaves()
    await resident.follows()

    after = resident_of(desk, resident.openid)
    assert after.id != before.id
    assert (after.building_id, after.left_at, sent_to(desk, resident.openid)) == (None, None, [])
    assert resident.messages[-1].text == resident.messages[0].text
    with desk.transaction(read_only=True) as session:
        conversation = residents.conversation_with(session, desk, session.get_one(Resident, before.id))
        words = session.scalars(select(Message.text).where(Message.conversation_id == conversation.id)).all()
    assert not any("路灯" in text for text in words)


async def test_a_tap_on_the_menu_begins_a_report(lively_town: Connected, talking_desk: Desk) -> None:
    resident = lively_town.wechat.follower("qinghe")

    await resident.clicks("report")
    await resident.says("楼道灯坏了")
    await resident.says("5号楼2单元")
    await resident.taps("对，报上去")

    assert [shown.by for shown in resident.messages] == ["answer"] * 4
    assert [(event.leaf, event.grid_id) for event in events_of(talking_desk, resident.openid)] == [
        ("0503", "qinghe-g1")
    ]


async def test_a_tap_on_the_menu_tells_how_far_things_are(lively_town: Connected) -> None:
    resident = lively_town.wechat.follower("qinghe")

    await resident.clicks("progress")

    assert "报" in resident.messages[0].text


async def test_the_numbers_are_told_without_the_bot(service: Callbacks) -> None:
    body = happening("CLICK", EventKey="numbers")

    answer = await service.delivers(sent.plain_query(), body, account="plain")

    told = str(read_tree(answer.body)["Content"])
    assert [number for number in NUMBERS if number not in told] == []
    assert service.heard() == []


@pytest.mark.parametrize("kind", ["miniprogrampage", "hologram"])
async def test_a_kind_nobody_can_read_is_answered_politely(service: Callbacks, kind: str) -> None:
    body = sent.xml(sent.FIELDS | {"MsgType": kind})

    answer = await service.delivers(sent.plain_query(), body, account="plain")

    assert str(read_tree(answer.body)["Content"]) == "这种消息我还看不懂，请打字，或者发语音、照片。"
    assert service.heard() == []


async def test_a_notice_that_did_not_arrive_is_for_a_worker(town: Connected, desk: Desk) -> None:
    resident = town.wechat.follower("qinghe")
    await resident.says("你好")
    await notified(town, desk, resident, "灯在修。")
    await resident.reports_notice("success")
    await notified(town, desk, resident, "灯修好了。")
    await resident.reports_notice("failed:user block")

    arrived, failed = sent_to(desk, resident.openid)[1:]
    assert (arrived.status, failed.status, failed.fault) == (MessageStatus.SENT, MessageStatus.FAILED, "notice")
    assert [waiting.reason for waiting in handed_over(desk, HandoverKind.UNDELIVERED)] == ["消息送不到，请打电话"]
    with desk.transaction(read_only=True) as session:
        assert session.get_one(Conversation, failed.conversation_id).phone_needed_since is not None


async def test_a_receipt_that_comes_again_does_not_undo_what_a_worker_decided(town: Connected, desk: Desk) -> None:
    resident = town.wechat.follower("qinghe")
    await resident.says("你好")
    notice = await notified(town, desk, resident, "灯修好了。")
    await resident.reports_notice("failed: system failed")
    with desk.transaction() as session:
        undelivered.waive(session, desk, notice.id, staff(session, WORKER))

    town.wechat.platform.clock = lambda: desk.clock() + timedelta(seconds=1)
    await resident.reports_notice("failed: system failed")

    with desk.transaction(read_only=True) as session:
        assert outgoing.undelivered(session, "qinghe") == []
        assert session.scalar(select(func.count()).select_from(Receipt)) == 3


async def notified(town: Connected, desk: Desk, resident: Follower, words: str) -> Message:
    """Reach a resident outside the window; the newest reply, once its notice is out."""
    town.wechat.platform.fail_next(SEND, 45015)
    write(desk, resident.openid, words)

    def look() -> Message | None:
        newest = sent_to(desk, resident.openid)[-1]
        return newest if newest.channel_message_id else None

    return await eventually(look)
