"""What the lists of cases are asked for, as an address says it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar
from urllib.parse import urlencode

from bot.console.kinds import Kind
from bot.core.catalogue import Whistle
from bot.core.grid_events import Supervision
from bot.core.periods import FIRST_DAY, LAST_DAY
from bot.core.stages import Stage
from bot.core.urgency import Urgency
from bot.errors import InvalidInput
from bot.services.case_search import MOST_PAGES
from bot.services.case_wanted import STATUSES, Sort, Wanted
from bot.store.tables import CaseKind

EVERYTHING: Final = "all"
ANY: Final = "any"
ON: Final = "1"
LONGEST_NUMBER: Final = 40
LONGEST_KEY: Final = 64
CARDS: Final = (Supervision.NORMAL, Supervision.YELLOW, Supervision.RED)
_LATEST_PAGE_DIGITS: Final = 4
Query = Mapping[str, str]
Choice = TypeVar("Choice", bound=StrEnum)


def read(kind: Kind, query: Query) -> Wanted:
    """Raise InvalidInput for what no form of ours could have sent."""
    wanted = replace(
        _of_state(kind, query.get("status", "")),
        number=_number(query.get("number", "")),
        words=" ".join(query.get("q", "").split()),
        page=_page(query.get("page", "1")),
    )
    if not kind.has_due:
        return wanted
    wanted = replace(
        wanted,
        urgency=_one_of(Urgency, query.get("urgency", ""), "紧急程度"),
        grid_id=_key(query.get("grid", ""), "网格"),
        is_overdue=_flag(query, "overdue"),
    )
    return _of_event(wanted, query) if kind.kind is CaseKind.GRID_EVENT else wanted


def address(kind: Kind, wanted: Wanted) -> str:
    """The address that asks for this."""
    return located(kind.address, wanted)


def located(path: str, wanted: Wanted) -> str:
    """The same question to another page."""
    said = fields(wanted)
    return f"{path}?{urlencode(said)}" if said else path


def fields(wanted: Wanted) -> dict[str, str]:
    """What of it stands in the address, in the order of the form."""
    state = EVERYTHING if wanted.everything else wanted.status or wanted.stage
    said = {
        "q": wanted.words,
        "status": str(state.value if isinstance(state, StrEnum) else state or ""),
        "urgency": _value(wanted.urgency),
        "community": wanted.community_id,
        "grid": wanted.grid_id,
        "building": wanted.building_id,
        "leaf": wanted.leaf,
        "party": wanted.party_id,
        "supervision": _value(wanted.supervision),
        "whistle": ANY if wanted.is_whistled else _value(wanted.whistle),
        "overdue": _on(wanted.is_overdue),
        "elderly": _on(wanted.is_elderly),
        "review": _on(wanted.needs_review),
        "mine": _on(wanted.is_mine),
        "from": wanted.since.isoformat() if wanted.since else "",
        "to": wanted.until.isoformat() if wanted.until else "",
        "number": wanted.number,
        "sort": _value(wanted.sort),
        "page": str(wanted.page) if wanted.page > 1 else "",
    }
    return {name: value for name, value in said.items() if value}


def at_page(wanted: Wanted, page: int) -> Wanted:
    """The same, another page."""
    return replace(wanted, page=page)


def place(query: Query) -> Wanted:
    """The filters that the list shares with board and map: community, grid, class or leaf, urgency."""
    return Wanted(
        urgency=_one_of(Urgency, query.get("urgency", ""), "紧急程度"),
        community_id=_key(query.get("community", ""), "社区"),
        grid_id=_key(query.get("grid", ""), "网格"),
        leaf=_key(query.get("leaf", ""), "分类"),
    )


def _of_event(wanted: Wanted, query: Query) -> Wanted:
    since, until = _day(query.get("from", "")), _day(query.get("to", ""))
    if since and until and since > until:
        raise InvalidInput("开始的日子在结束的日子后面", "请把两个日期换过来")
    whistle = query.get("whistle", "")
    return replace(
        wanted,
        community_id=_key(query.get("community", ""), "社区"),
        building_id=_key(query.get("building", ""), "楼栋"),
        leaf=_key(query.get("leaf", ""), "分类"),
        party_id=_key(query.get("party", ""), "单位"),
        supervision=_card(query.get("supervision", "")),
        whistle=None if whistle == ANY else _one_of(Whistle, whistle, "哨"),
        is_whistled=whistle == ANY,
        is_elderly=_flag(query, "elderly"),
        needs_review=_flag(query, "review"),
        is_mine=_flag(query, "mine"),
        since=since,
        until=until,
        sort=_one_of(Sort, query.get("sort", ""), "排法"),
    )


def _of_state(kind: Kind, given: str) -> Wanted:
    if not given:
        return Wanted()
    if given == EVERYTHING:
        return Wanted(everything=True)
    if kind.kind is CaseKind.GRID_EVENT and given in {stage.value for stage in Stage}:
        return Wanted(stage=Stage(given))
    for status in STATUSES[kind.kind]:
        if status.value == given:
            return Wanted(status=status)
    raise InvalidInput("没有这个状态", "请从列表里选")


def _one_of(choices: type[Choice], given: str, name: str) -> Choice | None:
    if not given:
        return None
    try:
        return choices(given)
    except ValueError:
        raise InvalidInput(f"没有这个{name}", "请从列表里选") from None


def _card(given: str) -> Supervision | None:
    card = _one_of(Supervision, given, "督办")
    if card is Supervision.NONE:
        raise InvalidInput("没有这个督办", "请从列表里选")
    return card


def _key(given: str, name: str) -> str | None:
    if not given.isprintable() or len(given) > LONGEST_KEY:
        raise InvalidInput(f"没有这个{name}", "请从列表里选")
    return given or None


def _flag(query: Query, name: str) -> bool:
    given = query.get(name, "")
    if given not in ("", ON):
        raise InvalidInput("没有这个条件", "请在页面上勾选")
    return given == ON


def _day(given: str) -> date | None:
    if not given:
        return None
    try:
        day = date.fromisoformat(given)
    except ValueError:
        day = None
    # Far from these days there is no midnight in Shanghai that a database could be asked for.
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise InvalidInput("日期看不懂", "请写成 2026-03-12 这样")
    return day


def _number(given: str) -> str:
    number = given.strip().upper()
    if len(number) > LONGEST_NUMBER or not all(one.isascii() and (one.isalnum() or one == "-") for one in number):
        raise InvalidInput("编号只有字母、数字和横线", "可以只输后几位")
    return number


def _page(given: str) -> int:
    is_number = given.isascii() and given.isdigit() and len(given) <= _LATEST_PAGE_DIGITS
    if not is_number or not 1 <= int(given) <= MOST_PAGES:
        raise InvalidInput("没有这一页", "请加上条件，少找一些")
    return int(given)


def _value(choice: StrEnum | None) -> str:
    return choice.value if choice else ""


def _on(is_on: bool) -> str:  # noqa: FBT001 - the one thing it is about
    return ON if is_on else ""
