"""The ready answers of a new installation; from then on the console alone decides about them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.files.canned_file import CannedEntry
from bot.store.tables import CannedAnswer


def seed_canned(session: Session, entries: Iterable[CannedEntry], now: datetime) -> None:
    """Put the answers in where there are none at all, not even out of use."""
    if session.scalar(select(CannedAnswer.id).limit(1)) is not None:
        return
    session.add_all(
        CannedAnswer(title=one.title, shortcut=one.shortcut, text=one.text, updated_at=now) for one in entries
    )
    session.flush()
