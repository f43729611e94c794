"""How SQLite is opened: write-ahead log, enforced foreign keys, one writer at a time."""

import sqlite3
import time
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import ConnectionPoolEntry

from bot.store.faults import BrokenDatabase

READ_ONLY: Final = "linli_read_only"
BUSY_MILLISECONDS: Final = 15_000
WAIT_SECONDS: Final = 0.02
SETUP: Final = (
    f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}",
    "PRAGMA foreign_keys = ON",
    # Without it REPLACE would delete rows past the append-only triggers.
    "PRAGMA recursive_triggers = ON",
)


def open_sqlite(url: URL) -> Engine:
    """Prepare an engine; the folder of the file is made, the file only on first use."""
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def check_sound(connection: Connection, where: str) -> None:
    """Raise BrokenDatabase if pages are damaged; takes about a second per gigabyte."""
    findings = connection.exec_driver_sql("PRAGMA quick_check(1)").scalars().all()
    if findings != ["ok"]:
        raise BrokenDatabase(where, "; ".join(str(finding) for finding in findings))


# The driver's own BEGIN comes late and never for reads; SQLAlchemy's manual (SQLite dialect, "transactional
# isolation") has it switched off and sent from these two events instead.
def _set_up(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for statement in SETUP:
        connection.execute(statement)
    _write_ahead(connection)


def _write_ahead(connection: SqliteConnection) -> None:
    """Only the first connection to a new file changes the mode, and SQLite does not let that wait for a lock."""
    patience = time.monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as busy:
            if busy.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                raise
            time.sleep(WAIT_SECONDS)
        else:
            return


def _begin(connection: Connection) -> None:
    read_only = bool(connection.get_execution_options().get(READ_ONLY))
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")
    # A writer that started as a reader cannot wait its turn: SQLite fails it at once, whatever the timeout.
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
