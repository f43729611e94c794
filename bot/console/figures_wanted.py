"""What the pages of figures and of the register are asked for, as an address says it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from urllib.parse import urlencode

from bot.core.figures import AGE_BANDS, Part
from bot.core.grid_events import EventStatus
from bot.core.periods import Span, between, period_of
from bot.errors import InvalidInput
from bot.services.figures import Asked

FIGURES: Final = "/console/figures"
REGISTER: Final = "/console/ledger"
MOST_PAGES: Final = 100_000
LONGEST_ID: Final = 64


@dataclass(frozen=True)
class Query:
    """An address read: how the period was chosen, all that is asked, and which page of it."""

    span: Span
    asked: Asked
    page: int = 1


@dataclass(frozen=True)
class Shortcut:
    """A link to another period."""

    plain: str
    address: str
    is_here: bool


def read(query: Mapping[str, str], today: date) -> Query:
    """Raise InvalidInput for what no form or link of ours could have sent."""
    span = _span(query)
    period = between(query.get("from", ""), query.get("to", "")) if span is Span.CUSTOM else period_of(span, today)
    asked = Asked(
        period=period,
        community_id=_id(query.get("community", "")),
        grid_id=_id(query.get("grid", "")),
        party_id=_id(query.get("party", "")),
        top=_id(query.get("top", "")),
        part=_part(query.get("part", "")),
        status=_status(query.get("status", "")),
        band=_band(query.get("band", "")),
    )
    return Query(span, asked, _page(query.get("page", "1")))


def address(page: str, asked: Asked, span: Span = Span.CUSTOM, number: int = 1) -> str:
    """The address that asks for this; without a span it names the days, so that it means the same tomorrow."""
    is_custom = span is Span.CUSTOM
    fields = {
        "period": None if is_custom else span.value,
        "from": asked.period.first.isoformat() if is_custom else None,
        "to": asked.period.last.isoformat() if is_custom else None,
        "community": asked.community_id,
        "grid": asked.grid_id,
        "party": asked.party_id,
        "top": asked.top,
        "part": None if asked.part is Part.ACCEPTED else asked.part.value,
        "status": asked.status and asked.status.value,
        "band": None if asked.band is None else str(asked.band),
        "page": str(number) if number > 1 else None,
    }
    return f"{page}?{urlencode({name: value for name, value in fields.items() if value})}"


def shortcuts(page: str, query: Query) -> tuple[Shortcut, ...]:
    """Links to the usual periods, the rest as it is."""
    usual = (span for span in Span if span is not Span.CUSTOM)
    return tuple(Shortcut(span.plain, address(page, query.asked, span), span is query.span) for span in usual)


def register_of(asked: Asked, part: Part) -> str:
    """The address of the events behind a number."""
    return address(REGISTER, replace(asked, part=part))


def narrowed(address_of_all: str, part: Part) -> str:
    """The address of those of a part, from that of everything accepted."""
    return address_of_all if part is Part.ACCEPTED else f"{address_of_all}&part={part.value}"


def _span(query: Mapping[str, str]) -> Span:
    given = query.get("period", "")
    if not given:
        return Span.CUSTOM if query.get("from") or query.get("to") else Span.THIS_MONTH
    if given in set(Span):
        return Span(given)
    raise InvalidInput("没有这样的时间段", "请从列表里选")


def _id(given: str) -> str | None:
    if len(given) > LONGEST_ID or not given.isprintable():
        raise InvalidInput("没有这个选项", "请从列表里选")
    return given or None


def _part(given: str) -> Part:
    if given and given not in set(Part):
        raise InvalidInput("没有这个选项", "请从列表里选")
    return Part(given) if given else Part.ACCEPTED


def _status(given: str) -> EventStatus | None:
    if not given:
        return None
    # Not by EventStatus(given), which also takes the two words of the first step logs.
    for status in EventStatus:
        if status.value == given:
            return status
    raise InvalidInput("没有这个状态", "请从列表里选")


def _band(given: str) -> int | None:
    if not given:
        return None
    if given not in {str(n) for n in range(len(AGE_BANDS))}:
        raise InvalidInput("没有这个账龄", "请从列表里选")
    return int(given)


def _page(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) <= len(str(MOST_PAGES)) and int(given) > 0):
        raise InvalidInput("没有这一页")
    return int(given)
