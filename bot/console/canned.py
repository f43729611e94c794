"""The page of ready answers: what there is, a new one, changing one, taking one out of use."""

from collections.abc import Callable
from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.conversations import number
from bot.console.form_fields import Fields, version
from bot.core.canned_words import Blank
from bot.core.staff import Permission
from bot.errors import Conflict, InvalidInput, LinliError, NotFound
from bot.services import canned
from bot.services.canned import Wording
from bot.services.desk import Desk
from bot.store.queries import places
from bot.store.tables import Staff
from bot.web import failures, login
from bot.web.login import SignedIn
from bot.web.staff_pages import done, form, page
from bot.web.use_case import perform

LIST: Final = "/console/canned"
Switch = Callable[[Session, Desk, Staff, int, int], object]


async def show(request: web.Request) -> web.Response:
    """All that this person looks after, and a form for a new one."""
    return await _list(request, await login.required(request, Permission.CANNED_EDIT), {})


async def add(request: web.Request) -> web.Response:
    """Add one; what was not accepted stands in the form again."""
    signed_in = await login.required(request, Permission.CANNED_EDIT)
    fields = await form(request, signed_in)
    try:
        await perform(
            request, lambda session, desk: canned.add(session, desk, signed_in.staff, _wording(signed_in, fields))
        )
    except (InvalidInput, Conflict) as refusal:
        return await _list(request, signed_in, fields, refusal)
    return done(request, LIST)


async def ask(request: web.Request) -> web.Response:
    """One answer, to be changed."""
    signed_in = await login.required(request, Permission.CANNED_EDIT)
    return await _one(request, signed_in, {})


async def change(request: web.Request) -> web.Response:
    """Change one; what was not accepted stands in the form again."""
    signed_in = await login.required(request, Permission.CANNED_EDIT)
    fields = await form(request, signed_in)
    answer_id = _answer(request)
    try:
        seen = version(fields)
        await perform(
            request,
            lambda session, desk: canned.change(
                session, desk, signed_in.staff, answer_id, _wording(signed_in, fields), seen
            ),
        )
    except (InvalidInput, Conflict) as refusal:
        return await _one(request, signed_in, fields, refusal)
    return done(request, LIST)


async def disable(request: web.Request) -> web.Response:
    """Take one out of use."""
    return await _switch(request, canned.disable)


async def enable(request: web.Request) -> web.Response:
    """Bring one back into use."""
    return await _switch(request, canned.enable)


async def _switch(request: web.Request, switch: Switch) -> web.Response:
    signed_in = await login.required(request, Permission.CANNED_EDIT)
    fields = await form(request, signed_in)
    answer_id = _answer(request)
    try:
        seen = version(fields)
        await perform(request, lambda session, desk: switch(session, desk, signed_in.staff, answer_id, seen))
    except (InvalidInput, Conflict) as refusal:
        return await _list(request, signed_in, {}, refusal)
    return done(request, LIST)


def _wording(signed_in: SignedIn, fields: Fields) -> Wording:
    community_id = fields.get("community", "") if signed_in.staff.community_id is None else signed_in.staff.community_id
    return Wording(fields.get("title", ""), fields.get("shortcut", ""), fields.get("text", ""), community_id)


def _answer(request: web.Request) -> int:
    found = number(request.match_info["answer"])
    if found is None:
        raise NotFound("没有这条快捷回复")
    return found


async def _list(
    request: web.Request, signed_in: SignedIn, fields: Fields, refusal: LinliError | None = None
) -> web.Response:
    answers, communities = await perform(
        request,
        lambda session, _: (canned.editable(session, signed_in.staff), places.communities(session)),
        read_only=True,
    )
    shown = {
        "answers": answers,
        "own": frozenset(one.id for one in answers if canned.may_change(signed_in.staff, one)),
        "communities": communities,
        "fields": fields,
        "refusal": refusal,
        "blanks": tuple(Blank),
    }
    status = failures.status_of(refusal) if refusal else 200
    return page(request, "console/canned.html", signed_in, shown, status)


async def _one(
    request: web.Request, signed_in: SignedIn, fields: Fields, refusal: LinliError | None = None
) -> web.Response:
    answer_id = _answer(request)
    answer, communities = await perform(
        request,
        lambda session, _: (canned.answer_for(session, signed_in.staff, answer_id), places.communities(session)),
        read_only=True,
    )
    shown = {
        "answer": answer,
        "communities": communities,
        "fields": fields,
        "refusal": refusal,
        "blanks": tuple(Blank),
    }
    return page(request, "console/canned_one.html", signed_in, shown, failures.status_of(refusal) if refusal else 200)
