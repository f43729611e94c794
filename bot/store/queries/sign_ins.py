"""Logins of staff, and the codes that may be used once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from bot.store.tables import Staff, StaffSession

_last_seen = func.coalesce(StaffSession.last_seen_at, StaffSession.created_at)


def staff_session(
    session: Session, token_hash: str, now: datetime, idle_since: datetime
) -> tuple[StaffSession, Staff] | None:
    """A login that still holds, with its person; None when it ran out or the person was disabled.

    A login is over too when it was last used at `idle_since` or before.
    """
    row = session.execute(
        select(StaffSession, Staff)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(StaffSession.token_hash == token_hash, _holds(now, idle_since), Staff.disabled_at.is_(None))
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def sessions_of(session: Session, staff_id: int, now: datetime, idle_since: datetime) -> Sequence[StaffSession]:
    """Somebody's logins that still hold, the last used first."""
    query = select(StaffSession).where(StaffSession.staff_id == staff_id, _holds(now, idle_since))
    return session.scalars(query.order_by(_last_seen.desc(), StaffSession.token_hash)).all()


def note_seen(session: Session, token_hash: str, now: datetime) -> None:
    """Keep when a login was last used."""
    session.execute(update(StaffSession).where(StaffSession.token_hash == token_hash).values(last_seen_at=now))


def last_seen(session: Session, staff_id: int) -> datetime | None:
    """When somebody last did something by hand in any of their logins."""
    return session.scalar(select(func.max(_last_seen)).where(StaffSession.staff_id == staff_id))


def end_session(session: Session, token_hash: str) -> None:
    """Log out; nothing happens if the login is gone already."""
    session.execute(delete(StaffSession).where(StaffSession.token_hash == token_hash))


def end_own_session(session: Session, staff_id: int, token_hash: str) -> bool:
    """Log somebody out in one place; False if they were not logged in there."""
    own = (StaffSession.staff_id == staff_id, StaffSession.token_hash == token_hash)
    return session.scalar(delete(StaffSession).where(*own).returning(StaffSession.token_hash)) is not None


def end_other_sessions(session: Session, staff_id: int, token_hash: str) -> int:
    """Log somebody out everywhere but in one place; returns in how many."""
    others = (StaffSession.staff_id == staff_id, StaffSession.token_hash != token_hash)
    return len(session.scalars(delete(StaffSession).where(*others).returning(StaffSession.token_hash)).all())


def end_sessions_of(session: Session, staff_id: int) -> None:
    """Log somebody out everywhere, as when they are disabled or their password or rights change."""
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff_id))


def end_expired_sessions(session: Session, now: datetime, idle_since: datetime) -> None:
    """Forget logins that have run out."""
    session.execute(delete(StaffSession).where(or_(StaffSession.expires_at <= now, _last_seen <= idle_since)))


def use_step(session: Session, staff_id: int, secret: str, step: int) -> bool:
    """Let the code of a time step count for this secret; False if it, or a later one, has counted before."""
    is_unused = or_(Staff.totp_last_step.is_(None), Staff.totp_last_step < step)
    used = (
        update(Staff)
        .where(Staff.id == staff_id, Staff.totp_secret == secret, is_unused)
        .values(totp_last_step=step)
        .returning(Staff.id)
    )
    return session.scalar(used) is not None


def _holds(now: datetime, idle_since: datetime) -> ColumnElement[bool]:
    return and_(StaffSession.expires_at > now, _last_seen > idle_since)
