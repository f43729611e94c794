"""Signs of age in what people write."""

import pytest

from bot.core.elderly import ElderlyRules, ElderlySignal, read
from bot.core.spoken_ages import find_ages
from bot.errors import InvalidInput

RULES = ElderlyRules.from_mapping(
    {
        "groups": [
            {
                "group": "kin_without_age",
                "weight": 0.3,
                "role": "relative",
                "phrases": ["我妈", "我爸"],
                "patterns": [],
            },
            {
                "group": "acting_for",
                "weight": 0.6,
                "role": "relative_or_neighbor",
                "phrases": ["奶奶"],
                "patterns": ["老(太太|爷子)"],
            },
            {"group": "body", "weight": 0.35, "role": "self", "phrases": ["腿脚不利索"], "patterns": []},
            {"group": "digital", "weight": 0.35, "role": "self", "phrases": ["不会弄手机"], "patterns": []},
            {"group": "condition", "weight": 0.5, "role": "any", "phrases": ["独居"], "patterns": []},
        ],
        "lookalikes": ["奶奶个腿"],
        "thresholds": {"ask_confirm": 0.6, "style_only": 0.35},
    }
)


@pytest.mark.parametrize(
    ("message", "years"),
    [
        ("我八十三了", 83),
        ("今年79", 79),
        ("快九十了", 90),
        ("奔八十的人了", 80),
        ("我妈91岁", 91),
        ("俺娘九十一", 91),
        ("我都七十好几了", 70),
        ("我爸今年满80了，高龄津贴咋办", 80),
        ("奶奶九十岁了还住六楼", 90),
        ("七十多岁的人了", 70),
        ("我60了", 60),
        ("刚满60周岁", 60),
        ("本人82岁", 82),
        ("他今年六十八", 68),
        ("楼上老太太七十八了一个人住", 78),
        ("我今年六十", 60),
        ("我妈55岁", 55),
        ("老伴一百零一岁", 101),
    ],
)
def test_a_spoken_age_is_understood(message: str, years: int) -> None:
    assert find_ages(message)[0].years == years


@pytest.mark.parametrize("message", ["我是52年生人", "我这把年纪了", "古稀之人", "我岁数大了", "1948年出生"])
def test_an_old_age_may_be_told_without_a_number(message: str) -> None:
    assert [age.is_elderly for age in find_ages(message)][:1] == [True]


@pytest.mark.parametrize(
    "message",
    [
        "房子六十多年了",
        "物业费八十了",
        "房龄60岁",
        "我家302",
        "80平",
        "等了60天",
        "65岁以上免费体检怎么办",
        "我等了八十分钟",
        "小区有60户",
        "电费都60了",
        "一个月物业费快90了",
        "高压90",
        "坐80路",
        "80后",
        "我们楼60年了",
        "我打110了",
        "住八十号楼",
        "六十楼",
        "花了70块",
        "2019年",
        "3月12号",
    ],
)
def test_houses_money_sizes_and_dates_have_no_age(message: str) -> None:
    assert find_ages(message) == ()


@pytest.mark.parametrize(
    ("message", "signal", "role"),
    [
        ("我八十三了，灯坏了", ElderlySignal.YES, "self"),
        ("我妈91岁一个人在家", ElderlySignal.YES, "relative"),
        ("隔壁老太太家没水", ElderlySignal.YES, "neighbor"),
        ("八十岁老人爬楼", ElderlySignal.YES, "relative"),
        ("我妈让我问社保", ElderlySignal.POSSIBLE, "relative"),
        ("我腿脚不利索", ElderlySignal.POSSIBLE, "self"),
        ("有人独居", ElderlySignal.POSSIBLE, ""),
        ("腿脚不利索，又独居", ElderlySignal.YES, "self"),
        ("孙子12岁，奶奶带", ElderlySignal.YES, "relative"),
        ("我妈55岁想问社保", ElderlySignal.NO, ""),
        ("奶奶个腿，又停水", ElderlySignal.NO, ""),
        ("老小区电梯坏了", ElderlySignal.NO, ""),
        ("", ElderlySignal.NO, ""),
    ],
)
def test_signal_and_role(message: str, signal: ElderlySignal, role: str) -> None:
    found = read(message, RULES)
    assert (found.signal, found.role) == (signal, role)


def test_two_groups_weigh_more_than_one_and_their_words_are_kept() -> None:
    found = read("腿脚不利索，不会弄手机", RULES)
    assert (found.score, found.words) == (0.55, ("腿脚不利索", "不会弄手机"))


@pytest.mark.parametrize(
    ("broken", "path"),
    [
        ({"groups": [{"group": "a", "weight": "much", "role": "self"}]}, r"groups\[0\].weight"),
        ({"groups": [], "thresholds": {}}, "thresholds.ask_confirm"),
    ],
)
def test_a_broken_entry_is_named(broken: dict[str, object], path: str) -> None:
    with pytest.raises(InvalidInput, match=path):
        ElderlyRules.from_mapping(broken)
