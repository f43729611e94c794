"""Pages that stay current: a stream names the topics that have something new, and the page reads those again."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from aiohttp import hdrs, web

from bot.core.staff import Permission
from bot.errors import LinliError
from bot.services.hub import LOGINS, STAFF, Subscription
from bot.web import login
from bot.web.keys import DESK

HEARTBEAT_SECONDS: Final = 15
OF_LOGINS: Final = (LOGINS, STAFF)
RETRY: Final = b"retry: 3000\n\n"
STILL_HERE: Final = b": still here\n\n"
READERS: Final = web.AppKey("readers", set[asyncio.Task[object]])


def add(app: web.Application) -> None:
    """Let streams end when the service stops, since they never end by themselves."""
    app[READERS] = set()
    app.on_shutdown.append(_end)


async def stream(request: web.Request, permission: Permission, *topics: str) -> web.StreamResponse:
    """Tell the page which of the topics to read again, at once all of them.

    It ends when the page is closed, and before the next word to somebody whose login or permission is gone.
    """
    response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "text/event-stream", "X-Accel-Buffering": "no"})
    await response.prepare(request)
    with (
        _counted(request),
        request.app[DESK].hub.subscribe(*topics, *OF_LOGINS) as wakings,
        # A reader that has gone, or a store that cannot be read now: the page connects again by itself.
        suppress(ConnectionResetError, LinliError),
    ):
        news = RETRY + b"".join(map(_event, topics))
        while await login.holds(request, permission):
            await response.write(news)
            news = await _news(wakings)
    return response


async def _news(wakings: Subscription) -> bytes:
    """What to write next: which topic is new, or that the stream goes on."""
    try:
        async with asyncio.timeout(HEARTBEAT_SECONDS):
            topic = await wakings.next()
    except TimeoutError:
        return STILL_HERE
    return STILL_HERE if topic in OF_LOGINS else _event(topic)


def _event(topic: str) -> bytes:
    return f"event: news\ndata: {topic}\n\n".encode()


@contextmanager
def _counted(request: web.Request) -> Iterator[None]:
    readers, task = request.app[READERS], asyncio.current_task()
    assert task is not None, "a handler always runs in a task"
    readers.add(task)
    try:
        yield
    finally:
        readers.discard(task)


async def _end(app: web.Application) -> None:
    readers = app[READERS]
    for reader in tuple(readers):
        reader.cancel()
