"""Reads the numbers of a phrase that is nothing but an address: 文昌路18号和畅园5-302, 兴业大厦1203.

In running text a bare 5-302 or 1203 may be anything; in an address every number is a house, a floor or a door.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.core.address_numbers import CHINESE, TOKEN, Number, groups_of, plain
from bot.core.spans import Span, SpanType

_S = SpanType
_SENTENCE = re.compile(
    r"[了吗呢吧啊呀么哦嘛我你您他她它们请谢哪谁很怎吵脏臭坏漏堵不没]|[?？!！。；;]|投诉|反映|举报|希望|咨询|多少|什么"
    r"|共有|电话|座机|手机|号码|单号|尾号"
)
_LEVELS = re.compile(
    r"[省市区县镇乡村路街道巷弄苑园城幢栋厦座楼里湾庭府]|广场|公寓|中心|小区|大院|单元|^[\u4e00-\u9fff]{2,}[\dA-Za-z-]+号?室?$"
)
_STARTS_ANEW = re.compile(r"[\u4e00-\u9fff]{2}")
_MARKET = re.compile(r"(?:市场|商城|大厦|广场|商场|百货|中心|大楼|商厦|超市|服装城|贸城|产业园)[A-Za-z东南西北中]?区?$")
_NAMED_FIRST = re.compile(
    rf"(?![第这那每共])(?!{CHINESE}{{1,4}}[号栋幢座单楼层室])[A-Za-z]{{0,3}}[\u4e00-\u9fff]{{2,}}"
)
_BUILDING_SUFFIXES = frozenset({"号楼", "幢", "栋", "座", "#", "#楼", "＃", "＃楼", "号院", "排"})
_YARDS = frozenset({"号院", "排"})
_DOOR_SUFFIXES = frozenset({"室", "房", "户", "号房"})
_UNIT_SUFFIXES = frozenset({"单元", "梯", "号门", "门"})
_FLOOR_SUFFIXES = frozenset({"楼", "层", "F"})
_NO_HOUSE = frozenset({"组团", "期", "区", "街", "组", "社", "队", "米", "年", "线", "路", "国道", "省道"})
_DOOR_DIGITS, _UNIT_AND_DOOR = 3, 5
_LONGEST = 80
_WIDEST_DOOR = 50
_MOST_UNITS = 20


@dataclass
class _House:
    """What has been read so far; later pieces of the same kind replace earlier ones."""

    pieces: dict[SpanType, Span] = field(default_factory=dict)
    in_yard: bool = False

    def has(self, kind: SpanType) -> bool:
        return kind in self.pieces

    def put(self, kind: SpanType, number: Number, value: str | None = None, end: int | None = None) -> None:
        last = number.end if end is None else end
        self.pieces[kind] = Span("", number.start, last, kind, value or plain(number.text))


def is_postal(text: str) -> bool:
    """Whether the whole text is an address and says nothing about it."""
    bare = text.strip()
    if not 0 < len(bare) <= _LONGEST or _SENTENCE.search(bare) or not _LEVELS.search(bare):
        return False
    return _NAMED_FIRST.match(bare) is not None and TOKEN.search(bare) is not None


def numbered(phrase: str, offset: int = 0) -> list[Span]:
    """The numbered pieces of an address, in order; `offset` is where the phrase starts in its message."""
    house = _House()
    groups = groups_of(phrase)
    for place, group in enumerate(groups):
        following = groups[place + 1 :]
        if len(group) > 1:
            _take_group(house, group)
        else:
            _take_one(house, group[0], following)
    ordered = sorted(house.pieces.values(), key=lambda span: span.start)
    return [_located(span, phrase, offset) for span in ordered]


def _located(span: Span, phrase: str, offset: int) -> Span:
    said = phrase[span.start : span.end]
    value = said if span.type is _S.ROAD_NUMBER else span.value
    return Span(said, span.start + offset, span.end + offset, span.type, value)


def _take_group(house: _House, group: list[Number]) -> None:
    first, last = group[0], group[-1]
    _forget_if_anew(house, first)
    if last.suffix in _BUILDING_SUFFIXES and first.suffix == "号":
        house.put(_S.ROAD_NUMBER, first)
        house.put(_S.BUILDING, last)
    elif last.suffix in _BUILDING_SUFFIXES:
        house.put(_S.BUILDING, first, "-".join(plain(n.text) for n in group), last.end)
    elif len(group) > 2:  # noqa: PLR2004 - building, unit, door
        _take_three(house, group)
    elif last.suffix == "单元":
        house.put(_S.BUILDING, first)
        house.put(_S.UNIT, last)
    elif last.suffix in _FLOOR_SUFFIXES:
        house.put(_S.BUILDING, first)
        house.put(_S.FLOOR, last)
    else:
        _take_pair(house, first, last)


def _take_three(house: _House, group: list[Number]) -> None:
    kinds: tuple[SpanType, ...] = (_S.BUILDING, _S.UNIT, _S.ROOM)
    if len(group) > len(kinds):
        house.put(_S.BUILDING, group[0], f"{plain(group[0].text)}-{plain(group[1].text)}", group[1].end)
        kinds, group = kinds[1:], group[2:]
    for kind, number in zip(kinds, group, strict=False):
        house.put(kind, number)


def _take_pair(house: _House, first: Number, last: Number) -> None:
    """Two numbers: unit and door of a known building, number and house on a road, else building and door."""
    if house.has(_S.UNIT):
        house.put(_S.FLOOR, first)
        house.put(_S.ROOM, last)
    elif last.suffix in _DOOR_SUFFIXES and not house.has(_S.BUILDING) and last.digits < _UNIT_AND_DOOR:
        house.put(_S.BUILDING, first)
        house.put(_S.ROOM, last)
    elif _may_be_range(first) and _is_range(first, last, house):
        house.put(_S.ROOM, first, f"{first.text}-{last.text}", last.end)
    elif house.has(_S.BUILDING):
        house.put(_S.UNIT, first)
        house.put(_S.ROOM, last)
    elif first.on_road and last.digits <= _DOOR_DIGITS and last.suffix not in _DOOR_SUFFIXES:
        house.put(_S.ROAD_NUMBER, first)
        house.put(_S.BUILDING, last)
    elif last.digits == _UNIT_AND_DOOR:
        house.put(_S.BUILDING, first)
        _take_unit_and_door(house, last)
    else:
        house.put(_S.BUILDING, first)
        house.put(_S.UNIT if last.text.isdigit() and int(last.text) < _MOST_UNITS else _S.ROOM, last)


def _may_be_range(first: Number) -> bool:
    lettered = first.text[:1].isascii() and first.text[:1].isalpha() and first.digits > 1
    return lettered or (first.digits >= _DOOR_DIGITS and not first.on_road)


def _is_range(first: Number, last: Number, house: _House) -> bool:
    """802-3 in a tower and 1106-1107 are one door, 105-518 and 136-7 in an estate are not."""
    if last.digits == 1:
        return house.has(_S.BUILDING) or _MARKET.search(first.words) is not None
    number = first.text.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    both = number.isdigit() and last.text.isdigit() and last.digits == first.digits
    return both and 0 < int(last.text) - int(number) < _WIDEST_DOOR


def _take_unit_and_door(house: _House, number: Number) -> None:
    """71161 directly behind a building: unit 7, door 1161."""
    house.pieces[_S.UNIT] = Span("", number.start, number.start + 1, _S.UNIT, number.text[0])
    house.pieces[_S.ROOM] = Span("", number.start + 1, number.end, _S.ROOM, number.text[1:])


def _take_one(house: _House, number: Number, following: Sequence[list[Number]]) -> None:
    suffix = number.suffix
    if suffix in _NO_HOUSE:
        _take_lane_of_market(house, number)
        return
    _forget_if_anew(house, number)
    if suffix in _BUILDING_SUFFIXES:
        _take_building(house, number)
    elif suffix in _UNIT_SUFFIXES:
        _take_unit(house, number)
    elif suffix in _DOOR_SUFFIXES:
        _take_door(house, number)
    elif suffix in _FLOOR_SUFFIXES:
        _take_floor(house, number, following)
    elif suffix in ("弄", "支弄"):
        house.put(_S.ROAD_NUMBER, number)
    elif suffix == "号":
        _take_numbered(house, number, following)
    else:
        _take_bare(house, number, following)


def _take_lane_of_market(house: _House, number: Number) -> None:
    """In a wholesale market stalls stand in numbered streets: 三楼12街40975."""
    in_market = house.has(_S.FLOOR) or house.has(_S.UNIT) or _MARKET.search(number.words)
    if number.suffix == "街" and in_market:
        house.put(_S.UNIT, number, f"{plain(number.text)}街")


def _take_building(house: _House, number: Number) -> None:
    if house.in_yard and number.suffix not in _YARDS and (yard := house.pieces.pop(_S.BUILDING, None)):
        house.pieces[_S.ROAD_NUMBER] = replace(yard, type=_S.ROAD_NUMBER)
    house.in_yard = number.suffix in _YARDS
    inside = house.has(_S.BUILDING) and (number.suffix == "座" or not number.words)
    house.put(_S.UNIT if inside else _S.BUILDING, number)


def _take_unit(house: _House, number: Number) -> None:
    if number.suffix == "号门":
        house.pieces.setdefault(_S.UNIT, Span("", number.start, number.end, _S.UNIT, plain(number.text)))
    elif number.suffix != "门" or house.has(_S.BUILDING):
        house.put(_S.UNIT, number)


def _forget_if_anew(house: _House, number: Number) -> None:
    """An address said twice counts as it was said last."""
    if number.suffix in _BUILDING_SUFFIXES and _STARTS_ANEW.search(number.words) and house.has(_S.BUILDING):
        for kind in (_S.BUILDING, _S.UNIT, _S.ROOM, _S.FLOOR):
            house.pieces.pop(kind, None)


def _take_door(house: _House, number: Number) -> None:
    if number.digits == _UNIT_AND_DOOR and number.suffix == "室" and house.has(_S.BUILDING) and not number.words:
        _take_unit_and_door(house, number)
    else:
        house.put(_S.ROOM, number)


def _take_floor(house: _House, number: Number, following: Sequence[list[Number]]) -> None:
    if not house.has(_S.BUILDING) and following and following[0][0].suffix == "单元":
        house.put(_S.BUILDING, number)  # 149楼11单元
        return
    letter = number.text[0]
    if letter.isalpha() and letter.isascii() and not house.has(_S.BUILDING):
        house.pieces[_S.BUILDING] = Span("", number.start, number.start + 1, _S.BUILDING, letter.upper())
        return
    house.put(_S.FLOOR, number)


def _take_numbered(house: _House, number: Number, following: Sequence[list[Number]]) -> None:
    """N号: on a road its number, behind a building an entrance, in a market a stall, elsewhere a house."""
    if number.on_road and not house.has(_S.BUILDING):
        house.put(_S.ROAD_NUMBER, number)
    elif house.has(_S.BUILDING):
        is_entrance = (following or number.digits <= 1) and not house.has(_S.UNIT)
        house.put(_S.UNIT if is_entrance else _S.ROOM, number)
    elif house.has(_S.FLOOR) or house.has(_S.UNIT) or (_MARKET.search(number.words) and not following):
        house.put(_S.ROOM, number)
    elif not any(n.suffix in _BUILDING_SUFFIXES for group in following for n in group):
        house.put(_S.BUILDING, number)


def _take_bare(house: _House, number: Number, following: Sequence[list[Number]]) -> None:
    """A number with nothing behind it: a lettered building, a unit said in Chinese, a door, at last a building."""
    text = number.text
    if text[:1].isdigit() and text[-1:].isascii() and text[-1:].isalpha():
        house.put(_S.ROOM if house.has(_S.BUILDING) else _S.BUILDING, number)
    elif not text.isascii():
        if house.has(_S.BUILDING) and not house.has(_S.UNIT):
            house.put(_S.UNIT, number)
    elif number.on_road and not house.has(_S.BUILDING):
        house.put(_S.ROAD_NUMBER, number)
    else:
        _take_bare_door(house, number, following)


def _take_bare_door(house: _House, number: Number, following: Sequence[list[Number]]) -> None:
    behind_building = house.has(_S.BUILDING) and not number.words
    if behind_building and number.digits == _UNIT_AND_DOOR and number.text.isdigit():
        _take_unit_and_door(house, number)
    elif number.digits >= _DOOR_DIGITS or house.has(_S.BUILDING) or house.has(_S.FLOOR):
        if not house.has(_S.ROOM) or not following:
            house.put(_S.ROOM, number)
    elif not house.has(_S.ROOM):
        house.put(_S.BUILDING, number)
