from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.grid_events import EventStatus
from bot.services import erasing, outbox, proposing, reporting, residents
from bot.services.desk import Desk
from bot.services.erased_talk import NOTE
from bot.services.events import merging
from bot.services.handover import hand_over
from bot.store.queries import claims
from bot.store.queries.audit import first_broken_audit, latest_audit
from bot.store.queries.erasing import cases_of
from bot.store.tables import (
    Attachment,
    CaseStep,
    Conversation,
    ConversationState,
    Endorsement,
    EventReporter,
    Handover,
    HandoverKind,
    HandoverStatus,
    Label,
    Message,
    MessageStatus,
    Receipt,
    Resident,
    Tracker,
)
from tests.services import leaving
from tests.services.leaving import CHANNEL, NAME, OPENID, PHONE, ROOM, WORDS, leaver, settle_all, traces
from tests.services.stage import BUILDING, LAMP, NEXT_DOOR, WORKER, Clock, at, report, says, someone, staff, talk_of


def full_life(session: Session, desk: Desk) -> Resident:
    """Everything a resident can leave behind, and none of it in danger."""
    resident = leaver(session, desk)
    leaving.remember_much(session, desk, resident)
    report(session, desk, resident, at(desk, BUILDING, "2", ROOM), text=f"我叫{NAME}，{ROOM}室门口灯坏了，打{PHONE}")
    leaving.order(session, desk, resident)
    leaving.proposal(session, desk, resident)
    outbox.post(session, talk_of(session, desk, resident), [f"{NAME}您好，{WORDS}"], outbox.BOT, desk.clock())
    settle_all(session)
    return resident


def neighbour(session: Session, desk: Desk) -> Resident:
    """Noise: somebody next door with rows of their own."""
    other = someone(session, desk, "neighbour")
    residents.remember_contact(session, other, name="柏长青", phone="19955509876")
    residents.remember_home(session, other, at(desk, NEXT_DOOR, "1", "101"))
    report(session, desk, other, at(desk, NEXT_DOOR, "1", "101"), text="我叫柏长青，101室门口的灯坏了")
    return other


def rows_of(session: Session, resident: Resident) -> list[str]:
    talk = select(Conversation.id).where(Conversation.resident_id == resident.id).scalar_subquery()
    said = session.execute(select(Message.__table__).where(Message.conversation_id == talk)).all()
    return [str(row) for row in (*cases_as_told(session, resident), *said, resident.__dict__)]


def cases_as_told(session: Session, resident: Resident) -> list[tuple[object, ...]]:
    return [(case.text, case.place_text, case.room, case.inbox_id) for case in cases_of(session, resident.id)]


def test_nothing_tells_of_somebody_who_left(session: Session, desk: Desk) -> None:
    resident = full_life(session, desk)
    assert len(traces(session)) > 20

    erasing.erase_resident(session, desk, resident, because="unsubscribed")

    assert traces(session) == []


def test_a_neighbour_loses_nothing(session: Session, desk: Desk) -> None:
    other = neighbour(session, desk)
    resident = full_life(session, desk)
    before = rows_of(session, other)

    erasing.erase_resident(session, desk, resident, because="unsubscribed")

    assert rows_of(session, other) == before


def test_erasing_again_changes_nothing(session: Session, desk: Desk) -> None:
    resident = full_life(session, desk)
    erasing.erase_resident(session, desk, resident, because="unsubscribed")
    before = leaving.everything(session)

    again = erasing.erase_resident(session, desk, resident, because="asked")
    finished = erasing.finish_due_erasures(session, desk)

    assert (again.is_nothing, finished) == (True, 0)
    assert leaving.everything(session) == before


def test_the_account_coming_back_is_a_new_person(session: Session, desk: Desk) -> None:
    resident = full_life(session, desk)
    erasing.erase_resident(session, desk, resident, because="unsubscribed")

    back = residents.resident_for(session, desk, CHANNEL, OPENID)

    assert back.id != resident.id
    assert (back.name, back.left_at) == (None, None)
    assert resident.left_at == desk.clock()


