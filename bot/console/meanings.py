"""Putting right how the bot read a message; trainers decide what the bot learns of it."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from bot.console import dialog
from bot.console.conversations import LIST, conversation_of, number
from bot.console.lines import Line
from bot.core.staff import Permission
from bot.core.urgency import Urgency
from bot.errors import Conflict, InvalidInput, LinliError, NotFound
from bot.services import guesses, intents, learning
from bot.services.learning import Correction
from bot.web import failures, login
from bot.web.keys import DESK
from bot.web.login import SignedIn
from bot.web.staff_pages import done, form, page, wants_page
from bot.web.use_case import perform

LONGEST_PLACE: Final = 60


async def ask(request: web.Request) -> web.Response:
    """Show how the bot read the message, and a form for what it meant."""
    signed_in = await login.required(request, Permission.EVENT_CORRECT)
    return await _form(request, signed_in, {})


async def correct(request: web.Request) -> web.Response:
    """Keep what the worker says the message meant."""
    signed_in = await login.required(request, Permission.EVENT_CORRECT)
    fields = await form(request, signed_in)
    line = await _line(request, signed_in)
    try:
        choice = intents.chosen(
            request.app[DESK].catalogue, fields.get("intent", ""), intents.code_in(fields.get("leaf", ""))
        )
        correction = Correction(
            choice, fields.get("note", ""), place=_place(fields), urgency=_urgency(fields.get("urgency", ""))
        )
        await perform(
            request, lambda session, desk: learning.suggest(session, desk, signed_in.staff, line.id, correction)
        )
    except (InvalidInput, Conflict) as refusal:
        return await _form(request, signed_in, fields, refusal)
    return done(request, f"{LIST}/{conversation_of(request)}#m{line.id}")


async def pick(request: web.Request) -> web.Response:
    """Keep that the message meant one of the choices offered under a key."""
    signed_in = await login.required(request, Permission.EVENT_CORRECT)
    fields = await form(request, signed_in)
    line = await _line(request, signed_in)
    try:
        correction = Correction(guesses.choice_of(request.app[DESK].catalogue, fields.get("choice", "")))
        await perform(
            request, lambda session, desk: learning.suggest(session, desk, signed_in.staff, line.id, correction)
        )
    except (InvalidInput, Conflict) as refusal:
        if not wants_page(request):
            raise
        return await _form(request, signed_in, {}, refusal)
    return done(request, f"{LIST}/{conversation_of(request)}#m{line.id}")


def _place(fields: Mapping[str, str]) -> str:
    place = fields.get("place", "").strip()
    if len(place) > LONGEST_PLACE:
        raise InvalidInput(f"地点不能超过{LONGEST_PLACE}个字")
    return place


def _urgency(given: str) -> Urgency | None:
    if not given:
        return None
    try:
        return Urgency(given)
    except ValueError:
        raise InvalidInput("没有这个紧急程度", "请在列表里选一项") from None


async def _line(request: web.Request, signed_in: SignedIn) -> Line:
    conversation_id, message_id = conversation_of(request), number(request.match_info["message"]) or 0
    found = await perform(
        request,
        lambda session, desk: dialog.line(session, desk, signed_in.staff, conversation_id, message_id),
        read_only=True,
    )
    if found is None:
        raise NotFound("没有这条居民消息")
    return found


async def _form(
    request: web.Request,
    signed_in: SignedIn,
    fields: Mapping[str, str],
    refusal: LinliError | None = None,
) -> web.Response:
    line = await _line(request, signed_in)
    shown = {
        "line": line,
        "conversation_id": conversation_of(request),
        "fields": fields,
        "refusal": refusal,
        "intents": intents.NAMES,
        "leaves": request.app[DESK].catalogue.leaves.values(),
        "understood": line.corrected or guesses.understood(request.app[DESK].catalogue, line.reading),
        "urgencies": tuple(Urgency),
        "at": request.query.get("at", ""),
    }
    status = failures.status_of(refusal) if refusal else 200
    return page(request, "console/meaning.html", signed_in, shown, status=status)
