"""Forms of the console that were sent, by the token each page carries."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.store.tables import SentForm
from bot.store.upsert import insert_into


def keep(session: Session, form: SentForm) -> bool:
    """Keep that it was sent; False if one with this token was before, also at the same moment."""
    kept = (
        insert_into(session, SentForm)
        .values(token=form.token, staff_id=form.staff_id, digest=form.digest, at=form.at)
        .on_conflict_do_nothing()
        .returning(SentForm.token)
    )
    return session.scalar(kept) is not None


def forget_before(session: Session, moment: datetime) -> None:
    """Forget those sent before."""
    session.execute(delete(SentForm).where(SentForm.at < moment))
