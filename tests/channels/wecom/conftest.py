"""A group that listens, and a sender for it that moves only when a test says so."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import BaseTestServer, TestServer

from bot.channels.wecom.groups import Group
from bot.services.desk import Desk
from tests.channels.wecom.group import PATH, Stage, WeCom, address
from tests.talking import Clock


@pytest.fixture
def wecom() -> WeCom:
    return WeCom()


@pytest.fixture
async def server(wecom: WeCom) -> AsyncIterator[BaseTestServer]:
    app = web.Application()
    app.router.add_post(PATH, wecom.take)
    async with TestServer(app) as started:
        yield started


@pytest.fixture
async def stage(talking_desk: Desk, wecom: WeCom, server: BaseTestServer) -> AsyncIterator[Stage]:
    clock = talking_desk.clock
    assert isinstance(clock, Clock)
    group = Group("qinghe-workers", "qinghe", address(server), duty=("WangXiaoHe", "li.qing"))
    async with ClientSession() as http:
        yield Stage(talking_desk, clock, wecom, group, http)
