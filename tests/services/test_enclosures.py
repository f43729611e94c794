"""Pictures, recordings and links: kept with the case they belong to, or put before a worker."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.core.grid_events import EventStatus
from bot.services import enclosures
from bot.services.desk import Desk
from bot.services.enclosures import SAME_MATTER, Enclosure
from bot.services.handover import hand_over
from bot.store.queries import attachments, cases, talk
from bot.store.tables import (
    Attachment,
    AttachmentKind,
    AttachmentState,
    CaseKind,
    ConversationState,
    GridEvent,
    HandoverKind,
    Message,
    Resident,
)
from tests.services.stage import BUILDING, NEXT_DOOR, Clock, at, report, says, someone, talk_of

IMAGE, VOICE = AttachmentKind.IMAGE, AttachmentKind.VOICE


def sent(session: Session, desk: Desk, resident: Resident, kind: AttachmentKind = IMAGE, words: str = "") -> int:
    """A message with an attachment and nothing else, or with the words of a recording."""
    inbox = says(session, desk, resident, words or enclosures.PLACEHOLDERS[kind])
    state = AttachmentState.PENDING
    session.add(Attachment(message_id=inbox, kind=kind, state=state, created_at=desk.clock()))
    session.flush()
    return inbox


def received(
    session: Session, desk: Desk, resident: Resident, kind: AttachmentKind = IMAGE, *, is_reporting: bool = False
) -> str:
    """What the resident is told."""
    inbox = sent(session, desk, resident, kind)
    enclosed = enclosures.of_message(session, session.get_one(Message, inbox))
    assert enclosed is not None
    conversation = talk_of(session, desk, resident)
    return "".join(enclosures.receive(session, desk, conversation, inbox, enclosed, is_reporting=is_reporting))


def pictures_of(session: Session, event: GridEvent) -> int:
    return len(attachments.of_case(session, CaseKind.GRID_EVENT, event.id))


def complain(session: Session, desk: Desk, resident: Resident) -> None:
    inbox = says(session, desk, resident, "我要投诉王晓禾")
    hand_over(session, talk_of(session, desk, resident), inbox, HandoverKind.COMPLAINT, "投诉", desk.clock())


def test_a_message_of_words_encloses_nothing(session: Session, desk: Desk) -> None:
    inbox = says(session, desk, someone(session, desk), "路灯坏了")

    assert enclosures.of_message(session, session.get_one(Message, inbox)) is None


@pytest.mark.parametrize(
    ("kind", "words", "is_spoken"),
    [(VOICE, "", False), (VOICE, "路灯坏了", True), (IMAGE, "", False), (IMAGE, "看这里", False)],
)
def test_only_a_recording_that_was_understood_is_spoken(
    session: Session, desk: Desk, kind: AttachmentKind, words: str, *, is_spoken: bool
) -> None:
    inbox = sent(session, desk, someone(session, desk), kind, words)

    assert enclosures.of_message(session, session.get_one(Message, inbox)) == Enclosure(kind, "", 0.0, 0.0, is_spoken)


def test_a_picture_soon_after_a_report_is_kept_with_it(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    event = report(session, desk, resident, at(desk, BUILDING))

    told = received(session, desk, resident)

    assert (told.startswith("照片收到了"), event.title[:6] in told) == (True, True)
    assert pictures_of(session, event) == 1
    assert cases.steps_of(session, event)[-1].note == "居民发来照片"


def test_three_pictures_are_kept_and_noted_once(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    event = report(session, desk, resident, at(desk, BUILDING))
    steps = len(cases.steps_of(session, event))

    for _ in range(3):
        received(session, desk, resident)

    assert (pictures_of(session, event), len(cases.steps_of(session, event))) == (3, steps + 1)


def test_of_two_reports_the_later_one_is_meant(session: Session, desk: Desk, clock: Clock) -> None:
    resident = someone(session, desk)
    earlier = report(session, desk, resident, at(desk, BUILDING))
    clock.turn(minutes=5)
    later = report(session, desk, resident, at(desk, NEXT_DOOR))

    received(session, desk, resident)

    assert (pictures_of(session, earlier), pictures_of(session, later)) == (0, 1)


def test_a_picture_long_after_the_report_or_of_a_closed_case_is_asked_about(
    session: Session, desk: Desk, clock: Clock
) -> None:
    resident = someone(session, desk)
    closed = report(session, desk, resident, at(desk, NEXT_DOOR))
    closed.status = EventStatus.CLOSED
    at_once = received(session, desk, resident)
    event = report(session, desk, resident, at(desk, BUILDING))
    loose = pictures_of(session, event)
    clock.turn(minutes=int(SAME_MATTER / timedelta(minutes=1)) + 1)

    late = received(session, desk, resident, AttachmentKind.VIDEO)

    assert "什么事" in at_once
    assert "视频" in late
    assert "什么事" in late
    assert pictures_of(session, event) == loose


def test_somebody_elses_report_gets_no_picture(session: Session, desk: Desk) -> None:
    event = report(session, desk, someone(session, desk, "neighbour"), at(desk, BUILDING))

    told = received(session, desk, someone(session, desk))

    assert "什么事" in told
    assert pictures_of(session, event) == 0


def test_while_a_report_is_being_told_the_picture_waits_for_it(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    before = report(session, desk, resident, at(desk, NEXT_DOOR))

    told = received(session, desk, resident, is_reporting=True)
    event = report(session, desk, resident, at(desk, BUILDING))

    assert "一起报上去" in told
    assert (pictures_of(session, before), enclosures.collect(session, desk, event)) == (0, 0)
    assert pictures_of(session, event) == 1


def test_a_recording_is_put_before_a_person_who_hears_it(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    event = report(session, desk, resident, at(desk, BUILDING))

    told = received(session, desk, resident, VOICE)

    conversation = talk_of(session, desk, resident)
    assert [one.kind for one in talk.open_handovers(session, conversation.id)] == [HandoverKind.MEDIA]
    assert conversation.state is ConversationState.WAITING
    assert "工作人员听过就回您" in told
    assert "119" in told
    assert pictures_of(session, event) == 0


def test_a_picture_sent_while_a_complaint_is_open_reaches_no_case(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    event = report(session, desk, resident, at(desk, BUILDING))
    complain(session, desk, resident)

    told = received(session, desk, resident)

    assert told.startswith("照片收到了")
    assert event.title[:6] not in told
    assert pictures_of(session, event) == 0


def test_a_report_filed_while_a_complaint_is_open_collects_none_of_its_pictures(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    complain(session, desk, resident)
    received(session, desk, resident)

    event = report(session, desk, resident, at(desk, BUILDING))

    assert pictures_of(session, event) == 0


def test_only_pictures_of_this_matter_are_collected(session: Session, desk: Desk, clock: Clock) -> None:
    resident, neighbour = someone(session, desk), someone(session, desk, "neighbour")
    sent(session, desk, resident)
    clock.turn(minutes=int(SAME_MATTER / timedelta(minutes=1)))
    young = sent(session, desk, resident)
    sent(session, desk, resident, VOICE)
    sent(session, desk, neighbour)

    event = report(session, desk, resident, at(desk, BUILDING))

    kept = attachments.of_case(session, CaseKind.GRID_EVENT, event.id)
    assert [one.message_id for one in kept] == [young]
