"""The figures: what exactly each of them counts, what it leaves out, and what is remarkable about them.

Every figure is a share of events accepted in a period (受理), read from their outcomes. The definitions below are
what the pages and reports print; the conditions in `bot.services.figures` count by them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from operator import attrgetter
from typing import Final

from bot.core.shares import Share

NEARLY_ALL, WIDE_GAP, MANY = 0.95, 0.2, 0.2


class Part(StrEnum):
    """A set of events of the period, as addresses name it; the first ones are counted in `Counts`."""

    ACCEPTED = "accepted"
    TO_CONTACT = "to_contact"
    RESPONDED = "responded"
    DEALT_WITH = "dealt_with"
    RESOLVED = "resolved"
    IN_TIME = "in_time"
    OVERDUE_OPEN = "overdue_open"
    JUDGED = "judged"
    CALLS_REACHED = "calls_reached"
    CALLS_SOLVED = "calls_solved"
    RATINGS = "ratings"
    RATINGS_CONTENT = "ratings_content"
    SENT_BACK = "sent_back"
    RETURNED = "returned"
    UNANSWERED = "unanswered"
    UNFINISHED = "unfinished"
    OVERDUE = "overdue"
    UNSOLVED = "unsolved"
    DISCONTENT = "discontent"
    SUSPENDED = "suspended"
    VOID = "void"

    @property
    def plain(self) -> str:
        """The Chinese words."""
        return _PARTS[self]


_P = Part
_PARTS: Final[Mapping[Part, str]] = {
    _P.ACCEPTED: "受理的",
    _P.TO_CONTACT: "有居民要联系的",
    _P.RESPONDED: "按时联系了居民的",
    _P.DEALT_WITH: "处置过或挂过账的",
    _P.RESOLVED: "处置过的",
    _P.IN_TIME: "处置过、从来没有超期的",
    _P.OVERDUE_OPEN: "超期还没处置的",
    _P.JUDGED: "处置过的、超期还没处置的和超期才撤回的",
    _P.CALLS_REACHED: "回访联系上的",
    _P.CALLS_SOLVED: "回访联系上、最后说解决了的",
    _P.RATINGS: "居民评价过的",
    _P.RATINGS_CONTENT: "满意和基本满意的",
    _P.SENT_BACK: "返工或重办过的",
    _P.RETURNED: "被退回过的",
    _P.UNANSWERED: "还没联系居民或联系晚了的",
    _P.UNFINISHED: "还没处置的",
    _P.OVERDUE: "超期过的",
    _P.UNSOLVED: "回访联系上、最后没说解决了的",
    _P.DISCONTENT: "不满意的",
    _P.SUSPENDED: "现在挂账的",
    _P.VOID: "不计入的（不予受理、撤回、合并）",
}


@dataclass(frozen=True)
class Counts:
    """How many there are of each part; calls and ratings count one for each round of an event, the rest events."""

    accepted: int = 0
    to_contact: int = 0
    responded: int = 0
    dealt_with: int = 0
    resolved: int = 0
    in_time: int = 0
    overdue_open: int = 0
    judged: int = 0
    calls_reached: int = 0
    calls_solved: int = 0
    ratings: int = 0
    ratings_content: int = 0
    sent_back: int = 0
    returned: int = 0

    def of(self, part: Part) -> int:
        """The count of one part."""
        return int(getattr(self, part.value))


COUNTED: Final = tuple(Part(one.name) for one in fields(Counts))
_NUMBERS: Final = attrgetter(*COUNTED)


def total(some: Iterable[Counts]) -> Counts:
    """All of them together: column by column, for a page adds up thousands."""
    return Counts(*map(sum, zip(*map(_NUMBERS, some), strict=True)))


class Rate(StrEnum):
    """A figure; which parts it divides is in `_RATES`, its exact meaning in `definition`."""

    RESPONSE = "response"
    HANDLING = "handling"
    SOLVING = "solving"
    SATISFACTION = "satisfaction"
    PUNCTUALITY = "punctuality"
    REWORK = "rework"
    RETURN = "return"

    @property
    def plain(self) -> str:
        """Its Chinese name."""
        return _RATES[self].name

    @property
    def definition(self) -> str:
        """What it counts, in words."""
        return _RATES[self].words

    @property
    def part(self) -> Part:
        """What is above the line."""
        return _RATES[self].part

    @property
    def whole(self) -> Part:
        """What is below the line."""
        return _RATES[self].whole

    def of(self, counts: Counts) -> Share:
        """The figure for these counts."""
        return Share(counts.of(self.part), counts.of(self.whole))


@dataclass(frozen=True)
class _Definition:
    name: str
    part: Part
    whole: Part
    words: str


_RATES: Final[Mapping[Rate, _Definition]] = {
    Rate.RESPONSE: _Definition(
        "响应率",
        Part.RESPONDED,
        Part.TO_CONTACT,
        "第一次联系居民没有超过期限的件数 ÷ 受理的、有居民要联系的件数。还没联系过的、联系晚了的、到期还没联系的"
        "都不算响应；重办要再联系一次，哪一次晚了都不算。巡查发现、没有居民反映的，没有人要联系，不计入。",
    ),
    Rate.HANDLING: _Definition(
        "处置率",
        Part.DEALT_WITH,
        Part.ACCEPTED,
        "办到过“已处置”或“挂账”的件数 ÷ 受理件数，后来返工、重办的仍然算。它只说办过了，不说办好了，要和解决率一起看。",
    ),
    Rate.SOLVING: _Definition(
        "解决率",
        Part.CALLS_SOLVED,
        Part.CALLS_REACHED,
        "回访联系上、居民最后说“解决了”的次数 ÷ 回访联系上的次数。没联系上的不算；一轮里联系上几次都只算一次。"
        "居民在一轮里说过几次的，以最后一次为准，不管是回访时问的，还是居民自己评价的；“解决了一部分”不算解决。"
        "重办一次算新的一轮，前一轮的结果仍然算；返工还在原来那一轮里。",
    ),
    Rate.SATISFACTION: _Definition(
        "满意率",
        Part.RATINGS_CONTENT,
        Part.RATINGS,
        "评价“满意”和“基本满意”的次数 ÷ 评价过的次数。没评价的不算满意，也不算不满意；一轮里评价过几次的，"
        "以最后一次为准，不管是回访时问的，还是居民自己评价的；重办以后的评价另算一次。",
    ),
    Rate.PUNCTUALITY: _Definition(
        "按期率",
        Part.IN_TIME,
        Part.JUDGED,
        "处置过、从来没有超过期限的件数 ÷ 处置过的、超期还没处置的和超期以后才撤回的件数，一件只算一次。"
        "返工、重办各有新的期限，哪一次超了都算超期。批准过的延期、挂账的时间算在期限里；超期以后再批的延期、再重办，都不抹掉超期。",
    ),
    Rate.REWORK: _Definition(
        "返工率",
        Part.SENT_BACK,
        Part.RESOLVED,
        "返工过或重办过的件数 ÷ 处置过的件数。核查没通过的、办结前居民说没解决的是返工，办结以后没解决再办的是重办。",
    ),
    Rate.RETURN: _Definition(
        "退回率",
        Part.RETURNED,
        Part.ACCEPTED,
        "被承办单位退回过的件数 ÷ 受理件数。按单位看时，算在现在的承办单位名下。",
    ),
}
OVERDUE: Final = "现在还没处置、期限已经过了的件数。返工、重办的，看这一次的期限；后来又延期、挂账的，仍然算超期。"
EXCLUDED: Final = (
    "不予受理、撤回、合并到别的事件里的，不计入任何一个率，件数另外列出。受理过的，按受理的时间算，"
    "和受理件数用的是同一个时间；没有受理就结束的，例如不予受理，按上报的时间算。受理以后已经超期才撤回的，仍然算受理、算超期。"
)
COHORT: Final = "统计的是这段时间里受理的事件，办到哪一步算到现在。所有数字都从办理记录里算出来，没有人填报。"
PERCENT: Final = "四舍五入，保留一位小数。不到全部的最多写99.9%，不是一个没有的最少写0.1%；没有可除的，写“—”。"
STOCK: Final = "挂账存量是现在还挂着的件数，不管什么时候受理；账龄从最近一次挂账那天算起。"


@dataclass(frozen=True)
class AgeBand:
    """How long events have been on hold: from `least` to `most` whole days."""

    plain: str
    least: int
    most: int | None


AGE_BANDS: Final = (
    AgeBand("7天以内", 0, 7),
    AgeBand("8到15天", 8, 15),
    AgeBand("16到30天", 16, 30),
    AgeBand("超过30天", 31, None),
)


@dataclass(frozen=True)
class Finding:
    """Something remarkable, as a sentence, and the events it is about."""

    words: str
    part: Part


def is_hollow(counts: Counts) -> bool:
    """Whether nearly all is dealt with and far less of it solved: done is not solved."""
    handled, solved = Rate.HANDLING.of(counts).value, Rate.SOLVING.of(counts).value
    return handled is not None and solved is not None and handled >= NEARLY_ALL and handled - solved >= WIDE_GAP


def findings(counts: Counts) -> tuple[Finding, ...]:
    """What is remarkable about the counts, the gravest first; nothing where nothing was accepted."""
    found = (_hollow(counts), _unheard(counts), _overdue(counts), _sent_back(counts), _returned(counts))
    return tuple(one for one in found if one is not None)


def _hollow(counts: Counts) -> Finding | None:
    if not is_hollow(counts):
        return None
    handled, solved = Rate.HANDLING.of(counts), Rate.SOLVING.of(counts)
    words = (
        f"处置率有{handled.plain}，回访{solved.whole}次，居民说解决了的只有{solved.plain}。办过了不等于办好了，"
        f"没解决的{solved.whole - solved.part}次要逐件看。"
    )
    return Finding(words, Part.UNSOLVED)


def _unheard(counts: Counts) -> Finding | None:
    if counts.calls_reached or not counts.resolved:
        return None
    return Finding(f"处置了{counts.resolved}件，还没有一件回访联系上居民，解没解决现在看不出来。", Part.RESOLVED)


def _overdue(counts: Counts) -> Finding | None:
    if not counts.overdue_open:
        return None
    return Finding(f"有{counts.overdue_open}件超过了期限还没处置，请先办这些。", Part.OVERDUE_OPEN)


def _sent_back(counts: Counts) -> Finding | None:
    share = Rate.REWORK.of(counts)
    if share.value is None or share.value < MANY:
        return None
    return Finding(f"处置过的{share.whole}件里，返工或重办过{share.part}件，占{share.plain}。", Part.SENT_BACK)


def _returned(counts: Counts) -> Finding | None:
    share = Rate.RETURN.of(counts)
    if share.value is None or share.value < MANY:
        return None
    return Finding(f"受理的{share.whole}件里，被退回过{share.part}件，占{share.plain}，派单可能不对口。", Part.RETURNED)
