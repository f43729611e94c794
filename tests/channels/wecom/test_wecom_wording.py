"""Alerts as lines of a message."""

from datetime import UTC, datetime, timedelta

from bot.channels.wecom import wording
from bot.channels.wecom.wording import Heard, Line

NOW = datetime(2026, 3, 12, 2, 30, tzinfo=UTC)


def heard(number: int, topic: str = "record", minutes_ago: int = 0) -> Heard:
    return Heard(number, f"{topic}#{number}", f"事{number}", NOW - timedelta(minutes=minutes_ago))


def test_one_kind_makes_one_line_with_the_newest_words() -> None:
    lines = wording.merged([heard(1), heard(2, "visit"), heard(3)], NOW)

    assert lines == [Line("事3（共2条）", (1, 3)), Line("事2", (2,))]


def test_who_waits_is_told_with_the_longest_wait() -> None:
    alone = wording.merged([heard(1, "waiting-person", 4)], NOW)
    several = wording.merged([heard(1, "waiting-person", 12), heard(2, "waiting-person", 3)], NOW)
    just_now = wording.merged([heard(1, "waiting-person")], NOW)

    assert [line.text for line in (*alone, *several, *just_now)] == [
        "事1，等了4分钟",
        "事2，最久的等了12分钟（共2条）",
        "事1",
    ]


def test_an_urgent_call_that_comes_late_says_when_it_was() -> None:
    lines = wording.calls([heard(1, minutes_ago=2), heard(2, minutes_ago=25)], NOW)

    assert [line.text for line in lines] == ["事1", "事2（10:05的事，刚刚送到）"]


def test_a_message_holds_as_many_lines_as_have_room() -> None:
    lines = [Line("一二", (1,)), Line("三四", (2,)), Line("五", (3,))]

    assert wording.fitting(lines, 13) == lines[:2]
    assert wording.fitting(lines, 12) == lines[:1]
    assert wording.fitting(lines, 17) == lines


def test_a_line_too_long_for_any_message_is_cut_between_characters() -> None:
    assert wording.fitting([Line("一二三", (1,))], 8) == [Line("一二", (1,))]


def test_chinese_goes_out_as_it_is() -> None:
    assert "请马上联系居民" in wording.text_body([Line("请马上联系居民", (1,))], ()).decode()


def test_a_full_digest_with_mentions_is_no_longer_than_allowed() -> None:
    duty = ["a" * 64] * 20
    lines = wording.fitting([Line("字" * 2000, (1,))], wording.digest_room(duty))

    body = wording.digest_body(lines, duty).decode()

    assert (
        len(body.encode()) <= wording.LONGEST_DIGEST + len('{"msgtype": "markdown", "markdown": {"content": ""}}') + 3
    )
    assert body.count("<@") == 20
