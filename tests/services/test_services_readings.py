from bot.core.urgency import Urgency
from bot.services.readings import put_right, reading_of, right_in_words

KEPT: dict[str, object] = {
    "intent": "report_event",
    "urgency": "P2",
    "urgency_reasons": ["好几天了"],
    "address": [{"text": "5号楼", "type": "building"}, "nonsense", {"type": "unit"}],
    "intent_words": ["灯", 3, ""],
    "leaf_words": ["楼道"],
}


def test_what_decided_is_read_back() -> None:
    reading = reading_of(KEPT)

    assert reading
    assert (reading.urgency, reading.urgency_reasons) == (Urgency.P2, ("好几天了",))
    assert (reading.intent_words, reading.leaf_words, reading.places) == (("灯",), ("楼道",), ("5号楼",))


def test_a_reading_of_another_shape_is_no_reason_to_fail() -> None:
    reading = reading_of({"intent": "menu", "urgency": "P9", "address": {"a": 1}, "intent_words": "灯"})

    assert reading
    assert (reading.urgency, reading.places, reading.intent_words) == (None, (), ())


def test_what_people_put_right_is_added_and_told_in_words() -> None:
    once = put_right(KEPT, "6号楼", None)
    twice = put_right(once, "", Urgency.P1)

    assert right_in_words(twice) == f"地点应是“6号楼”；应是{Urgency.P1.plain}"
    assert twice["intent"] == "report_event"
    assert right_in_words(KEPT) == ""
