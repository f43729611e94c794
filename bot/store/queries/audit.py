"""The audit log: rows chained by hash, so that a changed, missing or slipped-in row shows."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.tables import Audit

BEFORE_FIRST: Final = "0" * 64
# Any number will do, as long as every process of this program uses the same.
CHAIN_LOCK: Final = 5_101_042
PAGE = 100


def append_audit(
    session: Session, at: datetime, staff_id: int | None, action: str, subject: str, detail: str = ""
) -> Audit:
    """Add a row to the chain. Never put message text, tokens or unmasked numbers into `detail`."""
    if session.get_bind().dialect.name != "sqlite":
        session.execute(select(func.pg_advisory_xact_lock(CHAIN_LOCK)))
    previous = session.scalar(select(Audit.hash).order_by(Audit.id.desc()).limit(1)) or BEFORE_FIRST
    row = Audit(
        at=at, staff_id=staff_id, action=action, object=subject, detail=detail, previous_hash=previous
    )
    row.hash = _hash(row)
    session.add(row)
    session.flush()
    return row


def first_broken_audit(session: Session) -> int | None:
    """The id of the first row that does not fit the chain, None if all do.

    Rows cut off at the end leave no trace here: compare the last hash with one kept elsewhere.
    """
    previous = BEFORE_FIRST
    with session.scalars(select(Audit).order_by(Audit.id).execution_options(yield_per=500)) as rows:
        for row in rows:
            if row.previous_hash != previous or row.hash != _hash(row):
                return row.id
            previous = row.hash
    return None


def latest_audit(session: Session, before_id: int | None = None, limit: int = PAGE) -> Sequence[Audit]:
    """The newest rows (those before before_id, if given), the newest first."""
    query = select(Audit) if before_id is None else select(Audit).where(Audit.id < before_id)
    return session.scalars(query.order_by(Audit.id.desc()).limit(limit)).all()


def _hash(row: Audit) -> str:
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    content = [row.previous_hash, at, row.staff_id, row.action, row.object, row.detail]
    return sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
