"""The emergency screen with small rules of its own; the real rules are tested with their data."""

import pytest

from bot.core.emergencies import EmergencyRules
from bot.errors import InvalidInput, NotFound

RULES = EmergencyRules.from_mapping(
    {
        "lookalikes": ["火锅", "猫.{0,3}走丢"],
        "drills": ["演习"],
        "doubts": {"hypothetical": ["要是|万一"], "past": ["上次|去年"], "settled": ["已经扑灭"]},
        "present": ["现在又"],
        "situations": [
            {"leaf": "0101", "patterns": ["着火|冒烟", "火锅"], "unless": ["烧烤"], "despite": []},
            {"leaf": "0103", "patterns": ["电梯.{0,4}停.{0,6}里面有人"], "unless": [], "despite": []},
            {"leaf": "0105", "patterns": ["走丢"]},
            {"leaf": "0106", "patterns": ["不想活"], "despite": ["hypothetical", "past"]},
        ],
        "cards": {
            "0101": {"bubbles": ["马上离开"], "numbers": [{"name": "火警", "number": "119"}], "question": "哪个小区？"}
        },
    }
)


@pytest.mark.parametrize(
    ("message", "leaf"),
    [
        ("三楼着火了", "0101"),
        ("三 楼 冒 烟 了", "0101"),
        ("电梯停了，里面有人", "0103"),
        ("猫走丢了，三楼着火", "0101"),
        ("上次着火没管，现在又冒烟了", "0101"),
        ("要是没人来，我就不想活了", "0106"),
        ("去年烧过一次。楼下着火了", "0101"),
        ("老人走丢了", "0105"),
    ],
)
def test_an_emergency_is_recognised(message: str, leaf: str) -> None:
    assert RULES.screen(message) == leaf
    assert not RULES.is_look_alike(message)


@pytest.mark.parametrize(
    "message",
    ["吃火锅去", "猫走丢了", "消防演习冒烟了", "要是着火了怎么办", "上次着火谁赔", "着火了，已经扑灭", "楼下烧烤冒烟"],
)
def test_a_look_alike_is_told_apart(message: str) -> None:
    assert RULES.screen(message) is None
    assert RULES.is_look_alike(message)


def test_ordinary_words_are_neither() -> None:
    assert RULES.screen("楼道灯坏了") is None
    assert not RULES.is_look_alike("楼道灯坏了")


def test_the_card_has_bubbles_numbers_and_one_question() -> None:
    card = RULES.card("0101")
    assert (card.bubbles, card.numbers, card.question) == (("马上离开",), (("火警", "119"),), "哪个小区？")


def test_a_leaf_without_a_card_is_not_found() -> None:
    with pytest.raises(NotFound):
        RULES.card("0102")


@pytest.mark.parametrize(
    ("broken", "path"),
    [
        ({"situations": [{"leaf": "0101", "patterns": ["("]}]}, r"situations\[0\].patterns\[0\]"),
        ({"situations": [{"leaf": "0101", "patterns": []}]}, r"situations\[0\].patterns"),
        ({"situations": [{"leaf": "0101", "patterns": ["a"], "despite": ["maybe"]}]}, r"situations\[0\].despite"),
        ({"drills": "演习"}, "drills"),
        ({"cards": {"0101": {"bubbles": [1]}}}, r"cards.0101.bubbles\[0\]"),
        ({"cards": []}, "cards"),
    ],
)
def test_a_broken_entry_is_named(broken: dict[str, object], path: str) -> None:
    with pytest.raises(InvalidInput, match=path):
        EmergencyRules.from_mapping(broken)


def test_ten_thousand_signs_are_screened() -> None:
    assert RULES.screen("灯坏了" * 5000) is None
