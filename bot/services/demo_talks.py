"""The demo residents' first messages: left in the inbox, so that the first start answers them like any other."""

from typing import Final

from sqlalchemy import select

from bot.services import residents
from bot.services.desk import Desk
from bot.store.files.demo_talks import load_talks
from bot.store.queries.talk import Incoming, insert_inbox
from bot.store.seed_cases import CHANNEL
from bot.store.tables import Conversation, Resident

FILE: Final = "talks.yml"


def leave_messages(desk: Desk) -> None:
    """Let them write; only where the demo residents live and nobody ever wrote."""
    with desk.transaction() as session:
        known = {row.id: row for row in session.scalars(select(Resident).where(Resident.channel == CHANNEL))}
        if not known or session.scalar(select(Conversation.id).limit(1)) is not None:
            return
        for talk in load_talks(desk.settings.data / "demo" / FILE, known):
            conversation = residents.conversation_with(session, desk, known[talk.resident_id])
            for words in talk.says:
                insert_inbox(session, conversation.id, Incoming(CHANNEL, words, desk.clock()))
