"""Brings replies to WeChat by customer service: in order, as few messages as possible, never the same one twice."""

import asyncio
import logging
from functools import partial
from typing import Final

from bot.channels.wechat import consignments
from bot.channels.wechat.consignments import Consignment, Part
from bot.channels.wechat.faults import Handling, WechatFault, WechatUnreachable
from bot.channels.wechat.notices import notice_fields
from bot.channels.wechat.office import Office
from bot.channels.wechat.replies import TextReply
from bot.channels.wechat.service_messages import MenuMessage, service_body
from bot.channels.wechat.setbacks import Setback, setback
from bot.channels.wechat.texts import answer_text
from bot.services.beside import attempt, keep_running, note_failure, until_woken
from bot.services.hub import OUTBOX, Subscription

LOG: Final = logging.getLogger(__name__)
AT_ONCE: Final = 8
# What became due meanwhile is looked for this often, even if nothing is written.
LOOK_SECONDS: Final = 5.0
REST_SECONDS: Final = 0.02
NO_MENUS: Final = 40200
OUTSIDE: Final = frozenset({Handling.WINDOW_OVER, Handling.OVER_QUOTA})


class Courier:
    """Sends what the answers to open deliveries leave; made and run in the event loop."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Send until cancelled; what a service that died was sending is settled first."""
        await attempt("what was being sent is not settled", partial(self._settle_left_behind, at_start=True))
        with self._office.desk.hub.subscribe(OUTBOX) as wakings:
            await keep_running(
                "the outbox cannot be looked through",
                partial(_rest, wakings),
                partial(self._settle_left_behind, at_start=False),
                self._look,
            )

    async def close(self) -> None:
        """Let what is being sent come to its end."""
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=LOOK_SECONDS)

    async def _look(self) -> None:
        for conversation_id in await asyncio.to_thread(consignments.ready, self._office):
            if conversation_id not in self._busy:
                task = asyncio.create_task(self._serve(conversation_id))
                self._busy[conversation_id] = task
                task.add_done_callback(partial(self._done, conversation_id))

    def _done(self, conversation_id: int, _: asyncio.Task[None]) -> None:
        self._busy.pop(conversation_id, None)

    async def _serve(self, conversation_id: int) -> None:
        """Send one after the other; the first that has to wait holds up those behind it, for order's sake."""
        async with self._places:
            try:
                while (taken := await asyncio.to_thread(consignments.take, self._office, conversation_id)) is not None:
                    if not await self._send(taken):
                        return
            except Exception as failure:  # noqa: BLE001 - one conversation holds up no other
                # Where the store went away, what is being sent is settled when it is back, or at the next start.
                note_failure("the outbox cannot be kept", failure)

    async def _send(self, taken: Consignment) -> bool:
        """Whether the next one may follow."""
        try:
            if taken.is_over is not None:
                return await self._set_back(taken, Setback(taken.is_over, taken.is_over.value, None))
            for number, part in enumerate(taken.left, taken.sent + 1):
                await self._bring(taken, part)
                if number < len(taken.parts):
                    await asyncio.to_thread(consignments.part_out, self._office, taken)
            await asyncio.to_thread(consignments.delivered, self._office, taken)
        except (WechatFault, WechatUnreachable) as problem:
            return await self._set_back(taken, setback(problem, taken.attempts))
        return True

    async def _bring(self, taken: Consignment, part: Part) -> None:
        try:
            await self._office.client.send(taken.account, service_body(taken.openid, part))
        except WechatFault as problem:
            if problem.fault.code != NO_MENUS or not isinstance(part, MenuMessage):
                raise
            # Accounts that may not send menus get the same choices as words to tap.
            words = answer_text([part.head], [choice.content for choice in part.choices])
            await self._office.client.send(taken.account, service_body(taken.openid, TextReply(words)))

    async def _set_back(self, taken: Consignment, how: Setback) -> bool:
        if how.handling in OUTSIDE and await self._notified(taken):
            return True
        await asyncio.to_thread(consignments.set_back, self._office, taken, how)
        return how.is_final

    async def _notified(self, taken: Consignment) -> bool:
        """Outside the window a notice may still reach the resident, where the account has one."""
        notice = taken.account.notice
        if notice is None or taken.sent:
            return False
        fields = await asyncio.to_thread(notice_fields, self._office.desk, taken.account, notice, taken.words)
        try:
            notice_id = await self._office.client.send_template(
                taken.account, taken.openid, notice.template, fields, taken.account.address, notice.kind
            )
        except (WechatFault, WechatUnreachable) as problem:
            LOG.info("a notice was not taken either: %s", problem)
            return False
        await asyncio.to_thread(consignments.noticed, self._office, taken, notice_id)
        return True

    async def _settle_left_behind(self, *, at_start: bool) -> None:
        await asyncio.to_thread(consignments.settle_left_behind, self._office, at_start=at_start)


async def _rest(wakings: Subscription) -> None:
    await until_woken(wakings, LOOK_SECONDS)
    # Many replies written in one moment are looked for together.
    await asyncio.sleep(REST_SECONDS)
