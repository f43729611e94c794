"""Pictures staff took: of a case, and those kept long enough."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.queries.cases import OPEN_EVENTS
from bot.store.tables import CaseKind, CasePhoto, GridEvent


def of_event(session: Session, event_id: int) -> Sequence[CasePhoto]:
    """What was taken at the place, in the order it came."""
    is_of_it = (CasePhoto.case_kind == CaseKind.GRID_EVENT, CasePhoto.case_id == event_id)
    return session.scalars(select(CasePhoto).where(*is_of_it).order_by(CasePhoto.id)).all()


def drop_old(session: Session, before: datetime, limit: int) -> list[str]:
    """Delete pictures of events over since then; returns their files, which are nobody else's."""
    old = session.scalars(
        select(CasePhoto)
        .join(GridEvent, GridEvent.id == CasePhoto.case_id)
        .where(
            CasePhoto.case_kind == CaseKind.GRID_EVENT,
            GridEvent.updated_at < before,
            GridEvent.status.not_in(OPEN_EVENTS),
        )
        .order_by(CasePhoto.id)
        .limit(limit)
    ).all()
    for photo in old:
        session.delete(photo)
    session.flush()
    return [photo.file for photo in old]


def named(session: Session, files: Collection[str]) -> set[str]:
    """Those of the files that a row names."""
    return set(session.scalars(select(CasePhoto.file).where(CasePhoto.file.in_(files))))
