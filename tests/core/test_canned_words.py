import pytest

from bot.core.canned_words import Blank, filled_in, problem_of


def test_every_blank_is_filled_in_wherever_it_stands() -> None:
    values = {Blank.RESIDENT: "王老师", Blank.PHONE: "0571-1", Blank.ME: "李青"}

    assert (
        filled_in("{居民称呼}您好，我是{我的姓名}，{居民称呼}打{社区电话}", values)
        == "王老师您好，我是李青，王老师打0571-1"
    )


def test_what_is_filled_in_is_not_read_for_blanks_again() -> None:
    values = dict.fromkeys(Blank, "{我的姓名}")

    assert filled_in("{居民称呼}", values) == "{我的姓名}"


@pytest.mark.parametrize("text", ["没有空", "{居民称呼}", "打{社区电话}找{我的姓名}"])
def test_known_blanks_are_no_problem(text: str) -> None:
    assert problem_of(text) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{身份证}", "不认识{身份证}"),
        ("{}", "不认识{}"),
        ("{居民称呼", "没有成对"),
        ("居民称呼}", "没有成对"),
        ("{{居民称呼}}", "没有成对"),
    ],
)
def test_a_blank_nobody_can_fill_in_is_named(text: str, said: str) -> None:
    assert said in problem_of(text)
