"""Texts that are nothing but an address: every number is a house, a floor or a door."""

import pytest

from bot.core.address_postal import is_postal
from bot.core.addresses import SpanType, read

KINDS = (SpanType.ROAD_NUMBER, SpanType.BUILDING, SpanType.UNIT, SpanType.FLOOR, SpanType.ROOM)


def house(text: str) -> str:
    """Say road number/building/unit/floor/room, with - for what is missing."""
    address = read(text)
    return "/".join(address.first(kind) or "-" for kind in KINDS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("江州市清河区文昌路18号和畅园5-302", "18号/5/-/-/302"),
        ("清河区和畅园5-2-302", "-/5/2/-/302"),
        ("和畅园12幢1单元1203", "-/12/1/-/1203"),
        ("文昌路18号兴业大厦1203", "18号/-/-/-/1203"),
        ("文昌路18-6号", "18/6/-/-/-"),
        ("石桥镇下田村175号", "-/175/-/-/-"),
        ("江州市城南小商品市场2405号", "-/-/-/-/2405"),
        ("城南市场三楼819号", "-/-/-/3/819"),
        ("文昌路18号院3号楼", "18号院/3/-/-/-"),
        ("文昌路88弄6号301室", "88弄/6/-/-/301"),
        ("翠湖天地A座1801", "-/A/-/-/1801"),
        ("江湾大厦西座1203", "-/西/-/-/1203"),
        ("翠湖天地8A1071", "-/8A/-/-/1071"),
        ("桃源新村11栋C单元1016室", "-/11/C/-/1016"),
        ("新发园二座二梯1403", "-/2/2/-/1403"),
        ("安居苑15栋71161", "-/15/7/-/1161"),
        ("城北小区廉租房3一12一11", "-/3/12/-/11"),
        ("兴业大厦1106-1107", "-/-/-/-/1106-1107"),
        ("锦绣花园4号楼锦绣花园13号楼2209", "-/13/-/-/2209"),
        ("和畅园一栋2308", "-/1/-/-/2308"),
    ],
)
def test_the_numbers_of_an_address_find_their_place(text: str, expected: str) -> None:
    assert house(text) == expected


@pytest.mark.parametrize(
    "text", ["物业费涨到1203元谁定的？", "和畅园坏了3天", "请问2025年社保多少", "五栋楼", "楼道灯不亮", "", "302"]
)
def test_a_text_that_says_something_is_no_address(text: str) -> None:
    assert not is_postal(text)


def test_offsets_point_into_the_text() -> None:
    text = " 江州市文昌路18号和畅园5-302"
    for span in read(text).spans:
        assert text[span.start : span.end] == span.text
