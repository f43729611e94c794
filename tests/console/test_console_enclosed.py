"""How a conversation shows what came with its messages."""

import pytest

from bot.console.enclosed import enclosed
from bot.services.desk import Desk
from bot.store.tables import Attachment, AttachmentKind, AttachmentState
from tests.console.house import House
from tests.services import stage

TALKS = "/console/conversations"
STORED, WHOLE = AttachmentState.STORED, AttachmentState.WHOLE


def sends(desk: Desk, text: str, kind: AttachmentKind, state: AttachmentState, **columns: object) -> tuple[str, str]:
    """A resident sends something; returns the addresses of the conversation and of the bytes."""
    with desk.transaction() as session:
        resident = stage.someone(session, desk)
        message_id = stage.says(session, desk, resident, text)
        row = Attachment(message_id=message_id, kind=kind, state=state, created_at=desk.clock(), **columns)
        session.add(row)
        session.flush()
        return f"{TALKS}/{stage.talk_of(session, desk, resident).id}", f"/console/attachments/{row.id}"


async def shown(house: House, address: str) -> str:
    return (await (await house.enter(stage.WORKER)).get(address)).text


async def test_a_picture_is_shown_and_leads_to_itself_in_full(house: House, desk: Desk) -> None:
    talk, bytes_at = sends(desk, "[照片]", AttachmentKind.IMAGE, STORED, file="a.jpg", content_type="image/jpeg")

    page = await shown(house, talk)

    assert f'<a href="{bytes_at}" target="_blank" rel="noopener"><img src="{bytes_at}" loading="lazy"' in page


async def test_a_voice_message_can_be_heard_or_saved(house: House, desk: Desk) -> None:
    talk, bytes_at = sends(desk, "[语音]", AttachmentKind.VOICE, STORED, file="a.amr", content_type="audio/amr")

    page = await shown(house, talk)

    assert f'<audio controls preload="none" src="{bytes_at}"' in page
    assert f'href="{bytes_at}" download>下载语音</a>' in page
    assert "AMR格式，手机和播放器能听" in page


async def test_only_of_amr_it_is_said_what_plays_it(house: House, desk: Desk) -> None:
    talk, _ = sends(desk, "[语音]", AttachmentKind.VOICE, STORED, file="a.mp3", content_type="audio/mpeg")

    page = await shown(house, talk)

    assert "下载语音" in page
    assert "AMR" not in page


async def test_a_film_waits_until_it_is_asked_for(house: House, desk: Desk) -> None:
    talk, bytes_at = sends(desk, "[视频]", AttachmentKind.VIDEO, STORED, file="a.mp4", content_type="video/mp4")

    assert f'<video controls preload="none" src="{bytes_at}"' in await shown(house, talk)


async def test_a_position_is_told_with_its_grid_and_coordinates(house: House, desk: Desk) -> None:
    building = next(one for one in desk.gazetteer.buildings if one.id == stage.BUILDING)
    grid = next(one for one in desk.gazetteer.grids if one.id == building.grid_id)
    talk, _ = sends(
        desk,
        "[位置] 青禾苑南门",
        AttachmentKind.LOCATION,
        WHOLE,
        label="青禾苑南门",
        lon=building.lon,
        lat=building.lat,
    )

    page = await shown(house, talk)

    assert "青禾苑南门" in page
    assert f"网格：{grid.name}" in page
    assert f"纬度 {building.lat:.5f}，经度 {building.lon:.5f}" in page


async def test_a_position_outside_all_grids_has_coordinates_only(house: House, desk: Desk) -> None:
    talk, _ = sends(desk, "[位置]", AttachmentKind.LOCATION, WHOLE, lon=0.0, lat=-1.5)

    page = await shown(house, talk)

    assert "纬度 -1.50000，经度 0.00000" in page
    assert "网格：" not in page


async def test_a_link_names_the_site_it_leads_to(house: House, desk: Desk) -> None:
    url = "https://news.example/a?b=1&c=2"
    talk, _ = sends(desk, "[链接] 停水通知", AttachmentKind.LINK, WHOLE, label="停水通知", url=url)

    page = await shown(house, talk)

    assert 'href="https://news.example/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer nofollow"' in page
    assert "打开链接（news.example）" in page


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//news.example/a",
        "https://evil.example\\@news.example/",
        "https://news.example\n.evil.example/",
        "https://[news.example/",
        "https:///a",
        "/console",
        "",
    ],
)
async def test_a_link_that_is_not_a_plain_address_cannot_be_followed(house: House, desk: Desk, url: str) -> None:
    talk, _ = sends(desk, "[链接] 领奖", AttachmentKind.LINK, WHOLE, label="领奖", url=url)

    page = await shown(house, talk)

    assert "这个链接不安全，没有放上来" in page
    assert "打开链接" not in page


def test_the_site_is_the_one_a_browser_goes_to(desk: Desk) -> None:
    link = Attachment(
        id=1,
        kind=AttachmentKind.LINK,
        state=WHOLE,
        created_at=stage.NOW,
        url="https://news.example@evil.example:8443/",
    )

    assert enclosed(desk, link).host == "evil.example"


@pytest.mark.parametrize(
    ("state", "fault", "said"),
    [
        (AttachmentState.PENDING, None, "照片：正在取…"),
        (AttachmentState.PENDING, "unreachable", "照片：正在取…"),
        (AttachmentState.REFUSED, "too_large", "照片：文件太大，没有收"),
        (AttachmentState.REFUSED, None, "照片：没有收"),
        (AttachmentState.LOST, "40007", "照片：微信那边只留3天，已经过期"),
        (AttachmentState.LOST, "unreachable", "照片：没有取到"),
    ],
)
async def test_what_is_not_there_is_said_in_plain_words(
    house: House, desk: Desk, state: AttachmentState, fault: str | None, said: str
) -> None:
    talk, bytes_at = sends(desk, "[照片]", AttachmentKind.IMAGE, state, fault=fault)

    page = await shown(house, talk)

    assert said in page
    assert bytes_at not in page


async def test_what_came_with_a_message_is_in_the_part_an_open_page_asks_for(house: House, desk: Desk) -> None:
    talk, bytes_at = sends(desk, "[照片]", AttachmentKind.IMAGE, STORED, file="a.jpg", content_type="image/jpeg")

    assert bytes_at in await shown(house, f"{talk}/news?part=said&after=0")


def test_labels_are_shown_without_phones(desk: Desk) -> None:
    place = Attachment(
        id=1,
        kind=AttachmentKind.LOCATION,
        state=WHOLE,
        created_at=stage.NOW,
        label="修灯打19900000088",
    )

    told = enclosed(desk, place)

    assert told.label == "修灯打199****0088"
