"""Migrations: they give what the tables say, can be repeated, interrupted and raced."""

import sqlite3
from pathlib import Path
from threading import Thread, Timer

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from bot.errors import Conflict
from bot.store.engine import Store
from bot.store.queries.audit import append_audit
from bot.store.schema import SCRIPTS
from bot.store.tables import ActorKind, Audit, Base, CaseKind, CaseStep, EventOutcome, GridEvent, Message, MessageStatus
from tests.store.cast import NOW, OSMANTHUS, Cast, event, later, said

STEP = {
    "case_kind": CaseKind.GRID_EVENT,
    "case_id": 1,
    "at": NOW,
    "actor_kind": ActorKind.BOT,
    "actor_name": "小邻",
    "to_status": "reported",
}


def test_the_migrated_schema_is_what_the_tables_declare(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_foreign_keys_carry_the_names_the_tables_declare(store: Store) -> None:
    found = inspect(store.engine)
    for table in Base.metadata.tables.values():
        declared = {constraint.name for constraint in table.foreign_key_constraints}
        assert {key["name"] for key in found.get_foreign_keys(table.name)} == declared


def test_migrating_again_changes_nothing(store: Store, cast: Cast) -> None:
    with store.transaction() as session:
        said(session, cast.wangs_talk)

    store.migrate()

    with store.transaction(read_only=True) as session:
        assert session.query(Message).count() == 1


def test_a_migration_that_fails_leaves_an_empty_database(empty: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("alembic.op.execute", None)
        with pytest.raises(TypeError):
            empty.migrate()

    assert inspect(empty.engine).get_table_names() == []
    empty.migrate()
    assert "case_steps" in inspect(empty.engine).get_table_names()


def test_a_new_file_that_somebody_writes_to_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    leaves = Timer(0.4, other.close)
    leaves.start()
    store = Store(f"sqlite:///{file}")
    store.migrate()
    leaves.join()
    assert "messages" in inspect(store.engine).get_table_names()
    store.close()


def test_two_processes_may_migrate_at_once(url: str) -> None:
    stores = [Store(url), Store(url)]
    failed: list[Exception] = []

    def migrate(store: Store) -> None:
        try:
            store.migrate()
        except Exception as error:  # noqa: BLE001
            failed.append(error)

    threads = [Thread(target=migrate, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert "messages" in inspect(stores[0].engine).get_table_names()
    for store in stores:
        store.close()


@pytest.mark.parametrize("statement", ["UPDATE case_steps SET note = 'x'", "DELETE FROM case_steps"])
def test_a_step_can_be_neither_changed_nor_deleted(store: Store, statement: str) -> None:
    with store.transaction() as session:
        session.add(CaseStep(**STEP))

    with pytest.raises(IntegrityError, match="append-only"), store.transaction() as session:
        session.execute(text(statement))


@pytest.mark.parametrize("statement", ["UPDATE audit SET detail = 'x'", "DELETE FROM audit"])
def test_an_audit_row_can_be_neither_changed_nor_deleted(store: Store, statement: str) -> None:
    with store.transaction() as session:
        append_audit(session, NOW, None, "case:export", "GE1")

    with pytest.raises(IntegrityError, match="append-only"), store.transaction() as session:
        session.execute(text(statement))


def test_an_audit_row_cannot_be_replaced_under_its_own_id(store: Store) -> None:
    with store.transaction() as session:
        row = append_audit(session, NOW, None, "case:export", "GE1")

    verb = "REPLACE" if store.engine.dialect.name == "sqlite" else "INSERT"
    forgery = text(
        f"{verb} INTO audit (id, at, action, object, detail, previous_hash, hash)"
        " SELECT id, at, action, object, 'x', previous_hash, hash FROM audit WHERE id = :id"
    )
    with pytest.raises((IntegrityError, Conflict)), store.transaction() as session:
        session.execute(forgery, {"id": row.id})

    with store.transaction(read_only=True) as session:
        assert session.get_one(Audit, row.id).detail == ""


@pytest.mark.parametrize("column", ["text", "sender", "created_at", "conversation_id"])
def test_what_was_said_cannot_be_rewritten(store: Store, cast: Cast, column: str) -> None:
    with store.transaction() as session:
        said(session, cast.wangs_talk)

    with pytest.raises(IntegrityError, match="append-only"), store.transaction() as session:
        session.execute(text(f"UPDATE messages SET {column} = {column}"))


def test_the_status_and_reading_of_a_message_may_change(store: Store, cast: Cast) -> None:
    with store.transaction() as session:
        message = said(session, cast.wangs_talk)
    with store.transaction() as session:
        session.add(message)
        message.status = MessageStatus.ANSWERED
        message.reading = {"intent": "report_event", "confidence": 0.8}

    with store.transaction(read_only=True) as session:
        found = session.get_one(Message, message.id)
        assert (found.status, found.reading) == (
            MessageStatus.ANSWERED,
            {"intent": "report_event", "confidence": 0.8},
        )


RESIDENT = """INSERT INTO residents
    (id, channel, channel_user, elderly_status, wants_large_type, declined_contact, created_at)
    VALUES ('wang', 'webchat', 'wang', 'unknown', false, false, :at)"""
CONVERSATION = """INSERT INTO conversations (id, resident_id, state, choices, updated_at)
    VALUES (1, 'wang', 'bot', '[]', :at)"""
MESSAGE = """INSERT INTO messages
    (id, conversation_id, direction, sender, text, buttons, channel, status, reading, created_at)
    VALUES (:id, 1, 'in', 'resident', '又黑了', '[]', 'webchat', 'answered', :reading, :at)"""
READINGS = (
    (1, '{"intent": "consult_policy", "confidence": 0.9}', None),
    (2, '{"intent": "consult_policy", "confidence": 0.4}', 2),
    (3, '{"intent": "nlu_fallback", "confidence": 0.2, "corrected": "0603"}', 7),
    (4, '{"intent": "report_event", "confidence": 0.9, "leaf_confidence": 0.2}', 2),
    (5, '{"intent": "consult_policy", "confidence": 0.9, "leaf_confidence": 0.2}', None),
    (6, None, None),
)


def test_an_older_database_learns_which_readings_are_doubted(empty: Store) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with empty.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0009")
        connection.execute(text(RESIDENT), {"at": NOW})
        connection.execute(text(CONVERSATION), {"at": NOW})
        for key, reading, _ in READINGS:
            connection.execute(text(MESSAGE), {"id": key, "reading": reading, "at": NOW})

    empty.migrate()

    with empty.transaction(read_only=True) as session:
        assert session.execute(select(Message.id, Message.doubt).order_by(Message.id)).all() == [
            (key, doubt) for key, _, doubt in READINGS
        ]


def test_an_older_database_learns_what_is_over_its_time_now(store: Store, cast: Cast) -> None:
    lives = {"never done": (None, None), "done again": (later(10), None), "done": (later(10), later(20))}
    with store.transaction() as session:
        for name, (first, last) in lives.items():
            case = event(name)
            session.add(case)
            session.flush()
            kept = {"community_id": OSMANTHUS, "leaf": "0603", "status": "in_progress", "reported_at": NOW}
            times = {"first_resolved_at": first, "resolved_at": last}
            session.add(EventOutcome(event_id=case.id, is_overdue=True, **kept, **times))
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0011")

    store.migrate()

    with store.transaction(read_only=True) as session:
        found = select(GridEvent.number, EventOutcome.is_overdue_now).join(
            GridEvent, GridEvent.id == EventOutcome.event_id
        )
        # What was done before and is not done now has no row: it is made anew from the log.
        assert dict(session.execute(found).tuples().all()) == {"never done": True, "done": False}