def test_the_audit_log_holds_counts_and_nobody(session: Session, desk: Desk) -> None:
    resident = full_life(session, desk)

    erased = erasing.erase_resident(session, desk, resident, because=f"unsubscribed {PHONE}")

    row = latest_audit(session, limit=1)[0]
    assert (row.action, row.object) == ("resident:erase", f"resident:{resident.id}")
    assert row.detail == f"unsubscribed 199****1234 {erased.detail}"
    assert (erased.cases, erased.messages, erased.memories) == (3, 5, 2)
    assert first_broken_audit(session) is None


def test_a_broken_lamp_is_repaired_all_the_same(session: Session, desk: Desk) -> None:
    resident = leaver(session, desk)
    event = report(session, desk, resident, at(desk, BUILDING, "2", ROOM), text=f"我叫{NAME}，灯坏了")
    settle_all(session)

    erasing.erase_resident(session, desk, resident, because="unsubscribed")

    assert (event.status, event.place_text) == (EventStatus.REPORTED, "青禾苑5号楼2单元")
    assert event.text == "我叫[姓名]，灯坏了"
    assert (event.contact_name, event.contact_phone, event.room, event.inbox_id) == (None, None, None, None)
    notes = session.scalars(select(CaseStep.note).where(CaseStep.case_id == event.id, CaseStep.actor_kind == "system"))
    assert notes.all() == [erasing.STEP]


def test_sentences_to_learn_from_stay_without_the_name(session: Session, desk: Desk) -> None:
    resident = full_life(session, desk)

    erasing.erase_resident(session, desk, resident, because="unsubscribed")

    label = session.scalars(select(Label).order_by(Label.id.desc()).limit(1)).one()
    assert (label.text, label.message_id) == ("我叫[姓名]，灯坏了", None)


def test_a_message_not_answered_yet_waits_until_it_is(session: Session, desk: Desk) -> None:
    resident = leaver(session, desk)
    inbox = says(session, desk, resident, f"{WORDS}，快来人")

    erasing.erase_resident(session, desk, resident, because="unsubscribed")
    waiting = session.get(Message, inbox)
    assert waiting is not None
    claims.settle_inbox(session, inbox, MessageStatus.ANSWERED)

    assert erasing.finish_due_erasures(session, desk) == 1
    assert traces(session) == []


def test_receipts_still_know_a_delivery_but_not_whose(session: Session, desk: Desk) -> None:
    resident = full_life(session, desk)

    erasing.erase_resident(session, desk, resident, because="unsubscribed")

    rows = session.scalars(select(Receipt).where(Receipt.channel == CHANNEL).order_by(Receipt.id)).all()
    assert [(row.key, row.reply, row.inbox_id) for row in rows] == [
        ("MsgId:71", None, None),
        (f"erased:{rows[1].id}", None, None),
    ]


def test_a_worker_holding_the_conversation_reads_why_it_ended(session: Session, desk: Desk) -> None:
    resident = leaver(session, desk)
    conversation, worker = talk_of(session, desk, resident), staff(session, WORKER)
    hand_over(session, conversation, says(session, desk, resident, WORDS), HandoverKind.PERSON, WORDS, desk.clock())
    claims.take_conversation(session, conversation.id, worker.id, desk.clock())
    settle_all(session)

    erasing.erase_resident(session, desk, resident, because="unsubscribed")

    assert (conversation.state, conversation.worker_id, conversation.reason) == (ConversationState.BOT, None, None)
    left = session.scalars(select(Message).where(Message.conversation_id == conversation.id)).all()
    assert [(one.text, one.status) for one in left] == [(NOTE, MessageStatus.WAIVED)]
    assert erasing.finish_due_erasures(session, desk) == 0


def test_a_complaint_stays_until_it_is_closed_and_hidden_from_the_one_it_names(
    session: Session, desk: Desk, clock: Clock
) -> None:
    resident = leaver(session, desk)
    conversation, about, reader = (
        talk_of(session, desk, resident),
        staff(session, WORKER),
        staff(session, "chenguifang"),
    )
    inbox = says(session, desk, resident, f"{WORDS}，{ROOM}的事没人理")
    handover = hand_over(session, conversation, inbox, HandoverKind.COMPLAINT, "投诉", desk.clock())
    says(session, desk, resident, f"说的就是{about.name}")
    settle_all(session)

    erasing.erase_resident(session, desk, resident, because="unsubscribed")

    assert handover.status is HandoverStatus.WAITING
    assert handover.about_staff_ids == [about.id]
    assert {trace.partition(".")[0] for trace in traces(session)} == {"messages"}
    claims.take_conversation(session, conversation.id, reader.id, desk.clock())
    claims.release_conversation(session, conversation.id, reader.id, desk.clock())
    assert erasing.finish_due_erasures(session, desk) == 1
    assert traces(session) == []
    assert (
        session.scalars(select(func.count()).select_from(Handover).where(Handover.resident_id == resident.id)).one()
        == 0
    )


