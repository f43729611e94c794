"""Giving a conversation to a colleague or back to those who wait, and notes between colleagues."""

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console import conversations
from bot.console.conversations import LIST, Draft, conversation_of, number
from bot.core.staff import Permission
from bot.errors import Conflict, InvalidInput
from bot.services import conversation_notes, passing_on, sent_once
from bot.services.desk import Desk
from bot.web import login
from bot.web.staff_pages import done, form
from bot.web.use_case import perform


async def pass_on(request: web.Request) -> web.Response:
    """Give the conversation to the colleague who was chosen, or to whoever takes it next."""
    signed_in = await login.required(request, Permission.CONVERSATION_ANSWER)
    fields = await form(request, signed_in)
    conversation_id = conversation_of(request)
    taker, words = fields.get("taker", ""), fields.get("parting", "")
    token, staff = fields.get("token", ""), signed_in.staff

    def work(session: Session, desk: Desk) -> None:
        if not sent_once.is_first(session, desk, staff, token, f"pass-on:{conversation_id}", taker, words):
            return
        if taker == "queue":
            passing_on.put_back(session, desk, conversation_id, staff, words)
        else:
            passing_on.pass_on(session, desk, conversation_id, staff, number(taker) or 0, words)

    try:
        await perform(request, work)
    except (Conflict, InvalidInput) as refusal:
        return await conversations.show_refused(request, signed_in, refusal, Draft(parting=words, taker=taker))
    return done(request, LIST)


async def jot(request: web.Request) -> web.Response:
    """Leave a note for the colleagues."""
    signed_in = await login.required(request, Permission.CONVERSATION_ANSWER)
    fields = await form(request, signed_in)
    text, token, staff = fields.get("note", ""), fields.get("token", ""), signed_in.staff
    conversation_id = conversation_of(request)

    def work(session: Session, desk: Desk) -> None:
        if sent_once.is_first(session, desk, staff, token, f"note:{conversation_id}", text):
            conversation_notes.add(session, desk, staff, conversation_id, text)

    try:
        await perform(request, work)
    except (Conflict, InvalidInput) as refusal:
        return await conversations.show_refused(request, signed_in, refusal, Draft(note=text))
    return done(request, f"{LIST}/{conversation_id}#notes")
