"""Conversations that wait for a person: see who waits, take one, answer, give it back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console import dialog, queue, watching
from bot.console.dialog import Dialog
from bot.core.staff import Permission
from bot.errors import Conflict, InvalidInput, LinliError, NotFound
from bot.services import erasure_wishes, talk, unmasking
from bot.services.desk import Desk
from bot.services.hub import CONSOLE, conversation_topic
from bot.services.unmasking import InTheClear
from bot.store.tables import Staff
from bot.web import failures, live, login
from bot.web.login import SignedIn
from bot.web.staff_pages import done, form, page
from bot.web.use_case import perform

LIST: Final = "/console/conversations"
Act = Callable[[Session, Desk, int, Staff], object]


@dataclass(frozen=True)
class Draft:
    """What came of a form that was not accepted: the refusal, and what was filled in, not to be lost.

    `words` are for the resident, `note` and `parting` for the colleagues; `taker` is whom it was to be passed to.
    """

    refusal: LinliError | None = None
    words: str = ""
    note: str = ""
    parting: str = ""
    taker: str = ""


async def show_waiting(request: web.Request) -> web.Response:
    """The list of those who wait, emergencies first, and of those this worker talks to."""
    return await _waiting(request, "console/waiting.html")


async def refresh_waiting(request: web.Request) -> web.Response:
    """Only the lists, for a page that is open already."""
    return await _waiting(request, "console/waiting_lists.html")


async def show(request: web.Request) -> web.Response:
    """One conversation; `before` leads to earlier messages. Whoever holds it is seen to be here."""
    signed_in = await login.required(request, Permission.CONVERSATION_READ)
    return await _conversation(request, signed_in, before=number(request.query.get("before")))


async def refresh(request: web.Request) -> web.Response:
    """What is new in an open page: `part=said` after a message, `part=notes` and `part=about` beside them."""
    signed_in = await login.required(request, Permission.CONVERSATION_READ)
    conversation_id = conversation_of(request)
    if request.query.get("part") == "said":
        after = number(request.query.get("after")) or 0
        lines = await perform(
            request,
            lambda session, desk: dialog.newer(session, desk, signed_in.staff, conversation_id, after),
            read_only=True,
        )
        return page(request, "console/lines.html", signed_in, {"lines": lines, "conversation_id": conversation_id})
    shown = await _read(request, signed_in, conversation_id)
    if request.query.get("part") == "notes":
        return page(request, "console/notes.html", signed_in, {"dialog": shown})
    return page(request, "console/about.html", signed_in, {"dialog": shown, "clear": None})


async def take(request: web.Request) -> web.Response:
    """Take the conversation; whoever comes second reads who was quicker."""
    return await _act(request, talk.take, Permission.CONVERSATION_TAKE)


async def hand_back(request: web.Request) -> web.Response:
    """Let the bot answer again."""
    return await _act(request, talk.hand_back, Permission.CONVERSATION_ANSWER)


async def close(request: web.Request) -> web.Response:
    """End the worker's part."""
    return await _act(request, talk.close, Permission.CONVERSATION_ANSWER, LIST)


async def reveal(request: web.Request) -> web.Response:
    """Show contact and words in the clear on this one page; the reason goes into the audit log."""
    signed_in = await login.required(request, Permission.CONTACT_UNMASK)
    fields = await form(request, signed_in)
    conversation_id = conversation_of(request)
    try:
        clear = await perform(request, _unmask(signed_in, conversation_id, fields))
    except InvalidInput as refusal:
        return await show_refused(request, signed_in, refusal)
    return await _conversation(request, signed_in, clear=clear)


async def erase(request: web.Request) -> web.Response:
    """Delete what is kept about the resident, who asked for it; the reason goes into the audit log."""
    signed_in = await login.required(request, Permission.RESIDENT_ERASE)
    fields = await form(request, signed_in)
    conversation_id = conversation_of(request)
    reason = fields.get("reason", "")
    try:
        await perform(
            request,
            lambda session, desk: erasure_wishes.carry_out(session, desk, conversation_id, signed_in.staff, reason),
        )
    except InvalidInput as refusal:
        return await show_refused(request, signed_in, refusal)
    return done(request, LIST)


