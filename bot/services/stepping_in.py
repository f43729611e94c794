"""What becomes of the bot's open question when a person steps in, so that one matter is not filed by two."""

from typing import Final

from sqlalchemy.orm import Session

from bot.core import choices
from bot.core.open_forms import open_form, told_in, without_form
from bot.services import outbox
from bot.services.desk import Desk
from bot.store.queries import cases, learning, offers
from bot.store.queries.claims import settle_inbox
from bot.store.tables import (
    ActorKind,
    Case,
    Conversation,
    ConversationState,
    Message,
    MessageStatus,
    Staff,
)

GO_ON: Final = ({"title": "接着办", "payload": "/resume"}, {"title": "不用了", "payload": "/cancel"})
# A shorter word stands in too many messages to say that two are about the same.
_SHORTEST_QUOTE: Final = 4


def withdraw_choices(session: Session, conversation: Conversation) -> None:
    """Offer nothing any more: what the bot asked last is for the person who stepped in to ask."""
    conversation.choices = []
    session.flush()


def drop_form(session: Session, desk: Desk, conversation: Conversation) -> None:
    """Let the bot forget what was half told; without a form nothing is touched."""
    tracker = learning.tracker_data(session, conversation.resident_id)
    if tracker is None or open_form(tracker) is None:
        return
    learning.put_tracker(session, conversation.resident_id, without_form(tracker), desk.clock())
    withdraw_choices(session, conversation)


def drop_what_was_filed(session: Session, desk: Desk, conversation: Conversation, words: str) -> None:
    """Let the bot forget the case whose words a worker has filed; what it is told besides stays.

    Where a worker holds the conversation everything goes: the bot had its turn.
    """
    told = told_in(learning.tracker_data(session, conversation.resident_id))
    is_same = any(len(one) >= _SHORTEST_QUOTE and (one in words or words in one) for one in told)
    if is_same or conversation.state is ConversationState.WORKER:
        drop_form(session, desk, conversation)


def ask_afresh(session: Session, desk: Desk, conversation: Conversation) -> None:
    """Ask once whether to go on with what was half told, where nobody has filed it."""
    if open_form(learning.tracker_data(session, conversation.resident_id)) is None:
        return
    conversation.choices = [dict(one) for one in GO_ON]
    said, titles = desk.notices.say("talk.unfinished"), [one["title"] for one in GO_ON]
    outbox.post(session, conversation, said, outbox.BOT, desk.clock(), buttons=titles)


def say_who_is_here(session: Session, desk: Desk, conversation: Conversation, message: Message) -> None:
    """Answer a tap on what was withdrawn: the words are with a person, who is named."""
    holder = session.get(Staff, conversation.worker_id) if conversation.worker_id else None
    if holder is None or not _is_late_tap(session, message):
        return
    said = desk.notices.say("talk.here", name=holder.name)
    outbox.post(session, conversation, said, outbox.SYSTEM, desk.clock(), in_reply_to=message.id)


def answer_late_tap(desk: Desk, message_id: int) -> bool:
    """Whether the message only answers what a worker has filed meanwhile; then the number is told, and no more.

    Not for messages inside a form: they answer the form.
    """
    with desk.transaction(read_only=True) as session:
        filed = _filed_since(session, session.get_one(Message, message_id))
    if filed is None:
        return False
    with desk.transaction() as session:
        conversation = session.get_one(Conversation, session.get_one(Message, message_id).conversation_id)
        settle_inbox(session, message_id, MessageStatus.ANSWERED)
        said = desk.notices.say("talk.filed_already", number=filed.number)
        # By the system, for the bot has still answered nothing: a second tap is told the same.
        outbox.post(session, conversation, said, outbox.SYSTEM, desk.clock(), in_reply_to=message_id)
    return True


def _is_late_tap(session: Session, message: Message) -> bool:
    """Whether the words pick one of the choices last offered, and nothing has been answered since."""
    offer = offers.last_before(session, message)
    if offer is None or offers.is_answered(session, offer, message):
        return False
    return choices.chosen(message.text, offer.buttons) is not None


def _filed_since(session: Session, message: Message) -> Case | None:
    """What a worker filed after the question that the message answers, if it answers one."""
    offer = offers.last_before(session, message)
    if offer is None or not _is_late_tap(session, message):
        return None
    filed = offers.filed_after(session, offer)
    return next((case for case in filed if cases.steps_of(session, case)[0].actor_kind is ActorKind.WORKER), None)
