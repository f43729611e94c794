"""Writing to a resident: words, a file, or a ready answer put into the form."""

import asyncio
from typing import Final

from aiohttp import web
from aiohttp.web_request import FileField
from sqlalchemy.orm import Session

from bot.console import conversations
from bot.console.conversations import LIST, Draft, conversation_of, number
from bot.core.staff import Permission
from bot.errors import Conflict, InvalidInput
from bot.services import canned, sent_files, sent_once, talk
from bot.services.desk import Desk
from bot.services.pictures import Media
from bot.web import given, login
from bot.web.staff_pages import done, form, wants_page
from bot.web.use_case import perform

FILE: Final = "file"
# The words, the fields and what a browser puts between them.
MARGIN: Final = 100_000


async def reply(request: web.Request) -> web.Response:
    """Write to the resident; words that were not accepted stand in the form again."""
    signed_in = await login.required(request, Permission.CONVERSATION_ANSWER)
    larger = request.clone(client_max_size=sent_files.MOST_BYTES + MARGIN)
    _check_size(larger)
    fields = await form(larger, signed_in)
    words, token, staff = fields.get("text", ""), fields.get("token", ""), signed_in.staff
    conversation_id = conversation_of(request)
    try:
        enclosed = await _enclosed(larger)
        said = (f"reply:{conversation_id}", words, enclosed.data if enclosed else b"")

        def work(session: Session, desk: Desk) -> None:
            if sent_once.is_first(session, desk, staff, token, *said):
                talk.reply(session, desk, conversation_id, staff, words, enclosed)

        await perform(request, work)
    except (InvalidInput, Conflict) as refusal:
        if not wants_page(request):
            raise
        return await conversations.show_refused(request, signed_in, refusal, Draft(words=words))
    return done(request, f"{LIST}/{conversation_id}#reply")


async def use_canned(request: web.Request) -> web.Response:
    """Put a ready answer behind what stands in the form already; nothing is sent."""
    signed_in = await login.required(request, Permission.CONVERSATION_ANSWER)
    larger = request.clone(client_max_size=sent_files.MOST_BYTES + MARGIN)
    _check_size(larger)
    fields = await form(larger, signed_in)
    answer_id, conversation_id = number(fields.get("canned", "")) or 0, conversation_of(request)
    answer = await perform(
        request,
        lambda session, _: canned.ready(session, signed_in.staff, conversation_id, answer_id),
        read_only=True,
    )
    words = "\n".join(part for part in (fields.get("text", "").strip(), answer.text) if part)
    return await conversations.show_draft(request, signed_in, words)


def _check_size(request: web.Request) -> None:
    """Say so before a hundred megabytes have come all the way."""
    if (request.content_length or 0) > sent_files.MOST_BYTES + MARGIN:
        raise InvalidInput("文件太大，最多5MB", "照片可以先压缩，文件可以只发要紧的几页")


async def _enclosed(request: web.Request) -> Media | None:
    """The file of the form, looked at; a field left empty comes without a name."""
    field = (await given.form(request)).get(FILE)
    if not isinstance(field, FileField) or not field.filename:
        return None
    data = await asyncio.to_thread(field.file.read, sent_files.MOST_BYTES + 1)
    return await asyncio.to_thread(sent_files.checked, data)
