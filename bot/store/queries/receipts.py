"""Deliveries taken in from a channel: each once, however often and by whichever way it comes again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from bot.store.tables import (
    Attachment,
    AttachmentKind,
    AttachmentState,
    Conversation,
    ConversationState,
    Direction,
    ElderlyStatus,
    Message,
    MessageStatus,
    Receipt,
    Resident,
    Sender,
)
from bot.store.upsert import insert_into


@dataclass(frozen=True)
class Enclosed:
    """What came with a message besides words, as the channel named it; lon and lat are degrees."""

    kind: AttachmentKind
    media_id: str | None = None
    label: str | None = None
    url: str | None = None
    lon: float | None = None
    lat: float | None = None

    @property
    def state(self) -> AttachmentState:
        return AttachmentState.PENDING if self.media_id else AttachmentState.WHOLE


@dataclass(frozen=True)
class Said:
    """A message for the inbox; `payload` is the intent a tapped menu stands for."""

    text: str
    payload: str | None = None
    enclosed: Enclosed | None = None


@dataclass(frozen=True)
class Parcel:
    """One delivery: who sent it, its key at the channel, and what is in it. No `said`, no turn.

    `signature` is given only where it does not cover the body: then it serves for one body (`digest`).
    """

    channel: str
    key: str
    channel_user: str
    community_id: str
    digest: str
    signature: str | None
    said: Said | None
    at: datetime


def new_receipts(session: Session, parcels: Sequence[Parcel]) -> dict[str, int]:
    """Write down the parcels of one channel; ids by key of those that were not known before.

    Missing are those whose key was delivered before and those whose signature belongs to another body.
    """
    rows = [
        {
            "channel": one.channel,
            "key": one.key,
            "signature": one.signature,
            "digest": one.digest,
            "received_at": one.at,
        }
        for one in parcels
    ]
    written = session.execute(
        insert_into(session, Receipt).on_conflict_do_nothing().returning(Receipt.key, Receipt.id), rows
    )
    return dict(written.tuples().all())


def receipts_of(session: Session, channel: str, keys: Iterable[str]) -> dict[str, Receipt]:
    """What is written down under these keys."""
    query = select(Receipt).where(Receipt.channel == channel, Receipt.key.in_(list(keys)))
    return {receipt.key: receipt for receipt in session.scalars(query)}


def conversations_with(session: Session, parcels: Sequence[Parcel]) -> dict[str, int]:
    """Conversation ids by channel user; residents and conversations are made on first contact."""
    communities = {one.channel_user: one.community_id for one in parcels}
    channel, now = parcels[0].channel, parcels[0].at
    found = _conversations(session, channel, communities)
    if missing := {user: community for user, community in communities.items() if user not in found}:
        _meet(session, channel, missing, now)
        found |= _conversations(session, channel, missing)
    return found


def insert_messages(
    session: Session, parcels: Sequence[tuple[Parcel, Said]], conversations: Mapping[str, int]
) -> list[int]:
    """Put messages into the inbox, in this order; ids in the same order."""
    rows: list[dict[str, object]] = [
        {
            "conversation_id": conversations[parcel.channel_user],
            "direction": Direction.IN,
            "sender": Sender.RESIDENT,
            "text": said.text,
            "buttons": [],
            "channel": parcel.channel,
            "channel_message_id": parcel.key[:128],
            "payload": said.payload,
            "status": MessageStatus.RECEIVED,
            "created_at": parcel.at,
        }
        for parcel, said in parcels
    ]
    if not rows:
        return []
    ids = list(session.scalars(insert(Message).returning(Message.id, sort_by_parameter_order=True), rows))
    enclosed = [
        _attachment(message_id, said.enclosed, parcel.at)
        for message_id, (parcel, said) in zip(ids, parcels, strict=True)
        if said.enclosed
    ]
    session.add_all(enclosed)
    return ids


def link_receipts(session: Session, messages: Mapping[int, int]) -> None:
    """Remember which inbox message each receipt led to."""
    if messages:
        session.execute(update(Receipt), [{"id": receipt, "inbox_id": inbox} for receipt, inbox in messages.items()])


def forget_receipts(session: Session, before: datetime) -> int:
    """Drop receipts no retry can ask for any more; returns how many."""
    return len(session.scalars(delete(Receipt).where(Receipt.received_at < before).returning(Receipt.id)).all())


def _conversations(session: Session, channel: str, users: Iterable[str]) -> dict[str, int]:
    rows = session.execute(
        select(Resident.channel_user, Conversation.id)
        .join(Conversation, Conversation.resident_id == Resident.id)
        .where(Resident.channel == channel, Resident.channel_user.in_(list(users)))
    )
    return dict(rows.tuples().all())


def _meet(session: Session, channel: str, communities: Mapping[str, str], now: datetime) -> None:
    newcomers = [
        {
            "id": uuid4().hex,
            "channel": channel,
            "channel_user": user,
            "community_id": community,
            "elderly_status": ElderlyStatus.UNKNOWN,
            "wants_large_type": False,
            "declined_contact": False,
            "created_at": now,
        }
        for user, community in communities.items()
    ]
    session.execute(insert_into(session, Resident).on_conflict_do_nothing(), newcomers)
    known = session.scalars(
        select(Resident.id).where(Resident.channel == channel, Resident.channel_user.in_(list(communities)))
    )
    begun = [
        {"resident_id": resident, "state": ConversationState.BOT, "choices": [], "updated_at": now}
        for resident in known
    ]
    session.execute(insert_into(session, Conversation).on_conflict_do_nothing(), begun)


def _attachment(message_id: int, enclosed: Enclosed, now: datetime) -> Attachment:
    return Attachment(
        message_id=message_id,
        kind=enclosed.kind,
        state=enclosed.state,
        media_id=enclosed.media_id,
        label=enclosed.label,
        url=enclosed.url,
        lon=enclosed.lon,
        lat=enclosed.lat,
        created_at=now,
    )
