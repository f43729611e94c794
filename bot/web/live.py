"""Pages that stay current: a stream names the topics that have something new, and the page reads those again."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from aiohttp import hdrs, web

from bot.web.keys import DESK

HEARTBEAT_SECONDS: Final = 15
RETRY: Final = b"retry: 3000\n\n"
STILL_HERE: Final = b": still here\n\n"
READERS: Final = web.AppKey("readers", set[asyncio.Task[object]])


def add(app: web.Application) -> None:
    """Let streams end when the service stops, since they never end by themselves."""
    app[READERS] = set()
    app.on_shutdown.append(_end)


async def stream(request: web.Request, *topics: str) -> web.StreamResponse:
    """Tell the page, until it closes, which of the topics to read again; at once all of them."""
    response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "text/event-stream", "X-Accel-Buffering": "no"})
    await response.prepare(request)
    with (
        _counted(request),
        request.app[DESK].hub.subscribe(*topics) as wakings,
        suppress(ConnectionResetError),
    ):
        await response.write(RETRY + b"".join(map(_event, topics)))
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    news = _event(await wakings.next())
            except TimeoutError:
                news = STILL_HERE
            await response.write(news)
    return response


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
