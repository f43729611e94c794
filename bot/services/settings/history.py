"""The history of settings: one way to write a change down, refused where somebody else was faster; and reading it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, attributes

from bot.errors import Conflict, InvalidInput
from bot.services.settings.subjects import FIELDS, Subject
from bot.store.queries.audit import append_audit
from bot.store.tables import Setting, SettingChange, Staff

Content = Mapping[str, object]
PAGE: Final = 20
SHORTEST_REASON, LONGEST_REASON = 2, 200

AUDITED: Final[Mapping[Subject, str]] = {
    Subject.LEAF: "setting:leaf",
    Subject.PARTY: "setting:party",
    Subject.GRID: "setting:grid",
    Subject.CALENDAR: "setting:calendar",
    Subject.COMMUNITY: "setting:phone",
    Subject.PLACE: "setting:phone",
    Subject.NUMBER: "setting:phone",
    Subject.STAFF: "staff:profile",
}
"""What the audit log calls a change."""


@dataclass(frozen=True)
class Editor:
    """Who changes something, when, and why."""

    staff: Staff
    now: datetime
    reason: str = ""


@dataclass(frozen=True)
class Edit:
    """A change as the form asks for it: `version` is the one its page showed, 0 for what was never set here.

    `before` is None for something new. `kept` is what is set from now on, where that is not all of `after`.
    """

    subject: Subject
    key: str
    version: int
    before: Content | None
    after: Content
    kept: Content | None = None


@dataclass(frozen=True)
class Change:
    """A part that changed; values as they were stored."""

    field: str
    before: object
    after: object


@dataclass(frozen=True)
class Entry:
    """What somebody changed at once; `is_new` where the thing came to be."""

    at: datetime
    staff_id: int
    subject: Subject
    key: str
    is_new: bool
    changes: tuple[Change, ...]
    reason: str


@dataclass(frozen=True)
class History:
    """A page of it, the newest first; `earlier` is where the page before it begins."""

    entries: tuple[Entry, ...]
    earlier: int | None


def version_of(session: Session, subject: Subject, key: str) -> int:
    """The version a page shows; 0 for what was never set in the console."""
    row = session.get(Setting, (subject.value, key))
    return row.version if row else 0


def refuse_without_reason(reason: str) -> None:
    """Raise InvalidInput where a change does not say why."""
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise InvalidInput("请写一下为什么改", f"{SHORTEST_REASON}到{LONGEST_REASON}个字，以后查得到")


def write(session: Session, editor: Editor, edit: Edit) -> None:
    """Keep a setting, its history and a line of the audit log.

    Raises Conflict where somebody changed it since the page was shown, InvalidInput where nothing is different.
    """
    changed = keep(session, editor, edit)
    detail = "、".join(FIELDS[name] for name in changed)
    action, thing = AUDITED[edit.subject], f"{edit.subject}:{edit.key}"
    append_audit(session, editor.now, editor.staff.id, action, thing, detail if edit.before is not None else "新加")


def keep(session: Session, editor: Editor, edit: Edit) -> tuple[str, ...]:
    """Keep a setting and its history, for those who write the audit log themselves; returns the parts that changed."""
    row = _row(session, edit)
    before = edit.before or {}
    changed = tuple(name for name, value in edit.after.items() if name not in before or before[name] != value)
    if not changed:
        raise InvalidInput("内容没有变", "改好以后再保存")
    kept = dict(edit.after if edit.kept is None else edit.kept)
    if row is None:
        session.add(Setting(subject=edit.subject.value, key=edit.key, content=kept, updated_at=editor.now))
    else:
        row.content, row.updated_at = kept, editor.now
        # A password given anew leaves the content as it was, and still makes older pages stale.
        attributes.flag_modified(row, "content")
    session.add(
        SettingChange(
            at=editor.now,
            staff_id=editor.staff.id,
            subject=edit.subject.value,
            key=edit.key,
            before=None if edit.before is None else {name: before.get(name) for name in changed},
            after={name: edit.after[name] for name in changed},
            reason=editor.reason.strip(),
        )
    )
    session.flush()
    return changed


def of(session: Session, subjects: Sequence[Subject], key: str | None = None, before: int | None = None) -> History:
    """The changes of one thing, or of all of some kinds; `before` leaves out the newer ones."""
    query = select(SettingChange).where(SettingChange.subject.in_(subjects))
    if key is not None:
        query = query.where(SettingChange.key == key)
    if before is not None:
        query = query.where(SettingChange.id < before)
    rows = session.scalars(query.order_by(SettingChange.id.desc()).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    return History(tuple(map(_entry, shown)), shown[-1].id if len(rows) > PAGE else None)


def _row(session: Session, edit: Edit) -> Setting | None:
    row = session.get(Setting, (edit.subject.value, edit.key))
    if (row.version if row else 0) != edit.version:
        raise Conflict("刚刚有人改过这一项", "下面是最新的内容，请看过再改")
    return row


def _entry(row: SettingChange) -> Entry:
    before, after = row.before or {}, row.after or {}
    changes = tuple(Change(name, before.get(name), value) for name, value in after.items())
    return Entry(row.at, row.staff_id, Subject(row.subject), row.key, row.before is None, changes, row.reason)
