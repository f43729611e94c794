"""The audit log: rows chained by hash, so that a changed, missing or slipped-in row shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, inspect, select
from sqlalchemy.orm import Session

from bot.core.audit_chain import BEFORE_FIRST, Link, check, digest
from bot.store.tables import Audit

# Any number will do, as long as every process of this program uses the same.
CHAIN_LOCK: Final = 5_101_042
PAGE = 100
AT_ONCE: Final = 1000


@dataclass(frozen=True)
class Wanted:
    """Which rows to look for; None leaves a part open.

    `by_nobody` means what the service or the command line did. `subject` is any part of an object's name,
    or all of it where it names a kind, such as conversation:12. `until` is the first moment too late.
    """

    staff_id: int | None = None
    by_nobody: bool = False
    action: str | None = None
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


EVERYTHING: Final = Wanted()


def append_audit(
    session: Session, at: datetime, staff_id: int | None, action: str, subject: str, detail: str = ""
) -> Audit:
    """Add a row to the chain. Never put message text, tokens or unmasked numbers into `detail`."""
    if session.get_bind().dialect.name != "sqlite":
        session.execute(select(func.pg_advisory_xact_lock(CHAIN_LOCK)))
    previous = session.scalar(select(Audit.hash).order_by(Audit.id.desc()).limit(1)) or BEFORE_FIRST
    row = Audit(at=at, staff_id=staff_id, action=action, object=subject, detail=detail, previous_hash=previous)
    row.hash = digest(Link(0, at, staff_id, action, subject, detail, previous, ""))
    session.add(row)
    session.flush()
    return row


def audit_chain(session: Session) -> Iterator[Link]:
    """All rows from the first on, read from the database a thousand at a time."""
    columns = (Audit.id, Audit.at, Audit.staff_id, Audit.action, Audit.object, Audit.detail)
    query = select(*columns, Audit.previous_hash, Audit.hash).order_by(Audit.id)
    with session.execute(query.execution_options(yield_per=AT_ONCE)) as rows:
        for row in rows:
            yield Link(*row)


def audit_length(session: Session) -> int:
    """How many rows there are."""
    return session.scalars(select(func.count()).select_from(Audit)).one()


def has_audit(session: Session) -> bool:
    """Whether the database has an audit log at all; one that nothing was ever set up in has none."""
    return inspect(session.connection()).has_table(Audit.__tablename__)


def first_broken_audit(session: Session) -> int | None:
    """The id of the first row that does not fit the chain, None if all do.

    Rows cut off at the end leave no trace here: compare the last hash with one kept elsewhere.
    """
    broken = check(audit_chain(session)).broken
    return broken.id if broken else None


def latest_audit(
    session: Session, before_id: int | None = None, limit: int = PAGE, wanted: Wanted = EVERYTHING
) -> Sequence[Audit]:
    """The newest rows (those before before_id, if given), the newest first."""
    conditions = _conditions(wanted)
    if before_id is not None:
        conditions.append(Audit.id < before_id)
    newest = select(Audit.id).where(*conditions).order_by(Audit.id.desc()).limit(limit)
    # Found in the narrow indexes first: most of the log may have to be gone through.
    found = session.scalars(select(Audit).where(Audit.id.in_(session.scalars(newest).all())))
    return sorted(found, key=lambda row: -row.id)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.by_nobody:
        conditions.append(Audit.staff_id.is_(None))
    if wanted.staff_id is not None:
        conditions.append(Audit.staff_id == wanted.staff_id)
    if wanted.action is not None:
        conditions.append(Audit.action == wanted.action)
    if wanted.subject:
        is_whole = ":" in wanted.subject
        conditions.append(Audit.object == wanted.subject if is_whole else _names(wanted.subject))
    return [*conditions, *_span(wanted)]


def _names(part: str) -> ColumnElement[bool]:
    """Whether the part occurs in the object's name; the names alone are read through, never whole rows."""
    return Audit.id.in_(select(Audit.id).where(Audit.object.contains(part, autoescape=True)))


def _span(wanted: Wanted) -> list[ColumnElement[bool]]:
    since = [] if wanted.since is None else [Audit.at >= wanted.since]
    return since if wanted.until is None else [*since, Audit.at < wanted.until]
