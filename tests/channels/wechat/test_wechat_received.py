"""What a message says: its fields by name, its place, and the key that tells it from every other."""

import pytest

from bot.channels.wechat.bodies import Tree
from bot.channels.wechat.received import KEY_LIMIT, Received, read_received
from bot.channels.wechat.refusals import Reason, Refused
from tests.channels.wechat import sent


@pytest.mark.parametrize("name", ["ToUserName", "FromUserName", "CreateTime", "MsgType"])
@pytest.mark.parametrize("value", ["", "  ", {"b": "text"}, ["text", "text"], "字" * 129])
def test_every_message_has_its_four_fields_once(name: str, value: object) -> None:
    assert refused(**{name: value})
    assert refused(**{name: None})


@pytest.mark.parametrize("created", ["soon", "-1", "1.0", "１", "9" * 30])
def test_a_message_was_written_at_some_second(created: str) -> None:
    assert refused(CreateTime=created)


@pytest.mark.parametrize("event", [None, "", ["subscribe", "CLICK"], {"a": "b"}])
def test_an_event_has_a_name(event: object) -> None:
    assert refused(MsgType="event", Event=event)


@pytest.mark.parametrize("name", ["MsgId", "EventKey"])
def test_what_tells_messages_apart_is_one_text(name: str) -> None:
    assert refused(**{name: ["1", "2"]}, **({} if name == "MsgId" else {"MsgId": None}))


def test_a_kind_nobody_has_heard_of_is_still_a_message() -> None:
    assert read(MsgType=" Hologram ").kind == "hologram"


def test_a_tap_on_a_menu_message_is_text_with_the_choice() -> None:
    tapped = read(Content="对，报上去", bizmsgmenuid="1")

    assert (tapped.text, tapped.menu_id) == ("对，报上去", "1")
    assert read().menu_id is None


def test_a_recording_keeps_its_format_and_may_have_been_understood() -> None:
    recording = read(MsgType="voice", MediaId="m1", Format="AMR", Recognition="电梯坏了")

    assert (recording.media_id, recording.format, recording.recognition) == ("m1", "amr", "电梯坏了")
    assert read(MsgType="voice", MediaId="m1").recognition == ""


def test_a_place_sent_gives_x_as_latitude() -> None:
    place = read(MsgType="location", Location_X="23.13", Location_Y="113.36", Label="海棠路3号")

    assert (place.latitude, place.longitude, place.label) == (23.13, 113.36, "海棠路3号")


def test_a_place_reported_or_chosen_is_read_alike() -> None:
    reported = read(MsgType="event", Event="LOCATION", Latitude="23.1", Longitude="113.3")
    info = {"Location_X": "23.1", "Location_Y": "113.3", "Label": "海棠路"}
    chosen = read(MsgType="event", Event="location_select", EventKey="6", SendLocationInfo=info)

    assert (reported.latitude, reported.longitude) == (chosen.latitude, chosen.longitude) == (23.1, 113.3)
    assert chosen.label == "海棠路"


def test_a_message_without_a_place_has_none() -> None:
    assert (read().latitude, read(Location_X=" ").latitude) == (None, None)


@pytest.mark.parametrize("degrees", ["north", "nan", "inf", "1e2", "1_0", "91", "-90.5", "２３", "999999"])
def test_a_latitude_is_a_number_on_earth(degrees: str) -> None:
    assert refused(MsgType="location", Location_X=degrees, Location_Y="113.3")


@pytest.mark.parametrize(
    ("event", "key", "scene"),
    [
        ("subscribe", "qrscene_b3", "b3"),
        ("SCAN", "b3", "b3"),
        ("subscribe", "", None),
        ("subscribe", "qrscene_", None),
        ("subscribe", "last_trade_no_1", None),
        ("CLICK", "qrscene_b3", None),
    ],
)
def test_a_scanned_code_is_named_by_its_scene(event: str, key: str, scene: str | None) -> None:
    assert read(MsgType="event", Event=event, EventKey=key).scene == scene


def test_following_and_leaving_are_told_apart() -> None:
    leaving, following = (read(MsgType="event", Event=event) for event in ("unsubscribe", "Subscribe"))

    assert (leaving.unsubscribing, leaving.subscribing) == (True, False)
    assert (following.unsubscribing, following.subscribing) == (False, True)


def test_a_link_has_a_title_a_description_and_an_address() -> None:
    link = read(MsgType="link", Title="停水通知", Description="明天上午", Url="https://linli.example/1")

    assert (link.title, link.description, link.url) == ("停水通知", "明天上午", "https://linli.example/1")


def test_two_events_of_one_second_have_two_keys() -> None:
    place = read(MsgType="event", Event="LOCATION", Latitude="23.1", Longitude="113.3", MsgId=None)
    viewed = read(MsgType="event", Event="VIEW", EventKey="https://linli.example/", MsgId=None)
    other = read(MsgType="event", Event="VIEW", EventKey="https://linli.example/2", MsgId=None)

    assert len({place.key, viewed.key, other.key}) == 3


def test_a_key_too_long_for_the_store_still_differs_in_its_last_character() -> None:
    first, second = (read(MsgType="event", Event="VIEW", EventKey="页" * 500 + end, MsgId=None) for end in "12")

    assert first.key != second.key
    assert len(first.key) == len(second.key) == KEY_LIMIT


def read(**fields: object) -> Received:
    given: dict[str, object] = {**sent.FIELDS, **fields}
    tree: Tree = {name: value for name, value in given.items() if isinstance(value, str | dict | list)}
    return read_received(tree)


def refused(**fields: object) -> bool:
    with pytest.raises(Refused) as refusal:
        read(**fields)
    return refusal.value.reason is Reason.FIELDS
