"""Stores to test against: a fresh SQLite file, and a fresh PostgreSQL schema where a server is named."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session

from bot.store.engine import Store
from tests.store.cast import Cast, settle

VARIABLE = "LINLI_TEST_POSTGRES"
POSTGRES = os.environ.get(VARIABLE)
DATABASES = ["sqlite", "postgresql"] if POSTGRES else ["sqlite"]


# The header proper is written before this file is read when the whole suite runs; this comes right under it.
def pytest_report_collectionfinish() -> str:
    if POSTGRES:
        return "store tests: on SQLite and PostgreSQL"
    return f"store tests: on SQLite only; PostgreSQL is left out because {VARIABLE} names no server"


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'linli.db'}"
        return
    yield from _fresh_schema(str(POSTGRES))


@pytest.fixture
def empty(url: str) -> Iterator[Store]:
    """A store before its first migration."""
    opened = Store(url)
    yield opened
    opened.close()


@pytest.fixture
def store(empty: Store) -> Store:
    """A store at the newest revision, without rows."""
    empty.migrate()
    return empty


@pytest.fixture
def cast(store: Store) -> Cast:
    """The people and places of these tests, settled in the store."""
    with store.transaction() as session:
        return settle(session)


@pytest.fixture
def session(store: Store, cast: Cast) -> Iterator[Session]:
    """An open transaction of the settled store."""
    assert cast
    with store.transaction() as opened:
        yield opened


def _fresh_schema(server: str) -> Iterator[str]:
    address = make_url(server).set(drivername="postgresql+psycopg")
    schema = f"linli_{uuid4().hex}"
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
        fresh = address.update_query_dict({"options": f"-csearch_path={schema}"})
        yield fresh.render_as_string(hide_password=False)
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()
