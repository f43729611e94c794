"""What residents write while a worker holds the conversation: the bot stays silent, but tells how it would read it."""

from collections.abc import Awaitable, Callable, Mapping

from bot.errors import Unavailable
from bot.services import complaints, erasure_wishes, stepping_in
from bot.services.desk import Desk
from bot.services.hub import CONSOLE, conversation_topic, note
from bot.store.queries import claims
from bot.store.tables import Conversation, Message, MessageStatus

Parse = Callable[[str], Awaitable[Mapping[str, object]]]


async def read(parse: Parse, words: str) -> dict[str, object] | None:
    """The model's reading of the words; a worker can do without one."""
    if not words.strip():
        return None
    try:
        reading = (await parse(words)).get("reading")
    except Unavailable:
        return None
    return reading if isinstance(reading, dict) else None


def hold(desk: Desk, message_id: int, reading: dict[str, object] | None) -> None:
    """Leave the message to the worker; who taps what was withdrawn hears that a person reads it."""
    with desk.transaction() as session:
        message = session.get_one(Message, message_id)
        message.reading = reading
        claims.settle_inbox(session, message_id, MessageStatus.HELD)
        erasure_wishes.note_wish(session, desk, message)
        complaints.heard_by_worker(session, desk, message, reading)
        conversation = session.get_one(Conversation, message.conversation_id)
        stepping_in.say_who_is_here(session, desk, conversation, message)
        note(session, CONSOLE, conversation_topic(message.conversation_id))
