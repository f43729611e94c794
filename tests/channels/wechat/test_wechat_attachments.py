"""Pictures, recordings, films and links of residents: fetched, looked at, and put where they belong."""

from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import text

from bot.services.desk import Desk
from bot.services.hub import ATTACHMENTS
from bot.store.tables import Attachment, AttachmentState, CaseKind, HandoverKind
from tests.channels.wechat.connected import Connected
from tests.channels.wechat.kept import attachments_of, events_of, eventually, handed_over, heard_from
from tests.channels.wechat.test_wechat_media import GPS, HTML, drawn, photographed
from tests.channels.wechat.test_wechat_videos import PLACE, box, filmed
from tests.talking import Clock

GET = "/cgi-bin/media/get"
REPORT, AGREE = "3号楼2单元楼道灯坏了", "对，报上去"
SILENCE = b"#!AMR\n" + bytes(32)


@pytest.fixture
def clock(talking_desk: Desk) -> Clock:
    assert isinstance(talking_desk.clock, Clock)
    return talking_desk.clock


async def fetched(desk: Desk, openid: str, number: int = 0) -> Attachment:
    """What was sent, once its bytes are there or never will be."""

    def look() -> Attachment | None:
        sent = attachments_of(desk, openid)[number]
        return sent if sent.state is not AttachmentState.PENDING else None

    return await eventually(look)


async def tried(desk: Desk, openid: str) -> Attachment:
    """What was sent, once fetching it failed for the first time."""

    def look() -> Attachment | None:
        sent = attachments_of(desk, openid)[0]
        return sent if sent.attempts == 1 else None

    return await eventually(look)


def belongs_to(attachment: Attachment) -> tuple[CaseKind | None, int | None]:
    return attachment.case_kind, attachment.case_id


async def test_a_photograph_is_kept_without_where_it_was_taken(
    lively_town: Connected, talking_desk: Desk, tmp_path: Path
) -> None:
    resident = lively_town.wechat.follower("qinghe")

    await resident.sends_image(photographed())

    found = await fetched(talking_desk, resident.openid)
    assert (found.state, found.content_type, found.fault) == (AttachmentState.STORED, "image/jpeg", None)
    assert found.file is not None
    kept = tmp_path / "media" / found.file
    assert (kept.is_relative_to(tmp_path / "media"), kept.stat().st_size) == (True, found.size)
    with Image.open(kept) as image:
        assert image.getexif().get_ifd(GPS) == {}
    assert b"SECRET" not in kept.read_bytes()
    assert found.message_id == heard_from(talking_desk, resident.openid)[0].id


async def test_a_page_that_calls_itself_a_picture_is_named_and_not_kept(
    lively_town: Connected, talking_desk: Desk, tmp_path: Path
) -> None:
    resident = lively_town.wechat.follower("qinghe")

    await resident.sends_image(HTML)

    found = await fetched(talking_desk, resident.openid)
    assert (found.state, found.fault, found.file) == (AttachmentState.REFUSED, "not_this_kind", None)
    assert list((tmp_path / "media").rglob("*.*")) == []


async def test_what_the_platform_no_longer_has_is_lost(
    lively_town: Connected, talking_desk: Desk, clock: Clock
) -> None:
    resident = lively_town.wechat.follower("qinghe")
    lively_town.wechat.platform.fail_next(GET, -1)
    await resident.sends_image(photographed())
    await tried(talking_desk, resident.openid)

    clock.turn(days=3)
    talking_desk.hub.publish(ATTACHMENTS)

    found = await fetched(talking_desk, resident.openid)
    assert (found.state, found.fault, found.file) == (AttachmentState.LOST, "40007", None)


@pytest.mark.parametrize(("trouble", "seconds"), [(-1, 1), (45011, 60), (40001, 300), (45009, 3600)])
async def test_after_a_fault_it_is_fetched_a_little_later(
    lively_town: Connected, talking_desk: Desk, clock: Clock, trouble: int, seconds: int
) -> None:
    resident = lively_town.wechat.follower("qinghe")
    lively_town.wechat.platform.fail_next(GET, trouble, times=2 if trouble == 40001 else 1)
    await resident.sends_image(photographed())
    waiting = await tried(talking_desk, resident.openid)

    clock.turn(seconds=seconds)
    talking_desk.hub.publish(ATTACHMENTS)

    found = await fetched(talking_desk, resident.openid)
    assert (waiting.fault, waiting.due_at) == (str(trouble), clock())
    assert (found.state, found.fault) == (AttachmentState.STORED, None)


