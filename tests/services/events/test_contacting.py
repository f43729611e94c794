"""A worker's answer in the conversation is the contact the clock waits for."""

from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.services import talk
from bot.services.desk import Desk
from bot.services.events.contacting import ANSWERED
from bot.store.queries.cases import steps_of
from bot.store.tables import ClockKind, GridEvent
from tests.services.events.course import clock_of, does, lamp
from tests.services.stage import WORKER, Clock, someone, staff, talk_of


def answers(session: Session, desk: Desk, resident: str) -> None:
    conversation = talk_of(session, desk, someone(session, desk, resident))
    worker = staff(session, WORKER)
    talk.take(session, desk, conversation.id, worker)
    talk.reply(session, desk, conversation.id, worker, "师傅下午就来")


def contacts(session: Session, event: GridEvent) -> list[tuple[str, str]]:
    return [(step.actor_name, step.note) for step in steps_of(session, event) if step.deed == Deed.CONTACT]


def test_an_answer_in_the_conversation_stops_the_clock_of_all_that_waited(
    session: Session, desk: Desk, clock: Clock
) -> None:
    events = [lamp(session, desk, "asks"), lamp(session, desk, "asks", leaf="0603")]
    clock.turn(minutes=5)

    answers(session, desk, "asks")

    assert {clock_of(session, event, ClockKind.RESPOND).stopped_at for event in events} == {clock()}
    worker = staff(session, WORKER)
    assert [contacts(session, event) for event in events] == 2 * [[(worker.name, ANSWERED)]]


def test_further_answers_are_only_answers(session: Session, desk: Desk) -> None:
    event = lamp(session, desk, "asks")
    answers(session, desk, "asks")

    talk.reply(session, desk, talk_of(session, desk, someone(session, desk, "asks")).id, staff(session, WORKER), "好")

    assert len(contacts(session, event)) == 1


def test_an_answer_to_somebody_else_stops_nothing(session: Session, desk: Desk) -> None:
    event = lamp(session, desk, "asks")

    answers(session, desk, "another")

    assert clock_of(session, event, ClockKind.RESPOND).is_running
    assert contacts(session, event) == []


def test_after_somebody_has_called_an_answer_is_no_contact(session: Session, desk: Desk) -> None:
    event = lamp(session, desk, "asks")
    does(session, desk, event, Deed.TRIAGE, WORKER)
    does(session, desk, event, Deed.CONTACT, WORKER)

    answers(session, desk, "asks")

    assert len(contacts(session, event)) == 1
