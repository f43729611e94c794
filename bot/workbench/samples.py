"""What the bot misread: trainers say what it meant, and write that into the training data."""

import logging
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from bot.core.staff import Permission
from bot.errors import BrokenFile, Conflict, InvalidInput, LinliError, NotFound, Unavailable
from bot.services import intents, learning
from bot.services.learning import PAGE, Correction, Why
from bot.web import failures, login
from bot.web.keys import DESK
from bot.web.login import SignedIn
from bot.web.staff_pages import done, form, page
from bot.web.use_case import perform

LOG = logging.getLogger(__name__)
ADDRESS: Final = "/workbench/samples"
LABELS: Final = "/workbench/labels"
LONGEST_NUMBER: Final = 18
LONGEST_PAGE: Final = 6
NOT_WRITTEN: Final = 503


async def show_list(request: web.Request) -> web.Response:
    """Messages to be labelled, all or for one reason."""
    signed_in = await login.required(request, Permission.SAMPLE_READ)
    why, at = _why(request.query.get("why", "")), _page_number(request.query.get("page", "1"))
    found, waiting = await perform(
        request,
        lambda session, _: (
            learning.misread(session, why, offset=(at - 1) * PAGE),
            len(learning.unwritten(session)),
        ),
        read_only=True,
    )
    pages = max(-(-found.total // PAGE), 1)
    shown = {
        **_choices(request),
        "found": found,
        "why": why,
        "reasons": tuple(Why),
        "waiting": waiting,
        "page": at,
        "pages": pages,
        "earlier": _address(why, at - 1) if at > 1 else None,
        "later": _address(why, at + 1) if at < pages else None,
        "fields": {},
    }
    return page(request, "workbench/samples.html", signed_in, shown)


async def show(request: web.Request) -> web.Response:
    """One message, to be labelled again or with more care."""
    signed_in = await login.required(request, Permission.SAMPLE_READ)
    return await _sample(request, signed_in, {})


async def label(request: web.Request) -> web.Response:
    """Keep what the trainer says; what was not accepted stands in the form again."""
    signed_in = await login.required(request, Permission.SAMPLE_LABEL)
    fields = await form(request, signed_in)
    message_id = _message(request)
    try:
        correction = _correction(request, fields)
        await perform(
            request, lambda session, desk: learning.label(session, desk, signed_in.staff, message_id, correction)
        )
    except (InvalidInput, Conflict) as refusal:
        return await _sample(request, signed_in, fields, refusal)
    return done(request, _address(_why(fields.get("why", "")), _page_number(fields.get("page", "1"))))


async def show_labels(request: web.Request) -> web.Response:
    """Labels that data/nlu does not hold yet."""
    signed_in = await login.required(request, Permission.SAMPLE_READ)
    return await _labels(request, signed_in)


async def write(request: web.Request) -> web.Response:
    """Write the labels into data/nlu, and show what came of it."""
    signed_in = await login.required(request, Permission.SAMPLE_LABEL)
    await form(request, signed_in)
    folder = request.app[DESK].settings.data / "nlu"
    try:
        added = await perform(
            request, lambda session, desk: learning.write_labels(session, desk, signed_in.staff, folder)
        )
    except (BrokenFile, Unavailable) as fault:
        LOG.warning("labels were not written: %s", fault)
        problem = fault.message.replace(f"{folder}/", "")
        return await _labels(request, signed_in, {"problem": problem}, NOT_WRITTEN)
    files = [path.relative_to(folder.parent.parent).as_posix() for path in added.paths]
    return await _labels(request, signed_in, {"added": added, "files": files})


def _correction(request: web.Request, fields: Mapping[str, str]) -> Correction:
    leaf = intents.code_in(fields.get("leaf", ""))
    choice = intents.chosen(request.app[DESK].catalogue, fields.get("intent", ""), leaf)
    return Correction(choice, fields.get("note", ""), fields.get("text"))


async def _sample(
    request: web.Request, signed_in: SignedIn, fields: Mapping[str, str], refusal: LinliError | None = None
) -> web.Response:
    message_id = _message(request)
    one = await perform(request, lambda session, _: learning.sample(session, message_id), read_only=True)
    shown = {**_choices(request), "one": one, "fields": fields, "refusal": refusal, "why": None, "page": 1}
    return page(request, "workbench/sample.html", signed_in, shown, failures.status_of(refusal) if refusal else 200)


async def _labels(
    request: web.Request, signed_in: SignedIn, outcome: Mapping[str, object] | None = None, status: int = 200
) -> web.Response:
    labels = await perform(request, lambda session, _: learning.unwritten(session), read_only=True)
    shown = {"labels": labels, "added": None, "files": [], "problem": None, **(outcome or {})}
    return page(request, "workbench/labels.html", signed_in, shown, status)


def _choices(request: web.Request) -> dict[str, object]:
    leaves = request.app[DESK].catalogue.leaves
    return {"intents": intents.NAMES, "leaves": leaves.values(), "by_code": leaves}


def _message(request: web.Request) -> int:
    given = request.match_info["message"]
    if not (given.isascii() and given.isdigit() and len(given) <= LONGEST_NUMBER):
        raise NotFound("没有这条样本")
    return int(given)


def _why(given: str) -> Why | None:
    if not given:
        return None
    try:
        return Why(given)
    except ValueError:
        raise InvalidInput("没有这个条件", "请从页面上选") from None


def _page_number(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) <= LONGEST_PAGE and int(given)):
        raise InvalidInput("没有这一页")
    return int(given)


def _address(why: Why | None, at: int) -> str:
    said = {"why": why.value} if why else {}
    return f"{ADDRESS}?{urlencode({**said, 'page': at})}"
