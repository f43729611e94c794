"""Answering one message: emergency screen, worker, what was enclosed, Rasa; replies are stored with the result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from sqlalchemy.orm import Session

from bot.core import addresses, bubbles, choices, places, positions
from bot.core.open_forms import open_form
from bot.dialogue.assistant import Answer, Bubble, Button
from bot.services import complaints, emergencies, enclosures, held_messages, outbox, readings, stepping_in
from bot.services.cards import NumbersCard
from bot.services.desk import Desk
from bot.services.enclosures import Enclosure
from bot.services.events import hearing
from bot.services.events.hearing import Heard
from bot.services.sounds import sound
from bot.store.queries import attachments, claims, learning
from bot.store.tables import (
    AttachmentKind,
    CaseKind,
    Conversation,
    ConversationState,
    GridEvent,
    Message,
    MessageStatus,
    Resident,
)

# The fixed ways to people, whatever the bot has just asked.
SHORTCUTS: Final = {"0": Button("找人工", "/complaint_escalate"), "9": Button("要上门", "/request_in_person")}
LONGEST_PLACE: Final = 40
# Longer than any request; what is beyond is kept for people and not read by the model.
LONGEST_READ: Final = 2000
RESUME: Final = "/resume"
# What is surely one of these is not the answer to "where is it?", though it names a place.
OTHER_MATTERS: Final = frozenset({"report_event", "propose_agenda_item", "consult_policy", "request_in_person"})
SURE_OF_MATTER: Final = 0.6


class Dialogue(Protocol):
    """What reads and answers; an `Assistant`, or what stands in where none could be loaded."""

    async def parse(self, text: str) -> dict[str, Any]:
        """Read one message without a conversation."""

    async def answer(self, sender: str, text: str, metadata: dict[str, Any], payload: str | None = None) -> Answer:
        """Answer one message; raises Unavailable if any part of the dialogue failed."""


@dataclass(frozen=True)
class Incoming:
    """What a turn needs of the inbox row, read before any slow work."""

    message_id: int
    conversation_id: int
    resident_id: str
    text: str
    payload: str | None
    enclosed: Enclosure | None
    state: ConversationState
    offered: tuple[Button, ...]
    awaits_place: bool
    has_form: bool

    @property
    def own_words(self) -> str:
        """What the resident said: the title of a link and the name of a place are somebody else's words."""
        return "" if self.enclosed and not self.enclosed.is_spoken else self.text

    @property
    def tells_report(self) -> bool:
        """Whether what is sent now will belong to a case still to be filed, and not to the emergency before it."""
        return self.has_form and not self.awaits_place


