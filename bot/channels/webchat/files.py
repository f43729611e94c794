"""Files workers sent to the resident before the page, and pictures of what was done about their cases."""

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


async def send_photo(request: web.Request) -> web.StreamResponse:
    """Send the bytes of a picture that is told to this resident; anything else is not found."""
    visitor = visitors.required(request)
    request.app[pace.PACE].check(pace.OF_ADDRESS, pace.address_of(request))
    photo_id = protocol.message_id(request.match_info["photo"]) or 0
    return stored_files.response(await asyncio.to_thread(inbox.photo_for, request.app[DESK], visitor, photo_id))
