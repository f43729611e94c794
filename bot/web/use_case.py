"""Running a use case for a page: in a thread, in one transaction, so that the event loop goes on."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from aiohttp import web
from sqlalchemy.orm import Session

from bot.services.desk import Desk
from bot.web.keys import DESK

Outcome = TypeVar("Outcome")


async def perform(
    request: web.Request, use_case: Callable[[Session, Desk], Outcome], *, read_only: bool = False
) -> Outcome:
    """Return what the use case returns; its transaction is committed by then."""
    desk = request.app[DESK]

    def work() -> Outcome:
        with desk.transaction(read_only=read_only) as session:
            return use_case(session, desk)

    return await asyncio.to_thread(work)
