"""Opening the store: transactions, moments, versions, and databases that cannot be used."""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Constraint, Index, text
from sqlalchemy.exc import IntegrityError, StatementError

from bot.errors import Conflict, InvalidInput, Unavailable
from bot.store.engine import Store
from bot.store.faults import BrokenDatabase, ForeignDatabase, NewerDatabase
from bot.store.tables import Base, GridEvent, Resident
from tests.store.cast import NOW, WANG, Cast, event


def test_a_block_that_raises_leaves_nothing_behind(store: Store, cast: Cast) -> None:
    assert cast

    def file_and_fail() -> None:
        with store.transaction() as session:
            session.add(event("GE1"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        file_and_fail()

    with store.transaction(read_only=True) as session:
        assert session.query(GridEvent).count() == 0


def test_rows_stay_readable_after_their_transaction(store: Store, cast: Cast) -> None:
    assert cast
    with store.transaction() as session:
        filed = event("GE1")
        session.add(filed)

    assert (filed.number, filed.version) == ("GE1", 1)


def test_a_moment_comes_back_in_utc_whatever_zone_it_went_in_with(store: Store, cast: Cast) -> None:
    assert cast
    shanghai = NOW.astimezone(timezone(timedelta(hours=8)))
    with store.transaction() as session:
        session.add(event("GE1", created_at=shanghai))

    with store.transaction(read_only=True) as session:
        found = session.query(GridEvent).one()
        assert found.created_at == NOW
        assert found.created_at.utcoffset() == timedelta(0)


def test_a_naive_moment_is_refused(store: Store, cast: Cast) -> None:
    assert cast
    with pytest.raises(StatementError, match="naive"), store.transaction() as session:
        session.add(event("GE1", created_at=datetime(2026, 3, 12, 10, 30)))  # noqa: DTZ001


def test_a_read_only_transaction_refuses_to_write(store: Store, cast: Cast) -> None:
    assert cast
    with pytest.raises(Unavailable), store.transaction(read_only=True) as session:
        session.add(event("GE1"))


def test_a_writer_after_a_reader_on_the_same_connection_may_write(store: Store, cast: Cast) -> None:
    assert cast
    with store.transaction(read_only=True) as session:
        session.query(GridEvent).count()
    with store.transaction() as session:
        session.add(event("GE1"))

    with store.transaction(read_only=True) as session:
        assert session.query(GridEvent).count() == 1


def test_the_second_of_two_changes_to_one_case_is_a_conflict(store: Store, cast: Cast) -> None:
    assert cast
    with store.transaction() as session:
        session.add(event("GE1"))
    with store.transaction() as session:
        stale = session.query(GridEvent).one()
    with store.transaction() as session:
        session.query(GridEvent).one().title = "先改的"

    stale.title = "后改的"
    with pytest.raises(Conflict), store.transaction() as session:
        session.add(stale)


def test_filing_the_same_number_twice_is_a_conflict(store: Store, cast: Cast) -> None:
    assert cast
    with store.transaction() as session:
        session.add(event("GE1"))

    with pytest.raises(Conflict), store.transaction() as session:
        session.add(event("GE1"))


def test_writers_wait_for_each_other_and_none_fails(store: Store, cast: Cast) -> None:
    assert cast
    inside, finished = Event(), Event()

    def write_slowly() -> None:
        with store.transaction() as session:
            session.get_one(Resident, WANG).name = "王"
            session.flush()
            inside.set()
            finished.wait(0.3)

    first = Thread(target=write_slowly)
    first.start()
    assert inside.wait(5)
    with store.transaction() as session:
        session.get_one(Resident, WANG).unit = "2"
    first.join()

    with store.transaction(read_only=True) as session:
        wang = session.get_one(Resident, WANG)
        assert (wang.name, wang.unit) == ("王", "2")


def test_a_reader_does_not_wait_for_a_writer(store: Store, cast: Cast) -> None:
    assert cast
    with store.transaction() as writing:
        writing.add(event("GE1"))
        writing.flush()
        with store.transaction(read_only=True) as reading:
            assert reading.query(GridEvent).count() == 0


def test_sqlite_runs_with_a_write_ahead_log_and_foreign_keys(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'new' / 'linli.db'}")

    with store.transaction() as session:
        found = [session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "foreign_keys")]

    store.close()
    assert found == ["wal", 1]


def test_a_file_that_is_no_database_is_named_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "linli.db"
    file.write_bytes(b"not a database at all" * 100)

    with pytest.raises(BrokenDatabase, match="备份") as caught:
        Store(f"sqlite:///{file}").migrate()

    assert str(file) in caught.value.message


def test_a_database_with_damaged_pages_is_named_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "linli.db"
    store = Store(f"sqlite:///{file}")
    store.migrate()
    store.close()
    with file.open("r+b") as pages:
        pages.seek(4096)
        pages.write(b"\xff" * 4096 * 8)

    with pytest.raises(BrokenDatabase, match="备份"):
        Store(f"sqlite:///{file}").migrate()


def test_a_database_of_a_newer_version_is_refused(store: Store) -> None:
    with store.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(NewerDatabase, match="9999"):
        store.migrate()


def test_tables_of_another_program_are_not_taken_over(empty: Store) -> None:
    with empty.transaction() as session:
        session.execute(text("CREATE TABLE messages (id INTEGER)"))

    with pytest.raises(ForeignDatabase, match="messages"):
        empty.migrate()


@pytest.mark.parametrize("wrong", ["", "linli.db", "mysql://root@localhost/linli", "postgresql://:x:y"])
def test_a_wrong_address_is_refused_with_an_example(wrong: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Store(wrong)

    assert "sqlite:///" in caught.value.hint


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    store = Store("postgresql://linli:secret@127.0.0.1:1/linli?connect_timeout=2")

    with pytest.raises(Unavailable) as caught:
        store.migrate()

    assert "127.0.0.1" in caught.value.message
    assert "secret" not in str(caught.value)


def test_statement_parameters_stay_out_of_exceptions(store: Store, cast: Cast) -> None:
    assert cast
    with pytest.raises(IntegrityError) as caught, store.transaction() as session:
        session.add(event("GE1", contact_phone="19900000001", title=None))

    # PostgreSQL itself quotes the failing row under DETAIL.
    assert "19900000001" not in str(caught.value).split("DETAIL")[0]


def test_every_constraint_and_index_has_a_name_postgresql_keeps_whole() -> None:
    names = [
        str(thing.name or "")
        for table in Base.metadata.tables.values()
        for thing in [*table.constraints, *table.indexes]
        if isinstance(thing, Constraint | Index)
    ]

    assert "" not in names
    assert max(map(len, names)) <= 63
