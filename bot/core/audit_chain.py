"""The hash chain of the audit log: how a row is hashed, and where a chain of rows first breaks."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

BEFORE_FIRST: Final = "0" * 64


@dataclass(frozen=True)
class Link:
    """One row of the log; `previous_hash` and `hash` are SHA-256 as 64 hexadecimal digits."""

    id: int
    at: datetime
    staff_id: int | None
    action: str
    object: str
    detail: str
    previous_hash: str
    hash: str


class Fault(StrEnum):
    """What is wrong where a chain breaks."""

    CHANGED = "changed"
    MISSING = "missing"
    REPLACED = "replaced"
    REORDERED = "reordered"
    CUT = "cut"


@dataclass(frozen=True)
class Break:
    """The first place that does not fit: row `id`, read after row `after` (0 where it is the first).

    `belongs` is the row that should stand there, 0 where none was found. A cut has the last row left as `id`.
    """

    fault: Fault
    id: int
    after: int
    belongs: int = 0

    @property
    def plain(self) -> str:
        """One line for whoever looks after the log."""
        if self.fault is Fault.REORDERED and not self.belongs:
            return f"第{self.id}号记录不该排在第{self.after}号后面：次序或编号被动过"
        after = f"第{self.after}号和第{self.id}号记录之间" if self.after else f"第{self.id}号记录前面"
        return {
            Fault.CHANGED: f"第{self.id}号记录被改过：内容和它的指纹对不上",
            Fault.MISSING: f"{after}少了记录",
            Fault.REPLACED: f"第{self.id}号记录和前面接不上：它或它前面那一条被整条改写过，或者是塞进来的",
            Fault.REORDERED: f"第{self.id}号记录不在原来的位置：这里应当是第{self.belongs}号",
            Fault.CUT: f"结尾少了记录：现在最后是第{self.id}号，找不到上次记下指纹的那一条",
        }[self.fault]


@dataclass(frozen=True)
class Verdict:
    """What a chain holds; `first` and `last` are the moments of the first and last row, None where there is none."""

    rows: int
    first: datetime | None
    last: datetime | None
    last_hash: str
    broken: Break | None


def digest(row: Link) -> str:
    """The hash the row should carry. Its number is not part of it: the database gives that out later."""
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    content = [row.previous_hash, at, row.staff_id, row.action, row.object, row.detail]
    return sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def check(rows: Iterable[Link], known: str | None = None) -> Verdict:
    """Read a chain from its beginning to its end, in constant memory.

    `known` is the last hash as somebody wrote it down earlier: without it, rows cut off at the end leave no trace.
    """
    reading = _Reading(is_known_seen=known in {None, BEFORE_FIRST})
    for row in rows:
        reading.take(row, known)
    return reading.verdict()


@dataclass
class _Reading:
    """As far as a chain has been read; `hash` and `id` are of the last row that fits, the rest counts all rows."""

    is_known_seen: bool
    rows: int = 0
    first: datetime | None = None
    last: datetime | None = None
    last_hash: str = BEFORE_FIRST
    hash: str = BEFORE_FIRST
    id: int = 0
    broken: Break | None = None

    def take(self, row: Link, known: str | None) -> None:
        self.rows += 1
        self.first = self.first or row.at
        self.last, self.last_hash = row.at, row.hash
        if self.broken is not None:
            self.broken = self._found_again(self.broken, row)
            return
        self.broken = self._break_at(row)
        if self.broken is None:
            self.hash, self.id = row.hash, row.id
            self.is_known_seen = self.is_known_seen or row.hash == known

    def verdict(self) -> Verdict:
        broken = self.broken
        if broken is None and not self.is_known_seen:
            broken = Break(Fault.CUT, self.id, self.id)
        return Verdict(self.rows, self.first, self.last, self.last_hash, broken)

    def _break_at(self, row: Link) -> Break | None:
        if row.hash != digest(row):
            return Break(Fault.CHANGED, row.id, self.id)
        if row.previous_hash != self.hash:
            is_gap = row.id > self.id + 1
            return Break(Fault.MISSING if is_gap else Fault.REPLACED, row.id, self.id)
        if row.id <= self.id:
            return Break(Fault.REORDERED, row.id, self.id)
        return None

    def _found_again(self, broken: Break, row: Link) -> Break:
        """A row that goes on where the chain broke was not taken away but moved."""
        if broken.fault in {Fault.MISSING, Fault.REPLACED} and row.previous_hash == self.hash:
            return replace(broken, fault=Fault.REORDERED, belongs=row.id)
        return broken
