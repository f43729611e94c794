"""That a worker looks at a conversation they hold, for as long as they do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from aiohttp import web

from bot.errors import LinliError
from bot.services import presence
from bot.web.login import SignedIn
from bot.web.use_case import perform

EVERY_SECONDS: Final = 60.0


async def note_here(request: web.Request, signed_in: SignedIn, conversation_id: int) -> None:
    """The worker opened the page; that they can read it is worth more than that it is kept."""
    with suppress(LinliError):
        await perform(
            request, lambda session, desk: presence.note_there(session, desk, signed_in.staff, conversation_id)
        )


@asynccontextmanager
async def noted(request: web.Request, signed_in: SignedIn, conversation_id: int) -> AsyncIterator[None]:
    """Keep, while the block runs, that the page is open."""
    keeping = asyncio.create_task(_keep(request, signed_in, conversation_id))
    try:
        yield
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping


async def _keep(request: web.Request, signed_in: SignedIn, conversation_id: int) -> None:
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        with suppress(LinliError):
            await perform(
                request, lambda session, desk: presence.note_watching(session, desk, signed_in.staff, conversation_id)
            )
