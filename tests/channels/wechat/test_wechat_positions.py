"""Positions sent from a phone: the building next to it, else the grid that holds it, else what the phone calls it."""

import pytest

from bot.services import residents, talk
from bot.services.desk import Desk
from bot.store.tables import AttachmentState, HandoverKind, MessageStatus
from tests.channels.wechat.connected import Connected
from tests.channels.wechat.kept import attachments_of, events_of, handed_over, heard_from, resident_of
from tests.services.stage import WORKER, staff

MATTER, AGREE = "路灯坏了", "对，报上去"
# Latitude and longitude: in the middle of a grid, beside a building, and in another town.
SQUARE, DOOR, ELSEWHERE = (30.5064, 116.2062), (30.50377, 116.20199), (31.2, 121.4)


@pytest.mark.parametrize(
    ("at", "grid", "community"),
    [
        (SQUARE, "qinghe-g1", "qinghe"),
        ((30.5105, 116.2043), "qinghe-g2", "qinghe"),
        ((30.5065, 116.2122), "qinghe-g3", "qinghe"),
        ((30.5111, 116.2116), "qinghe-g4", "qinghe"),
        ((30.5072, 116.2182), "guixiang-g1", "guixiang"),
        ((30.502, 116.208), "liuan-g2", "liuan"),
    ],
)
async def test_a_position_says_whose_grid_a_matter_is_in(
    lively_town: Connected, talking_desk: Desk, at: tuple[float, float], grid: str, community: str
) -> None:
    resident = lively_town.wechat.follower("qinghe")

    await resident.says(MATTER)
    await resident.sends_location(*at, "小广场东边")
    await resident.taps(AGREE)

    (event,) = events_of(talking_desk, resident.openid)
    assert (event.grid_id, event.community_id) == (grid, community)
    assert (event.place_text, event.building_id) == ("小广场东边", None)


async def test_beside_a_building_that_building_is_meant(lively_town: Connected, talking_desk: Desk) -> None:
    resident = lively_town.wechat.follower("qinghe")

    await resident.says("楼道灯坏了")
    await resident.sends_location(*DOOR, "青禾路18号")
    await resident.taps(AGREE)

    (event,) = events_of(talking_desk, resident.openid)
    assert (event.grid_id, event.building_id, event.place_text) == ("qinghe-g1", "qinghe-qh-5", "青禾苑5号楼")


async def test_a_position_before_any_words_is_where_the_matter_is(lively_town: Connected, talking_desk: Desk) -> None:
    resident = lively_town.wechat.follower("qinghe")

    await resident.sends_location(*SQUARE, "小广场东边")
    await resident.says(MATTER)
    await resident.taps(AGREE)

    (event,) = events_of(talking_desk, resident.openid)
    assert "小广场东边" in resident.messages[0].text
    assert (event.grid_id, event.place_text) == ("qinghe-g1", "小广场东边")


async def test_a_position_no_map_of_ours_holds_is_taken_as_it_is_called(
    lively_town: Connected, talking_desk: Desk
) -> None:
    resident = lively_town.wechat.follower("qinghe")

    await resident.says(MATTER)
    await resident.sends_location(*ELSEWHERE, "人民公园南门")
    await resident.taps(AGREE)

    (event,) = events_of(talking_desk, resident.openid)
    assert (event.place_text, event.grid_id, event.building_id) == ("人民公园南门", None, None)


async def test_a_position_without_a_name_is_named_after_its_grid(lively_town: Connected, talking_desk: Desk) -> None:
    resident = lively_town.wechat.follower("qinghe")

    await resident.says(MATTER)
    await resident.sends_location(*SQUARE, "")
    await resident.taps(AGREE)

    (event,) = events_of(talking_desk, resident.openid)
    assert (event.place_text, event.grid_id) == ("青禾里第一网格内", "qinghe-g1")


async def test_in_an_emergency_a_position_is_where_help_is_needed(lively_town: Connected, talking_desk: Desk) -> None:
    resident = lively_town.wechat.follower("qinghe")

    await resident.says("着火了")
    await resident.sends_location(*SQUARE, "小广场东边")

    (event,) = events_of(talking_desk, resident.openid)
    assert (event.leaf, event.grid_id, event.place_text) == ("0101", "qinghe-g1", "小广场东边")
    assert "已经告诉值班人员" in resident.messages[-1].text
    assert len(handed_over(talking_desk, HandoverKind.EMERGENCY)) == 1


async def test_a_worker_who_holds_the_conversation_gets_the_position(
    lively_town: Connected, talking_desk: Desk
) -> None:
    resident = lively_town.wechat.follower("qinghe")
    await resident.says("0")
    with talking_desk.transaction() as session:
        conversation = residents.conversation_with(session, talking_desk, resident_of(talking_desk, resident.openid))
        talk.take(session, talking_desk, conversation.id, staff(session, WORKER))
    said = len(resident.messages)

    await resident.sends_location(*SQUARE, "小广场东边")

    position = attachments_of(talking_desk, resident.openid)[0]
    assert heard_from(talking_desk, resident.openid)[-1].status is MessageStatus.HELD
    assert (position.state, position.lat, position.lon) == (AttachmentState.WHOLE, *SQUARE)
    assert [shown for shown in resident.messages[said:] if "小广场" in shown.text] == []
