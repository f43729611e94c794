"""Taking in what channels deliver: many deliveries in one transaction, each exactly once."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.errors import LinliError
from bot.services.desk import Desk
from bot.services.hub import ATTACHMENTS, conversation_topic, note
from bot.store.queries import receipts
from bot.store.queries.receipts import Parcel, Said
from bot.store.tables import Conversation, Message, Receipt, Resident

MOST_AT_ONCE = 400


@dataclass(frozen=True)
class Taken:
    """What became of a delivery: the inbox message it led to, or none where it asks for no turn.

    `is_new` is False for what was delivered before; `is_other_body` tells that the signature was used for
    another body, which only somebody who stole it would do. `reply` is the answer given to it already.
    """

    inbox_id: int | None
    conversation_id: int | None
    is_new: bool
    is_other_body: bool = False
    reply: str | None = None


class Reception:
    """Collects deliveries while one transaction runs and stores them with the next; made in the event loop."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._waiting: list[tuple[Parcel, asyncio.Future[Taken]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def take(self, parcel: Parcel) -> Taken:
        """Store a delivery; when this returns, it is safe. Raises Unavailable if it could not be stored."""
        future: asyncio.Future[Taken] = asyncio.get_running_loop().create_future()
        self._waiting.append((parcel, future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return await future

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            try:
                taken = await asyncio.to_thread(take_in, self._desk, [parcel for parcel, _ in batch])
            # Nobody may wait for ever, whatever the database said.
            except (LinliError, SQLAlchemyError) as problem:
                for _, future in batch:
                    _fail(future, problem)
            else:
                for (_, future), one in zip(batch, taken, strict=True):
                    if not future.done():
                        future.set_result(one)


def take_in(desk: Desk, parcels: Sequence[Parcel]) -> list[Taken]:
    """Store deliveries in one transaction, in this order; what was known before comes back as it is known."""
    by_channel: defaultdict[str, list[int]] = defaultdict(list)
    for place, parcel in enumerate(parcels):
        by_channel[parcel.channel].append(place)
    taken: dict[int, Taken] = {}
    with desk.transaction(goes_first=True) as session:
        for places in by_channel.values():
            taken |= zip(places, _take_in(session, [parcels[place] for place in places]), strict=True)
    return [taken[place] for place in range(len(parcels))]


def _take_in(session: Session, parcels: Sequence[Parcel]) -> list[Taken]:
    fresh = receipts.new_receipts(session, parcels)
    new = _first_of_each(parcels, fresh)
    conversations = receipts.conversations_with(session, new) if new else {}
    spoken: list[tuple[Parcel, Said]] = [(one, one.said) for one in new if one.said]
    ids = receipts.insert_messages(session, spoken, conversations)
    inbox = {parcel.key: message_id for (parcel, _), message_id in zip(spoken, ids, strict=True)}
    receipts.link_receipts(session, {fresh[key]: message_id for key, message_id in inbox.items()})
    if any(said.enclosed for _, said in spoken):
        note(session, ATTACHMENTS)
    _welcome_back(session, {conversations[one.channel_user] for one, _ in spoken})
    known = receipts.receipts_of(session, parcels[0].channel, {one.key for one in parcels} - fresh.keys())
    firsts = {one.key: one for one in new}
    return [
        Taken(inbox.get(one.key), conversations[one.channel_user], is_new=firsts[one.key] is one)
        if one.key in firsts and not _is_other_body(one, firsts[one.key])
        else _known(session, one, known.get(one.key))
        for one in parcels
    ]


def _first_of_each(parcels: Iterable[Parcel], fresh: dict[str, int]) -> list[Parcel]:
    first: dict[str, Parcel] = {}
    for parcel in parcels:
        if parcel.key in fresh:
            first.setdefault(parcel.key, parcel)
    return list(first.values())


def _is_other_body(parcel: Parcel, first: Parcel | Receipt) -> bool:
    return parcel.signature is not None and parcel.digest != first.digest


def _known(session: Session, parcel: Parcel, receipt: Receipt | None) -> Taken:
    if receipt is None or _is_other_body(parcel, receipt):
        return Taken(None, None, is_new=False, is_other_body=True)
    message = session.get(Message, receipt.inbox_id) if receipt.inbox_id else None
    return Taken(receipt.inbox_id, message.conversation_id if message else None, is_new=False, reply=receipt.reply)


def take_event(desk: Desk, parcel: Parcel, effect: Callable[[Session, Resident], str | None]) -> Taken:
    """Let a happening without words (somebody follows, leaves) have its effect once, and keep the answer to it."""
    with desk.transaction() as session:
        fresh = receipts.new_receipts(session, [parcel])
        if parcel.key not in fresh:
            return _known(session, parcel, receipts.receipts_of(session, parcel.channel, [parcel.key]).get(parcel.key))
        conversation_id = receipts.conversations_with(session, [parcel])[parcel.channel_user]
        conversation = session.get_one(Conversation, conversation_id)
        reply = effect(session, session.get_one(Resident, conversation.resident_id))
        session.get_one(Receipt, fresh[parcel.key]).reply = reply
        return Taken(None, conversation_id, is_new=True, reply=reply)


def _welcome_back(session: Session, conversation_ids: set[int]) -> None:
    """Whoever writes can be written to again."""
    if not conversation_ids:
        return
    theirs = Conversation.id.in_(conversation_ids)
    session.execute(update(Conversation).where(theirs).values(phone_needed_since=None))
    writers = Resident.id.in_(select(Conversation.resident_id).where(theirs))
    session.execute(update(Resident).where(writers, Resident.left_at.is_not(None)).values(left_at=None))
    note(session, *(conversation_topic(one) for one in conversation_ids))


def _fail(future: asyncio.Future[Taken], problem: Exception) -> None:
    if not future.done():
        future.set_exception(problem)
