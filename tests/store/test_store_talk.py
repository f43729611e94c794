"""Conversations and messages: nothing twice, nothing lost, one worker at a time."""

from threading import Barrier, Thread

import pytest
from sqlalchemy.orm import Session

from bot.store.engine import Store
from bot.store.queries.claims import (
    await_worker,
    release_conversation,
    resend,
    settle_inbox,
    settle_outbox,
    take_conversation,
)
from bot.store.queries.filing import hand_over
from bot.store.queries.people import resident_on
from bot.store.queries.talk import (
    Incoming,
    conversation_of,
    conversations_of_worker,
    history_after,
    inbox_message,
    insert_inbox,
    latest_history,
    open_handovers,
    pending_outbox,
    replies_to,
    unanswered_inbox,
    waiting_conversations,
)
from bot.store.tables import (
    Conversation,
    ConversationState,
    Direction,
    HandoverKind,
    HandoverStatus,
    Message,
    MessageStatus,
    Resident,
    Sender,
)
from tests.store.cast import LI, NOW, OSMANTHUS, WANG, WILLOW, Cast, later, said


def reply(session: Session, inbox: Message, text: str = "收到") -> Message:
    message = Message(
        conversation_id=inbox.conversation_id,
        direction=Direction.OUT,
        sender=Sender.BOT,
        text=text,
        channel="webchat",
        status=MessageStatus.PENDING,
        in_reply_to=inbox.id,
        created_at=NOW,
    )
    session.add(message)
    session.flush()
    return message


def test_a_message_delivered_twice_is_stored_once(session: Session, cast: Cast) -> None:
    incoming = Incoming("webchat", "路灯不亮", NOW, channel_message_id="m1")
    first = insert_inbox(session, cast.wangs_talk, incoming)
    second = insert_inbox(session, cast.wangs_talk, incoming)

    assert (first is not None, second) == (True, None)
    assert inbox_message(session, cast.wangs_talk, "webchat", "m1") is first


def test_the_same_channel_id_in_another_conversation_is_another_message(session: Session, cast: Cast) -> None:
    incoming = Incoming("webchat", "路灯不亮", NOW, channel_message_id="m1")
    insert_inbox(session, cast.wangs_talk, incoming)

    other = insert_inbox(session, cast.lis_talk, incoming)

    assert other is not None
    assert other.conversation_id == cast.lis_talk


def test_messages_without_a_channel_id_are_never_duplicates(session: Session, cast: Cast) -> None:
    stored = [said(session, cast.wangs_talk), said(session, cast.wangs_talk)]

    assert stored[0].id < stored[1].id


def test_first_contact_makes_a_resident_and_a_conversation_once(session: Session, cast: Cast) -> None:
    people = [resident_on(session, "wechat", "openid-1", NOW) for _ in range(2)]
    talks = [conversation_of(session, people[0].id, NOW) for _ in range(2)]

    assert people[0] is people[1]
    assert talks[0] is talks[1]
    assert talks[0].id not in {cast.wangs_talk, cast.lis_talk}
    assert session.query(Resident).filter_by(channel="wechat").count() == 1


def test_history_is_of_one_conversation_and_goes_on_after_a_message(session: Session, cast: Cast) -> None:
    first = said(session, cast.wangs_talk, "一")
    said(session, cast.lis_talk, "别人的")
    answer = reply(session, first, "二")
    third = said(session, cast.wangs_talk, "三")

    assert [m.text for m in history_after(session, cast.wangs_talk, first.id)] == ["二", "三"]
    assert [m.text for m in latest_history(session, cast.wangs_talk, limit=2)] == ["二", "三"]
    assert [m.text for m in latest_history(session, cast.wangs_talk, before_id=third.id)] == ["一", "二"]
    assert replies_to(session, first.id) == [answer]


def test_after_a_crash_only_what_was_received_and_not_settled_is_run_again(session: Session, cast: Cast) -> None:
    answered, open_one = said(session, cast.wangs_talk), said(session, cast.wangs_talk)
    others = said(session, cast.lis_talk)
    reply(session, answered)
    settle_inbox(session, answered.id, MessageStatus.ANSWERED)

    assert unanswered_inbox(session) == [open_one, others]
    assert unanswered_inbox(session, cast.lis_talk) == [others]


def test_a_message_is_settled_once(session: Session, cast: Cast) -> None:
    message = said(session, cast.wangs_talk)

    outcomes = [
        settle_inbox(session, message.id, MessageStatus.ANSWERED),
        settle_inbox(session, message.id, MessageStatus.FAILED),
    ]

    assert outcomes == [True, False]
    assert message.status is MessageStatus.ANSWERED


