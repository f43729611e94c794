import pytest
from sqlalchemy.orm import Session

from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services import outbox, talk
from bot.services.desk import Desk
from bot.services.handover import hand_over, staff_named
from bot.store.queries import people
from bot.store.queries.audit import latest_audit
from bot.store.tables import ConversationState, Handover, HandoverKind, HandoverStatus, Message, Resident, Sender
from tests.services.stage import (
    COLLEAGUE,
    DIRECTOR,
    DISPATCHER,
    ELSEWHERE,
    GRID_WORKER,
    WORKER,
    Clock,
    says,
    someone,
    staff,
    talk_of,
    told,
)


def wants(
    session: Session, desk: Desk, resident: Resident, text: str, kind: HandoverKind = HandoverKind.PERSON
) -> Handover:
    inbox = says(session, desk, resident, text)
    return hand_over(session, talk_of(session, desk, resident), inbox, kind, text, desk.clock())


def sees(session: Session, username: str, resident: Resident) -> bool:
    return resident.id in [one.resident.id for one in talk.waiting(session, staff(session, username))]


def test_a_handover_makes_the_conversation_wait_with_its_reason(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)

    wants(session, desk, resident, "我要找人工")

    conversation = talk_of(session, desk, resident)
    assert (conversation.state, conversation.reason) == (ConversationState.WAITING, "我要找人工")
    assert sees(session, WORKER, resident)


