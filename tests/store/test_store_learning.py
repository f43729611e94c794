"""What trainers see, Rasa's trackers, and the audit chain."""

from datetime import date
from threading import Thread

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.store.engine import Store
from bot.store.queries.audit import append_audit, first_broken_audit, latest_audit
from bot.store.queries.learning import (
    knowledge_entries,
    labels,
    mark_written,
    note_correction,
    put_tracker,
    tracker_data,
)
from bot.store.tables import Audit, KnowledgeEntry, Label, LabelStatus, Message
from tests.store.cast import NOW, Cast, event, later, said


def read(message: Message, confidence: float) -> Message:
    message.reading = {"intent": "report_event", "confidence": confidence, "leaf": "0603"}
    return message


def label(session: Session, message: Message, staff_id: int) -> Label:
    given = Label(message_id=message.id, text="路灯", intent="report_event", staff_id=staff_id, created_at=NOW)
    session.add(given)
    session.flush()
    return given


def test_a_correction_is_kept_beside_what_was_read(session: Session, cast: Cast) -> None:
    sure, unread = read(said(session, cast.wangs_talk), 0.9), said(session, cast.lis_talk)
    filed = [event(f"GE{one.id}", inbox_id=one.id, text="路灯不亮") for one in (sure, unread)]
    session.add_all(filed)

    for one in filed:
        note_correction(session, one, "0604")

    assert sure.reading == {
        "intent": "report_event",
        "confidence": 0.9,
        "leaf": "0603",
        "corrected": "0604",
    }
    assert unread.reading == {"corrected": "0604"}


def test_a_correction_marks_the_message_the_event_quotes(session: Session, cast: Cast) -> None:
    told = read(said(session, cast.wangs_talk, "路灯不亮"), 0.9)
    elsewhere = read(said(session, cast.lis_talk, "路灯不亮"), 0.9)
    confirmed = read(said(session, cast.wangs_talk, "对的"), 0.9)
    filed = event("GE1", inbox_id=confirmed.id, text="路灯不亮")
    session.add(filed)

    note_correction(session, filed, "0604")

    marked = [one for one in (told, elsewhere, confirmed) if "corrected" in (one.reading or {})]
    assert marked == [told]


def test_labels_wait_until_they_are_written(session: Session, cast: Cast) -> None:
    first, second = (label(session, said(session, cast.wangs_talk), cast.zhao) for _ in range(2))

    mark_written(session, [first.id])

    assert labels(session, LabelStatus.LABELLED) == [second]
    assert labels(session, LabelStatus.WRITTEN) == [first]
    assert labels(session) == [first, second]


def test_a_tracker_is_replaced_and_kept_apart_from_others(session: Session) -> None:
    put_tracker(session, "wang", "{1}", NOW)
    put_tracker(session, "li", "{9}", NOW)
    put_tracker(session, "wang", "{2}", later(1))

    assert [tracker_data(session, who) for who in ("wang", "li", "nobody")] == ["{2}", "{9}", None]


def test_knowledge_comes_back_with_its_lists(session: Session) -> None:
    session.add(
        KnowledgeEntry(
            id="residence-permit",
            title="居住证",
            asks=["居住证怎么办"],
            answer=["带身份证来办。"],
            scope="区",
            source="办事指南",
            checked=date(2026, 3, 1),
        )
    )
    session.flush()
    session.expire_all()

    entry = knowledge_entries(session)[0]

    assert (entry.asks, entry.materials, entry.checked) == (["居住证怎么办"], [], date(2026, 3, 1))


def test_an_untouched_audit_log_verifies(session: Session, cast: Cast) -> None:
    assert first_broken_audit(session) is None
    rows = [append_audit(session, later(n), cast.zhao, "contact:unmask", f"GE{n}") for n in range(3)]

    assert first_broken_audit(session) is None
    assert rows[2].previous_hash == rows[1].hash
    assert latest_audit(session, limit=2) == [rows[2], rows[1]]
    assert latest_audit(session, before_id=rows[1].id) == [rows[0]]


@pytest.mark.parametrize("tampering", ["UPDATE audit SET detail = 'x' WHERE id = 2", "DELETE FROM audit WHERE id = 2"])
def test_tampering_past_the_triggers_shows(store: Store, tampering: str) -> None:
    with store.transaction() as session:
        for n in range(3):
            append_audit(session, later(n), None, "case:export", f"GE{n}")
    with store.transaction() as session:
        on_table = "" if session.get_bind().dialect.name == "sqlite" else " ON audit"
        for change in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER audit_no_{change}{on_table}"))
        session.execute(text(tampering))

    with store.transaction(read_only=True) as session:
        assert first_broken_audit(session) in {2, 3}


def test_audit_rows_written_at_once_form_one_chain(store: Store) -> None:
    def write() -> None:
        for n in range(5):
            with store.transaction() as session:
                append_audit(session, later(n), None, "case:export", "GE1")

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with store.transaction(read_only=True) as session:
        assert session.query(Audit).count() == 20
        assert first_broken_audit(session) is None
