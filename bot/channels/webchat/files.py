"""Files workers sent to the resident before the page."""

import asyncio

from aiohttp import web

from bot.channels.webchat import inbox, protocol, visitors
from bot.web import pace, stored_files
from bot.web.keys import DESK


async def send(request: web.Request) -> web.StreamResponse:
    """Send the bytes of the file a message of one's own conversation brought; anything else is not found."""
    visitor = visitors.required(request)
    request.app[pace.PACE].check(pace.OF_ADDRESS, pace.address_of(request))
    message_id = protocol.message_id(request.match_info["message"]) or 0
    return stored_files.response(await asyncio.to_thread(inbox.file_for, request.app[DESK], visitor, message_id))