class Answerer:
    """Answers messages at one desk, with one assistant."""

    def __init__(self, desk: Desk, assistant: Dialogue) -> None:
        self._desk = desk
        self._assistant = assistant

    def is_emergency(self, message_id: int) -> bool:
        """Whether the words of a stored message call for help."""
        with self._desk.store.transaction(read_only=True) as session:
            message = session.get(Message, message_id)
        return message is not None and self._desk.emergencies.screen(message.text) is not None

    async def answer(self, message_id: int) -> None:
        """Answer a message that is still to be answered; raises whatever keeps it from being answered."""
        incoming = _incoming(self._desk, message_id)
        if incoming is None:
            return
        if leaf := self._desk.emergencies.screen(incoming.own_words):
            _show_emergency(self._desk, incoming, leaf)
        elif incoming.state is ConversationState.WORKER:
            reading = await held_messages.read(self._assistant.parse, incoming.own_words)
            held_messages.hold(self._desk, incoming.message_id, reading)
        elif incoming.enclosed and not incoming.enclosed.is_spoken:
            await self._take_enclosed(incoming, incoming.enclosed)
        elif incoming.awaits_place and (place := await self._place_told(incoming)):
            await self._take_place(incoming, place)
        elif not await self._settles(incoming):
            _store(self._desk, incoming, await self._asked(incoming, *_meant(incoming)))

    async def _settles(self, incoming: Incoming) -> bool:
        """Whether the message agreed to what a worker has filed meanwhile, or said what is thought of an outcome.

        Inside a form it answers the form.
        """
        if incoming.has_form or incoming.payload:
            return False
        if stepping_in.answer_late_tap(self._desk, incoming.message_id):
            return True
        offered = [button.payload for button in incoming.offered]
        return await hearing.hear(
            self._desk, self._assistant.parse, Heard(incoming.message_id, incoming.text.strip(), offered)
        )

    async def _asked(
        self, incoming: Incoming, text: str, payload: str | None, position: Mapping[str, object] | None = None
    ) -> Answer:
        known = {"inbox_id": incoming.message_id, "position": position}
        return await self._assistant.answer(incoming.resident_id, text, known, payload)

    async def _place_told(self, incoming: Incoming) -> places.Place | None:
        """The answer to "where?" after an emergency; None where the message is about something else."""
        place = _place_in(self._desk, incoming)
        if place is None:
            return None
        reading = await self._assistant.parse(incoming.text)
        intent = reading["intent"]
        return None if intent["name"] in OTHER_MATTERS and intent["confidence"] >= SURE_OF_MATTER else place

    async def _take_place(self, incoming: Incoming, place: places.Place) -> None:
        """Tell the duty workers, then let a form that the emergency interrupted ask its question again."""
        _note_place(self._desk, incoming, place, await self._resumed(incoming))

    async def _take_enclosed(self, incoming: Incoming, enclosed: Enclosure) -> None:
        if enclosed.kind is not AttachmentKind.LOCATION:
            _store_enclosed(self._desk, incoming, enclosed, await self._resumed(incoming))
            return
        place = positions.place_at(enclosed.lon, enclosed.lat, enclosed.label, self._desk.gazetteer)
        if incoming.awaits_place:
            await self._take_place(incoming, place)
            return
        position = {"lon": enclosed.lon, "lat": enclosed.lat, "label": enclosed.label}
        _store(self._desk, incoming, await self._asked(incoming, place.label(), "/inform", position))

    async def _resumed(self, incoming: Incoming) -> Answer | None:
        return await self._asked(incoming, "接着说", RESUME) if incoming.has_form else None


def _incoming(desk: Desk, message_id: int) -> Incoming | None:
    with desk.store.transaction(read_only=True) as session:
        message = session.get(Message, message_id)
        if message is None or message.status is not MessageStatus.RECEIVED:
            return None
        conversation = session.get_one(Conversation, message.conversation_id)
        return Incoming(
            message_id=message.id,
            conversation_id=conversation.id,
            resident_id=conversation.resident_id,
            text=message.text[:LONGEST_READ],
            payload=message.payload,
            enclosed=enclosures.of_message(session, message),
            state=conversation.state,
            offered=tuple(Button(c["title"], c["payload"]) for c in conversation.choices),
            awaits_place=_awaits_place(desk, session, conversation),
            has_form=open_form(learning.tracker_data(session, conversation.resident_id)) is not None,
        )


def _awaits_place(desk: Desk, session: Session, conversation: Conversation) -> bool:
    """For some time after the question; days later an address is about something else."""
    event = session.get(GridEvent, conversation.emergency_event_id) if conversation.emergency_event_id else None
    return event is not None and event.status.is_open and event.created_at > desk.clock() - emergencies.SAME_EMERGENCY


def _meant(incoming: Incoming) -> tuple[str, str | None]:
    """The text Rasa reads, and the intent where a button or a shortcut was meant."""
    text = incoming.text.strip()
    if incoming.payload:
        return text, incoming.payload
    if shortcut := SHORTCUTS.get(text):
        return shortcut.title, shortcut.payload
    picked = choices.chosen(text, [b.title for b in incoming.offered]) if incoming.offered else None
    if picked is None:
        return text, None
    button = incoming.offered[picked]
    return (button.title, button.payload) if button.payload.startswith("/") else (button.payload, None)


def _show_emergency(desk: Desk, incoming: Incoming, leaf: str) -> None:
    card = desk.emergencies.card(leaf)
    with desk.transaction() as session:
        conversation = session.get_one(Conversation, incoming.conversation_id)
        resident = session.get_one(Resident, incoming.resident_id)
        found = places.resolve(
            addresses.read(incoming.text, desk.gazetteer.names), desk.gazetteer, resident.community_id, sound
        ).place
        emergencies.raise_emergency(session, desk, resident, incoming.message_id, leaf, incoming.text, found)
        cue = desk.emergencies.cue(incoming.text)
        session.get_one(Message, incoming.message_id).reading = readings.screened(cue, leaf)
        if found:
            conversation.emergency_event_id = None
        said = [*card.bubbles, *([] if found else [card.question])]
        _say(desk, session, conversation, incoming.message_id, said, NumbersCard.of(card))
        claims.settle_inbox(session, incoming.message_id, MessageStatus.ANSWERED)


