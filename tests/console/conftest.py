"""Fixtures of the tests of the workers' pages."""

from collections.abc import AsyncIterator

import pytest

from bot.services.desk import Desk
from tests.console.desks import clock, desk, opened
from tests.console.house import House, opened_house, staff_app

__all__ = ["clock", "desk", "opened"]


@pytest.fixture
async def house(desk: Desk) -> AsyncIterator[House]:
    async with opened_house(desk, staff_app(desk)) as house:
        yield house
