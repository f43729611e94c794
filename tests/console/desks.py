"""Desks for the tests of the staff's pages: opened once, with a database of its own for every test."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.services.desk import Desk, open_desk
from bot.services.hub import Hub
from bot.services.settings.in_force import Live
from bot.settings import Settings
from bot.store.engine import Store
from tests.console.house import hire_trainer_and_admin
from tests.services.stage import NOW, Clock


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk opened once: reading all files and seeding takes seconds."""
    path = tmp_path_factory.mktemp("staff") / "linli.db"
    desk = open_desk(Settings.from_environment({"DATABASE_URL": f"sqlite:///{path}"}), Clock(NOW))
    hire_trainer_and_admin(desk)
    desk.store.close()
    return desk


@pytest.fixture
def clock() -> Clock:
    """Thursday 12 March 2026, ten in the morning in Shanghai, until a test turns it."""
    return Clock(NOW)


@pytest.fixture
def desk(opened: Desk, clock: Clock, tmp_path: Path) -> Iterator[Desk]:
    """The desk of this test; what it writes to data and models stays below tmp_path."""
    path = tmp_path / "linli.db"
    shutil.copy(str(opened.store.engine.url.database), path)
    settings = replace(opened.settings, data=tmp_path / "data", models=tmp_path / "models")
    settings.models.mkdir()
    store = Store(f"sqlite:///{path}")
    yield replace(opened, settings=settings, store=store, live=Live(opened.live.files), hub=Hub(), clock=clock)
    store.close()
