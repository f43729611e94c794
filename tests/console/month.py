"""Playing the scripted month: every act is a form sent over HTTP at its moment, while the clocks are swept."""

import asyncio
import heapq
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Final

from sqlalchemy import select

from bot.core.zone import SHANGHAI
from bot.services.desk import Desk
from bot.services.events.sweeping import sweep
from bot.store.tables import EventTask, GridEvent, TaskStatus
from tests.console.house import SCRIPT, Browser, House
from tests.console.month_plans import Act, Plan
from tests.services.stage import Clock

BEGINS: Final = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
LASTS: Final = timedelta(days=75)
SWEPT_EVERY: Final = timedelta(hours=6)
RESIDENT: Final = {"name": "王女士", "phone": "19900010001", "agreed": "1"}
FRESH: Final = timedelta(minutes=90)


class Month:
    """The month as it goes by; `sent` counts the forms by deed, `numbers` are the events in the order of filing."""

    def __init__(self, house: House, desk: Desk, clock: Clock) -> None:
        self.sent: Counter[str] = Counter()
        self.numbers: list[str] = []
        self._house = house
        self._desk = desk
        self._clock = clock
        self._browsers: dict[str, tuple[Browser, datetime]] = {}

    async def play(self, plans: list[Plan]) -> None:
        """Let everything happen in its order; a form that is not accepted fails the test."""
        tie = count()
        waiting: list[tuple[datetime, int, Plan, str | None, int]] = [
            (BEGINS + timedelta(minutes=plan.at), next(tie), plan, None, -1) for plan in plans
        ]
        heapq.heapify(waiting)
        swept = BEGINS
        while waiting:
            at, _, plan, number, index = heapq.heappop(waiting)
            swept = await self._sweep(swept, at)
            self._clock.moment = at
            if number is None:
                number = await self._file(plan)
            else:
                await self._act(number, plan.acts[index])
            following = index + 1
            if following < len(plan.acts):
                later = at + timedelta(minutes=plan.acts[following].after)
                heapq.heappush(waiting, (later, next(tie), plan, number, following))
        await self._sweep(swept, BEGINS + LASTS)
        self._clock.moment = BEGINS + LASTS

    async def browser(self, username: str) -> Browser:
        """Somebody's browser, signed in anew once they have been idle for long."""
        known = self._browsers.get(username)
        now = self._clock.moment
        if known is None or now - known[1] > FRESH:
            known = (await self._house.enter(username), now)
        self._browsers[username] = (known[0], now)
        return known[0]

    async def _file(self, plan: Plan) -> str:
        fields = {
            "token": f"{len(self.numbers):032x}",
            "leaf": plan.leaf,
            # Who stands on the spot has found it; the others write it down for a resident.
            **({"building": plan.building, **RESIDENT} if plan.building else {"place": "小区门口"}),
            "words": "请派人来修",
            "discovery": "resident" if plan.building else "patrol",
            "another": "1",
        }
        answer = await (await self.browser(plan.filed_by)).post("/console/events/new", fields)
        assert answer.status == 303, (plan, answer.status, answer.text[:2000])
        self.numbers.append(answer.location.rpartition("/")[2])
        self.sent["file"] += 1
        return self.numbers[-1]

    async def _act(self, number: str, act: Act) -> None:
        fields = self._filled(number, act.fields)
        if fields is None:
            return
        way = act.deed if act.deed in {"take-on", "on-the-spot", "correct", "merge"} else f"do/{act.deed}"
        browser = await self.browser(act.who)
        answer = await browser.post(f"/console/events/{number}/{way}", fields, SCRIPT)
        assert answer.status == 204, (number, act, answer.status, answer.text[:2000])
        self.sent[act.deed] += 1

    def _filled(self, number: str, fields: Mapping[str, str]) -> dict[str, str] | None:
        with self._desk.transaction(read_only=True) as session:
            event = session.scalars(select(GridEvent).where(GridEvent.number == number)).one()
            review = (self._clock.moment.astimezone(SHANGHAI) + timedelta(days=10)).date()
            known = {"review": review.isoformat()}
            open_task = select(EventTask.id).where(
                EventTask.event_id == event.id, EventTask.status.in_((TaskStatus.ASKED, TaskStatus.SIGNED))
            )
            if (task := session.scalar(open_task)) is not None:
                known["task"] = str(task)
            theirs = [GridEvent.community_id == event.community_id, GridEvent.id != event.id]
            others = select(GridEvent).where(*theirs).order_by(GridEvent.id.desc())
            other = next((one.number for one in session.scalars(others) if one.status.is_open), None)
            if other is None and "{other}" in fields.values():
                return None
            known["other"] = other or ""
            filled = {name: value.format_map(known) for name, value in fields.items()}
            return {**filled, "version": str(event.version)}

    async def _sweep(self, since: datetime, until: datetime) -> datetime:
        """Let the clocks say what they have to say until this moment, as the running service does."""
        while since + SWEPT_EVERY <= until:
            since += SWEPT_EVERY
            self._clock.moment = since
            await asyncio.to_thread(sweep, self._desk, since)
        return since


def chance(seed: int) -> Random:
    """The same month every time."""
    return Random(seed)  # noqa: S311 - a script, not a secret
