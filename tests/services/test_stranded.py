import asyncio
import contextlib
import logging

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.core.staff import Role
from bot.core.visits import VisitStatus
from bot.services import passing_on, stranded, talk, visit_relief, visits
from bot.services import staff as accounts
from bot.services.desk import Desk
from bot.services.hub import STAFF
from bot.services.stranded import Stranded
from bot.services.visits import VisitDraft
from bot.store.queries.audit import latest_audit
from bot.store.queries.cases import steps_of
from bot.store.tables import (
    Conversation,
    ConversationState,
    Handover,
    HandoverKind,
    HandoverStatus,
    InPersonOrder,
)
from tests.services.dialogues import until
from tests.services.held import Held, held, writes
from tests.services.stage import BUILDING, COLLEAGUE, WORKER, Clock, at, says, someone, staff, told


def given_back(session: Session, desk: Desk, one: Held) -> bool:
    return stranded.give_back_if_left(session, desk, one.id)


def test_who_is_away_while_a_resident_waits_loses_the_conversation_to_the_queue(
    session: Session, desk: Desk, clock: Clock
) -> None:
    one = held(session, desk)
    asked = writes(session, desk, one)
    clock.turn(minutes=15)

    assert given_back(session, desk, one)

    assert (one.conversation.state, one.conversation.worker_id) == (ConversationState.WAITING, None)
    assert one.conversation.reason == f"原来由{one.worker.name}接着，离开了"
    assert one.conversation.waiting_since == asked.created_at
    assert any("不用重说" in text for text in told(session, one.resident)[-2:])
    assert (latest_audit(session)[0].action, latest_audit(session)[0].staff_id) == ("conversation:stranded", None)


def test_the_unanswered_message_is_put_before_the_workers(session: Session, desk: Desk, clock: Clock) -> None:
    one = held(session, desk)
    asked = writes(session, desk, one)
    clock.turn(minutes=15)

    given_back(session, desk, one)

    handover = session.query(Handover).filter_by(inbox_id=asked.id).one()
    assert (handover.kind, handover.status) == (HandoverKind.STRANDED, HandoverStatus.WAITING)
    assert [row.conversation.id for row in talk.waiting(session, staff(session, COLLEAGUE))] == [one.id]


def test_who_was_there_a_moment_ago_keeps_it(session: Session, desk: Desk, clock: Clock) -> None:
    one = held(session, desk)
    clock.turn(minutes=14)
    talk.reply(session, desk, one.id, one.worker, "我去问问，稍等")
    writes(session, desk, one)
    clock.turn(minutes=14)

    assert not given_back(session, desk, one)


def test_a_message_that_has_only_just_come_is_left_to_the_holder(session: Session, desk: Desk, clock: Clock) -> None:
    one = held(session, desk)
    clock.turn(hours=1)
    writes(session, desk, one)

    at_once = given_back(session, desk, one)
    clock.turn(minutes=2)

    assert (at_once, given_back(session, desk, one)) == (False, True)


def test_where_nobody_waits_the_holder_may_be_away_for_hours(session: Session, desk: Desk, clock: Clock) -> None:
    one = held(session, desk)
    clock.turn(hours=7, minutes=59)

    before = given_back(session, desk, one)
    clock.turn(minutes=1)

    assert (before, given_back(session, desk, one)) == (False, True)
    assert "不用重说" not in told(session, one.resident)[-1]


def test_an_emergency_waits_five_minutes_only(session: Session, desk: Desk, clock: Clock) -> None:
    one = held(session, desk, kind=HandoverKind.EMERGENCY)
    writes(session, desk, one, "烟越来越大")
    clock.turn(minutes=5)

    assert given_back(session, desk, one)


def test_who_takes_a_cry_for_a_person_and_says_nothing_loses_it_too(session: Session, desk: Desk, clock: Clock) -> None:
    resident = someone(session, desk)
    conversation = passing_conversation(session, desk)
    clock.turn(minutes=15)

    assert stranded.give_back_if_left(session, desk, conversation.id)
    assert any("不用重说" in text for text in told(session, resident))


def passing_conversation(session: Session, desk: Desk) -> Conversation:
    """Taken and passed on: nobody has said a word to the resident yet."""
    one = held(session, desk)
    writes(session, desk, one)
    passing_on.pass_on(session, desk, one.id, one.worker, staff(session, COLLEAGUE).id, "")
    return one.conversation


@pytest.mark.parametrize("role", [Role.TRAINER, Role.GRID_WORKER])
def test_who_does_another_job_now_loses_it_at_once(session: Session, desk: Desk, role: Role) -> None:
    one = held(session, desk)
    one.worker.role = role

    assert given_back(session, desk, one)


