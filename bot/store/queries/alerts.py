"""Alerts for workers' groups: what is still to be told, and what became of telling it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from bot.store.tables import AlertStatus, GroupAlert, Handover, HandoverStatus

MOST: int = 500


def was_told(session: Session, group: str, topic: str) -> bool:
    """Whether the group has an alert of exactly this topic, sent or not."""
    same = select(GroupAlert.id).where(GroupAlert.group == group, GroupAlert.topic == topic)
    return session.scalar(same.limit(1)) is not None


def pending(session: Session, group: str, *, is_urgent: bool) -> Sequence[GroupAlert]:
    """Alerts still to be told to the group, due or not, oldest first."""
    return session.scalars(
        select(GroupAlert)
        .where(
            GroupAlert.group == group,
            GroupAlert.status == AlertStatus.PENDING,
            GroupAlert.is_urgent.is_(is_urgent),
        )
        .order_by(GroupAlert.id)
        .limit(MOST)
    ).all()


def claim(session: Session, alert_ids: Collection[int]) -> set[int]:
    """Mark pending alerts as being sent; returns those that were still pending."""
    return set(
        session.scalars(
            update(GroupAlert)
            .where(GroupAlert.id.in_(alert_ids), GroupAlert.status == AlertStatus.PENDING)
            .values(status=AlertStatus.SENDING)
            .returning(GroupAlert.id),
            execution_options={"synchronize_session": False},
        )
    )


def being_sent(session: Session, alert_ids: Collection[int]) -> Sequence[GroupAlert]:
    """The claimed ones among these."""
    return session.scalars(
        select(GroupAlert).where(GroupAlert.id.in_(alert_ids), GroupAlert.status == AlertStatus.SENDING)
    ).all()


def take_up(session: Session, group: str) -> None:
    """Put back what was being sent when the sender died; the group may hear it twice."""
    session.execute(
        update(GroupAlert)
        .where(GroupAlert.group == group, GroupAlert.status == AlertStatus.SENDING)
        .values(status=AlertStatus.PENDING)
    )


def drop(session: Session, before: datetime, groups: Collection[str]) -> None:
    """Forget alerts made before a moment, and those for groups that nobody has set up."""
    session.execute(delete(GroupAlert).where(or_(GroupAlert.created_at < before, GroupAlert.group.not_in(groups))))


def drop_ids(session: Session, alert_ids: Collection[int]) -> None:
    """Forget alerts that need not be told any more."""
    session.execute(delete(GroupAlert).where(GroupAlert.id.in_(alert_ids)))


def still_waiting(session: Session, handover_ids: Collection[int]) -> set[int]:
    """Those of the handovers that no worker has taken yet."""
    waiting = (Handover.id.in_(handover_ids), Handover.status == HandoverStatus.WAITING)
    return set(session.scalars(select(Handover.id).where(*waiting)))