def test_words_added_to_a_neighbours_event_name_nobody(session: Session, desk: Desk) -> None:
    event = report(session, desk, someone(session, desk, "other"), at(desk, BUILDING, "2"), leaf=LAMP)
    resident = leaver(session, desk)
    inbox = says(session, desk, resident, "我家也黑")
    reporting.join_event(session, desk, event, resident.id, inbox, "我家也黑")
    settle_all(session)

    erasing.erase_resident(session, desk, resident, because="unsubscribed")

    joined = session.execute(select(EventReporter.resident_id, EventReporter.inbox_id)).all()
    assert (resident.id, None) in [tuple(row) for row in joined]
    assert session.get(Message, inbox) is None


def test_words_copied_to_neighbours_by_merging_name_nobody(session: Session, desk: Desk) -> None:
    resident, joined, first = leaver(session, desk), someone(session, desk, "joined"), someone(session, desk, "first")
    goes_on = report(session, desk, first, at(desk, BUILDING, "2"))
    double = report(session, desk, resident, at(desk, BUILDING, "2"), text=f"{NAME}家门口灯坏了")
    reporting.join_event(session, desk, double, joined.id, says(session, desk, joined, "也黑"), "也黑")
    merging.merge(session, desk, double.number, goes_on.number, staff(session, WORKER), "", double.version)
    settle_all(session)
    assert sum(trace.startswith("event_reporters.note") for trace in traces(session)) == 2

    erasing.erase_resident(session, desk, resident, because="unsubscribed")

    assert traces(session) == []


@pytest.mark.parametrize("proposer", ["leaver", "flatmate", "stranger"])
def test_as_many_households_support_an_item_as_before(session: Session, desk: Desk, proposer: str) -> None:
    resident = leaver(session, desk)
    flatmate, stranger = someone(session, desk, "flatmate"), someone(session, desk, "stranger")
    residents.remember_home(session, flatmate, at(desk, BUILDING, "2", ROOM))
    residents.remember_home(session, stranger, at(desk, NEXT_DOOR, "1", "101"))
    people = {"leaver": resident, "flatmate": flatmate, "stranger": stranger}
    item = leaving.proposal(session, desk, people[proposer])
    for one in people.values():
        proposing.endorse(session, item, one, says(session, desk, one, "支持"))
    settle_all(session)
    assert proposing.support(session, item) == 2

    erasing.erase_resident(session, desk, resident, because="asked")

    assert proposing.support(session, item) == 2
    mine = select(Endorsement.household).where(Endorsement.resident_id == resident.id)
    assert set(session.scalars(mine)) <= {None}


def test_pictures_go_but_not_one_that_somebody_else_sent_too(session: Session, desk: Desk) -> None:
    resident, other = leaver(session, desk), neighbour(session, desk)
    mine, theirs = says(session, desk, resident, WORDS), says(session, desk, other, "看这个")
    leaving.picture(session, desk, mine, "aa/own.jpg")
    leaving.picture(session, desk, mine, "bb/same.jpg")
    leaving.picture(session, desk, theirs, "bb/same.jpg")
    settle_all(session)

    erased = erasing.erase_resident(session, desk, resident, because="unsubscribed")

    assert erased.files == (Path(desk.settings.media) / "aa/own.jpg",)
    assert session.scalars(select(Attachment.message_id)).all() == [theirs]


def test_rasa_remembers_nothing(session: Session, desk: Desk) -> None:
    resident = full_life(session, desk)

    erasing.erase_resident(session, desk, resident, because="unsubscribed")

    assert session.get(Tracker, resident.id) is None