def test_handing_over_the_same_message_again_changes_nothing(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    first = wants(session, desk, resident, "我要找人工")

    again = hand_over(
        session, talk_of(session, desk, resident), first.inbox_id, HandoverKind.PERSON, "别的理由", desk.clock()
    )

    assert again.id == first.id
    assert again.reason == "我要找人工"


def test_a_message_during_a_workers_talk_is_that_workers(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    worker = staff(session, WORKER)
    talk.take(session, desk, talk_of(session, desk, resident).id, worker)

    later = wants(session, desk, resident, "还有一件事")

    assert (later.status, later.staff_id) == (HandoverStatus.TAKEN, worker.id)
    assert talk_of(session, desk, resident).state is ConversationState.WORKER


def test_another_communitys_workers_do_not_see_it(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)

    wants(session, desk, resident, "我要找人工")

    assert not sees(session, ELSEWHERE, resident)
    assert sees(session, DISPATCHER, resident)


@pytest.mark.parametrize(
    "words", ["李青禾骂人", "小李态度太差", "那个姓李的不理人", "李老师乱发火", "青禾这个人不讲理"]
)
def test_a_complaint_is_never_shown_to_the_worker_it_names(session: Session, desk: Desk, words: str) -> None:
    resident = someone(session, desk)

    wants(session, desk, resident, words, HandoverKind.COMPLAINT)

    assert not sees(session, WORKER, resident)
    assert sees(session, DIRECTOR, resident)
    with pytest.raises(NotFound):
        talk.take(session, desk, talk_of(session, desk, resident).id, staff(session, WORKER))


def test_a_complaint_goes_to_those_who_may_read_complaints(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)

    wants(session, desk, resident, "你们办事太慢了", HandoverKind.COMPLAINT)

    assert not sees(session, COLLEAGUE, resident)
    assert sees(session, DIRECTOR, resident)


def test_a_complaint_about_the_director_goes_to_the_street(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)

    wants(session, desk, resident, "你们主任收红包", HandoverKind.COMPLAINT)

    assert not sees(session, DIRECTOR, resident)
    assert sees(session, DISPATCHER, resident)


def test_a_complaint_nobody_may_read_is_not_lost(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    staff(session, DISPATCHER).disabled_at = desk.clock()

    wants(session, desk, resident, "你们主任收红包", HandoverKind.COMPLAINT)

    assert not sees(session, DIRECTOR, resident)
    assert sees(session, COLLEAGUE, resident)


def test_a_name_told_a_message_earlier_counts(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    says(session, desk, resident, "昨天周敏来我家")

    complaint = wants(session, desk, resident, "我要投诉她", HandoverKind.COMPLAINT)

    assert complaint.about_staff_ids == [staff(session, COLLEAGUE).id]


def test_a_name_told_while_the_complaint_waits_counts_too(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    wants(session, desk, resident, "我要投诉", HandoverKind.COMPLAINT)

    says(session, desk, resident, "就是那个陈主任")

    assert not sees(session, DIRECTOR, resident)
    assert sees(session, DISPATCHER, resident)


def test_a_settled_complaint_stays_hidden_from_the_one_it_was_about(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    wants(session, desk, resident, "我要投诉", HandoverKind.COMPLAINT)
    says(session, desk, resident, "李青禾骂人")
    conversation, director = talk_of(session, desk, resident), staff(session, DIRECTOR)
    talk.take(session, desk, conversation.id, director)
    talk.close(session, desk, conversation.id, director)

    wants(session, desk, resident, "找个人问问社保")

    assert not sees(session, WORKER, resident)
    assert sees(session, COLLEAGUE, resident)


def test_a_complaint_takes_the_conversation_out_of_the_hands_of_the_one_it_is_about(
    session: Session, desk: Desk
) -> None:
    resident = someone(session, desk)
    conversation = talk_of(session, desk, resident)
    talk.take(session, desk, conversation.id, staff(session, WORKER))

    wants(session, desk, resident, "李青禾态度太差，换个人", HandoverKind.COMPLAINT)

    assert (conversation.state, conversation.worker_id) == (ConversationState.WAITING, None)


def test_words_that_name_nobody_hide_nothing_from_anybody(session: Session) -> None:
    assert staff_named("办了三趟都没办成，楼高灯暗，谢谢", people.all_staff(session)) == []


def test_an_emergency_stands_first(session: Session, desk: Desk, clock: Clock) -> None:
    first, danger = someone(session, desk, "first"), someone(session, desk, "danger")
    wants(session, desk, first, "我要找人工")
    clock.turn(minutes=5)

    wants(session, desk, danger, "着火了", HandoverKind.EMERGENCY)

    order = [one.resident.id for one in talk.waiting(session, staff(session, WORKER))]
    assert order.index(danger.id) < order.index(first.id)


def test_danger_goes_before_the_privacy_of_a_complaint(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    wants(session, desk, resident, "李青禾骂人", HandoverKind.COMPLAINT)

    wants(session, desk, resident, "着火了", HandoverKind.EMERGENCY)

    assert sees(session, COLLEAGUE, resident)
    assert not sees(session, WORKER, resident)


def test_a_worker_takes_answers_and_hands_back(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    complaint = wants(session, desk, resident, "我要找人工")
    conversation, worker = talk_of(session, desk, resident), staff(session, WORKER)

    talk.take(session, desk, conversation.id, worker)
    answer = talk.reply(session, desk, conversation.id, worker, " 您好，我来看看 ")
    talk.hand_back(session, desk, conversation.id, worker)

    assert (answer.sender, answer.staff_id, answer.text) == (Sender.WORKER, worker.id, "您好，我来看看")
    assert told(session, resident) == [
        "社区工作人员李青禾来了，您直接说就行。",
        "您好，我来看看",
        "小助手接着陪您，还有事您就说。",
    ]
    assert conversation.state is ConversationState.BOT
    session.refresh(complaint)
    assert complaint.status is HandoverStatus.CLOSED
    assert [row.action for row in latest_audit(session, limit=2)] == ["conversation:hand_back", "conversation:take"]


def test_a_second_worker_cannot_take_it(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    conversation = talk_of(session, desk, resident)
    talk.take(session, desk, conversation.id, staff(session, WORKER))

    with pytest.raises(Conflict, match="李青禾"):
        talk.take(session, desk, conversation.id, staff(session, COLLEAGUE))


def test_taking_twice_greets_once(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)

    for _ in range(2):
        talk.take(session, desk, talk_of(session, desk, resident).id, staff(session, WORKER))

    assert len(told(session, resident)) == 1
    assert [one.resident.id for one in talk.held(session, staff(session, WORKER))] == [resident.id]


def test_who_does_not_hold_the_conversation_cannot_write_in_it(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    conversation = talk_of(session, desk, resident)

    with pytest.raises(Conflict):
        talk.reply(session, desk, conversation.id, staff(session, WORKER), "您好")
    with pytest.raises(Conflict):
        talk.close(session, desk, conversation.id, staff(session, WORKER))


@pytest.mark.parametrize("words", ["", "  \n ", "长" * 2001])
def test_an_empty_or_endless_answer_is_refused(session: Session, desk: Desk, words: str) -> None:
    resident = someone(session, desk)
    conversation, worker = talk_of(session, desk, resident), staff(session, WORKER)
    talk.take(session, desk, conversation.id, worker)

    with pytest.raises(InvalidInput):
        talk.reply(session, desk, conversation.id, worker, words)


def test_an_unknown_conversation_is_not_found(session: Session, desk: Desk) -> None:
    with pytest.raises(NotFound):
        talk.take(session, desk, 999_999, staff(session, WORKER))


def test_a_grid_workers_own_complaint_names_them_by_their_job(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)

    complaint = wants(session, desk, resident, "网格员从来不露面", HandoverKind.COMPLAINT)

    assert staff(session, GRID_WORKER).id in complaint.about_staff_ids


def test_buttons_stand_under_the_last_bubble(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    conversation = talk_of(session, desk, resident)

    messages = outbox.post(session, conversation, ["一", "二"], outbox.BOT, desk.clock(), buttons=["好"])

    assert [message.buttons for message in messages] == [[], ["好"]]
    assert all(isinstance(message, Message) and message.sender is Sender.BOT for message in messages)


def test_a_general_complaint_stays_with_the_worker_who_is_answering(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    conversation, worker = talk_of(session, desk, resident), staff(session, COLLEAGUE)
    talk.take(session, desk, conversation.id, worker)
    wants(session, desk, resident, "你们办事太慢", HandoverKind.COMPLAINT)

    assert talk.reply(session, desk, conversation.id, worker, "对不起，我催一下").staff_id == worker.id


def test_a_grid_worker_reads_no_conversations(session: Session, desk: Desk) -> None:
    conversation, grid_worker = talk_of(session, desk, someone(session, desk)), staff(session, GRID_WORKER)

    with pytest.raises(NotAllowed):
        talk.waiting(session, grid_worker)
    with pytest.raises(NotAllowed):
        talk.take(session, desk, conversation.id, grid_worker)
