"""Fixtures of the tests of the trainers' pages: training data, models and a command that only seems to train."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.services.desk import Desk
from bot.workbench import routes
from tests.console.desks import clock, desk, opened
from tests.console.house import House, opened_house, staff_app
from tests.workbench.bench import SCRIPT, ModelsOnDisk

__all__ = ["clock", "desk", "opened"]


@pytest.fixture
def models(desk: Desk) -> ModelsOnDisk:
    return ModelsOnDisk(desk.settings.models)


@pytest.fixture
def how() -> str:
    """What the training does; a test may say otherwise."""
    return "good"


@pytest.fixture
async def house(desk: Desk, models: ModelsOnDisk, how: str, tmp_path: Path) -> AsyncIterator[House]:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT, "utf-8")
    app = staff_app(desk)
    routes.add(app, models, (sys.executable, str(script), how))
    async with opened_house(desk, app) as house:
        yield house
