"""The numbers of an address, with what stands around them: the pieces from which it is put together."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.core import numerals

CHINESE = rf"[{numerals.CHINESE.replace('两', '')}]"
_LEAST_ADDRESS = 3
_ROAD = re.compile(r"(?:路|街|大道|道|巷|弄|胡同|线|堤)(?:[东西南北中]段?|[东西南北]路)?$")
_POSTCODE = re.compile(r"(?<!\d)[1-9]\d{5}$")
TOKEN = re.compile(
    r"(?P<number>(?:[A-Za-z]|[甲乙丙丁])(?=单元|梯\d)"
    r"|[A-Za-z]{0,2}\d+(?!\d)(?!S店)(?!天酒店)(?:[A-Za-z](?![A-Za-z]))?"
    r"|(?<![A-Za-z])[A-Za-z](?=[-—_座幢栋]|号楼)|[东西南北主副](?=座(?!位))"
    rf"|{CHINESE}{{1,4}}(?=号|幢|栋|座|单元|室|楼|层|弄|排|梯|街)|{CHINESE}(?=\d{{3,4}}室?))"
    r"(?P<suffix>号楼|号院|号房|号门(?![口前面])|幢|栋|座|[#＃]楼?|单元|梯|号|支弄|弄|室|房|户|楼|层|F(?![A-Za-z])|排"
    r"|组团|[期区街组社队门米年线路]|国道|省道)?"
)
NUMBERED_THING: Final = r"电梯|梯(?!子)|消防|充电|电表|水表|信箱|垃圾|监控|[线灯桩栓井]"
"""What has numbers of its own and is no house and no door: 3号电梯."""
_THING: Final = re.compile(NUMBERED_THING)
# People write 3一12一11 and 58o5 for 3-12-11 and 5805.
_DASH_OF_ONE = re.compile(r"(?<=[\dA-Za-z])一(?=[\dA-Za-z])")
_MISWRITTEN = re.compile(r"(?<=\d)[oO](?=\d)")
_JOIN = re.compile(r"[-—–－_~]{1,2}|之")


@dataclass(frozen=True)
class Number:
    """One number of the phrase, with what stands after it (`suffix`) and the words before it (`words`)."""

    text: str
    suffix: str
    start: int
    end: int
    words: str
    joined: bool

    @property
    def digits(self) -> int:
        return sum(sign.isdigit() for sign in self.text)

    @property
    def on_road(self) -> bool:
        return _ROAD.search(self.words) is not None


def plain(text: str) -> str:
    """The number in Arabic digits and capitals: 十二 → 12, 12a → 12A."""
    value = numerals.value(text)
    return str(value) if value is not None and not text.isdigit() else text.upper()


def groups_of(phrase: str) -> list[list[Number]]:
    """The numbers in order; those joined by dashes belong together: 5-1-302."""
    readable = _MISWRITTEN.sub("0", _DASH_OF_ONE.sub("-", phrase))
    return list(_groups(list(_numbers(readable))))


def _numbers(phrase: str) -> Iterator[Number]:
    code = _POSTCODE.search(phrase)
    end_of_address = code.start() if code and code.start() > _LEAST_ADDRESS else len(phrase)
    before = 0
    for found in TOKEN.finditer(phrase, 0, end_of_address):
        if found["suffix"] == "号" and _THING.match(phrase, found.end()):
            continue
        words = phrase[before : found.start()]
        joined = before > 0 and _JOIN.fullmatch(words) is not None
        yield Number(found["number"], found["suffix"] or "", found.start(), found.end(), words, joined)
        before = found.end()


def _groups(numbers: Sequence[Number]) -> Iterator[list[Number]]:
    """Numbers joined by dashes belong together: 5-1-302."""
    group: list[Number] = []
    for number in numbers:
        if group and number.joined and group[-1].suffix in ("", "号"):
            group.append(number)
        else:
            if group:
                yield group
            group = [number]
    if group:
        yield group