async def test_after_a_broken_answer_it_is_asked_for_again(
    lively_town: Connected, talking_desk: Desk, clock: Clock
) -> None:
    resident = lively_town.wechat.follower("qinghe")
    lively_town.wechat.platform.http_fault(GET, 502)
    await resident.sends_image(photographed())
    await tried(talking_desk, resident.openid)

    clock.turn(seconds=30)
    talking_desk.hub.publish(ATTACHMENTS)

    assert (await fetched(talking_desk, resident.openid)).state is AttachmentState.STORED


async def test_a_recording_nobody_wrote_down_is_kept_for_a_worker_to_hear(
    lively_town: Connected, talking_desk: Desk
) -> None:
    resident = lively_town.wechat.follower("qinghe")

    await resident.sends_voice(SILENCE)

    found = await fetched(talking_desk, resident.openid)
    assert (found.state, found.content_type) == (AttachmentState.STORED, "audio/amr")
    assert [waiting.inbox_id for waiting in handed_over(talking_desk, HandoverKind.MEDIA)] == [found.message_id]
    told = resident.messages[0].text
    assert told.startswith("您的语音收到了，工作人员听过就回您。")
    assert [number for number in ("0990-5550101", "119", "110", "120") if number not in told] == []


async def test_a_recording_with_words_is_read_as_words(lively_town: Connected, talking_desk: Desk) -> None:
    resident = lively_town.wechat.follower("qinghe")

    await resident.sends_voice(SILENCE, f"{REPORT}。")
    await resident.taps(AGREE)

    assert [event.leaf for event in events_of(talking_desk, resident.openid)] == ["0503"]
    assert heard_from(talking_desk, resident.openid)[0].text == f"{REPORT}。"
    assert (await fetched(talking_desk, resident.openid)).state is AttachmentState.STORED
    assert handed_over(talking_desk, HandoverKind.MEDIA) == []


async def test_a_cry_for_help_in_a_recording_is_heard_at_once(lively_town: Connected, talking_desk: Desk) -> None:
    resident = lively_town.wechat.follower("qinghe")

    await resident.sends_voice(SILENCE, "救命啊，三号楼着火了")

    assert "119" in resident.messages[0].text
    assert len(handed_over(talking_desk, HandoverKind.EMERGENCY)) == 1


async def test_a_picture_sent_first_goes_with_the_report_that_follows(
    lively_town: Connected, talking_desk: Desk
) -> None:
    resident, neighbour = lively_town.wechat.follower("qinghe"), lively_town.wechat.follower("qinghe")
    await neighbour.sends_image(photographed())

    await resident.sends_image(photographed())
    await resident.says(REPORT)
    await resident.taps(AGREE)

    (event,) = events_of(talking_desk, resident.openid)
    assert resident.messages[0].text == "照片收到了。\n这是什么事、在哪儿？说一句就行。"
    assert belongs_to(attachments_of(talking_desk, resident.openid)[0]) == (CaseKind.GRID_EVENT, event.id)
    assert belongs_to(attachments_of(talking_desk, neighbour.openid)[0]) == (None, None)


async def test_a_picture_sent_in_between_goes_with_the_report_and_the_question_comes_again(
    lively_town: Connected, talking_desk: Desk
) -> None:
    resident = lively_town.wechat.follower("qinghe")
    await resident.says(REPORT)

    await resident.sends_image(photographed())
    await resident.taps(AGREE)

    (event,) = events_of(talking_desk, resident.openid)
    assert resident.messages[1].text.startswith("照片收到了，会一起报上去。")
    assert AGREE in resident.messages[1].choices
    assert belongs_to(attachments_of(talking_desk, resident.openid)[0]) == (CaseKind.GRID_EVENT, event.id)


