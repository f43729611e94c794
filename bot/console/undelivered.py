"""Replies that did not arrive: the list of them, sending one again, and noting that the resident knows."""

from aiohttp import web

from bot.console import conversations, delivery, undelivered_list
from bot.console.conversations import conversation_of, number
from bot.console.delivery import Decide, Decision
from bot.core.staff import Permission
from bot.errors import Conflict, LinliError, NotFound
from bot.services import undelivered
from bot.web import failures, login
from bot.web.login import SignedIn
from bot.web.staff_pages import done, form, page
from bot.web.use_case import perform

LIST = "/console/undelivered"


async def show(request: web.Request) -> web.Response:
    """All that nobody has dealt with yet."""
    signed_in = await login.required(request, Permission.CONVERSATION_READ)
    return await _list(request, signed_in, "console/undelivered.html")


async def refresh(request: web.Request) -> web.Response:
    """Only the list, for a page that is open already."""
    signed_in = await login.required(request, Permission.CONVERSATION_READ)
    return await _list(request, signed_in, "console/undelivered_list.html")


async def send_again(request: web.Request) -> web.Response:
    """Try once more."""
    return await _decide(request, undelivered.send_again)


async def waive(request: web.Request) -> web.Response:
    """The resident has been told in another way."""
    return await _decide(request, undelivered.waive)


async def _decide(request: web.Request, act: Decide) -> web.Response:
    signed_in = await login.required(request, Permission.CONVERSATION_ANSWER)
    is_in_list = (await form(request, signed_in)).get("from") == "list"
    decision = Decision(conversation_of(request), _message(request), act)
    try:
        await perform(request, lambda session, desk: delivery.decide(session, desk, signed_in.staff, decision))
    except Conflict as refusal:
        if is_in_list:
            return await _list(request, signed_in, "console/undelivered.html", refusal)
        return await conversations.show_refused(request, signed_in, refusal)
    return done(
        request, LIST if is_in_list else f"{conversations.LIST}/{decision.conversation_id}#m{decision.message_id}"
    )


def _message(request: web.Request) -> int:
    found = number(request.match_info["message"])
    if found is None:
        raise NotFound("没有这条消息")
    return found


async def _list(
    request: web.Request, signed_in: SignedIn, template: str, refusal: LinliError | None = None
) -> web.Response:
    rows = await perform(
        request, lambda session, desk: undelivered_list.read(session, desk, signed_in.staff), read_only=True
    )
    status = failures.status_of(refusal) if refusal else 200
    return page(request, template, signed_in, {"rows": rows, "refusal": refusal}, status)
