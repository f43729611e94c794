"""Case numbers and spoken numerals."""

from datetime import date

import pytest

from bot.core import numbers, numerals


def test_a_case_number_tells_kind_community_day_and_order() -> None:
    assert numbers.case_number("GE", "510104001", date(2026, 3, 12), 7) == "GE510104001-20260312-0007"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("GE510104001-20260312-0007怎么样了", "GE510104001-20260312-0007"),
        ("ge510104001－20260312－0007", "GE510104001-20260312-0007"),
        ("查一下 AG510104001 20260312 0012", "AG510104001-20260312-0012"),
        ("编号0007办到哪了", "0007"),
        ("单号是 0123", "0123"),
        ("尾号零零零七", "0007"),
        ("那个0007的单子", "0007"),
        ("0007怎么样了", "0007"),
        ("手机尾号0001", None),
        ("电话19900000001", None),
        ("3号楼1203", None),
        ("0990-5550123打不通", None),
    ],
)
def test_a_quoted_case_number_is_found(text: str, number: str | None) -> None:
    assert numbers.find_case_number(text) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("１２", 12),
        ("十", 10),
        ("十二", 12),
        ("二十三", 23),
        ("一百零五", 105),
        ("三零二", 302),
        ("〇〇七", 7),
        ("廿三", 23),
        ("两", 2),
        ("一万二千", 12000),
        ("", None),
        ("三楼", None),
        ("abc", None),
    ],
)
def test_numerals_are_read_as_people_write_them(text: str, value: int | None) -> None:
    assert numerals.value(text) == value
