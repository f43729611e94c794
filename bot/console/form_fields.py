"""Fields of forms that are not words: versions, days and moments as browsers write them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from bot.core.zone import SHANGHAI
from bot.errors import InvalidInput

Fields = Mapping[str, str]
MOST_DIGITS: Final = 9
_FIRST_YEAR, _LAST_YEAR = 2000, 2999


def whole(given: str) -> int | None:
    """A number without sign, if it is one and not absurdly long."""
    return int(given) if given.isascii() and given.isdigit() and len(given) <= MOST_DIGITS else None


def version(fields: Fields) -> int:
    """The version of the row that was seen; raises InvalidInput."""
    seen = whole(fields.get("version", ""))
    if seen is None:
        raise InvalidInput("这个页面已经过期", "请刷新页面再试一次")
    return seen


def moment(fields: Fields, name: str) -> datetime | None:
    """A moment of Shanghai such as 2026-03-12T10:05; None where nothing was filled in. Raises InvalidInput."""
    given = fields.get(name, "").strip()
    if not given:
        return None
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise InvalidInput("时间没看懂", "请写成 2026-03-12 10:05 这样") from None
    if found.tzinfo is not None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise InvalidInput("时间没看懂", "请写成 2026-03-12 10:05 这样")
    return found.replace(tzinfo=SHANGHAI)


def day(fields: Fields, name: str) -> date | None:
    """A day such as 2026-03-12; None where nothing was filled in. Raises InvalidInput."""
    given = fields.get(name, "").strip()
    if not given:
        return None
    try:
        found = date.fromisoformat(given)
    except ValueError:
        raise InvalidInput("日子没看懂", "请写成 2026-03-12 这样") from None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise InvalidInput("日子没看懂", "请写成 2026-03-12 这样")
    return found
