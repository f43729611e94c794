"""The page of one agenda item or in-person order, and what is done with it; events: `bot.console.event_deeds`."""

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console import case_view, form_fields, kinds
from bot.console.event_deeds import number_in
from bot.console.form_fields import Fields
from bot.console.kinds import Kind
from bot.errors import Conflict, InvalidInput, LinliError
from bot.services import case_lists, reassigning, volunteering
from bot.services import cases as use_cases
from bot.services.case_lists import Contact
from bot.services.cases import Change
from bot.services.desk import Desk
from bot.store.tables import Staff
from bot.web import failures, login
from bot.web.login import SignedIn
from bot.web.staff_pages import done, form, page
from bot.web.use_case import perform


@dataclass(frozen=True)
class Asked:
    """What a worker asks to be done with a case, as a form said it."""

    staff: Staff
    kind: Kind
    number: str
    fields: Fields

    def text(self, name: str) -> str:
        """A field, empty if it was not sent."""
        return self.fields.get(name, "")

    @property
    def version(self) -> int:
        """The version of the case the worker saw; raises InvalidInput."""
        return form_fields.version(self.fields)


Deed = Callable[[Session, Desk, Asked], object]


async def show(request: web.Request) -> web.Response:
    """One case."""
    kind = kinds.kind_at(request.match_info["kind"])
    return await _case(request, await login.required(request, kind.permission), kind)


async def move(request: web.Request) -> web.Response:
    """Move the case on; the residents it concerns read the note."""
    return await _do(request, _move)


async def reassign(request: web.Request) -> web.Response:
    """Send somebody else with an order."""
    return await _do(request, _reassign)


async def decline(request: web.Request) -> web.Response:
    """Leave an order to somebody else; it is then no longer the volunteer's to see."""
    kind = kinds.kind_at(request.match_info["kind"])
    return await _do(request, _decline, then=kind.address)


async def reveal(request: web.Request) -> web.Response:
    """Show the contact in the clear on this one page; the reason goes into the audit log."""
    kind = kinds.kind_at(request.match_info["kind"])
    signed_in = await login.required(request, kind.permission)
    fields = await form(request, signed_in)
    number, reason = number_in(request), fields.get("reason", "")
    try:
        contact = await perform(
            request,
            lambda session, desk: case_lists.reveal_contact(session, desk, kind.kind, number, signed_in.staff, reason),
        )
    except InvalidInput as refusal:
        return await _case(request, signed_in, kind, fields, refusal)
    return await _case(request, signed_in, kind, contact=contact)


def _move(session: Session, desk: Desk, asked: Asked) -> None:
    change = Change(asked.kind.kind, asked.number, asked.text("to"), asked.text("note"), asked.version)
    use_cases.move(session, desk, asked.staff, change)


def _reassign(session: Session, desk: Desk, asked: Asked) -> None:
    assignee = form_fields.whole(asked.text("assignee"))
    if assignee is None:
        raise InvalidInput("请选一位工作人员")
    reassigning.reassign(session, desk, asked.number, assignee, asked.staff, asked.version)


def _decline(session: Session, desk: Desk, asked: Asked) -> None:
    volunteering.decline(session, desk, asked.number, asked.staff, asked.text("why"), asked.version)


async def _do(request: web.Request, deed: Deed, then: str | None = None) -> web.Response:
    kind = kinds.kind_at(request.match_info["kind"])
    signed_in = await login.required(request, kind.permission)
    fields = await form(request, signed_in)
    asked = Asked(signed_in.staff, kind, number_in(request), fields)
    try:
        await perform(request, lambda session, desk: deed(session, desk, asked))
    except (Conflict, InvalidInput) as refusal:
        return await _case(request, signed_in, kind, fields, refusal)
    return done(request, then or f"{kind.address}/{asked.number}")


async def _case(
    request: web.Request,
    signed_in: SignedIn,
    kind: Kind,
    fields: Fields | None = None,
    refusal: LinliError | None = None,
    contact: Contact | None = None,
) -> web.Response:
    number = number_in(request)
    detail = await perform(
        request, lambda session, desk: case_view.read(session, desk, signed_in.staff, kind, number), read_only=True
    )
    shown = {
        "case": detail,
        "fields": fields or {},
        "refusal": refusal,
        "contact": contact,
    }
    return page(request, "console/case.html", signed_in, shown, failures.status_of(refusal) if refusal else 200)