def _store_enclosed(desk: Desk, incoming: Incoming, enclosed: Enclosure, answer: Answer | None) -> None:
    """A picture or recording without words: kept with the case it belongs to, or put before a worker."""
    with desk.transaction() as session:
        conversation = session.get_one(Conversation, incoming.conversation_id)
        said = enclosures.receive(
            session, desk, conversation, incoming.message_id, enclosed, is_reporting=incoming.tells_report
        )
        _say(desk, session, conversation, incoming.message_id, said)
        if answer:
            _post(desk, session, conversation, incoming, answer)
        claims.settle_inbox(session, incoming.message_id, MessageStatus.ANSWERED)


def _place_in(desk: Desk, incoming: Incoming) -> places.Place | None:
    address = addresses.read(incoming.text, desk.gazetteer.names)
    if address.is_empty or len(incoming.text) > LONGEST_PLACE:
        return None
    with desk.transaction(read_only=True) as session:
        community_id = session.get_one(Resident, incoming.resident_id).community_id
    found = places.resolve(address, desk.gazetteer, community_id, sound).place
    return found or places.Place(incoming.text, community_id, None, None, None, None, None, incoming.text)


def _note_place(desk: Desk, incoming: Incoming, place: places.Place, answer: Answer | None) -> None:
    with desk.transaction() as session:
        conversation = session.get_one(Conversation, incoming.conversation_id)
        event = emergencies.add_place(session, desk, conversation, place, incoming.own_words or place.label())
        if event and incoming.enclosed:
            # Where no building stands only the position itself says where to go.
            attachments.give_to_case(session, [incoming.message_id], CaseKind.GRID_EVENT, event.id)
        said = desk.notices.say("emergency.place", place=place.label())
        _say(desk, session, conversation, incoming.message_id, said)
        if answer:
            _post(desk, session, conversation, incoming, answer)
        claims.settle_inbox(session, incoming.message_id, MessageStatus.ANSWERED)


def _say(
    desk: Desk,
    session: Session,
    conversation: Conversation,
    inbox_id: int,
    said: Sequence[str],
    card: NumbersCard | None = None,
) -> None:
    outbox.post(session, conversation, said, outbox.BOT, desk.clock(), in_reply_to=inbox_id, card=card)


def _store(desk: Desk, incoming: Incoming, answer: Answer) -> None:
    """Replies, tracker and inbox status in one transaction: no crash can keep one and lose another."""
    with desk.transaction() as session:
        conversation = session.get_one(Conversation, incoming.conversation_id)
        _post(desk, session, conversation, incoming, answer)
        message = session.get_one(Message, incoming.message_id)
        message.reading = answer.saved.reading
        complaints.heard(session, desk, message)
        claims.settle_inbox(session, incoming.message_id, MessageStatus.ANSWERED)


def _post(desk: Desk, session: Session, conversation: Conversation, incoming: Incoming, answer: Answer) -> None:
    offered: tuple[Button, ...] = ()
    # Whoever took the conversation while the answer was being found asks now.
    is_asking = conversation.state is not ConversationState.WORKER
    for bubble in answer.bubbles:
        shown = bubble if is_asking else replace(bubble, buttons=())
        offered = shown.buttons or offered
        _post_bubble(desk, session, conversation, incoming.message_id, shown)
    conversation.choices = [{"title": b.title, "payload": b.payload} for b in offered]
    learning.put_tracker(session, incoming.resident_id, answer.saved.data, desk.clock())


def _post_bubble(desk: Desk, session: Session, conversation: Conversation, inbox_id: int, bubble: Bubble) -> None:
    parts = bubbles.split(bubble.text) if bubble.text else []
    if not parts and not bubble.card:
        return
    outbox.post(
        session,
        conversation,
        parts,
        outbox.BOT,
        desk.clock(),
        in_reply_to=inbox_id,
        buttons=[b.title for b in bubble.buttons],
        card=bubble.card,
    )
