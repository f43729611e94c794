"""Replies that did not arrive: who is told, what a worker may decide, and when nobody has to call any more."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.staff import Role
from bot.errors import Conflict, NotAllowed, NotFound
from bot.services import outbox, undelivered
from bot.services.desk import Desk
from bot.services.handover import hand_over
from bot.services.hub import CONSOLE, OUTBOX, noted
from bot.services.talk import take
from bot.store.queries import claims, talk
from bot.store.queries.audit import latest_audit
from bot.store.tables import (
    ConversationState,
    Handover,
    HandoverKind,
    HandoverStatus,
    Message,
    MessageStatus,
    Resident,
    Staff,
)
from tests.services.stage import ELSEWHERE, WORKER, Clock, says, someone, staff, talk_of

FAILED, UNCERTAIN, PENDING = MessageStatus.FAILED, MessageStatus.UNCERTAIN, MessageStatus.PENDING


def unreached(
    session: Session, desk: Desk, resident: Resident, status: MessageStatus = FAILED, answering: int | None = None
) -> Message:
    conversation = talk_of(session, desk, resident)
    [reply] = outbox.post(session, conversation, ["师傅下午来"], outbox.BOT, desk.clock(), in_reply_to=answering)
    reply.status = status
    session.flush()
    return reply


def asked(session: Session, desk: Desk, name: str = "someone") -> Resident:
    resident = someone(session, desk, name)
    says(session, desk, resident, "路灯坏了")
    return resident


def of_no_community(session: Session, desk: Desk) -> Resident:
    resident = asked(session, desk, "stranger")
    resident.community_id = None
    session.flush()
    return resident


def trainer() -> Staff:
    """Their job does not include residents' conversations."""
    return Staff(username="trainer", name="陈老师", role=Role.TRAINER, community_id="qinghe")


def put(session: Session, desk: Desk, *messages: Message) -> Handover:
    """Put them before a worker; returns the one handover of their conversation."""
    undelivered.put_before_worker(session, desk, messages)
    [handover] = talk.open_handovers(session, messages[0].conversation_id)
    return handover


def test_a_failed_reply_is_a_reason_to_call(session: Session, desk: Desk) -> None:
    resident = asked(session, desk)

    handover = put(session, desk, unreached(session, desk, resident))

    conversation = talk_of(session, desk, resident)
    assert (handover.kind, handover.reason) == (HandoverKind.UNDELIVERED, undelivered.FAILED)
    assert (conversation.phone_needed_since, conversation.state) == (desk.clock(), ConversationState.WAITING)


def test_a_reply_that_may_have_arrived_is_a_reason_to_ask_but_not_to_say_the_phone_is_needed(
    session: Session, desk: Desk
) -> None:
    resident = asked(session, desk)

    handover = put(session, desk, unreached(session, desk, resident, UNCERTAIN))

    assert handover.reason == undelivered.UNCERTAIN
    assert talk_of(session, desk, resident).phone_needed_since is None


@pytest.mark.parametrize("statuses", [(FAILED, UNCERTAIN), (UNCERTAIN, FAILED)])
def test_among_several_the_one_that_surely_failed_decides(
    session: Session, desk: Desk, statuses: tuple[MessageStatus, ...]
) -> None:
    resident = asked(session, desk)

    handover = put(session, desk, *(unreached(session, desk, resident, status) for status in statuses))

    assert handover.reason == undelivered.FAILED
    assert talk_of(session, desk, resident).phone_needed_since is not None


def test_the_moment_since_when_somebody_has_to_call_stays(session: Session, desk: Desk, clock: Clock) -> None:
    resident, first = asked(session, desk), clock()
    put(session, desk, unreached(session, desk, resident))
    clock.turn(hours=1)

    put(session, desk, unreached(session, desk, resident))

    assert talk_of(session, desk, resident).phone_needed_since == first


