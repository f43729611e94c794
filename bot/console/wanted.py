"""What the lists of cases are asked for, as an address says it."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from bot.console.kinds import Kind
from bot.core.urgency import Urgency
from bot.errors import InvalidInput
from bot.services.case_search import STATUSES, Status, Wanted

EVERYTHING = "all"
MOST_PAGES = 100_000
LONGEST_NUMBER = 40


def read(kind: Kind, query: Mapping[str, str]) -> Wanted:
    """Raise InvalidInput for what no form of ours could have sent."""
    status = query.get("status", "")
    return Wanted(
        status=_status(kind, status) if status and status != EVERYTHING else None,
        everything=status == EVERYTHING,
        urgency=_urgency(query.get("urgency", "")) if kind.has_due else None,
        grid_id=_grid(query.get("grid", "")) if kind.has_due else None,
        overdue=kind.has_due and query.get("overdue") == "1",
        number=_number(query.get("number", "")),
        page=_page(query.get("page", "1")),
    )


def address(kind: Kind, wanted: Wanted) -> str:
    """The address that asks for this."""
    fields = {
        "status": EVERYTHING if wanted.everything else wanted.status and wanted.status.value,
        "urgency": wanted.urgency and wanted.urgency.value,
        "grid": wanted.grid_id,
        "overdue": "1" if wanted.overdue else None,
        "number": wanted.number,
        "page": str(wanted.page) if wanted.page > 1 else None,
    }
    said = {name: value for name, value in fields.items() if value}
    return f"{kind.address}?{urlencode(said)}" if said else kind.address


def at_page(wanted: Wanted, page: int) -> Wanted:
    """The same, another page."""
    return replace(wanted, page=page)


def _status(kind: Kind, given: str) -> Status:
    for status in STATUSES[kind.kind]:
        if status.value == given:
            return status
    raise InvalidInput("没有这个状态", "请从列表里选")


def _urgency(given: str) -> Urgency | None:
    if not given:
        return None
    try:
        return Urgency(given)
    except ValueError:
        raise InvalidInput("没有这个紧急程度", "请从列表里选") from None


def _grid(given: str) -> str | None:
    if not given.isprintable():
        raise InvalidInput("没有这个网格", "请从列表里选")
    return given or None


def _number(given: str) -> str:
    number = given.strip().upper()
    if len(number) > LONGEST_NUMBER or not all(one.isascii() and (one.isalnum() or one == "-") for one in number):
        raise InvalidInput("编号只有字母、数字和横线", "可以只输后几位")
    return number


def _page(given: str) -> int:
    if not (given.isascii() and given.isdigit()) or not 1 <= int(given[:9]) <= MOST_PAGES:
        raise InvalidInput("没有这一页")
    return int(given[:9])
