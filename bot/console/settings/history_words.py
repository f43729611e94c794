"""The history of settings in plain words: who changed what, from what, to what, and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.console.settings.names import ALLIANCES, Names, names_of
from bot.core import plain_data
from bot.core.masking import redact
from bot.core.staff import Role
from bot.core.urgency import Urgency
from bot.errors import LinliError
from bot.services.desk import Desk
from bot.services.settings import history
from bot.services.settings.history import Change, Entry
from bot.services.settings.subjects import FIELDS, Subject
from bot.services.settings.work_days import said
from bot.services.settings.year_content import HOURS, day_of

NOTHING: Final = "没有"


@dataclass(frozen=True)
class Line:
    """One change; `thing` names what was changed, `changes` are whole phrases."""

    at: datetime
    who: str
    thing: str
    is_new: bool
    changes: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Told:
    """A page of lines; `earlier` asks for the page before."""

    lines: tuple[Line, ...]
    earlier: int | None


def read(session: Session, desk: Desk, subjects: Sequence[Subject], key: str | None, before: int | None) -> Told:
    """The newest first; without a key of all things of these kinds."""
    found = history.of(session, subjects, key, before)
    names = names_of(session, desk)
    return Told(tuple(_line(names, entry) for entry in found.entries), found.earlier)


def _line(names: Names, entry: Entry) -> Line:
    return Line(
        at=entry.at,
        who=names.staff.get(str(entry.staff_id), ""),
        thing=_thing(names, entry.subject, entry.key),
        is_new=entry.is_new,
        changes=tuple(_change(names, change) for change in entry.changes if not entry.is_new or change.after),
        reason=redact(entry.reason),
    )


def _thing(names: Names, subject: Subject, key: str) -> str:
    match subject:
        case Subject.CALENDAR:
            return "上下班时间" if key == HOURS else f"{key}年"
        case Subject.PLACE:
            return key.partition(":")[2]
        case Subject.STAFF:
            return names.staff.get(key, key)
    known = {
        Subject.LEAF: names.leaves,
        Subject.PARTY: names.parties,
        Subject.GRID: names.grids,
        Subject.COMMUNITY: names.communities,
    }
    return known.get(subject, {}).get(key, key)


def _change(names: Names, change: Change) -> str:
    name = FIELDS.get(change.field, change.field)
    if isinstance(change.after, list) and change.field != "polygon":
        return f"{name}：{_difference(names, change)}"
    before, after = (_value(names, change.field, value) for value in (change.before, change.after))
    return f"{name}：{after}" if change.before is None else f"{name}：{before} → {after}"


def _difference(names: Names, change: Change) -> str:
    before = change.before if isinstance(change.before, list) else []
    after = change.after if isinstance(change.after, list) else []
    added = [_value(names, change.field, one) for one in after if one not in before]
    gone = [_value(names, change.field, one) for one in before if one not in after]
    said_so = [f"加上{'、'.join(added)}"] if added else []
    return "；".join(said_so + ([f"去掉{'、'.join(gone)}"] if gone else [])) or "换了先后"


def _value(names: Names, field: str, value: object) -> str:
    if value is None or value in ("", []):
        return NOTHING
    try:
        return _WORDS[field](names, value) if field in _WORDS else str(value)
    except (LinliError, ValueError):
        return str(value)


def _limit(_: Names, value: object) -> str:
    said_so = plain_data.mapping(value, "")
    return f"{said_so.get('amount')}{said_so.get('unit')}"


def _holiday(_: Names, value: object) -> str:
    said_so = plain_data.mapping(value, "")
    return f"{said_so.get('name')}（{said(day_of(said_so.get('from')))}到{said(day_of(said_so.get('to')))}）"


def _of(known: Callable[[Names], Mapping[str, str]]) -> Callable[[Names, object], str]:
    return lambda names, value: known(names).get(str(value), str(value))


_WORDS: Final[Mapping[str, Callable[[Names, object], str]]] = {
    "urgency": lambda _, value: Urgency(str(value)).plain,
    "lead": _of(lambda names: names.kinds),
    "lead_in_estate": _of(lambda names: names.kinds),
    "co": _of(lambda names: names.kinds),
    "kind": _of(lambda names: names.kinds),
    "respond": _limit,
    "resolve": _limit,
    "community_id": _of(lambda names: names.communities),
    "alliance": lambda _, value: ALLIANCES[str(value)],
    "disabled": lambda _, value: "是" if value else "否",
    "worker_id": _of(lambda names: names.staff),
    "polygon": lambda _, value: f"{len(plain_data.items(value, '')) - 1}个点围成的一圈",
    "holidays": _holiday,
    "workdays": lambda _, value: said(day_of(value)),
    "role": lambda _, value: Role(str(value)).plain,
    "grid_ids": _of(lambda names: names.grids),
    "party_id": _of(lambda names: names.parties),
}
