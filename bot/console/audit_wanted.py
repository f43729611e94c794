"""What the page of the audit log is asked for, as an address says it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode

from bot.console import audit_words
from bot.core.periods import FIRST_DAY, LAST_DAY
from bot.core.zone import SHANGHAI
from bot.errors import InvalidInput
from bot.store.queries.audit import Wanted

LIST: Final = "/console/audit"
NOBODY: Final = "service"
LONGEST_SUBJECT: Final = 100
LONGEST_STAFF_ID: Final = 9
LONGEST_ROW_ID: Final = 18
DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """The fields of the form; `who` is a staff id or NOBODY, the days are Shanghai's, `until` is the last of them."""

    who: str = ""
    action: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out but newer pages."""
        return replace(self, before=None) != Asked()


def read(query: Mapping[str, str]) -> Asked:
    """Raise InvalidInput for what no form of ours could have sent, and for days the wrong way round."""
    asked = Asked(
        who=_who(query.get("who", "")),
        action=_action(query.get("action", "")),
        subject=_subject(query.get("object", "")),
        since=_day(query.get("from", "")),
        until=_day(query.get("to", "")),
        before=_before(query.get("before", "")),
    )
    if asked.since and asked.until and asked.since > asked.until:
        raise InvalidInput("开始的日子比结束的日子还晚", "请把两个日子换过来")
    return asked


def address(asked: Asked) -> str:
    """The address that asks for this."""
    fields = {
        "who": asked.who,
        "action": asked.action,
        "object": asked.subject,
        "from": asked.since and asked.since.isoformat(),
        "to": asked.until and asked.until.isoformat(),
        "before": asked.before and str(asked.before),
    }
    said = {name: value for name, value in fields.items() if value}
    return f"{LIST}?{urlencode(said)}" if said else LIST


def wanted(asked: Asked) -> Wanted:
    """The same for the database."""
    return Wanted(
        staff_id=int(asked.who) if asked.who.isdigit() else None,
        by_nobody=asked.who == NOBODY,
        action=asked.action or None,
        subject=asked.subject,
        since=_midnight(asked.since) if asked.since else None,
        until=_midnight(asked.until + DAY) if asked.until else None,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _who(given: str) -> str:
    if given in {"", NOBODY} or _is_number(given, LONGEST_STAFF_ID):
        return given
    raise InvalidInput("没有这个人", "请从列表里选")


def _action(given: str) -> str:
    if given and given not in audit_words.ACTIONS:
        raise InvalidInput("没有这样的操作", "请从列表里选")
    return given


def _subject(given: str) -> str:
    words = given.strip()
    if len(words) > LONGEST_SUBJECT or not words.isprintable():
        raise InvalidInput("请写编号，或“对话 12”这样的话")
    return audit_words.subject_code(words)


def _day(given: str) -> date | None:
    if not given:
        return None
    try:
        day = date.fromisoformat(given)
    except ValueError:
        raise InvalidInput("没有这一天", "请写成 2026-03-12 这样") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise InvalidInput("没有这一天", "请写成 2026-03-12 这样")
    return day


def _before(given: str) -> int | None:
    if not given:
        return None
    if not _is_number(given, LONGEST_ROW_ID) or int(given) == 0:
        raise InvalidInput("没有这一页")
    return int(given)


def _is_number(given: str, longest: int) -> bool:
    return given.isascii() and given.isdigit() and len(given) <= longest
