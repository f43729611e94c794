"""Which model was put into service by whom, as the audit log remembers it."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services.desk import Desk
from bot.store.queries.audit import append_audit
from bot.store.tables import Audit, Staff

LIVE: Final = "model:live"
_MODEL: Final = "model:"


def record_training(session: Session, desk: Desk, staff: Staff, name: str, *, cancelled: bool = False) -> None:
    """Remember who began or ended a training."""
    action = "model:cancel" if cancelled else "model:train"
    append_audit(session, desk.clock(), staff.id, action, f"{_MODEL}{name}")


def record_live(session: Session, desk: Desk, staff: Staff, name: str, before: str) -> None:
    """Remember who put a model into service in place of the one before."""
    append_audit(session, desk.clock(), staff.id, LIVE, f"{_MODEL}{name}", f"{_MODEL}{before}")


def live_before(session: Session, name: str) -> str | None:
    """The model that was in service before this one; None if nobody has ever changed it."""
    changes = select(Audit.detail).where(Audit.action == LIVE, Audit.object == f"{_MODEL}{name}")
    latest = session.scalars(changes.order_by(Audit.id.desc()).limit(1)).first()
    return latest.removeprefix(_MODEL) if latest else None
