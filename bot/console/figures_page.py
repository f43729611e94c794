"""The page of the figures, and taking them out as a workbook or a report."""

from collections.abc import Mapping

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console import figures_view, figures_wanted, taking_out
from bot.console.figures_wanted import FIGURES, Query
from bot.core import figures as rules
from bot.core.staff import Permission
from bot.core.zone import SHANGHAI
from bot.errors import InvalidInput, LinliError
from bot.services import figures
from bot.services.desk import Desk
from bot.services.exports.taking_out import Subject
from bot.services.figures import Overview
from bot.store.tables import Community, Staff
from bot.web import failures, login
from bot.web.keys import DESK
from bot.web.login import SignedIn
from bot.web.staff_pages import form, page
from bot.web.use_case import perform


async def show(request: web.Request) -> web.Response:
    """The figures as the address asks for them."""
    signed_in = await login.required(request, Permission.FIGURES_READ)
    return await _page(request, signed_in, {})


async def take_out(request: web.Request) -> web.StreamResponse:
    """The same as a file; the purpose goes into the audit log."""
    signed_in = await login.required(request, Permission.CASE_EXPORT)
    fields, query = await form(request, signed_in), asked_in(request)
    try:
        return await taking_out.send(request, signed_in.staff, Subject.FIGURES, query.asked, fields)
    except InvalidInput as refusal:
        return await _page(request, signed_in, fields, refusal)


def asked_in(request: web.Request) -> Query:
    """What the address asks for, this month if it does not say; raises InvalidInput."""
    return figures_wanted.read(request.query, request.app[DESK].clock().astimezone(SHANGHAI).date())


async def _page(
    request: web.Request, signed_in: SignedIn, fields: Mapping[str, str], refusal: LinliError | None = None
) -> web.Response:
    query = asked_in(request)
    found, communities = await perform(
        request, lambda session, desk: _read(session, desk, signed_in.staff, query), read_only=True
    )
    shown = {
        "query": query,
        "found": found,
        "shown": figures_view.view(found),
        "communities": communities,
        "shortcuts": figures_wanted.shortcuts(FIGURES, query),
        "rules": rules,
        "formats": Subject.FIGURES.formats,
        "export": figures_wanted.address(f"{FIGURES}/export", found.asked),
        "fields": fields,
        "refusal": refusal,
    }
    status = failures.status_of(refusal) if refusal else 200
    return page(request, "console/figures.html", signed_in, shown, status)


def _read(session: Session, desk: Desk, staff: Staff, query: Query) -> tuple[Overview, list[Community]]:
    return figures.overview(session, desk, staff, query.asked), list(figures.communities_of(session, staff))