def test_the_outbox_holds_what_is_pending_for_the_channel(session: Session, cast: Cast) -> None:
    inbox = said(session, cast.wangs_talk)
    sent, pending = reply(session, inbox), reply(session, inbox)
    settle_outbox(session, sent.id, MessageStatus.SENT, "wx-9")

    assert pending_outbox(session, "webchat") == [pending]
    assert pending_outbox(session, "wechat") == []
    assert sent.channel_message_id == "wx-9"
    assert not settle_outbox(session, sent.id, MessageStatus.FAILED)


def test_only_a_failed_reply_can_be_sent_again(session: Session, cast: Cast) -> None:
    failed, sent = (reply(session, said(session, cast.wangs_talk)) for _ in range(2))
    settle_outbox(session, failed.id, MessageStatus.FAILED)
    settle_outbox(session, sent.id, MessageStatus.SENT)

    assert (resend(session, failed.id), resend(session, sent.id)) == (True, False)
    assert pending_outbox(session) == [failed]


def test_waiting_conversations_come_longest_first_with_resident_and_last_message(session: Session, cast: Cast) -> None:
    said(session, cast.lis_talk, "先说的")
    last = said(session, cast.lis_talk, "后说的")
    reply(session, last)
    await_worker(session, cast.wangs_talk, "想找人", later(5))
    await_worker(session, cast.lis_talk, "投诉", later(1))

    waiting = waiting_conversations(session, OSMANTHUS)

    assert [(one.resident.id, one.last and one.last.text) for one in waiting] == [
        (LI, "后说的"),
        (WANG, None),
    ]
    assert waiting_conversations(session, WILLOW) == []


def test_a_resident_of_unknown_community_waits_in_every_list(session: Session, cast: Cast) -> None:
    session.get_one(Resident, WANG).community_id = None
    await_worker(session, cast.wangs_talk, "想找人", NOW)

    assert [one.resident.id for one in waiting_conversations(session, WILLOW)] == [WANG]


def test_a_conversation_waits_once_with_its_first_reason(session: Session, cast: Cast) -> None:
    outcomes = [await_worker(session, cast.wangs_talk, reason, NOW) for reason in ("投诉", "想找人")]

    assert outcomes == [True, False]
    assert session.get_one(Conversation, cast.wangs_talk).reason == "投诉"


def test_a_second_worker_cannot_take_it(session: Session, cast: Cast) -> None:
    outcomes = [
        take_conversation(session, cast.wangs_talk, worker, NOW) for worker in (cast.zhao, cast.qian, cast.zhao)
    ]

    assert outcomes == [True, False, True]
    assert [one.resident.id for one in conversations_of_worker(session, cast.zhao)] == [WANG]
    assert conversations_of_worker(session, cast.qian) == []


def test_of_two_workers_at_once_one_takes_it(store: Store, cast: Cast) -> None:
    outcomes: dict[int, bool] = {}
    ready = Barrier(2)

    def take(worker: int) -> None:
        ready.wait(5)
        with store.transaction() as session:
            outcomes[worker] = take_conversation(session, cast.wangs_talk, worker, NOW)

    workers = [Thread(target=take, args=(worker,)) for worker in (cast.zhao, cast.qian)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(outcomes.values()) == [False, True]


def test_only_the_worker_who_holds_it_hands_it_back(session: Session, cast: Cast) -> None:
    take_conversation(session, cast.wangs_talk, cast.zhao, NOW)

    outcomes = [release_conversation(session, cast.wangs_talk, worker, NOW) for worker in (cast.qian, cast.zhao)]

    assert outcomes == [False, True]
    assert session.get_one(Conversation, cast.wangs_talk).state is ConversationState.BOT


def test_handovers_follow_their_conversation(session: Session, cast: Cast) -> None:
    message = said(session, cast.wangs_talk)
    first = hand_over(session, message, HandoverKind.COMPLAINT, "投诉物业", NOW)
    again = hand_over(session, message, HandoverKind.COMPLAINT, "投诉物业", NOW)
    others = hand_over(session, said(session, cast.lis_talk), HandoverKind.PERSON, "想找人", NOW)

    assert first is again
    take_conversation(session, cast.wangs_talk, cast.zhao, NOW)
    assert (first.status, first.staff_id) == (HandoverStatus.TAKEN, cast.zhao)
    assert open_handovers(session, cast.wangs_talk) == [first]
    release_conversation(session, cast.wangs_talk, cast.zhao, later(9))
    assert (first.status, first.closed_at) == (HandoverStatus.CLOSED, later(9))
    assert others.status is HandoverStatus.WAITING


@pytest.mark.parametrize("text", ["", "😀" * 40, "长" * 10_000, "'; DROP TABLE messages; --", "{{ 7*7 }}<b>"])
def test_any_text_is_kept_as_it_was_written(session: Session, cast: Cast, text: str) -> None:
    stored = said(session, cast.wangs_talk, text)
    session.expire_all()

    assert stored.text == text
