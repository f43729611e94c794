"""The outbox on its way: claimed once, settled once, never sent twice by two ways."""

from datetime import datetime
from threading import Barrier, Thread

import pytest
from sqlalchemy.orm import Session

from bot.store.engine import Store
from bot.store.queries import outgoing
from bot.store.tables import Direction, Message, MessageStatus, Resident, Sender, SentBy
from tests.store.cast import NOW, OSMANTHUS, WANG, WILLOW, Cast, later, said

WECHAT, PAGE = "wechat:osmanthus", "webchat"
PENDING, SENDING, SENT = MessageStatus.PENDING, MessageStatus.SENDING, MessageStatus.SENT
FAILED, UNCERTAIN = MessageStatus.FAILED, MessageStatus.UNCERTAIN


def reply(
    session: Session,
    conversation_id: int,
    status: MessageStatus = PENDING,
    channel: str = WECHAT,
    due_at: datetime | None = None,
    **more: object,
) -> Message:
    message = Message(
        conversation_id=conversation_id,
        direction=Direction.OUT,
        sender=Sender.BOT,
        text="已经派人去修",
        channel=channel,
        status=status,
        due_at=due_at,
        created_at=NOW,
        **more,
    )
    session.add(message)
    session.flush()
    return message


def fresh(session: Session, message: Message) -> Message:
    session.refresh(message)
    return message


def test_the_longest_waiting_conversation_is_sent_to_first(session: Session, cast: Cast) -> None:
    reply(session, cast.lis_talk)
    reply(session, cast.wangs_talk)
    reply(session, cast.lis_talk)

    assert outgoing.conversations_to_send(session, [WECHAT], NOW) == [cast.lis_talk, cast.wangs_talk]
    assert outgoing.conversations_to_send(session, [WECHAT], NOW, limit=1) == [cast.lis_talk]


@pytest.mark.parametrize(
    ("status", "channel", "minutes"),
    [(SENDING, WECHAT, 0), (FAILED, WECHAT, 0), (PENDING, PAGE, 0), (PENDING, WECHAT, 1)],
)
def test_what_is_on_its_way_elsewhere_or_not_due_is_not_sent(
    session: Session, cast: Cast, status: MessageStatus, channel: str, minutes: int
) -> None:
    reply(session, cast.wangs_talk, status, channel, later(minutes))

    assert outgoing.conversations_to_send(session, [WECHAT], NOW) == []


def test_what_is_unsent_stays_in_order_and_what_is_being_sent_is_among_it(session: Session, cast: Cast) -> None:
    first, second = reply(session, cast.wangs_talk, SENDING), reply(session, cast.wangs_talk)
    for status, channel, talk in (
        (SENT, WECHAT, cast.wangs_talk),
        (PENDING, PAGE, cast.wangs_talk),
        (PENDING, WECHAT, cast.lis_talk),
    ):
        reply(session, talk, status, channel)
    said(session, cast.wangs_talk)

    assert outgoing.unsent(session, cast.wangs_talk, WECHAT) == [first, second]


def test_replies_are_claimed_for_one_way_only(session: Session, cast: Cast) -> None:
    rows = [reply(session, cast.wangs_talk) for _ in range(2)]
    ids = [row.id for row in rows]

    by_answer = outgoing.begin_sending(session, ids, SentBy.ANSWER, NOW)
    by_service = outgoing.begin_sending(session, ids, SentBy.SERVICE, NOW)

    assert (by_answer, by_service) == (True, False)
    assert [(fresh(session, row).status, row.sent_by, row.due_at) for row in rows] == [
        (SENDING, SentBy.ANSWER, NOW)
    ] * 2


def test_if_one_of_them_is_gone_none_is_claimed(session: Session, cast: Cast) -> None:
    waiting, gone = reply(session, cast.wangs_talk), reply(session, cast.wangs_talk, SENT)

    claimed = outgoing.begin_sending(session, [waiting.id, gone.id], SentBy.SERVICE, NOW)

    assert not claimed
    assert (fresh(session, waiting).status, waiting.sent_by) == (PENDING, None)


def test_what_was_sent_is_settled_once(session: Session, cast: Cast) -> None:
    row = reply(session, cast.wangs_talk)
    outgoing.begin_sending(session, [row.id], SentBy.SERVICE, NOW)

    ended = [outgoing.end_sending(session, [row.id], status, "45015") for status in (FAILED, SENT)]

    assert ended == [1, 0]
    assert (row.status, row.fault, row.attempts, row.due_at) == (FAILED, "45015", 1, None)


@pytest.mark.parametrize("status", [SENDING, PENDING])
def test_an_answer_that_went_out_is_sent_whatever_another_copy_did(
    session: Session, cast: Cast, status: MessageStatus
) -> None:
    row = reply(session, cast.wangs_talk, status, due_at=later(1), fault="-1")

    outgoing.answered(session, [row.id])

    assert (fresh(session, row).status, row.sent_by, row.fault, row.due_at) == (SENT, SentBy.ANSWER, None, None)


def test_an_answer_a_worker_has_waived_stays_so(session: Session, cast: Cast) -> None:
    row = reply(session, cast.wangs_talk, MessageStatus.WAIVED)

    outgoing.answered(session, [row.id])

    assert fresh(session, row).status is MessageStatus.WAIVED


def test_what_has_to_wait_is_free_for_any_way_again(session: Session, cast: Cast) -> None:
    row = reply(session, cast.wangs_talk)
    outgoing.begin_sending(session, [row.id], SentBy.SERVICE, NOW)

    outgoing.send_later(session, [row.id], later(2), "-1")

    assert (fresh(session, row).status, row.sent_by, row.due_at, row.fault) == (PENDING, None, later(2), "-1")
    assert row.attempts == 1
    assert outgoing.begin_sending(session, [row.id], SentBy.ANSWER, NOW)


