"""A row of the audit log as one line of an exported file: a JSON object with the fields of `Link`."""

import json
from dataclasses import asdict, fields
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Final

from bot.core.audit_chain import Link
from bot.errors import InvalidInput

FIELDS: Final = frozenset(field.name for field in fields(Link))
TEXTS: Final = ("action", "object", "detail", "previous_hash", "hash")


def to_line(row: Link) -> bytes:
    """UTF-8 with the line feed; the moment is ISO 8601 in UTC with microseconds, so that its hash can be computed."""
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps({**asdict(row), "at": at}, ensure_ascii=False).encode() + b"\n"


def from_line(line: bytes) -> Link:
    """Raises InvalidInput, also for a line that was cut off."""
    try:
        found = json.loads(line.decode())
    except (ValueError, RecursionError) as cause:
        raise InvalidInput("不是完整的一条记录", "应当是 audit export 写出的 JSON 行") from cause
    if not isinstance(found, dict) or set(found) != FIELDS:
        raise InvalidInput(f"应当正好有这些栏目：{'、'.join(sorted(FIELDS))}")
    texts = {name: _text(name, found[name]) for name in TEXTS}
    staff_id = None if found["staff_id"] is None else _whole("staff_id", found["staff_id"])
    return Link(id=_whole("id", found["id"]), at=_moment(found["at"]), staff_id=staff_id, **texts)


def _whole(name: str, given: object) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or given < 1:
        raise InvalidInput(f"{name} 应当是正整数")
    return given


def _text(name: str, given: object) -> str:
    # Half a surrogate pair is valid in JSON, but has no UTF-8 to hash.
    if not isinstance(given, str) or any("\ud800" <= one <= "\udfff" for one in given):
        raise InvalidInput(f"{name} 应当是文字")
    return given


def _moment(given: object) -> datetime:
    try:
        at = datetime.fromisoformat(given) if isinstance(given, str) else None
        # In the first and last years there is no room for another time zone.
        if at is not None and at.tzinfo is not None and MINYEAR < at.year < MAXYEAR:
            return at.astimezone(UTC)
    except ValueError as cause:
        raise InvalidInput("at 应当是带时区的时刻") from cause
    raise InvalidInput("at 应当是带时区的时刻")
