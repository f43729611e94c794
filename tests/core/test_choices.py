"""Answers to a numbered list."""

import pytest

from bot.core.choices import chosen

CHOICES = ("楼道灯坏了", "垃圾没人收", "都不是")


@pytest.mark.parametrize(
    ("answer", "index"),
    [
        ("1", 0),
        ("①", 0),
        ("１", 0),
        ("1.", 0),
        ("一", 0),
        ("第一个", 0),
        ("1号", 0),
        ("选2", 1),
        ("二", 1),
        ("2吧", 1),
        ("两", 1),
        ("我选第三个", 2),
        ("第2项就行", 1),
        ("最后一个", 2),
        ("都不是", 2),
        ("垃圾没人收", 1),
        ("垃圾没人收吧", 1),
        ("楼道灯", 0),
        (" 2。 ", 1),
        ("嗯，1", 0),
    ],
)
def test_a_choice_is_picked_by_number_or_title(answer: str, index: int) -> None:
    assert chosen(answer, CHOICES) == index


@pytest.mark.parametrize(
    "answer",
    ["1号楼", "4", "0", "", "😀", "灯", "不是", "3号楼2单元", "1单元", "12", "一个都没有修", "随便", "2楼", "1月1号"],
)
def test_other_answers_pick_nothing(answer: str) -> None:
    assert chosen(answer, CHOICES) is None


def test_a_part_that_two_titles_share_picks_nothing() -> None:
    assert chosen("号楼", ("桂香苑3号楼", "望江名城3号楼")) is None
    assert chosen("望江名城", ("桂香苑3号楼", "望江名城3号楼")) == 1


def test_nothing_can_be_chosen_from_nothing() -> None:
    assert chosen("1", ()) is None
