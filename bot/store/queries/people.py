"""Residents and staff."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.staff import Role
from bot.store.tables import ElderlyStatus, Resident, Staff
from bot.store.upsert import insert_into


def resident_on(session: Session, channel: str, channel_user: str, now: datetime) -> Resident:
    """The resident behind a channel account, made on first contact; safe when two messages come at once."""
    same = (Resident.channel == channel, Resident.channel_user == channel_user)
    if known := session.scalar(select(Resident).where(*same)):
        return known
    session.execute(
        insert_into(session, Resident)
        .values(
            id=uuid4().hex,
            channel=channel,
            channel_user=channel_user,
            elderly_status=ElderlyStatus.UNKNOWN,
            wants_large_type=False,
            declined_contact=False,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["channel", "channel_user"])
    )
    return session.scalars(select(Resident).where(*same)).one()


def staff_by_username(session: Session, username: str) -> Staff | None:
    """Also somebody disabled: the caller refuses them with the same words as a wrong password."""
    return session.scalar(select(Staff).where(Staff.username == username))


def all_staff(session: Session) -> Sequence[Staff]:
    """Everybody, the disabled too, by username."""
    return session.scalars(select(Staff).order_by(Staff.username)).all()


def staff_of_community(session: Session, community_id: str, roles: Collection[Role] = ()) -> Sequence[Staff]:
    """Who works for the community now, in the order they were hired; no roles means all of them."""
    query = select(Staff).where(Staff.community_id == community_id, Staff.disabled_at.is_(None))
    if roles:
        query = query.where(Staff.role.in_(roles))
    return session.scalars(query.order_by(Staff.id)).all()


def staff_of_grid(session: Session, grid_id: str, roles: Collection[Role] = ()) -> Sequence[Staff]:
    """Who works in the grid now; no roles means all of them."""
    query = select(Staff).where(Staff.disabled_at.is_(None))
    if roles:
        query = query.where(Staff.role.in_(roles))
    # A street has some dozens of staff; asking inside JSON differs between the two databases.
    return [staff for staff in session.scalars(query.order_by(Staff.id)) if grid_id in staff.grid_ids]
