"""Messages that a trainer should look at, the newest first; what a trainer has spoken on is settled."""

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.core.doubts import Doubt
from bot.store.tables import Handover, HandoverKind, Label, Message, MessageStatus

# What people put right counts whoever it was said to.
_SAID_TO_ANYBODY: Final = Doubt.CORRECTED


def doubted(session: Session, doubt: Doubt, trainers: Collection[int], most: int) -> Sequence[int]:
    """Ids of messages whose reading is doubted so.

    What is said to a worker is read too, but trainers need not read along with every talk.
    """
    conditions = [Message.doubt.in_(doubt.holders), ~_is_settled(Message.id, trainers)]
    if doubt is not _SAID_TO_ANYBODY:
        conditions.append(Message.status != MessageStatus.HELD)
    return session.scalars(select(Message.id).where(*conditions).order_by(Message.id.desc()).limit(most)).all()


def handed_over(session: Session, kind: HandoverKind | None, trainers: Collection[int], most: int) -> Sequence[int]:
    """Ids of messages that were put before a worker, for one reason or any."""
    query = select(Handover.inbox_id).where(~_is_settled(Handover.inbox_id, trainers)).distinct()
    if kind is not None:
        query = query.where(Handover.kind == kind)
    return session.scalars(query.order_by(Handover.inbox_id.desc()).limit(most)).all()


def suggested(session: Session, trainers: Collection[int], most: int) -> list[int]:
    """Ids of messages of which somebody else said what they meant."""
    query = select(Label.message_id).where(Label.message_id.is_not(None), Label.staff_id.not_in(trainers))
    found = session.scalars(query.order_by(Label.message_id.desc()).limit(most))
    return [one for one in found if one is not None]


def _is_settled(message_id: InstrumentedAttribute[int], trainers: Collection[int]) -> ColumnElement[bool]:
    return exists().where(Label.message_id == message_id, Label.staff_id.in_(trainers))