def test_only_what_began_before_and_never_ended_was_left(session: Session, cast: Cast) -> None:
    left = reply(session, cast.wangs_talk, SENDING, due_at=NOW)
    for status, channel, minutes in ((SENDING, WECHAT, 1), (SENDING, PAGE, 0), (PENDING, WECHAT, 0)):
        reply(session, cast.wangs_talk, status, channel, later(minutes))

    assert outgoing.left_sending(session, [WECHAT], NOW) == [left]


def test_a_notice_that_failed_afterwards_fails_all_it_stood_for_and_no_other(session: Session, cast: Cast) -> None:
    before, first, second, other = (reply(session, cast.wangs_talk, SENT) for _ in range(4))
    between = reply(session, cast.wangs_talk, SENT, sent_by=SentBy.SERVICE)
    outgoing.by_notice(session, [before.id], "n-0")
    outgoing.by_notice(session, [first.id, second.id], "n-1")
    outgoing.by_notice(session, [other.id], "n-2")

    failed = outgoing.notice_failed(session, WECHAT, "n-1")

    assert list(failed) == [first, second]
    assert [(fresh(session, row).status, row.fault) for row in (first, second)] == [(FAILED, "notice")] * 2
    assert [fresh(session, row).status for row in (before, other, between)] == [SENT] * 3


def test_a_notice_nobody_knows_fails_nothing(session: Session, cast: Cast) -> None:
    row = reply(session, cast.wangs_talk, SENT)
    outgoing.by_notice(session, [row.id], None)

    assert list(outgoing.notice_failed(session, WECHAT, "n-1")) == []
    assert (fresh(session, row).status, row.sent_by) == (SENT, SentBy.NOTICE)


def test_a_message_of_a_resident_with_the_number_of_a_notice_is_no_notice(session: Session, cast: Cast) -> None:
    row = reply(session, cast.wangs_talk, SENT, channel_message_id="n-1", sent_by=SentBy.SERVICE)

    outgoing.notice_failed(session, WECHAT, "n-1")

    assert fresh(session, row).status is SENT


def test_service_messages_are_counted_by_their_parts_since_the_resident_wrote(session: Session, cast: Cast) -> None:
    reply(session, cast.wangs_talk, SENT, sent_by=SentBy.SERVICE, parts_sent=9)
    heard = said(session, cast.wangs_talk).id
    for way, parts in (
        (SentBy.SERVICE, 2),
        (SentBy.SERVICE, 0),
        (SentBy.SERVICE, 1),
        (SentBy.ANSWER, 1),
        (SentBy.NOTICE, 1),
    ):
        reply(session, cast.wangs_talk, SENT, sent_by=way, parts_sent=parts)
    reply(session, cast.lis_talk, SENT, sent_by=SentBy.SERVICE, parts_sent=1)

    assert outgoing.service_messages_since(session, cast.wangs_talk, heard) == 3


def test_the_last_message_heard_is_that_of_the_channel(session: Session, cast: Cast) -> None:
    heard = said(session, cast.wangs_talk)
    reply(session, cast.wangs_talk, channel=PAGE)

    assert outgoing.last_heard(session, cast.wangs_talk, PAGE) is heard
    assert outgoing.last_heard(session, cast.wangs_talk, WECHAT) is None


def test_undelivered_are_the_failed_and_the_uncertain_of_ones_own_community(session: Session, cast: Cast) -> None:
    failed, uncertain = reply(session, cast.wangs_talk, FAILED), reply(session, cast.wangs_talk, UNCERTAIN)
    for status in (PENDING, SENDING, SENT, MessageStatus.WAIVED):
        reply(session, cast.wangs_talk, status)

    def listed(community: str | None) -> list[Message]:
        return [one.message for one in outgoing.undelivered(session, community)]

    assert listed(OSMANTHUS) == listed(None) == [failed, uncertain]
    assert listed(WILLOW) == []
    session.get_one(Resident, WANG).community_id = None
    session.flush()
    assert listed(WILLOW) == [failed, uncertain]


def test_whoever_decides_second_is_told_that_it_is_decided(session: Session, cast: Cast) -> None:
    row = reply(session, cast.wangs_talk, FAILED, sent_by=SentBy.SERVICE, attempts=30, due_at=later(1))

    first = outgoing.decide(session, row.id, outgoing.UNDELIVERED, PENDING)
    second = outgoing.decide(session, row.id, outgoing.UNDELIVERED, MessageStatus.WAIVED)

    assert (first, second) == (True, False)
    assert (row.status, row.sent_by, row.attempts, row.due_at) == (PENDING, None, 0, None)
    assert not outgoing.is_undelivered(session, cast.wangs_talk)


def test_of_several_ways_that_claim_the_same_replies_at_once_one_gets_them_all(store: Store, cast: Cast) -> None:
    with store.transaction() as session:
        ids = [reply(session, cast.wangs_talk).id for _ in range(3)]
    barrier, claimed = Barrier(4), list[bool]()

    def claim(wanted: list[int]) -> None:
        barrier.wait()
        with store.transaction() as session:
            claimed.append(outgoing.begin_sending(session, wanted, SentBy.SERVICE, NOW))

    threads = [Thread(target=claim, args=(wanted,)) for wanted in (ids, ids[:2], ids[::-1], ids)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with store.transaction(read_only=True) as session:
        sending = [id_ for id_ in ids if session.get_one(Message, id_).status is SENDING]
    assert claimed.count(True) == 1
    assert sending in (ids, ids[:2])
