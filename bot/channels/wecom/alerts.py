"""Tells the workers' groups what happened: one robot a group, none held up by another."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from aiohttp import ClientSession

from bot.channels.wecom import webhook
from bot.channels.wecom.groups import Group
from bot.channels.wecom.pace import Pace
from bot.channels.wecom.queue import GroupQueue
from bot.services.alerts import ALERTS
from bot.services.beside import keep_running, until_woken
from bot.services.desk import Desk
from bot.services.hub import Subscription
from bot.store.queries import alerts

logger = logging.getLogger(__name__)

# How often the store is read without news, and while something urgent waits for its next try.
SECONDS: Final = 15
SECONDS_IF_URGENT: Final = 1
KEPT: Final = timedelta(days=2)
TIDY_SECONDS: Final = 3600


class Robot:
    """Tells one group; only one may run for a group."""

    def __init__(self, desk: Desk, group: Group, http: ClientSession, clock: Callable[[], datetime]) -> None:
        self._hub = desk.hub
        self._group = group
        self._http = http
        self._clock = clock
        self._queue = GroupQueue(desk, group)
        self._pace = Pace()

    async def run(self) -> None:
        """Tell until cancelled; a store that does not answer is asked again later."""
        with self._hub.subscribe(ALERTS) as wakings:
            trouble = f"the alerts of group {self._group.id} could not be read or kept"
            await keep_running(trouble, partial(asyncio.sleep, SECONDS), partial(self._follow, wakings))

    async def begin(self) -> None:
        """Take up what a sender that died left behind."""
        await asyncio.to_thread(self._queue.take_up)

    async def look(self) -> None:
        """Say all that may be said now; stop where the group could not be told."""
        await asyncio.to_thread(self._queue.forget_taken)
        while self._pace.is_free(self._clock()):
            message = await asyncio.to_thread(self._queue.next, self._clock())
            if message is None:
                return
            self._pace.count(self._clock())
            fault = await webhook.post(self._http, self._group.url, message.body)
            await asyncio.to_thread(self._queue.settle, message, fault, self._clock())
            if fault is not None:
                self._note(fault, len(message.ids))
                return

    async def _follow(self, wakings: Subscription) -> None:
        await self.begin()
        while True:
            await self.look()
            seconds = SECONDS_IF_URGENT if await asyncio.to_thread(self._queue.has_urgent) else SECONDS
            await until_woken(wakings, seconds)

    def _note(self, fault: str, count: int) -> None:
        logger.warning("group %s was not told %d alerts: %s", self._group.id, count, fault)
        if fault == webhook.TOO_MANY:
            self._pace.close(self._clock())


class Alerts:
    """All groups of this installation. Run it even without any: it also forgets what nobody will be told."""

    def __init__(
        self, desk: Desk, groups: Mapping[str, Group], http: ClientSession, clock: Callable[[], datetime]
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._heard = frozenset(group.hears for group in groups.values())
        self.robots = {group.id: Robot(desk, group, http, clock) for group in groups.values()}

    async def run(self) -> None:
        """Tell all groups until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_tidy())
            for robot in self.robots.values():
                tasks.create_task(robot.run())

    def tidy(self) -> None:
        """Forget what is old or for nobody; blocks."""
        with self._desk.store.transaction() as session:
            alerts.drop(session, self._clock() - KEPT, self._heard)

    async def _keep_tidy(self) -> None:
        tidy = partial(asyncio.to_thread, self.tidy)
        await keep_running("old alerts could not be forgotten", partial(asyncio.sleep, TIDY_SECONDS), tidy)