async def test_what_is_sent_afterwards_goes_with_the_report_too(lively_town: Connected, talking_desk: Desk) -> None:
    resident = lively_town.wechat.follower("qinghe")
    await resident.says(REPORT)
    await resident.taps(AGREE)

    await resident.sends_image(photographed())
    await resident.sends_link("停水通知", "明天停水", "https://example.com/notice")

    (event,) = events_of(talking_desk, resident.openid)
    picture, link = attachments_of(talking_desk, resident.openid)
    assert belongs_to(picture) == belongs_to(link) == (CaseKind.GRID_EVENT, event.id)
    assert (link.state, link.label, link.url) == (AttachmentState.WHOLE, "停水通知", "https://example.com/notice")
    assert "放在一起" in resident.messages[-1].text


async def test_a_picture_two_hours_later_is_about_something_else(
    lively_town: Connected, talking_desk: Desk, clock: Clock
) -> None:
    resident = lively_town.wechat.follower("qinghe")
    await resident.says(REPORT)
    await resident.taps(AGREE)

    clock.turn(hours=2)
    await resident.sends_image(photographed())

    assert belongs_to(attachments_of(talking_desk, resident.openid)[0]) == (None, None)
    assert "这是什么事" in resident.messages[-1].text


@pytest.mark.parametrize("by_address", [False, True])
async def test_a_film_is_kept_without_where_it_was_taken(
    lively_town: Connected, talking_desk: Desk, tmp_path: Path, *, by_address: bool
) -> None:
    lively_town.wechat.platform.videos_by_address = by_address
    resident = lively_town.wechat.follower("qinghe")

    await resident.sends_video(filmed(box(b"udta", box(b"\xa9xyz", PLACE))))

    found = await fetched(talking_desk, resident.openid)
    assert (found.state, found.content_type) == (AttachmentState.STORED, "video/mp4")
    assert found.file is not None
    assert PLACE not in (tmp_path / "media" / found.file).read_bytes()
    assert resident.messages[0].text.startswith("视频收到了。")


async def test_who_leaves_takes_their_pictures_along(
    lively_town: Connected, talking_desk: Desk, tmp_path: Path
) -> None:
    resident = lively_town.wechat.follower("qinghe")
    await resident.sends_image(photographed())
    found = await fetched(talking_desk, resident.openid)
    assert found.file is not None
    assert (tmp_path / "media" / found.file).exists()

    await resident.leaves()

    assert list((tmp_path / "media").rglob("*.*")) == []


async def test_a_picture_on_its_way_when_its_sender_leaves_is_neither_kept_nor_given_to_somebody_else(
    lively_town: Connected, talking_desk: Desk, tmp_path: Path
) -> None:
    platform = lively_town.wechat.platform
    resident, neighbour = lively_town.wechat.follower("qinghe"), lively_town.wechat.follower("qinghe")
    platform.delay(GET, 0.5)
    await resident.sends_image(photographed())
    await eventually(lambda: platform.traffic.counts["qinghe", GET])

    await resident.leaves()
    await neighbour.sends_image(drawn("PNG"))

    # Fetched one after the other: the neighbour's comes later, and may stand in the row that became free.
    found = await fetched(talking_desk, neighbour.openid)
    assert found.content_type == "image/png"
    assert [str(path.relative_to(tmp_path / "media")) for path in (tmp_path / "media").rglob("*.*")] == [found.file]


async def test_one_that_cannot_be_read_keeps_no_other_from_being_fetched(
    lively_town: Connected, talking_desk: Desk, clock: Clock
) -> None:
    lively_town.wechat.platform.fail_next(GET, -1)
    first, second = lively_town.wechat.follower("qinghe"), lively_town.wechat.follower("qinghe")
    await first.sends_image(photographed())
    bad = await tried(talking_desk, first.openid)
    with talking_desk.transaction() as session:
        session.execute(text("UPDATE attachments SET kind = 'smell' WHERE id = :id"), {"id": bad.id})
    clock.turn(days=1)

    await second.sends_image(photographed())

    assert (await fetched(talking_desk, second.openid)).state is AttachmentState.STORED
