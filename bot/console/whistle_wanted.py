"""What the lists of whistles and warnings and their figures are asked for, as an address says it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypeVar
from urllib.parse import urlencode

from bot.console import form_fields
from bot.core.catalogue import Whistle as WhistleKind
from bot.core.periods import Period, Span, period_of
from bot.core.whistles import WhistleStatus
from bot.core.zone import SHANGHAI
from bot.errors import InvalidInput
from bot.services import early_warnings
from bot.services.whistles.finding import Wanted
from bot.store.tables import WarningKind, WarningStatus

LIST: Final = "/console/whistles"
FIGURES: Final = f"{LIST}/figures"
WARNINGS: Final = "/console/warnings"
EVERYTHING: Final = "all"
MOST_PAGES: Final = 10_000
LONGEST_KEY: Final = 64
FIRST_YEAR, LAST_YEAR = 2000, 2999
Query = Mapping[str, str]
Choice = TypeVar("Choice", bound=StrEnum)


def read(query: Query) -> Wanted:
    """Raise InvalidInput for what no form of ours could have sent."""
    status = query.get("status", "")
    return Wanted(
        status=_choice(WhistleStatus, "" if status == EVERYTHING else status, "状态"),
        everything=status == EVERYTHING,
        kind=_choice(WhistleKind, query.get("kind", ""), "哨"),
        community_id=_key(query.get("community", ""), "社区"),
        party_id=_key(query.get("party", ""), "部门"),
        page=_page(query.get("page", "1")),
    )


def address(wanted: Wanted) -> str:
    """The address that asks for this."""
    fields = {
        "status": EVERYTHING if wanted.everything else wanted.status and wanted.status.value,
        "kind": wanted.kind and wanted.kind.value,
        "community": wanted.community_id,
        "party": wanted.party_id,
        "page": str(wanted.page) if wanted.page > 1 else None,
    }
    said = {name: value for name, value in fields.items() if value}
    return f"{LIST}?{urlencode(said)}" if said else LIST


def turned(wanted: Wanted, pages: int) -> str:
    """The address so many pages later."""
    return address(replace(wanted, page=wanted.page + pages))


def read_warnings(query: Query) -> early_warnings.Wanted:
    """Raise InvalidInput for what no form of ours could have sent."""
    return early_warnings.Wanted(
        status=_choice(WarningStatus, query.get("status", ""), "状态") or WarningStatus.OPEN,
        kind=_choice(WarningKind, query.get("kind", ""), "预警"),
        community_id=_key(query.get("community", ""), "社区"),
    )


def read_month(query: Query, now: datetime) -> Period:
    """The month asked for (2026-03), the present one where none is. Raises InvalidInput."""
    given = query.get("month", "").strip()
    first = now.astimezone(SHANGHAI).date()
    if given:
        try:
            first = date.fromisoformat(f"{given}-01")
        except ValueError:
            raise InvalidInput("没有这个月", "请写成 2026-03 这样") from None
        if not FIRST_YEAR <= first.year <= LAST_YEAR:
            raise InvalidInput("没有这个月", "请写成 2026-03 这样")
    return period_of(Span.THIS_MONTH, first)


def _choice(choices: type[Choice], given: str, what: str) -> Choice | None:
    if not given:
        return None
    try:
        return choices(given)
    except ValueError:
        raise InvalidInput(f"没有这种{what}", "请从列表里选") from None


def _key(given: str, what: str) -> str | None:
    if len(given) > LONGEST_KEY or not given.isprintable():
        raise InvalidInput(f"没有这个{what}", "请从列表里选")
    return given or None


def _page(given: str) -> int:
    page = form_fields.whole(given)
    if page is None or not 1 <= page <= MOST_PAGES:
        raise InvalidInput("没有这一页", "请从列表翻页")
    return page
