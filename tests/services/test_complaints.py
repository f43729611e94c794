"""A complaint leaves the hands of whoever it is about, wherever it was said."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.errors import NotFound
from bot.services import held_messages, reporting, talk, visits
from bot.services.desk import Desk
from bot.services.turns import Turns
from bot.services.visits import VisitDraft
from bot.store.queries.audit import latest_audit
from bot.store.queries.cases import steps_of
from bot.store.tables import (
    ConversationState,
    EventReporter,
    GridEvent,
    Handover,
    HandoverKind,
    HandoverStatus,
    Message,
    MessageStatus,
)
from tests.services.dialogues import Parrot
from tests.services.events.course import goes, lamp
from tests.services.held import Held, held
from tests.services.stage import (
    BUILDING,
    COLLEAGUE,
    DIRECTOR,
    DISPATCHER,
    FIRE,
    GRID_WORKER,
    WORKER,
    at,
    draft,
    report,
    says,
    someone,
    staff,
    talk_of,
    told,
)

SOMEBODY_ELSE = "您反映的事换一位工作人员来接，刚才那位看不到了。"
APART = "您说的人的事，单独转给负责人看，被反映的人看不到。"
LITTER = "3号楼1单元楼道堆满纸箱，跟王小禾说了她态度特别差"


@pytest.fixture
def url(own_file: str) -> str:
    """What is said here is committed."""
    return own_file


def says_to_worker(desk: Desk, text: str, reading: dict[str, object] | None = None) -> None:
    """The resident writes while somebody holds the conversation, as the turns take it."""
    with desk.transaction() as session:
        message_id = says(session, desk, someone(session, desk), text)
    held_messages.hold(desk, message_id, reading)


def hands(desk: Desk) -> tuple[ConversationState, str | None]:
    with desk.transaction() as session:
        conversation = talk_of(session, desk, someone(session, desk))
        holder = next(
            (n for n in (WORKER, DIRECTOR, DISPATCHER) if staff(session, n).id == conversation.worker_id), None
        )
        return conversation.state, holder


def lists(session: Session, username: str) -> tuple[int, int]:
    who = staff(session, username)
    return len(talk.held(session, who)), len(talk.waiting(session, who))


def open_complaint(desk: Desk) -> Handover | None:
    with desk.transaction() as session:
        resident = someone(session, desk)
        mine = (Handover.resident_id == resident.id, Handover.kind == HandoverKind.COMPLAINT)
        return session.scalar(select(Handover).where(*mine).order_by(Handover.id.desc()))


def test_a_complaint_that_turns_out_to_be_about_its_holder_waits_for_others_at_once(desk: Desk) -> None:
    with desk.transaction() as session:
        held(session, desk, kind=HandoverKind.COMPLAINT, by=DIRECTOR)

    says_to_worker(desk, "就是你们陈桂芳主任骂的我，还收红包")

    assert hands(desk) == (ConversationState.WAITING, None)
    with desk.transaction() as session:
        conversation = talk_of(session, desk, someone(session, desk))
        assert (lists(session, DIRECTOR), lists(session, DISPATCHER)) == ((0, 0), (0, 1))
        with pytest.raises(NotFound):
            talk.conversation_for(session, staff(session, DIRECTOR), conversation.id)
        assert SOMEBODY_ELSE in told(session, someone(session, desk))
        assert "conversation:kept_from" in [row.action for row in latest_audit(session, limit=3)]
        talk.take(session, desk, conversation.id, staff(session, DISPATCHER))


def test_it_waits_since_its_resident_was_left_without_an_answer(desk: Desk, clock: Any) -> None:
    with desk.transaction() as session:
        held(session, desk, kind=HandoverKind.COMPLAINT, by=DIRECTOR)
    clock.turn(minutes=5)
    says_to_worker(desk, "还有人吗")
    asked = clock.moment
    clock.turn(minutes=7)

    says_to_worker(desk, "陈桂芳骂我")

    with desk.transaction() as session:
        assert talk_of(session, desk, someone(session, desk)).waiting_since == asked


@pytest.mark.parametrize("words", ["陈主任您好", "谢谢陈桂芳主任", "好的，谢谢主任", "陈主任，我等您电话"])
def test_whoever_takes_a_complaint_up_may_be_greeted_by_name(desk: Desk, words: str) -> None:
    with desk.transaction() as session:
        held(session, desk, kind=HandoverKind.COMPLAINT, by=DIRECTOR)

    says_to_worker(desk, words)

    assert hands(desk) == (ConversationState.WORKER, DIRECTOR)


@pytest.mark.parametrize("words", ["陈主任", "就是陈主任", "陈桂芳"])
def test_a_bare_name_is_an_answer_to_whom(desk: Desk, words: str) -> None:
    with desk.transaction() as session:
        held(session, desk, kind=HandoverKind.COMPLAINT, by=DIRECTOR)

    says_to_worker(desk, words)

    assert hands(desk) == (ConversationState.WAITING, None)


@pytest.mark.parametrize("words", ["我要投诉李青禾，她态度恶劣还骂我", "你态度太差了，我要投诉你", "李青禾根本不管"])
def test_a_complaint_about_the_holder_becomes_one_and_leaves_their_hands(desk: Desk, words: str) -> None:
    with desk.transaction() as session:
        held(session, desk)

    says_to_worker(desk, words)

    complaint = open_complaint(desk)
    assert complaint is not None
    assert complaint.status is HandoverStatus.WAITING
    assert hands(desk) == (ConversationState.WAITING, None)
    with desk.transaction() as session:
        worker = staff(session, WORKER)
        assert worker.id in complaint.about_staff_ids
        assert (lists(session, WORKER), lists(session, COLLEAGUE)) == ((0, 0), (0, 0))
        assert lists(session, DIRECTOR) == (0, 1)
        with pytest.raises(NotFound):
            talk.conversation_for(session, worker, complaint.conversation_id)


def test_a_complaint_about_somebody_else_stays_with_the_holder(desk: Desk) -> None:
    with desk.transaction() as session:
        held(session, desk)

    says_to_worker(desk, "网格员赵春生骂我")

    complaint = open_complaint(desk)
    assert complaint is not None
    assert complaint.status is HandoverStatus.TAKEN
    assert hands(desk) == (ConversationState.WORKER, WORKER)


def test_what_the_model_is_sure_of_is_a_complaint_too(desk: Desk) -> None:
    with desk.transaction() as session:
        held(session, desk)

    says_to_worker(desk, "这事没完", {"intent": "complaint_escalate", "kind": "staff", "confidence": 0.9})

    complaint = open_complaint(desk)
    assert complaint is not None
    assert complaint.reason == "这事没完"


@pytest.mark.parametrize("words", ["楼道灯坏了", "谢谢你，态度真好", "你好，在吗", "物业一直不来修"])
def test_ordinary_words_to_a_worker_are_no_complaint(desk: Desk, words: str) -> None:
    with desk.transaction() as session:
        held(session, desk)

    says_to_worker(desk, words)

    assert open_complaint(desk) is None
    assert hands(desk) == (ConversationState.WORKER, WORKER)


def test_nobody_lists_what_is_about_themselves_even_before_it_is_taken_away(desk: Desk) -> None:
    with desk.transaction() as session:
        one: Held = held(session, desk, kind=HandoverKind.COMPLAINT, by=DIRECTOR)
        says(session, desk, one.resident, "就是陈桂芳骂的我")

        assert talk.held(session, one.worker) == []


def test_a_report_is_filed_without_the_sentence_about_a_person(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)

    event = report(session, desk, resident, at(desk, BUILDING), text=LITTER)

    assert event.text == "3号楼1单元楼道堆满纸箱"
    assert "王小禾" not in str([step.note for step in steps_of(session, event)])
    complaint = session.scalars(select(Handover).where(Handover.resident_id == resident.id)).one()
    assert (complaint.kind, complaint.reason) == (HandoverKind.COMPLAINT, LITTER)
    assert staff(session, GRID_WORKER).id in complaint.about_staff_ids
    assert [lists(session, name)[1] for name in (WORKER, DIRECTOR)] == [0, 1]
    assert APART in told(session, resident)


def test_filing_it_again_opens_no_second_complaint(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    event = report(session, desk, resident, at(desk, BUILDING), text=LITTER)

    reporting.join_event(session, desk, event, resident.id, event.inbox_id or 0, LITTER)

    assert len(session.scalars(select(Handover).where(Handover.resident_id == resident.id)).all()) == 1
    assert told(session, resident).count(APART) == 1


def test_where_nothing_else_is_said_the_event_names_the_matter(session: Session, desk: Desk) -> None:
    text = "物业乔云来了就骂人，还收了我红包"

    event = report(session, desk, someone(session, desk), at(desk, BUILDING), text=text)

    assert ("乔云" in event.text, event.text.startswith("居民反映：")) == (False, True)


def test_a_cry_for_help_keeps_every_word(session: Session, desk: Desk) -> None:
    asked = draft(session, desk, someone(session, desk), at(desk, BUILDING), FIRE, "着火了，保安打人不让进")

    event = reporting.file_event(session, desk, replace(asked, is_emergency=True))

    assert event.text == "着火了，保安打人不让进"


def test_words_of_neighbours_who_join_do_not_accuse_in_the_event(session: Session, desk: Desk) -> None:
    event = lamp(session, desk)
    neighbour = someone(session, desk, "neighbour")
    words = "我家门口也黑，王小禾不管还骂我"

    reporting.join_event(session, desk, event, neighbour.id, says(session, desk, neighbour, words), words)

    joined = session.get_one(EventReporter, (event.id, neighbour.id))
    assert joined.note == "我家门口也黑"
    assert "王小禾" not in str([step.note for step in steps_of(session, event)])
    assert session.scalars(select(Handover.kind).where(Handover.resident_id == neighbour.id)).all() == ["complaint"]


def test_an_order_for_a_visit_does_not_accuse(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    text = "教我妈用手机，王小禾来了就骂人"
    wish = VisitDraft(
        resident_id=resident.id,
        inbox_id=says(session, desk, resident, text),
        ordinal=0,
        need=text,
        leaf=None,
        recipient="self",
        recipient_name=None,
        place=at(desk, BUILDING),
        phone=None,
        way="visit",
        preferred_time="",
        text=text,
        linked_group=None,
        age_band=None,
        asked_for=None,
    )

    order = visits.order_visit(session, desk, wish)

    assert (order.text, order.need) == ("教我妈用手机", "教我妈用手机")


async def test_words_that_it_is_not_solved_do_not_accuse_in_the_log(desk: Desk) -> None:
    with desk.transaction() as session:
        event_id = goes(session, desk, lamp(session, desk), Deed.RESOLVE).id
        message_id = says(session, desk, someone(session, desk), "没修好，乔云还骂我")

    await Turns(desk, Parrot()).take(message_id)

    assert open_complaint(desk) is not None
    with desk.transaction() as session:
        notes = [step.note for step in steps_of(session, session.get_one(GridEvent, event_id))]
        assert "乔云" not in str(notes)


async def test_whatever_the_bot_answers_an_accusation_is_handed_over(desk: Desk) -> None:
    with desk.transaction() as session:
        message_id = says(session, desk, someone(session, desk), "我的事办到哪了，网格员王小禾还威胁我")

    await Turns(desk, Parrot()).take(message_id)

    complaint = open_complaint(desk)
    assert complaint is not None
    assert complaint.inbox_id == message_id
    with desk.transaction(read_only=True) as session:
        assert session.get_one(Message, message_id).status is MessageStatus.ANSWERED