def test_it_is_the_message_that_was_answered_that_the_worker_sees(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    asked_first = says(session, desk, resident, "路灯坏了")
    says(session, desk, resident, "谢谢")

    handover = put(session, desk, unreached(session, desk, resident, answering=asked_first))

    assert handover.inbox_id == asked_first


def test_after_a_call_a_second_reply_that_does_not_arrive_is_a_reason_to_call_again(
    session: Session, desk: Desk
) -> None:
    resident = asked(session, desk)
    handover = put(session, desk, unreached(session, desk, resident))
    claims.settle_handover(session, handover.id, staff(session, WORKER).id, desk.clock())
    assert talk_of(session, desk, resident).state is ConversationState.BOT

    again = put(session, desk, unreached(session, desk, resident))

    assert (again.id, again.status) == (handover.id, HandoverStatus.WAITING)
    assert talk_of(session, desk, resident).state is ConversationState.WAITING


def test_whoever_never_wrote_anything_stands_in_the_list_only(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    reply = unreached(session, desk, resident)

    undelivered.put_before_worker(session, desk, [reply])

    assert talk.open_handovers(session, reply.conversation_id) == []
    assert [one.message for one in undelivered.waiting(session, staff(session, WORKER))] == [reply]
    assert CONSOLE in noted(session)


def test_a_channel_that_lets_nobody_write_is_said_once(session: Session, desk: Desk, clock: Clock) -> None:
    resident, since = asked(session, desk), clock()
    replies = [unreached(session, desk, resident, PENDING) for _ in range(2)]

    for reply in replies:
        undelivered.phone_needed(session, desk, reply)
        clock.turn(hours=1)

    conversation = talk_of(session, desk, resident)
    assert conversation.phone_needed_since == since
    assert len(talk.open_handovers(session, conversation.id)) == 1
    assert [reply.status for reply in replies] == [PENDING] * 2


def test_only_ones_own_community_is_listed_and_only_to_who_talks_to_residents(session: Session, desk: Desk) -> None:
    reply = unreached(session, desk, asked(session, desk))
    stranger = unreached(session, desk, of_no_community(session, desk))

    def listed(username: str) -> list[Message]:
        return [one.message for one in undelivered.waiting(session, staff(session, username))]

    assert listed(WORKER) == [reply, stranger]
    assert listed(ELSEWHERE) == [stranger]
    with pytest.raises(NotAllowed):
        undelivered.waiting(session, trainer())


def test_a_reply_sent_again_is_pending_and_wakes_the_courier(session: Session, desk: Desk) -> None:
    reply = unreached(session, desk, asked(session, desk))

    undelivered.send_again(session, desk, reply.id, staff(session, WORKER))

    assert reply.status is PENDING
    assert OUTBOX in noted(session)
    [entry] = latest_audit(session, limit=1)
    assert (entry.action, entry.detail) == ("message:decide", "pending")


def test_once_the_last_of_them_is_told_nobody_has_to_call(session: Session, desk: Desk) -> None:
    resident, worker = asked(session, desk), staff(session, WORKER)
    first, second = unreached(session, desk, resident), unreached(session, desk, resident, UNCERTAIN)
    handover = put(session, desk, first, second)

    undelivered.waive(session, desk, first.id, worker)
    after_one = (talk_of(session, desk, resident).phone_needed_since, handover.status)
    undelivered.waive(session, desk, second.id, worker)

    conversation = talk_of(session, desk, resident)
    assert after_one == (desk.clock(), HandoverStatus.WAITING)
    assert (first.status, second.status) == (MessageStatus.WAIVED, MessageStatus.WAIVED)
    assert (conversation.phone_needed_since, conversation.state) == (None, ConversationState.BOT)
    assert (handover.status, handover.staff_id) == (HandoverStatus.CLOSED, worker.id)


def test_who_waits_for_something_else_goes_on_waiting(session: Session, desk: Desk) -> None:
    resident = asked(session, desk)
    reply = unreached(session, desk, resident)
    put(session, desk, reply)
    person = says(session, desk, resident, "找人工")
    hand_over(session, talk_of(session, desk, resident), person, HandoverKind.PERSON, "找人", desk.clock())

    undelivered.waive(session, desk, reply.id, staff(session, WORKER))

    conversation = talk_of(session, desk, resident)
    assert [one.kind for one in talk.open_handovers(session, conversation.id)] == [HandoverKind.PERSON]
    assert conversation.state is ConversationState.WAITING


def test_whoever_holds_the_conversation_keeps_it(session: Session, desk: Desk) -> None:
    resident, worker = asked(session, desk), staff(session, WORKER)
    reply = unreached(session, desk, resident)
    put(session, desk, reply)
    take(session, desk, reply.conversation_id, worker)

    undelivered.waive(session, desk, reply.id, worker)

    assert talk_of(session, desk, resident).worker_id == worker.id


def test_the_second_to_decide_comes_too_late(session: Session, desk: Desk) -> None:
    reply, worker = unreached(session, desk, asked(session, desk)), staff(session, WORKER)
    undelivered.waive(session, desk, reply.id, worker)

    with pytest.raises(Conflict):
        undelivered.send_again(session, desk, reply.id, worker)


@pytest.mark.parametrize("which", ["another community's", "a resident's", "nobody's"])
def test_what_is_not_theirs_is_not_found(session: Session, desk: Desk, which: str) -> None:
    reply = unreached(session, desk, asked(session, desk))
    question = session.scalars(select(Message.id).where(Message.conversation_id == reply.conversation_id)).first()
    decider, message_id = {
        "another community's": (ELSEWHERE, reply.id),
        "a resident's": (WORKER, question or 0),
        "nobody's": (WORKER, 10**6),
    }[which]

    with pytest.raises(NotFound):
        undelivered.waive(session, desk, message_id, staff(session, decider))
    assert reply.status is FAILED


def test_who_does_not_answer_residents_decides_nothing(session: Session, desk: Desk) -> None:
    reply = unreached(session, desk, asked(session, desk))

    with pytest.raises(NotAllowed):
        undelivered.send_again(session, desk, reply.id, trainer())
