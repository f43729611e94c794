"""What was said in a conversation, line by line, with how the bot read it and what became of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.console import enclosed, kinds
from bot.console.delivery import Delivery, delivery_of
from bot.console.enclosed import Enclosed
from bot.core.homes import hide_rooms
from bot.core.masking import redact
from bot.services import guesses
from bot.services.desk import Desk
from bot.services.intents import Choice
from bot.services.readings import Reading, reading_of
from bot.store.queries import recorded
from bot.store.queries.cases import kind_of
from bot.store.tables import Case, Conversation, Direction, Label, Message, Resident, Sender, Staff

SENDERS: Final = {Sender.RESIDENT: "居民", Sender.BOT: "机器人", Sender.SYSTEM: "系统", Sender.WORKER: "工作人员"}


@dataclass(frozen=True)
class Record:
    """A record the message has become."""

    slug: str
    number: str


@dataclass(frozen=True)
class Line:
    """One bubble; `reading` only of what a resident wrote, `corrected` what a person says it meant.

    `guesses` are what it probably meant, each under one key.
    """

    id: int
    is_in: bool
    who: str
    at: datetime
    text: str
    buttons: tuple[str, ...]
    card: str
    delivery: Delivery
    enclosed: Enclosed | None
    reading: Reading | None
    corrected: Choice | None
    guesses: tuple[Choice, ...]
    records: tuple[Record, ...]


@dataclass(frozen=True)
class _Around:
    """What is known about the messages besides what they say."""

    enclosed: Mapping[int, Enclosed]
    corrected: Mapping[int | None, Choice]
    recorded: Mapping[int, Sequence[Case]]
    names: Mapping[int, str]
    own_names: Collection[str]
    own_rooms: Collection[str]


def of_messages(
    session: Session,
    desk: Desk,
    messages: Sequence[Message],
    *,
    in_the_clear: bool = False,
    shows_rooms: bool = False,
) -> tuple[Line, ...]:
    """The messages of one conversation as a worker reads them; rooms are for who holds it."""
    conversation = session.get(Conversation, messages[0].conversation_id) if messages else None
    resident = session.get(Resident, conversation.resident_id) if conversation else None
    ids = [message.id for message in messages]
    labels = session.scalars(select(Label).where(Label.message_id.in_(ids)))
    writers = {message.staff_id for message in messages if message.staff_id}
    around = _Around(
        enclosed=enclosed.of_messages(session, desk, ids),
        corrected={one.message_id: Choice(one.intent, one.leaf) for one in labels},
        recorded=recorded.of_messages(session, ids),
        names={one.id: one.name for one in session.scalars(select(Staff).where(Staff.id.in_(writers)))},
        own_names=_known(resident.name if resident else None),
        own_rooms=_known(resident.room if resident else None),
    )
    return tuple(
        _line(desk, message, around, in_the_clear=in_the_clear, shows_rooms=shows_rooms) for message in messages
    )


def card_line(card: dict[str, object] | None) -> str:
    """A card in one line, for somebody who need not see it drawn."""
    if not card:
        return ""
    if card.get("kind") == "file":
        return f"发给居民的{card.get('what')}"
    numbers = card.get("numbers")
    if isinstance(numbers, list):
        return "、".join(" ".join(map(str, pair)) for pair in numbers)
    return " · ".join(str(card[key]) for key in ("number", "title", "plain") if card.get(key))


def _line(desk: Desk, message: Message, around: _Around, *, in_the_clear: bool, shows_rooms: bool) -> Line:
    is_in = message.direction is Direction.IN
    reading = reading_of(message.reading) if is_in else None
    return Line(
        id=message.id,
        is_in=is_in,
        who=around.names.get(message.staff_id or 0) or SENDERS[message.sender],
        at=message.created_at,
        text=message.text if in_the_clear else _masked(message, around, shows_rooms=shows_rooms),
        buttons=tuple(message.buttons),
        card="" if message.id in around.enclosed else card_line(message.card),
        delivery=delivery_of(message, desk.clock()),
        enclosed=around.enclosed.get(message.id),
        reading=reading,
        corrected=around.corrected.get(message.id),
        guesses=guesses.top_guesses(desk.catalogue, reading),
        records=tuple(
            Record(kinds.SLUG[kind_of(case).value], case.number) for case in around.recorded.get(message.id, ())
        ),
    )


def _masked(message: Message, around: _Around, *, shows_rooms: bool) -> str:
    said = redact(message.text, own=around.own_names)
    return said if shows_rooms else hide_rooms(said, around.own_rooms)


def _known(given: str | None) -> Collection[str]:
    return (given,) if given else ()
