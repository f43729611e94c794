"""Reporting something from the console: on a round, in the stairwell, or for a resident who asked."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console import event_view, event_wishes, photo_form
from bot.console.case_facts import DISCOVERIES
from bot.console.event_deeds import LIST
from bot.console.form_fields import Fields
from bot.console.photo_form import Posted
from bot.core.staff import Permission
from bot.core.urgency import Urgency
from bot.errors import Conflict, InvalidInput, LinliError
from bot.services.cases import may_see
from bot.services.desk import Desk
from bot.services.events.filing_by_staff import Report, file_by_staff
from bot.services.record_source import chosen
from bot.services.sent_once import SentBefore, fresh_token
from bot.store.tables import Discovery
from bot.web import failures, login
from bot.web.keys import DESK
from bot.web.login import SignedIn
from bot.web.staff_pages import done, page
from bot.web.use_case import perform

ADDRESS: Final = f"{LIST}/new"
_NUMBER: Final = re.compile(r"GE\d{2,12}-\d{8}-\d{4,6}")


async def ask(request: web.Request) -> web.Response:
    """The empty form; `filed` names what was filed just now and is in somebody else's hands."""
    signed_in = await login.required(request, Permission.EVENT_FILE)
    filed = request.query.get("filed", "")
    return _form(request, signed_in, Posted({}), filed=filed if _NUMBER.fullmatch(filed) else "")


async def file(request: web.Request) -> web.Response:
    """File it, and lead to it where this person may see it."""
    signed_in = await login.required(request, Permission.EVENT_FILE)
    posted = await photo_form.read(request, signed_in)
    try:
        pictures = await photo_form.pictures(posted)

        def work(session: Session, desk: Desk) -> tuple[str, bool]:
            report = replace(_report(desk, posted.fields), pictures=pictures)
            event = file_by_staff(session, desk, report, signed_in.staff)
            return event.number, may_see(session, event, signed_in.staff)

        number, is_seen = await perform(request, work)
    except (Conflict, InvalidInput) as refusal:
        return _form(request, signed_in, posted, refusal)
    return done(request, f"{LIST}/{number}" if is_seen else f"{ADDRESS}?filed={number}")


def _report(desk: Desk, fields: Fields) -> Report:
    urgency = fields.get("urgency", "")
    return Report(
        token=fields.get("token", ""),
        leaf=event_wishes.leaf(fields, desk.catalogue) or "",
        place=event_wishes.place(fields, desk.gazetteer),
        text=fields.get("words", ""),
        urgency=chosen(Urgency, urgency, "请选急不急") if urgency else None,
        discovery=chosen(Discovery, fields.get("discovery", ""), "请选怎么发现的"),
        name=fields.get("name", ""),
        phone=fields.get("phone", ""),
        has_agreed=bool(fields.get("agreed")),
        is_another=bool(fields.get("another")),
    )


def _form(
    request: web.Request,
    signed_in: SignedIn,
    posted: Posted,
    refusal: LinliError | None = None,
    filed: str = "",
) -> web.Response:
    desk, fields = request.app[DESK], posted.fields
    shown: Mapping[str, object] = {
        "fields": fields,
        "lost": posted.lost,
        "refusal": refusal,
        "filed": filed,
        # The token of a form that was taken is used up; one that was refused has to stay the same form.
        # That of a form that was taken is used up; what was refused stays the same form.
        "token": fresh_token() if isinstance(refusal, SentBefore) else fields.get("token") or fresh_token(),
        "leaves": desk.catalogue.leaves.values(),
        "buildings": event_view.buildings_of(desk, signed_in.staff.community_id),
        "discoveries": DISCOVERIES,
        "urgencies": tuple(Urgency),
    }
    status = failures.status_of(refusal) if refusal else 200
    return page(request, "console/event/new.html", signed_in, shown, status)
