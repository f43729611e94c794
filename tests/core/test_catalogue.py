"""Looking up leaves, and errors as people read them."""

import pytest

from bot.core.catalogue import Catalogue, Leaf, LimitUnit, TimeLimit, Whistle
from bot.core.urgency import Urgency
from bot.errors import BrokenFile, LinliError, NotFound


def leaf(code: str) -> Leaf:
    day = TimeLimit(1, LimitUnit.WORK_DAYS)
    return Leaf(
        code=code,
        name="路灯与公共照明",
        plain="灯不亮",
        top=code[:2],
        urgency=Urgency.P2,
        lead="lighting",
        co=(),
        whistle=Whistle.DAILY,
        consultable=False,
        agenda=None,
        place_bound=True,
        respond=day,
        resolve=day,
        basis="",
        codes="",
        safety=None,
        standard_text="路灯损坏",
    )


CATALOGUE = Catalogue({"06": "市政公用设施"}, {"0603": leaf("0603"), "0699": leaf("0699")}, {}, {})


def test_a_leaf_is_found_by_its_code() -> None:
    assert CATALOGUE.leaf("0603").plain == "灯不亮"


def test_an_unknown_code_is_not_found() -> None:
    with pytest.raises(NotFound, match="0101"):
        CATALOGUE.leaf("0101")


def test_the_rest_of_a_class_is_for_a_person_to_sort_out() -> None:
    assert [CATALOGUE.leaf(code).is_other for code in ("0603", "0699")] == [False, True]


def test_a_broken_file_names_file_line_and_field() -> None:
    assert str(BrokenFile("a.yml", 3, "leaf.code", "缺少")) == "a.yml:3: leaf.code: 缺少"
    assert str(BrokenFile("a.yml", 0, "", "读不了")) == "a.yml: 读不了"


def test_an_error_says_what_to_do() -> None:
    assert str(LinliError("模型坏了", "重新训练")) == "模型坏了 (重新训练)"
