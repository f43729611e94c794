"""Giving a conversation to a colleague or back to those who wait, and notes between colleagues."""

from aiohttp import web

from bot.console import conversations
from bot.console.conversations import LIST, Draft, conversation_of, number
from bot.core.staff import Permission
from bot.errors import Conflict, InvalidInput
from bot.services import conversation_notes, passing_on
from bot.web import login
from bot.web.staff_pages import done, form
from bot.web.use_case import perform


async def pass_on(request: web.Request) -> web.Response:
    """Give the conversation to the colleague who was chosen, or to whoever takes it next."""
    signed_in = await login.required(request, Permission.CONVERSATION_ANSWER)
    fields = await form(request, signed_in)
    conversation_id = conversation_of(request)
    taker, words = fields.get("taker", ""), fields.get("parting", "")
    try:
        if taker == "queue":
            await perform(
                request,
                lambda session, desk: passing_on.put_back(session, desk, conversation_id, signed_in.staff, words),
            )
        else:
            chosen = number(taker) or 0
            await perform(
                request,
                lambda session, desk: passing_on.pass_on(
                    session, desk, conversation_id, signed_in.staff, chosen, words
                ),
            )
    except (Conflict, InvalidInput) as refusal:
        return await conversations.show_refused(request, signed_in, refusal, Draft(parting=words, taker=taker))
    return done(request, LIST)


async def jot(request: web.Request) -> web.Response:
    """Leave a note for the colleagues."""
    signed_in = await login.required(request, Permission.CONVERSATION_ANSWER)
    text = (await form(request, signed_in)).get("note", "")
    conversation_id = conversation_of(request)
    try:
        await perform(
            request,
            lambda session, desk: conversation_notes.add(session, desk, signed_in.staff, conversation_id, text),
        )
    except InvalidInput as refusal:
        return await conversations.show_refused(request, signed_in, refusal, Draft(note=text))
    return done(request, f"{LIST}/{conversation_id}#notes")
