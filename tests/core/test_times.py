"""The resident's own words for a time to come."""

import pytest

from bot.core.times import find_time


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("明天上午", "明天上午"),
        ("周三下午三点以后来吧", "周三下午三点以后"),
        ("后天有空", "后天"),
        ("下周二或者周三都行", "下周二或者周三"),
        ("3点到5点", "3点到5点"),
        ("上午9点半", "上午9点半"),
        ("我下午两点后在家", "下午两点后"),
        ("2号下午来人", "2号下午"),
        ("12月5号上午", "12月5号上午"),
        ("今晚8点", "今晚8点"),
        ("9:30以后", "9:30以后"),
        ("工作日下班以后", "工作日下班以后"),
        ("随时都行", "随时都行"),
        ("哪天都行", "哪天都行"),
        ("现在就来", "现在"),
        ("礼拜三", "礼拜三"),
        ("大后天中午吧", "大后天中午"),
        ("8点", "8点"),
        ("昨天没等到人，明天上午行吗", "明天上午"),
    ],
)
def test_a_time_is_found_in_the_residents_words(message: str, words: str) -> None:
    assert find_time(message) == words


@pytest.mark.parametrize(
    "message",
    [
        "我昨天上午报的",
        "等了一上午",
        "3号楼灯坏了",
        "灯坏了三天",
        "从早上就停水",
        "没水了",
        "半小时",
        "一点都不好",
        "有一点吵",
        "提三点意见",
        "",
    ],
)
def test_the_past_and_mere_durations_are_no_appointment(message: str) -> None:
    assert find_time(message) is None
