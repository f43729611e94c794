"""The chat page and what it calls: send, listen, look back, choose the type."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from aiohttp import hdrs, web
from aiohttp_jinja2 import render_template
from limits import RateLimitItemPerSecond

from bot.channels import TALK
from bot.channels.webchat import files, inbox, protocol, visitors
from bot.channels.webchat.feed import Feed
from bot.channels.webchat.inbox import Reception
from bot.channels.webchat.visitors import Visitor
from bot.errors import LinliError
from bot.services.hub import Subscription, conversation_topic
from bot.web import given, pace
from bot.web.keys import DESK

HEARTBEAT_SECONDS: Final = 15
ONE_NOTICE: Final = RateLimitItemPerSecond(1, 10)
TYPE_COOKIE: Final = "linli_type"
TYPE_SIZES: Final = ("22", "24", "26", "28", "30")
STREAMS: Final = web.AppKey("streams", set[Subscription])


def add(app: web.Application) -> None:
    """Add the chat page to the application."""
    app[STREAMS] = set()
    app.on_shutdown.append(_end_streams)
    app.add_routes(
        [
            web.get("/", show),
            web.post("/chat/messages", send),
            web.get("/chat/events", listen),
            web.get("/chat/history", look_back),
            web.post("/chat/type", choose_type),
            web.get("/chat/files/{message}", files.send),
            web.get("/chat/photos/{photo}", files.send_photo),
        ]
    )


async def show(request: web.Request) -> web.Response:
    """Show the page; `?community=ID`, as printed on notices, chooses the community."""
    visitor, chosen = visitors.known(request), request.query.get("community")
    if visitor is None and chosen is not None:
        visitor = visitors.stranger()
    reception = await asyncio.to_thread(inbox.receive, request.app[DESK], visitor, chosen)
    visitor = visitor or visitors.stranger()
    if chosen is not None:
        elsewhere = web.HTTPSeeOther("/")
        visitors.remember(request, elsewhere, visitor)
        raise elsewhere
    response = _page(request, visitor, reception)
    visitors.remember(request, response, visitor)
    return response


async def send(request: web.Request) -> web.Response:
    """Store a message, then have it answered; the page hears of the answer by listening."""
    visitor = visitors.of_own_page(request)
    counted = request.app[pace.PACE]
    counted.check(pace.OF_ADDRESS, pace.address_of(request))
    written = protocol.read_written(await given.body(request))
    too_fast = not counted.within(pace.OF_RESIDENT, visitor.channel_user)
    slow_down = too_fast and counted.within(ONE_NOTICE, visitor.channel_user)
    stored = await asyncio.to_thread(inbox.keep, request.app[DESK], visitor, written, slow_down=slow_down)
    if stored.is_new:
        request.app[TALK].submit(stored.id, stored.conversation_id)
    return web.json_response({"id": stored.id}, status=202)


async def look_back(request: web.Request) -> web.Response:
    """Give the newest messages, those before a message (`before`) or those after one (`after`)."""
    visitor, desk = visitors.required(request), request.app[DESK]
    limit = protocol.page_size(request.query.get("limit"))
    after = protocol.message_id(request.query.get("after"))
    if after is not None:
        page = await asyncio.to_thread(inbox.newer, desk, visitor, after, limit)
    else:
        before = protocol.message_id(request.query.get("before"))
        page = await asyncio.to_thread(inbox.latest, desk, visitor, before, limit)
    return web.json_response(text=protocol.page_body(page))


async def choose_type(request: web.Request) -> web.Response:
    """Remember large type for the other channels and for the workers; the page keeps its own cookie."""
    visitor = visitors.of_own_page(request)
    large = protocol.read_large(await given.body(request))
    await asyncio.to_thread(inbox.choose_type, request.app[DESK], visitor, large=large)
    return web.Response(status=204)


async def listen(request: web.Request) -> web.StreamResponse:
    """Stream what is said after `Last-Event-ID` (a browser connecting again) or `after`."""
    visitor, desk = visitors.required(request), request.app[DESK]
    request.app[pace.PACE].check(pace.OF_ADDRESS, pace.address_of(request))
    conversation_id = await asyncio.to_thread(inbox.conversation_id, desk, visitor)
    after = protocol.message_id(request.headers.get("Last-Event-ID"))
    if after is None:
        after = protocol.message_id(request.query.get("after")) or 0
    response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "text/event-stream", "X-Accel-Buffering": "no"})
    await response.prepare(request)
    # A reader that has gone, or a store that cannot be read now: the page connects again by itself.
    with (
        _wakings(request.app, conversation_topic(conversation_id)) as wakings,
        suppress(ConnectionResetError, LinliError),
    ):
        await response.write(protocol.retry_directive())
        await _stream(request, response, Feed(desk, conversation_id, after), wakings)
    return response


async def _stream(request: web.Request, response: web.StreamResponse, feed: Feed, wakings: Subscription) -> None:
    desk = request.app[DESK]
    while wakings in request.app[STREAMS]:
        await response.write(await asyncio.to_thread(feed.read) or protocol.STILL_HERE)
        if feed.unsettled:
            await asyncio.to_thread(inbox.settle, desk, feed.unsettled)
            feed.unsettled.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                await wakings.next()


def _page(request: web.Request, visitor: Visitor, reception: Reception) -> web.Response:
    size = request.cookies.get(TYPE_COOKIE, "")
    shown = {
        "community": reception.community,
        "communities": reception.communities,
        "csrf": visitor.csrf,
        "type_size": size if size in TYPE_SIZES else None,
        "text_limit": protocol.TEXT_LIMIT,
    }
    return render_template("chat.html", request, shown)


@contextmanager
def _wakings(app: web.Application, topic: str) -> Iterator[Subscription]:
    with app[DESK].hub.subscribe(topic) as wakings:
        app[STREAMS].add(wakings)
        try:
            yield wakings
        finally:
            app[STREAMS].discard(wakings)


async def _end_streams(app: web.Application) -> None:
    streams = app[STREAMS]
    ended = tuple(streams)
    streams.clear()
    for wakings in ended:
        for topic in wakings.topics:
            wakings.wake(topic)
