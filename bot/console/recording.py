"""Forms that make a record of what a resident said, filled in with what the bot read in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console import record_form
from bot.console.conversations import LIST, conversation_of, number
from bot.console.form_fields import Fields, whole
from bot.core.staff import Permission
from bot.core.urgency import Urgency
from bot.core.visits import Recipient, Way
from bot.errors import Conflict, InvalidInput, LinliError
from bot.services import intents, record_source, recording
from bot.services.desk import Desk
from bot.services.record_source import Source, Spot
from bot.services.recording import EventForm, ItemForm, VisitForm
from bot.store.tables import AgendaScope, Case, Staff
from bot.web import failures, login
from bot.web.keys import DESK
from bot.web.login import SignedIn
from bot.web.staff_pages import done, form, page
from bot.web.use_case import perform

SCOPES: Final[Mapping[AgendaScope, str]] = {
    AgendaScope.UNIT: "一个单元",
    AgendaScope.BUILDING: "一栋楼",
    AgendaScope.ESTATE: "一个小区",
    AgendaScope.COMMUNITY: "整个社区",
}
WHAT: Final[Mapping[str, str]] = {"events": "网格事件", "orders": "上门服务", "items": "协商议题"}
Record = Callable[[Session, Desk, Staff, Source, Fields], Case]


@dataclass(frozen=True)
class Asked:
    """Which form of which message; `kind` is how addresses name the kind of record."""

    kind: str
    conversation_id: int
    message_id: int


async def ask(request: web.Request) -> web.Response:
    """Show the form, filled in from what was said."""
    signed_in = await login.required(request, Permission.EVENT_FILE)
    return await _form(request, signed_in, {})


async def record(request: web.Request) -> web.Response:
    """Make the record and lead to it; what was not accepted stands in the form again."""
    signed_in = await login.required(request, Permission.EVENT_FILE)
    fields = await form(request, signed_in)
    asked = _asked(request)
    try:
        source = Source(asked.conversation_id, asked.message_id, _ordinal(fields))
        case = await perform(
            request, lambda session, desk: _RECORDS[asked.kind](session, desk, signed_in.staff, source, fields)
        )
    except (Conflict, InvalidInput) as refusal:
        return await _form(request, signed_in, fields, refusal)
    return done(request, f"/console/{asked.kind}/{case.number}")


def _event(session: Session, desk: Desk, staff: Staff, source: Source, fields: Fields) -> Case:
    leaf, text = intents.code_in(fields.get("leaf", "")), fields.get("text", "")
    form_read = EventForm(leaf, fields.get("urgency", ""), _spot(desk, staff, fields), text)
    return recording.record_event(session, desk, staff, source, form_read)


def _visit(session: Session, desk: Desk, staff: Staff, source: Source, fields: Fields) -> Case:
    form_read = VisitForm(
        need=fields.get("need", ""),
        way=fields.get("way", ""),
        recipient=fields.get("recipient", ""),
        recipient_name=fields.get("recipient_name", ""),
        time=fields.get("time", ""),
        phone=fields.get("phone", ""),
        spot=_spot(desk, staff, fields),
    )
    return recording.record_visit(session, desk, staff, source, form_read)


def _item(session: Session, desk: Desk, staff: Staff, source: Source, fields: Fields) -> Case:
    form_read = ItemForm(
        title=fields.get("title", ""),
        reason=fields.get("text", ""),
        scope=fields.get("scope", ""),
        leaf=intents.code_in(fields.get("leaf", "")),
        spot=_spot(desk, staff, fields),
    )
    return recording.record_item(session, desk, staff, source, form_read)


_RECORDS: Final[Mapping[str, Record]] = {"events": _event, "orders": _visit, "items": _item}


def _spot(desk: Desk, staff: Staff, fields: Fields) -> Spot:
    """The place as the form says it; people choose a building by its name."""
    given = fields.get("building", "").strip()
    named = [one.id for one in record_source.buildings_of(desk, staff) if one.name == given]
    building = named[0] if len(named) == 1 else given.partition(" ")[0]
    return Spot(building, fields.get("unit", ""), fields.get("place", ""))


def _ordinal(fields: Fields) -> int:
    ordinal = whole(fields.get("ordinal", ""))
    if ordinal is None:
        raise InvalidInput("这个页面已经过期", "请刷新页面再试一次")
    return ordinal


def _asked(request: web.Request) -> Asked:
    return Asked(request.match_info["kind"], conversation_of(request), number(request.match_info["message"]) or 0)


async def _form(
    request: web.Request, signed_in: SignedIn, fields: Fields, refusal: LinliError | None = None
) -> web.Response:
    asked = _asked(request)
    prefilled = await perform(
        request,
        lambda session, desk: record_form.read(session, desk, signed_in.staff, asked.conversation_id, asked.message_id),
        read_only=True,
    )
    shown = {
        "kind": asked.kind,
        "what": WHAT[asked.kind],
        "address": f"{LIST}/{asked.conversation_id}",
        "prefilled": prefilled,
        # Where somebody was quicker, sending it once more is meant for another record.
        "ordinal": prefilled.ordinal if isinstance(refusal, Conflict) else fields.get("ordinal", prefilled.ordinal),
        "fields": fields,
        "refusal": refusal,
        "leaves": request.app[DESK].catalogue.leaves.values(),
        "urgencies": tuple(Urgency),
        "ways": tuple(Way),
        "recipients": tuple(Recipient),
        "scopes": SCOPES,
    }
    status = failures.status_of(refusal) if refusal else 200
    return page(request, "console/record.html", signed_in, shown, status=status)