async def listen(request: web.Request) -> web.StreamResponse:
    """Tell an open page when to read again: the lists, and the conversation it shows if it shows one."""
    permission = Permission.CONVERSATION_READ
    signed_in = await login.required(request, permission)
    conversation_id = number(request.query.get("conversation"))
    if conversation_id is None:
        return await live.stream(request, permission, CONSOLE)
    await _read(request, signed_in, conversation_id)
    async with watching.noted(request, signed_in, conversation_id):
        return await live.stream(request, permission, CONSOLE, conversation_topic(conversation_id))


async def show_refused(
    request: web.Request, signed_in: SignedIn, refusal: LinliError, draft: Draft | None = None
) -> web.Response:
    """The conversation as it is now, with the reason why something could not be done in it."""
    return await _conversation(request, signed_in, replace(draft or Draft(), refusal=refusal))


async def show_draft(request: web.Request, signed_in: SignedIn, words: str) -> web.Response:
    """The conversation with words in the form that are not sent yet."""
    return await _conversation(request, signed_in, Draft(words=words))


def conversation_of(request: web.Request) -> int:
    """The conversation the address names; raises NotFound for what cannot be one."""
    found = number(request.match_info["conversation"])
    if found is None:
        raise NotFound("没有这个对话")
    return found


def number(given: str | None) -> int | None:
    """A row's number as an address carries it; None for anything else."""
    return int(given) if given and given.isascii() and given.isdigit() and len(given) < LONGEST_NUMBER else None


LONGEST_NUMBER: Final = 18


async def _waiting(request: web.Request, template: str) -> web.Response:
    signed_in = await login.required(request, Permission.CONVERSATION_READ)
    shown = await perform(request, lambda session, desk: queue.read(session, desk, signed_in.staff), read_only=True)
    return page(request, template, signed_in, {"queue": shown})


async def _act(request: web.Request, act: Act, permission: Permission, then: str | None = None) -> web.Response:
    signed_in = await login.required(request, permission)
    await form(request, signed_in)
    conversation_id = conversation_of(request)
    try:
        await perform(request, lambda session, desk: act(session, desk, conversation_id, signed_in.staff))
    except Conflict as refusal:
        return await show_refused(request, signed_in, refusal)
    return done(request, then or f"{LIST}/{conversation_id}")


def _unmask(
    signed_in: SignedIn, conversation_id: int, fields: Mapping[str, str]
) -> Callable[[Session, Desk], InTheClear]:
    return lambda session, desk: unmasking.unmask_conversation(
        session, desk, signed_in.staff, conversation_id, fields.get("reason", "")
    )


async def _read(
    request: web.Request, signed_in: SignedIn, conversation_id: int, before: int | None = None, *, clear: bool = False
) -> Dialog:
    return await perform(
        request,
        lambda session, desk: dialog.read(
            session, desk, signed_in.staff, conversation_id, before=before, in_the_clear=clear
        ),
        read_only=True,
    )


async def _conversation(
    request: web.Request,
    signed_in: SignedIn,
    draft: Draft | None = None,
    *,
    before: int | None = None,
    clear: InTheClear | None = None,
) -> web.Response:
    draft = draft or Draft()
    conversation_id = conversation_of(request)
    shown = await _read(request, signed_in, conversation_id, before, clear=clear is not None)
    if shown.is_to_be_noted:
        await watching.note_here(request, signed_in, conversation_id)
    return page(
        request,
        "console/conversation.html",
        signed_in,
        {"dialog": shown, "draft": draft, "clear": clear, "is_newest": before is None},
        status=failures.status_of(draft.refusal) if draft.refusal else 200,
    )
