import pytest
from sqlalchemy.orm import Session

from bot.errors import Conflict, InvalidInput, NotFound
from bot.services import conversation_notes, passing_on, talk
from bot.services.desk import Desk
from bot.services.handover import hand_over
from bot.store.queries import holding
from bot.store.queries.audit import latest_audit
from bot.store.tables import ConversationState, Handover, HandoverKind, HandoverStatus
from tests.services.held import held, writes
from tests.services.stage import (
    COLLEAGUE,
    DIRECTOR,
    DISPATCHER,
    ELSEWHERE,
    GRID_WORKER,
    WORKER,
    Clock,
    says,
    staff,
    told,
)


def test_a_colleague_holds_what_was_passed_on_and_the_resident_hears_who(session: Session, desk: Desk) -> None:
    one, colleague = held(session, desk), staff(session, COLLEAGUE)

    passing_on.pass_on(session, desk, one.id, one.worker, colleague.id, "她耳朵不好，请打电话")

    assert (one.conversation.state, one.conversation.worker_id) == (ConversationState.WORKER, colleague.id)
    assert colleague.name in told(session, one.resident)[-1]
    assert [row.conversation.id for row in talk.held(session, colleague)] == [one.id]
    assert talk.held(session, one.worker) == []
    assert latest_audit(session)[0].action == "conversation:pass_on"


def test_the_word_for_the_colleague_is_never_told_to_the_resident(session: Session, desk: Desk) -> None:
    one, colleague = held(session, desk), staff(session, COLLEAGUE)

    passing_on.pass_on(session, desk, one.id, one.worker, colleague.id, "她耳朵不好")

    assert not any("耳朵" in text for text in told(session, one.resident))
    assert "耳朵" in (one.conversation.reason or "")
    assert "耳朵" in conversation_notes.beside_conversation(session, colleague, one.id)[-1].text


def test_what_was_passed_on_stands_first_until_it_is_answered(session: Session, desk: Desk, clock: Clock) -> None:
    colleague = staff(session, COLLEAGUE)
    own = held(session, desk, "own", by=COLLEAGUE)
    writes(session, desk, own)
    clock.turn(minutes=3)
    passed = held(session, desk, "passed")
    passing_on.pass_on(session, desk, passed.id, passed.worker, colleague.id, "")

    before = [row.conversation.id for row in talk.held(session, colleague)]
    talk.reply(session, desk, passed.id, colleague, "我来接着说")
    after = [row.conversation.id for row in talk.held(session, colleague)]

    assert (before, after) == ([passed.id, own.id], [own.id, passed.id])


def test_its_handovers_go_along(session: Session, desk: Desk) -> None:
    one, colleague = held(session, desk), staff(session, COLLEAGUE)

    passing_on.pass_on(session, desk, one.id, one.worker, colleague.id, "")

    handover = session.query(Handover).filter_by(conversation_id=one.id).one()
    assert (handover.status, handover.staff_id) == (HandoverStatus.TAKEN, colleague.id)


def test_only_those_who_may_answer_there_can_be_chosen(session: Session, desk: Desk) -> None:
    one = held(session, desk)
    staff(session, DIRECTOR).disabled_at = desk.clock()

    names = {colleague.username for colleague in passing_on.colleagues(session, one.worker, one.conversation)}

    assert {COLLEAGUE, DISPATCHER} <= names
    assert not names & {WORKER, DIRECTOR, ELSEWHERE, GRID_WORKER}


def test_nobody_gets_a_conversation_with_a_complaint_about_them(session: Session, desk: Desk) -> None:
    one, colleague = held(session, desk, by=DISPATCHER), staff(session, COLLEAGUE)
    inbox = says(session, desk, one.resident, f"{colleague.name}骂人")
    hand_over(session, one.conversation, inbox, HandoverKind.COMPLAINT, "投诉", desk.clock())

    with pytest.raises(InvalidInput):
        passing_on.pass_on(session, desk, one.id, one.worker, colleague.id, "")

    assert one.conversation.worker_id == one.worker.id


@pytest.mark.parametrize("taker", [0, 999_999])
def test_somebody_who_is_not_there_cannot_be_chosen(session: Session, desk: Desk, taker: int) -> None:
    one = held(session, desk)

    with pytest.raises(InvalidInput, match="没有选"):
        passing_on.pass_on(session, desk, one.id, one.worker, taker, "")


def test_only_the_holder_passes_it_on(session: Session, desk: Desk) -> None:
    one, colleague = held(session, desk), staff(session, COLLEAGUE)

    with pytest.raises(Conflict):
        passing_on.pass_on(session, desk, one.id, colleague, staff(session, DIRECTOR).id, "")
    with pytest.raises(NotFound):
        passing_on.pass_on(session, desk, one.id, staff(session, ELSEWHERE), colleague.id, "")


def test_of_two_who_take_it_out_of_ones_hands_one_wins(session: Session, desk: Desk) -> None:
    one, colleague, director = held(session, desk), staff(session, COLLEAGUE), staff(session, DIRECTOR)
    now = desk.clock()

    won = [holding.pass_on(session, one.id, one.worker.id, taker.id, "", now) for taker in (colleague, director)]

    assert won == [True, False]
    assert one.conversation.worker_id == colleague.id


def test_put_back_it_waits_since_the_resident_began_to_wait(session: Session, desk: Desk, clock: Clock) -> None:
    one = held(session, desk)
    asked = writes(session, desk, one)
    clock.turn(minutes=7)

    passing_on.put_back(session, desk, one.id, one.worker, "我要开会")

    assert (one.conversation.state, one.conversation.worker_id) == (ConversationState.WAITING, None)
    assert one.conversation.waiting_since == asked.created_at
    assert [row.conversation.id for row in talk.waiting(session, staff(session, COLLEAGUE))] == [one.id]
    assert "不用重说" in told(session, one.resident)[-1]


def test_a_word_that_is_too_long_changes_nothing(session: Session, desk: Desk) -> None:
    one = held(session, desk)

    with pytest.raises(InvalidInput, match="不能超过"):
        passing_on.put_back(session, desk, one.id, one.worker, "长" * 151)

    assert one.conversation.worker_id == one.worker.id
