"""Fixtures of the tests of the chat page: a desk, a talk that echoes, and phones that write to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from aiohttp.test_utils import BaseTestServer, TestServer

from bot.app import create_app
from bot.services.desk import Desk
from tests.channels.webchat.phone import Phone, switched_on
from tests.web.served import Echo, NoModels, fresh_desk

NewPhone = Callable[[], Awaitable[Phone]]


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return fresh_desk(tmp_path_factory.mktemp("webchat"))


@pytest.fixture
async def talk(desk: Desk) -> AsyncIterator[Echo]:
    echo = Echo(desk)
    yield echo
    echo.release()
    await echo.settled()


@pytest.fixture
async def server(desk: Desk, talk: Echo) -> AsyncIterator[BaseTestServer]:
    async with TestServer(create_app(desk, talk, NoModels())) as started:
        yield started


@pytest.fixture
async def new_phone(server: BaseTestServer) -> AsyncIterator[NewPhone]:
    """Hand out phones, each with a page of its own and a resident of its own."""
    async with AsyncExitStack() as stack:

        async def new() -> Phone:
            return await stack.enter_async_context(switched_on(server))

        yield new


@pytest.fixture
async def phone(new_phone: NewPhone) -> Phone:
    return await new_phone()
