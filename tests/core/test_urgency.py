"""Raising the usual urgency of a matter."""

from datetime import UTC, datetime

import pytest

from bot.core.urgency import Urgency, assess

NOON = datetime(2026, 3, 30, 4, tzinfo=UTC)
NIGHT = datetime(2026, 3, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("灯坏了，老人摸黑下楼差点摔了", "关系到老人"),
        ("停水了，家里有几个月的宝宝", "关系到孩子"),
        ("电梯停了，我怀孕八个月", "关系到孕妇"),
        ("坡道被占，我爸坐轮椅出不去", "关系到残疾人"),
        ("整栋楼停电", "影响三户以上"),
        ("有五户人家没水", "影响三户以上"),
        ("我们单元的都没水", "影响三户以上"),
        ("暴雨天井盖没了", "碰上恶劣天气"),
        ("化粪池往外冒", "污水外溢或进屋"),
        ("厨房地漏返水", "污水外溢或进屋"),
        ("隔壁在敲承重墙", "有危险"),
        ("桥栏杆断了，存在重大安全隐患", "有危险"),
    ],
)
def test_what_the_words_tell_raises_by_one_level(text: str, reason: str) -> None:
    found = assess(Urgency.P2, text, now=NOON)
    assert (found.urgency, found.reasons) == (Urgency.P1, (reason,))


@pytest.mark.parametrize(
    "text",
    ["楼道灯坏了", "隔壁孩子太吵", "有两户没交钱", "一户一表怎么办", "广场舞大妈放音乐", "老年活动室", "路口积水"],
)
def test_an_ordinary_matter_stays_as_usual(text: str) -> None:
    assert assess(Urgency.P2, text, now=NOON).urgency is Urgency.P2


def test_night_hurries_a_defect_but_not_a_question() -> None:
    assert assess(Urgency.P2, "没水", now=NIGHT).reasons == ("夜里发生",)
    assert assess(Urgency.P3, "居住证怎么办", now=NIGHT).urgency is Urgency.P3


def test_without_a_clock_the_night_hurries_nothing() -> None:
    assert assess(Urgency.P2, "没水", now=None).reasons == ()


def test_many_reasons_still_raise_only_one_level() -> None:
    found = assess(Urgency.P3, "整栋楼都想装电梯", elderly=True, reported_before=True, now=NOON)
    assert found.urgency is Urgency.P2
    assert found.reasons == ("家里有老人", "影响三户以上", "同一处30天内报过")


def test_only_an_emergency_is_p0_and_nothing_lowers_it() -> None:
    assert assess(Urgency.P1, "整栋楼停水", elderly=True, now=NIGHT).urgency is Urgency.P1
    assert assess(Urgency.P0, "着火了", now=NOON).urgency is Urgency.P0


def test_the_more_urgent_level_is_the_smaller() -> None:
    assert min(Urgency) is Urgency.P0
