"""Reporting something from the console: on a round, in the stairwell, or for a resident who asked."""

import re
import secrets
from collections.abc import Mapping
from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console import event_view, event_wishes
from bot.console.case_facts import DISCOVERIES
from bot.console.event_deeds import LIST
from bot.console.form_fields import Fields
from bot.core.staff import Permission
from bot.core.urgency import Urgency
from bot.errors import Conflict, InvalidInput, LinliError
from bot.services.cases import may_see
from bot.services.desk import Desk
from bot.services.events.filing_by_staff import Report, file_by_staff
from bot.services.record_source import chosen
from bot.store.tables import Discovery
from bot.web import failures, login
from bot.web.keys import DESK
from bot.web.login import SignedIn
from bot.web.staff_pages import done, form, page
from bot.web.use_case import perform

ADDRESS: Final = f"{LIST}/new"
_NUMBER: Final = re.compile(r"GE\d{2,12}-\d{8}-\d{4,6}")


async def ask(request: web.Request) -> web.Response:
    """The empty form; `filed` names what was filed just now and is in somebody else's hands."""
    signed_in = await login.required(request, Permission.EVENT_FILE)
    filed = request.query.get("filed", "")
    return _form(request, signed_in, {}, filed=filed if _NUMBER.fullmatch(filed) else "")


async def file(request: web.Request) -> web.Response:
    """File it, and lead to it where this person may see it."""
    signed_in = await login.required(request, Permission.EVENT_FILE)
    fields = await form(request, signed_in)

    def work(session: Session, desk: Desk) -> tuple[str, bool]:
        event = file_by_staff(session, desk, _report(desk, fields), signed_in.staff)
        return event.number, may_see(session, event, signed_in.staff)

    try:
        number, is_seen = await perform(request, work)
    except (Conflict, InvalidInput) as refusal:
        return _form(request, signed_in, fields, refusal)
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
    fields: Fields,
    refusal: LinliError | None = None,
    filed: str = "",
) -> web.Response:
    desk = request.app[DESK]
    shown: Mapping[str, object] = {
        "fields": fields,
        "refusal": refusal,
        "filed": filed,
        "token": fields.get("token") or secrets.token_hex(16),
        "leaves": desk.catalogue.leaves.values(),
        "buildings": event_view.buildings_of(desk, signed_in.staff.community_id),
        "discoveries": DISCOVERIES,
        "urgencies": tuple(Urgency),
    }
    status = failures.status_of(refusal) if refusal else 200
    return page(request, "console/event/new.html", signed_in, shown, status)
