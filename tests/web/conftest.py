"""Fixtures of the tests of pages: one desk for all of them, since every browser is somebody else."""

from collections.abc import AsyncIterator

import pytest

from bot.services.desk import Desk
from tests.web.served import Browser, Echo, browsing, fresh_desk


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return fresh_desk(tmp_path_factory.mktemp("web"))


@pytest.fixture
async def browser(desk: Desk) -> AsyncIterator[Browser]:
    async with browsing(desk, Echo(desk)) as opened:
        yield opened
