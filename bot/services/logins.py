"""Logins of staff: opened, found by their token, listed for their person, ended; tokens are kept as SHA-256."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from bot.services.hub import LOGINS, note
from bot.store.queries import sign_ins
from bot.store.queries.audit import append_audit
from bot.store.tables import Staff, StaffSession

LIFETIME: Final = timedelta(hours=12)
IDLE: Final = timedelta(hours=2)
SEEN_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Login:
    """A session just opened; the token is shown once and never stored."""

    token: str
    csrf: str
    expires_at: datetime


@dataclass(frozen=True)
class OwnLogin:
    """A login as its person sees it; `id` ends it and opens nothing."""

    id: str
    device: str
    since: datetime
    last_seen: datetime
    is_here: bool


def open_session(session: Session, staff: Staff, now: datetime, device: str | None = None) -> Login:
    """Log in; the token goes into a cookie, the csrf value into every form."""
    sign_ins.end_expired_sessions(session, now, now - IDLE)
    login = Login(secrets.token_urlsafe(32), secrets.token_urlsafe(32), now + LIFETIME)
    session.add(
        StaffSession(
            token_hash=_digest(login.token),
            staff_id=staff.id,
            csrf=login.csrf,
            created_at=now,
            expires_at=login.expires_at,
            last_seen_at=now,
            device=device,
        )
    )
    append_audit(session, now, staff.id, "staff:login", f"staff:{staff.id}")
    return login


def close_session(session: Session, token: str) -> None:
    """Log out; nothing happens if the session is gone already."""
    sign_ins.end_session(session, _digest(token))
    note(session, LOGINS)


def staff_for_token(session: Session, token: str, now: datetime) -> tuple[StaffSession, Staff] | None:
    """The session that still holds and its person; None when it ran out or the person was disabled."""
    return sign_ins.staff_session(session, _digest(token), now, now - IDLE)


def is_to_be_noted(opened: StaffSession, now: datetime) -> bool:
    """Whether the last time its person did something is worth writing anew: once a minute is enough."""
    return opened.last_seen_at is None or opened.last_seen_at <= now - SEEN_EVERY


def note_seen(session: Session, opened: StaffSession, now: datetime) -> None:
    """Keep that the person did something; nothing happens if the login has ended meanwhile."""
    sign_ins.note_seen(session, opened.token_hash, now)


def logins_of(session: Session, staff_id: int, token: str, now: datetime) -> tuple[OwnLogin, ...]:
    """Where somebody is logged in, the last used first; `token` is that of the browser that asks."""
    here = _digest(token)
    return tuple(
        OwnLogin(
            id=one.token_hash,
            device=one.device or "",
            since=one.created_at,
            last_seen=one.last_seen_at or one.created_at,
            is_here=one.token_hash == here,
        )
        for one in sign_ins.sessions_of(session, staff_id, now, now - IDLE)
    )


def end_login(session: Session, staff_id: int, login_id: str, now: datetime) -> None:
    """End one of one's own logins; nothing happens to one that has ended, or that is somebody else's."""
    if sign_ins.end_own_session(session, staff_id, login_id):
        note(session, LOGINS)
        append_audit(session, now, staff_id, "staff:logout", f"staff:{staff_id}", "logins=1")


def end_others(session: Session, staff_id: int, token: str, now: datetime) -> None:
    """End all of one's logins but the one with this token."""
    if ended := sign_ins.end_other_sessions(session, staff_id, _digest(token)):
        note(session, LOGINS)
        append_audit(session, now, staff_id, "staff:logout", f"staff:{staff_id}", f"logins={ended}")


def end_all(session: Session, staff_id: int) -> None:
    """Log somebody out everywhere, as when they are shut out or their password or rights change."""
    sign_ins.end_sessions_of(session, staff_id)
    note(session, LOGINS)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
