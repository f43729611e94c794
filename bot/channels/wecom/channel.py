"""The workers' groups in the application: alerts are told beside everything else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import ClientSession, web

from bot.channels.wecom.alerts import Alerts
from bot.channels.wecom.groups import load_groups
from bot.web.keys import DESK


def add(app: web.Application) -> None:
    """Tell the groups named in the file of LINLI_WECHAT; raises BrokenFile."""
    desk = app[DESK]
    groups = load_groups(desk.settings.wechat, [community.id for community in desk.gazetteer.communities])

    async def work(_: web.Application) -> AsyncIterator[None]:
        async with ClientSession() as http:
            telling = asyncio.create_task(Alerts(desk, groups, http, desk.clock).run())
            yield
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling

    app.cleanup_ctx.append(work)
