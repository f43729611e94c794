import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.masking import mask_phone
from bot.errors import InvalidInput, NotAllowed, NotFound
from bot.services import conversation_notes, talk
from bot.services.desk import Desk
from bot.services.erasing import erase_resident
from bot.services.handover import hand_over
from bot.services.retention import load_retention, purge_expired
from bot.store.tables import ConversationNote, HandoverKind
from tests.services.held import held
from tests.services.leaving import settle_all
from tests.services.stage import COLLEAGUE, ELSEWHERE, GRID_WORKER, Clock, says, staff, told

PHONE = "19900000088"


def count(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(ConversationNote)).one()


def test_colleagues_read_a_note_and_the_resident_does_not(session: Session, desk: Desk) -> None:
    one = held(session, desk)
    before = told(session, one.resident)

    conversation_notes.add(session, desk, one.worker, one.id, f"她儿子电话{PHONE}，别当面提")

    [read] = conversation_notes.beside_conversation(session, staff(session, COLLEAGUE), one.id)
    assert (read.who, read.text) == (one.worker.name, f"她儿子电话{mask_phone(PHONE)}，别当面提")
    assert told(session, one.resident) == before


def test_a_note_needs_no_conversation_in_ones_hands(session: Session, desk: Desk) -> None:
    one = held(session, desk)

    conversation_notes.add(session, desk, staff(session, COLLEAGUE), one.id, "我上周去过她家")

    assert count(session) == 1


@pytest.mark.parametrize("text", ["", "  \n", "长" * 501])
def test_an_empty_or_endless_note_is_refused(session: Session, desk: Desk, text: str) -> None:
    one = held(session, desk)

    with pytest.raises(InvalidInput):
        conversation_notes.add(session, desk, one.worker, one.id, text)

    assert count(session) == 0


def test_who_may_not_read_the_conversation_reads_and_writes_no_notes(session: Session, desk: Desk) -> None:
    one, stranger = held(session, desk), staff(session, ELSEWHERE)

    with pytest.raises(NotFound):
        conversation_notes.add(session, desk, stranger, one.id, "路过")
    with pytest.raises(NotFound):
        conversation_notes.beside_conversation(session, stranger, one.id)
    with pytest.raises(NotAllowed):
        conversation_notes.add(session, desk, staff(session, GRID_WORKER), one.id, "路过")


def test_notes_beside_a_complaint_stay_hidden_from_the_one_it_is_about(session: Session, desk: Desk) -> None:
    one, colleague = held(session, desk), staff(session, COLLEAGUE)
    inbox = says(session, desk, one.resident, f"{colleague.name}骂人")
    hand_over(session, one.conversation, inbox, HandoverKind.COMPLAINT, "投诉", desk.clock())
    conversation_notes.add(session, desk, one.worker, one.id, "已经报主任")

    with pytest.raises(NotFound):
        conversation_notes.beside_conversation(session, colleague, one.id)


def test_notes_go_with_a_resident_who_leaves(session: Session, desk: Desk) -> None:
    one = held(session, desk)
    conversation_notes.add(session, desk, one.worker, one.id, "老人独居")
    settle_all(session)

    erase_resident(session, desk, one.resident, because="unsubscribed")

    assert count(session) == 0


def test_notes_are_kept_no_longer_than_the_talk(session: Session, desk: Desk, clock: Clock) -> None:
    rules = load_retention(desk.settings.data / "catalogue" / "retention.yml")
    over, open_still = held(session, desk, "over"), held(session, desk, "open")
    for one in (over, open_still):
        conversation_notes.add(session, desk, one.worker, one.id, "老人独居")
    talk.close(session, desk, over.id, over.worker)
    clock.moment += rules.chat
    conversation_notes.add(session, desk, over.worker, over.id, "新的一条")

    clock.turn(seconds=1)
    purged = purge_expired(session, desk, rules)

    assert purged.notes == 1
    assert count(session) == 2
