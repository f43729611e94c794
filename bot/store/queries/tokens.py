"""Credentials that channels lend for some hours, shared by all processes; one of them renews, the others wait."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from bot.store.tables import ChannelToken
from bot.store.upsert import insert_into


@dataclass(frozen=True)
class Lent:
    """A credential, and the moment from which a new one is to be fetched."""

    value: str = field(repr=False)
    expires_at: datetime


def lent(session: Session, channel: str, kind: str) -> Lent | None:
    """The credential stored last, whether it still lasts or not."""
    row = session.get(ChannelToken, (channel, kind))
    return None if row is None or row.value is None or row.expires_at is None else Lent(row.value, row.expires_at)


def claim(session: Session, channel: str, kind: str, seen: Lent | None, now: datetime, until: datetime) -> bool:
    """Become the one who renews what was seen, for as long as `until`; False if another one does or just did."""
    session.execute(insert_into(session, ChannelToken).values(channel=channel, kind=kind).on_conflict_do_nothing())
    changed = session.scalars(
        update(ChannelToken)
        .where(
            ChannelToken.channel == channel,
            ChannelToken.kind == kind,
            or_(ChannelToken.claimed_until.is_(None), ChannelToken.claimed_until <= now),
            ChannelToken.value.is_not_distinct_from(seen.value if seen else None),
            ChannelToken.expires_at.is_not_distinct_from(seen.expires_at if seen else None),
        )
        .values(claimed_until=until)
        .returning(ChannelToken.kind),
    ).all()
    return len(changed) == 1


def keep(session: Session, channel: str, kind: str, renewed: Lent) -> None:
    """Put the new credential in place of the old one and end the claim."""
    session.execute(
        update(ChannelToken)
        .where(ChannelToken.channel == channel, ChannelToken.kind == kind)
        .values(value=renewed.value, expires_at=renewed.expires_at, claimed_until=None)
    )


def release(session: Session, channel: str, kind: str, until: datetime) -> None:
    """Give up a claim that came to nothing; one that another process holds by now stays."""
    session.execute(
        update(ChannelToken)
        .where(ChannelToken.channel == channel, ChannelToken.kind == kind, ChannelToken.claimed_until == until)
        .values(claimed_until=None)
    )
