"""Putting very many rows into a table quickly: executemany on SQLite, COPY on PostgreSQL, nothing checked."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any, Final

from sqlalchemy import Column, Engine, Table
from sqlalchemy.engine.interfaces import Dialect

CHUNK: Final = 20_000
FAST: Final = (
    "query_only = OFF",
    "foreign_keys = OFF",
    "synchronous = OFF",
    "cache_size = -200000",
    "temp_store = MEMORY",
)
USUAL: Final = ("foreign_keys = ON", "synchronous = FULL", "cache_size = -2000", "temp_store = DEFAULT")
Row = Mapping[str, object]


class Bulk:
    """An open transaction of the database's own driver."""

    def __init__(self, driver: Any, dialect: Dialect) -> None:
        self._driver = driver
        self._dialect = dialect

    @property
    def is_sqlite(self) -> bool:
        return self._dialect.name == "sqlite"

    def run(self, statement: str) -> Any:
        return self._driver.cursor().execute(statement)

    def value(self, statement: str) -> Any:
        cursor = self._driver.cursor()
        cursor.execute(statement)
        return cursor.fetchone()[0]

    def count_on(self, *tables: str) -> None:
        """PostgreSQL goes on counting from where it was, whatever ids were given."""
        if self.is_sqlite:
            return
        for table in tables:
            self.run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")

    def insert(self, table: Table, rows: Iterable[Row]) -> None:
        """Columns that the first row does not name get their default."""
        coming = iter(rows)
        first = next(coming, None)
        if first is None:
            return
        columns = [column for column in table.columns if column.name in first or _has_default(column)]
        fill = [(column.name, _default(column), self._processor(column)) for column in columns]
        values = (
            tuple(_processed(row.get(name, default), process) for name, default, process in fill)
            for row in chain((first,), coming)
        )
        names = ", ".join(f'"{column.name}"' for column in columns)
        self.insert_plain(table.name, names, len(columns), values)

    def insert_plain(self, table: str, names: str, width: int, values: Iterable[tuple[object, ...]]) -> None:
        """The values as the driver takes them."""
        if self.is_sqlite:
            marks = ", ".join("?" * width)
            coming = iter(values)
            while some := list(islice(coming, CHUNK)):
                self._driver.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", some)
            return
        with self._driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for one in values:
                copy.write_row(one)

    def _processor(self, column: Column[Any]) -> Callable[[object], object] | None:
        return column.type.dialect_impl(self._dialect).bind_processor(self._dialect)


@contextmanager
def opened(engine: Engine) -> Iterator[Bulk]:
    """Open one; it is committed at the end, and the database told how its tables look now."""
    raw = engine.raw_connection()
    driver = raw.driver_connection
    assert driver is not None
    bulk = Bulk(driver, engine.dialect)
    try:
        if bulk.is_sqlite:
            for pragma in FAST:
                bulk.run(f"PRAGMA {pragma}")
            bulk.run("BEGIN IMMEDIATE")
        elif bulk.value("SELECT usesuper FROM pg_user WHERE usename = current_user"):
            # Foreign keys are triggers there, and each row would queue some.
            bulk.run("SET LOCAL session_replication_role = replica")
        yield bulk
        driver.commit()
        if bulk.is_sqlite:
            for pragma in USUAL:
                bulk.run(f"PRAGMA {pragma}")
        else:
            bulk.run("ANALYZE")
            driver.commit()
    finally:
        raw.close()


def _processed(value: object, process: Callable[[object], object] | None) -> object:
    return value if process is None else process(value)


def _has_default(column: Column[Any]) -> bool:
    return column.default is not None and not column.primary_key


def _default(column: Column[Any]) -> object:
    default: Any = column.default
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg
