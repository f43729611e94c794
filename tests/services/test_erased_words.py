"""What others wrote about somebody goes with them; the log keeps what was done."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.core.catalogue import LimitUnit
from bot.core.catalogue import Whistle as WhistleKind
from bot.core.deeds import Deed
from bot.core.grid_events import Satisfaction
from bot.services import conversation_notes, erasing, ledger, talk
from bot.services.desk import Desk
from bot.services.events import doing
from bot.services.handover import hand_over
from bot.store.queries.cases import steps_of
from bot.store.queries.erased_words import MARK
from bot.store.tables import (
    CallBackWay,
    CalledOut,
    CaseStep,
    ConversationNote,
    EventCallBack,
    EventExtension,
    EventTask,
    GridEvent,
    HandoverKind,
    Resident,
)
from tests.services.events.course import goes, wish
from tests.services.leaving import NAME, PHONE, ROOM, leaver, settle_all, traces
from tests.services.stage import BUILDING, WORKER, at, report, says, staff, talk_of

NOTE = f"{NAME}（{ROOM}，{PHONE}）来电，说还没修好"


def handled(session: Session, desk: Desk) -> GridEvent:
    """A lamp of theirs in work, about which everybody has written something."""
    resident = leaver(session, desk)
    event = report(session, desk, resident, at(desk, BUILDING, "2", ROOM))
    goes(session, desk, event, Deed.START)
    now, worker = desk.clock(), staff(session, WORKER)
    party = str(event.lead_party_id)
    session.add_all(
        [
            EventTask(
                event_id=event.id, round=1, party_id=party, party_name="协办", wanted=NOTE, due=now, created_at=now
            ),
            EventExtension(
                event_id=event.id,
                round=1,
                amount=1,
                unit=LimitUnit.WORK_DAYS,
                reason=NOTE,
                asked_by=worker.id,
                asked_at=now,
            ),
            EventCallBack(
                event_id=event.id,
                round=1,
                way=CallBackWay.PHONE,
                is_reached=True,
                satisfaction=Satisfaction.UNRATED,
                words=NOTE,
                at=now,
            ),
            CalledOut(
                number="WS1",
                community_id=event.community_id,
                event_id=event.id,
                kind=WhistleKind.DAILY,
                matter=NOTE,
                because=[NOTE],
                words=NOTE,
                proposed_at=now,
            ),
        ]
    )
    event.outcome = NOTE
    session.flush()
    return event


def test_a_note_of_staff_names_no_resident_of_the_case(session: Session, desk: Desk) -> None:
    event = handled(session, desk)

    doing.do(session, desk, staff(session, WORKER), replace(wish(event, Deed.NOTE), words=NOTE))

    note = steps_of(session, event)[-1].note
    assert "还没修好" in note
    assert [one for one in (NAME, NAME[1:], ROOM, PHONE) if one in note] == []


def test_amounts_and_case_numbers_stay_in_a_note(session: Session, desk: Desk) -> None:
    event = handled(session, desk)

    step = ledger.add_step(session, event, ledger.SYSTEM, desk.clock(), note=f"花了{ROOM}元，另见{event.number}")

    assert step.note == f"花了{ROOM}元，另见{event.number}"


def test_nothing_others_wrote_tells_of_somebody_who_is_gone(session: Session, desk: Desk) -> None:
    event = handled(session, desk)
    settle_all(session)
    assert len([one for one in traces(session) if one.startswith(("event_", "whistles"))]) >= 6

    erasing.erase_resident(session, desk, session.get_one(Resident, event.resident_id), because="asked")

    assert traces(session) == []


def test_an_old_line_of_the_log_loses_its_words_and_nothing_else(session: Session, desk: Desk) -> None:
    event = handled(session, desk)
    settle_all(session)
    old = CaseStep(
        case_kind="grid_event",
        case_id=event.id,
        at=desk.clock(),
        actor_kind="worker",
        actor_id="1",
        actor_name="李青禾",
        to_status=event.status.value,
        deed="note",
        round=1,
        facts={"a": 1},
        note=NOTE,
    )
    session.add(old)
    session.flush()
    others = [(one.id, one.note) for one in steps_of(session, event) if one.id != old.id]

    erasing.erase_resident(session, desk, session.get_one(Resident, event.resident_id), because="asked")

    session.expire_all()
    kept = session.get_one(CaseStep, old.id)
    assert (kept.note, kept.deed, kept.facts, kept.actor_name) == (MARK, "note", {"a": 1}, "李青禾")
    notes = {one.id: one.note for one in steps_of(session, event)}
    assert [notes[number] for number, _ in others] == [note for _, note in others]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE case_steps SET note = '改过'",
        f"UPDATE case_steps SET note = '{MARK}', actor_name = '别人'",
        f"UPDATE case_steps SET note = '{MARK}', facts = NULL",
        "UPDATE case_steps SET deed = 'x'",
        "DELETE FROM case_steps",
    ],
)
def test_the_log_takes_no_other_change(session: Session, desk: Desk, change: str) -> None:
    handled(session, desk)

    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(text(change))


def test_words_that_are_gone_do_not_come_back(session: Session, desk: Desk) -> None:
    event = handled(session, desk)
    step = steps_of(session, event)[0]
    session.execute(update(CaseStep).where(CaseStep.id == step.id).values(note=MARK))

    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(update(CaseStep).where(CaseStep.id == step.id).values(note="又写上"))


def test_a_note_beside_a_complaint_that_goes_on_names_nobody(session: Session, desk: Desk) -> None:
    resident = leaver(session, desk)
    conversation = talk_of(session, desk, resident)
    inbox = says(session, desk, resident, "灯的事我要投诉")
    hand_over(session, conversation, inbox, HandoverKind.COMPLAINT, "灯的事我要投诉", desk.clock())
    director = staff(session, "chenguifang")
    talk.take(session, desk, conversation.id, director)
    conversation_notes.add(session, desk, director, conversation.id, f"{NAME}住{ROOM}，已打过电话")

    erasing.erase_resident(session, desk, resident, because="asked")

    left = session.scalars(
        select(ConversationNote.text).where(ConversationNote.conversation_id == conversation.id)
    ).one()
    assert left == "[姓名]住[房号]，已打过电话"


def test_a_search_finds_no_name_that_is_gone(session: Session, desk: Desk) -> None:
    resident = leaver(session, desk)
    event = report(session, desk, resident, at(desk, BUILDING), text=f"{NAME}家门口灯坏了")
    settle_all(session)

    erasing.erase_resident(session, desk, resident, because="asked")

    assert event.text == "[姓名]家门口灯坏了"
    assert not [one for one in traces(session) if one.startswith("case_terms")]
