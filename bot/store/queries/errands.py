"""In-person orders somebody is still expected to carry out, by who that is."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from bot.core.visits import VisitStatus
from bot.store.tables import InPersonOrder, Staff

_OPEN: Final = tuple(status for status in VisitStatus if status.is_open)


def open_orders_of(session: Session, staff_id: int) -> Sequence[InPersonOrder]:
    """The orders this person is still expected to carry out, the oldest first."""
    query = select(InPersonOrder).where(InPersonOrder.assignee_id == staff_id, InPersonOrder.status.in_(_OPEN))
    return session.scalars(query.order_by(InPersonOrder.id)).all()


def expected_visitors(session: Session) -> Sequence[Staff]:
    """Everybody with such orders."""
    has_orders = exists().where(InPersonOrder.assignee_id == Staff.id, InPersonOrder.status.in_(_OPEN))
    return session.scalars(select(Staff).where(has_orders).order_by(Staff.id)).all()
