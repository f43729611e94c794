"""Communities, grids, buildings and the parties answerable for them."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.store.tables import BuildingRow, Community, Grid, Party


def communities(session: Session) -> Sequence[Community]:
    """All communities by code."""
    return session.scalars(select(Community).order_by(Community.code)).all()


def grids(session: Session) -> Sequence[Grid]:
    """All grids by id."""
    return session.scalars(select(Grid).order_by(Grid.id)).all()


def buildings(session: Session) -> Sequence[BuildingRow]:
    """All buildings by id."""
    return session.scalars(select(BuildingRow).order_by(BuildingRow.id)).all()


def parties(session: Session, community_id: str) -> Sequence[Party]:
    """The parties in service of a community and those of the whole street."""
    ours = or_(Party.community_id == community_id, Party.community_id.is_(None))
    return session.scalars(select(Party).where(ours, Party.disabled_at.is_(None)).order_by(Party.kind, Party.id)).all()


def party_for(session: Session, kind: str, community_id: str | None = None, estate: str | None = None) -> Party | None:
    """The party of a kind in service nearest to a place: the estate's own, else the community's, else the street's."""
    return session.scalars(
        select(Party)
        .where(
            Party.kind == kind,
            Party.disabled_at.is_(None),
            or_(Party.community_id == community_id, Party.community_id.is_(None)),
            or_(Party.estate == estate, Party.estate.is_(None)),
        )
        .order_by(Party.estate.is_(None), Party.community_id.is_(None), Party.id)
        .limit(1)
    ).first()
