"""A desk to test at: the real data folder and a database of its own for every test."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session

from bot.services.desk import Desk, open_desk
from bot.services.hub import Hub
from bot.services.settings.in_force import Live
from bot.settings import Settings
from bot.store.engine import Store
from tests.services.stage import NOW, Clock

POSTGRES = os.environ.get("LINLI_TEST_POSTGRES")
DATABASES = ["sqlite", "postgresql"] if POSTGRES else ["sqlite"]


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk opened once: reading all files and seeding takes seconds."""
    path = tmp_path_factory.mktemp("desk") / "linli.db"
    desk = open_desk(Settings.from_environment({"DATABASE_URL": f"sqlite:///{path}"}), Clock(NOW))
    desk.store.close()
    return desk


@pytest.fixture(scope="session")
def shared(opened: Desk) -> Iterator[str]:
    """A PostgreSQL database with the demo street, made once: what a test writes in `session` is rolled back."""
    server = make_url(str(POSTGRES)).set(drivername="postgresql+psycopg")
    name = f"linli_services_{uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    _run(admin, f"CREATE DATABASE {name}")
    url = server.set(database=name).render_as_string(hide_password=False)
    open_desk(replace(opened.settings, database_url=url), Clock(NOW)).store.close()
    yield url
    _run(admin, f"DROP DATABASE {name}")
    admin.dispose()


@pytest.fixture
def own_file(opened: Desk, tmp_path: Path) -> str:
    """A file of the test's own with the demo street in it: what a test commits stands in no shared database."""
    path = tmp_path / "linli.db"
    shutil.copy(str(opened.store.engine.url.database), path)
    return f"sqlite:///{path}"


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, own_file: str) -> str:
    """A database with the demo street in it; tests that commit say `own_file` instead."""
    return str(request.getfixturevalue("shared")) if request.param == "postgresql" else own_file


@pytest.fixture
def clock() -> Clock:
    """Thursday 12 March 2026, ten in the morning in Shanghai, until a test turns it."""
    return Clock(NOW)


@pytest.fixture
def desk(opened: Desk, url: str, clock: Clock) -> Iterator[Desk]:
    """The desk of this test."""
    store = Store(url)
    yield replace(opened, store=store, live=Live(opened.live.files), hub=Hub(), clock=clock)
    store.close()


@pytest.fixture
def session(desk: Desk, url: str) -> Iterator[Session]:
    """An open transaction at the desk."""
    with desk.transaction() as opened_session:
        yield opened_session
        if url.startswith("postgresql"):
            opened_session.flush()
            opened_session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            opened_session.rollback()


def _run(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.execute(text(statement))
