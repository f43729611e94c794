"""Rows for a list, though one of them may not be readable."""

import logging
from collections.abc import Collection
from functools import cache
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.queries.cases import CaseRow

LOG: Final = logging.getLogger(__name__)


def readable(session: Session, table: type[CaseRow], ids: Collection[int]) -> dict[int, CaseRow]:
    """The cases with these ids, by id.

    One with a value this version does not know, as a newer version or somebody's SQL may leave it, is left out and
    told to the log once: better a list without it than no list.
    """
    try:
        return {row.id: row for row in session.scalars(select(table).where(table.id.in_(ids)))}
    except LookupError:
        return _one_by_one(session, table, ids)


def _one_by_one(session: Session, table: type[CaseRow], ids: Collection[int]) -> dict[int, CaseRow]:
    found: dict[int, CaseRow] = {}
    for one in ids:
        try:
            row = session.get(table, one)
        except LookupError:
            _tell(table.__tablename__, one)
        else:
            found |= {row.id: row} if row else {}
    return found


@cache
def _tell(table: str, row_id: int) -> None:
    """Lists are read all the time: the log is told once."""
    LOG.error("row %d of %s cannot be read and is missing in lists", row_id, table)
