from sqlalchemy.orm import Session

from bot.services import conversation_notes, logins, presence, talk
from bot.services.desk import Desk
from tests.services.held import held
from tests.services.stage import COLLEAGUE, NOW, Clock, staff


def test_taking_and_answering_show_that_somebody_is_there(session: Session, desk: Desk, clock: Clock) -> None:
    one = held(session, desk)
    clock.turn(minutes=3)
    talk.reply(session, desk, one.id, one.worker, "我在查")

    assert one.conversation.held_since == NOW
    assert one.conversation.touched_at == clock()


def test_it_is_kept_once_a_minute(session: Session, desk: Desk, clock: Clock) -> None:
    one = held(session, desk)
    clock.turn(seconds=59)
    early = presence.note_there(session, desk, one.worker, one.id)
    clock.turn(seconds=1)

    assert not early
    assert presence.is_to_be_noted(one.conversation, one.worker, clock())
    assert presence.note_there(session, desk, one.worker, one.id)
    assert one.conversation.touched_at == clock()


def test_a_note_counts_as_being_there(session: Session, desk: Desk, clock: Clock) -> None:
    one = held(session, desk)
    clock.turn(minutes=5)

    conversation_notes.add(session, desk, one.worker, one.id, "在等物业回话")

    assert one.conversation.touched_at == clock()


def test_that_a_colleague_looks_at_it_says_nothing_of_the_holder(session: Session, desk: Desk, clock: Clock) -> None:
    one, colleague = held(session, desk), staff(session, COLLEAGUE)
    clock.turn(minutes=5)

    assert not presence.is_to_be_noted(one.conversation, colleague, clock())
    assert not presence.note_there(session, desk, colleague, one.id)
    assert one.conversation.touched_at == NOW


def test_an_open_page_counts_only_while_its_person_does_something(session: Session, desk: Desk, clock: Clock) -> None:
    one = held(session, desk)
    logins.open_session(session, one.worker, clock())
    clock.turn(minutes=9)
    soon = presence.note_watching(session, desk, one.worker, one.id)
    clock.turn(minutes=2)

    assert soon
    assert not presence.note_watching(session, desk, one.worker, one.id)


def test_an_open_page_of_somebody_logged_out_counts_for_nothing(session: Session, desk: Desk, clock: Clock) -> None:
    one = held(session, desk)
    clock.turn(minutes=2)

    assert not presence.note_watching(session, desk, one.worker, one.id)