def test_who_is_shut_out_loses_it_at_once(session: Session, desk: Desk) -> None:
    one = held(session, desk)
    accounts.disable(session, WORKER, desk.clock())

    assert given_back(session, desk, one)
    assert one.conversation.held_since is None


def test_what_nobody_holds_is_left_alone(session: Session, desk: Desk, clock: Clock) -> None:
    one = held(session, desk)
    talk.hand_back(session, desk, one.id, one.worker)
    clock.turn(days=1)

    assert not given_back(session, desk, one)
    assert one.conversation.state is ConversationState.BOT


def test_stranded_again_the_same_message_waits_again(session: Session, desk: Desk, clock: Clock) -> None:
    one = held(session, desk)
    asked = writes(session, desk, one)
    clock.turn(minutes=15)
    given_back(session, desk, one)
    talk.take(session, desk, one.id, staff(session, COLLEAGUE))
    clock.turn(minutes=15)

    assert given_back(session, desk, one)

    assert one.conversation.waiting_since == asked.created_at
    assert session.query(Handover).filter_by(inbox_id=asked.id).one().status is HandoverStatus.WAITING


def visit(session: Session, desk: Desk, status: VisitStatus = VisitStatus.ACCEPTED) -> InPersonOrder:
    resident = someone(session, desk)
    order = visits.order_visit(
        session,
        desk,
        VisitDraft(
            resident_id=resident.id,
            inbox_id=says(session, desk, resident, "来个人看看"),
            ordinal=0,
            need="看看水管",
            leaf=None,
            recipient="self",
            recipient_name=None,
            place=at(desk, BUILDING),
            phone="19900000001",
            way="visit",
            preferred_time="",
            text="来个人看看",
            linked_group=None,
            age_band=None,
            asked_for=staff(session, WORKER).name,
        ),
    )
    order.status = status
    session.flush()
    return order


@pytest.mark.parametrize("status", [VisitStatus.NEW, VisitStatus.ACCEPTED, VisitStatus.ON_SITE])
def test_the_visits_of_who_is_shut_out_go_to_others(session: Session, desk: Desk, status: VisitStatus) -> None:
    order, worker = visit(session, desk, status), staff(session, WORKER)
    assert order.assignee_id == worker.id
    worker.disabled_at = desk.clock()

    visit_relief.relieve(session, desk, worker)

    assert order.status is VisitStatus.NEW
    assert order.assignee_id not in (None, worker.id)
    assert worker.name in steps_of(session, order)[-1].note
    assert "换人" in told(session, someone(session, desk))[-1]


def test_visits_somebody_may_still_make_stay_theirs(session: Session, desk: Desk) -> None:
    order = visit(session, desk)

    assert visit_relief.relieve_all(session, desk) == 0
    assert order.status is VisitStatus.ACCEPTED


def test_one_that_cannot_be_read_keeps_no_other_from_being_given_back(
    desk: Desk, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    if url.startswith("postgresql"):
        pytest.skip("what this writes would stay in the shared database")
    with desk.transaction() as session:
        bad, good = held(session, desk, "first", by=COLLEAGUE), held(session, desk, "second")
        bad_id, good_id = bad.id, good.id
        session.execute(text("UPDATE staff SET role = 'P9' WHERE username = :who"), {"who": COLLEAGUE})
        accounts.disable(session, WORKER, desk.clock())

    with caplog.at_level(logging.ERROR):
        given = stranded.sweep(desk)

    with desk.transaction(read_only=True) as session:
        states = [session.get_one(Conversation, one).state for one in (bad_id, good_id)]
    assert (given, states) == (1, [ConversationState.WORKER, ConversationState.WAITING])
    assert f"conversation {bad_id} waits on: LookupError" in caplog.text


async def test_beside_the_service_it_acts_as_soon_as_somebody_is_shut_out(desk: Desk, url: str) -> None:
    if url.startswith("postgresql"):
        pytest.skip("what this writes would stay in the shared database")
    with desk.transaction() as session:
        one = held(session, desk)
        conversation_id = one.id

    def state() -> ConversationState:
        with desk.transaction(read_only=True) as session:
            return session.get_one(Conversation, conversation_id).state

    running = asyncio.create_task(Stranded(desk).run())
    await until(lambda: desk.hub._listeners.get(STAFF))
    held_before = state()
    with desk.transaction() as session:
        accounts.disable(session, WORKER, desk.clock())
    await until(lambda: state() is ConversationState.WAITING)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running

    assert held_before is ConversationState.WORKER
