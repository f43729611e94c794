"""Hearing in the chat what residents think of the outcome, before the model reads the message.

Taps and a few plain words are understood by rules; everything else goes on to the model, and so do complaints.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from bot.core import addresses
from bot.core.complaints import is_complaint
from bot.core.verdicts import Asked, Verdict, verdict_in
from bot.errors import Unavailable
from bot.services import complaints, erasure_wishes, outbox
from bot.services.desk import Desk
from bot.services.events import asking, judging, rating, replying
from bot.services.events.asking import Question
from bot.services.events.replying import Opinion, Reply
from bot.store.queries import cases, claims, verdicts
from bot.store.tables import Conversation, GridEvent, Message, MessageStatus, Resident

Parse = Callable[[str], Awaitable[dict[str, Any]]]
# A reason may sound like a report or a question, but hardly like one of these.
_OTHER_MATTERS: Final = frozenset(
    {"propose_agenda_item", "request_in_person", "complaint_escalate", "track_progress", "menu"}
)
_QUESTION: Final = re.compile(r"[?？吗么]|如何|哪|多少|怎样")
_SURE: Final = 0.6
# 0 and 9 are the ways to people.
_SHORTEST_REASON: Final = 2


@dataclass(frozen=True)
class Heard:
    """A message and the choices last offered to its resident, as payloads."""

    message_id: int
    text: str
    offered: Sequence[str]


async def hear(desk: Desk, parse: Parse, heard: Heard) -> bool:
    """Take the message if it is a verdict, the reason for one, or the wish to be forgotten, and answer it.

    Else everything is left as it is.
    """
    if erasure_wishes.hear(desk, heard.message_id, heard.text):
        return True
    question = asking.question_in(heard.offered)
    if question is not None and question.about is Asked.REASON:
        return await _is_reason(parse, heard, question, desk) and _hear_reason(desk, heard, question)
    verdict = question.verdict(heard.text) if question else verdict_in(heard.text, None)
    return verdict is not None and _hear_verdict(desk, heard, question, verdict)


def _hear_verdict(desk: Desk, heard: Heard, question: Question | None, verdict: Verdict) -> bool:
    with desk.transaction() as session:
        conversation, resident = _who(session, heard)
        if question and not verdicts.is_last_question(session, conversation.id):
            question, alone = None, verdict_in(heard.text, None)
            if alone is None:
                return False
            verdict = alone
        event = _meant(session, desk, resident, question, verdict)
        if event is None:
            return False
        opinion = Opinion(event, resident, heard.text, heard.message_id)
        _answer(session, desk, conversation, heard, replying.take(session, desk, opinion, verdict))
    return True


def _meant(
    session: Session, desk: Desk, resident: Resident, question: Question | None, verdict: Verdict
) -> GridEvent | None:
    if question is not None:
        event = session.get(GridEvent, question.event_id)
        return event if event and cases.concerns(session, event, resident.id) else None
    for event in judging.awaited(session, desk, resident.id):
        if verdict is Verdict.NOT_SOLVED:
            if not judging.may_contest(session, event, resident.id):
                continue
            # What is not done yet may be the newer matter.
            return None if judging.has_newer_open(session, event, resident.id) else event
        if judging.may_rate(session, event, resident.id):
            return event
    return None


def _hear_reason(desk: Desk, heard: Heard, question: Question) -> bool:
    with desk.transaction() as session:
        conversation, resident = _who(session, heard)
        event = session.get(GridEvent, question.event_id)
        if event is None or not cases.concerns(session, event, resident.id):
            return False
        if question.is_picked(heard.text):
            name = "event.said.let_be"
        elif not verdicts.is_last_question(session, conversation.id):
            return False
        else:
            rating.give_reason(session, desk, event, resident, heard.text)
            name = "event.said.reason_kept"
        _answer(session, desk, conversation, heard, Reply(tuple(desk.notices.say(name))))
    return True


async def _is_reason(parse: Parse, heard: Heard, question: Question, desk: Desk) -> bool:
    """Whether the message can be what is wrong; a model out of order is no reason to lose it."""
    text = heard.text.strip()
    if question.is_picked(text) or verdict_in(text, Asked.SOLVED) is Verdict.NOT_SOLVED:
        return True
    if len(text) < _SHORTEST_REASON or is_complaint(text):
        return False
    try:
        intent = (await parse(text))["intent"]
    except Unavailable:
        return True
    if intent["confidence"] < _SURE:
        return True
    if intent["name"] == "report_event":
        # Another matter says where it is; what is wrong with this one need not.
        return addresses.read(text, desk.gazetteer.names).is_empty
    return intent["name"] not in _OTHER_MATTERS and not (intent["name"] == "consult_policy" and _QUESTION.search(text))


def _who(session: Session, heard: Heard) -> tuple[Conversation, Resident]:
    message = session.get_one(Message, heard.message_id)
    conversation = session.get_one(Conversation, message.conversation_id)
    return conversation, session.get_one(Resident, conversation.resident_id)


def _answer(session: Session, desk: Desk, conversation: Conversation, heard: Heard, reply: Reply) -> None:
    """Reply, question and inbox status in one transaction: no crash can keep one and lose another."""
    titles = reply.question.titles if reply.question else []
    outbox.post(
        session, conversation, reply.bubbles, outbox.BOT, desk.clock(), in_reply_to=heard.message_id, buttons=titles
    )
    conversation.choices = reply.question.choices if reply.question else []
    complaints.heard(session, desk, session.get_one(Message, heard.message_id))
    claims.settle_inbox(session, heard.message_id, MessageStatus.ANSWERED)
