"""The pages of grid events, agenda items and in-person orders: lists, one case, and what is done with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console import case_view, kinds, wanted
from bot.console.kinds import Kind
from bot.core.urgency import Urgency
from bot.errors import Conflict, InvalidInput, LinliError, NotFound
from bot.services import case_lists, case_search, correcting, intents
from bot.services import cases as use_cases
from bot.services.case_lists import Contact
from bot.services.case_search import PAGE, STATUSES
from bot.services.cases import Change
from bot.services.desk import Desk
from bot.store.tables import Staff
from bot.web import failures, login
from bot.web.keys import DESK
from bot.web.login import SignedIn
from bot.web.staff_pages import done, form, page
from bot.web.use_case import perform

Fields = Mapping[str, str]
LONGEST_INTEGER: Final = 9


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
        given = self.text("version")
        if not (given.isascii() and given.isdigit() and len(given) <= LONGEST_INTEGER):
            raise InvalidInput("这个页面已经过期", "请刷新页面再试一次")
        return int(given)


Deed = Callable[[Session, Desk, Asked], object]


async def show_list(request: web.Request) -> web.Response:
    """Cases of a kind, as the address asks for them."""
    kind = kinds.kind_at(request.match_info["kind"])
    signed_in = await login.required(request, kind.permission)
    asked = wanted.read(kind, request.query)
    (rows, total), grids = await perform(
        request,
        lambda session, desk: (
            case_view.rows(session, desk, signed_in.staff, kind, asked),
            case_search.grids_of(session, signed_in.staff),
        ),
        read_only=True,
    )
    pages = max(-(-total // PAGE), 1)
    shown = {
        "kind": kind,
        "wanted": asked,
        "rows": rows,
        "total": total,
        "pages": pages,
        "earlier": wanted.address(kind, wanted.at_page(asked, asked.page - 1)) if asked.page > 1 else None,
        "later": wanted.address(kind, wanted.at_page(asked, asked.page + 1)) if asked.page < pages else None,
        "grids": grids,
        "statuses": {status: kinds.plain(status) for status in STATUSES[kind.kind]},
        "urgencies": tuple(Urgency),
    }
    return page(request, "console/cases.html", signed_in, shown)


async def show(request: web.Request) -> web.Response:
    """One case."""
    kind = kinds.kind_at(request.match_info["kind"])
    return await _case(request, await login.required(request, kind.permission), kind)


async def move(request: web.Request) -> web.Response:
    """Move the case on; the residents it concerns read the note."""
    return await _do(request, _move)


async def correct(request: web.Request) -> web.Response:
    """Sort an event under another leaf."""
    return await _do(request, _correct)


async def merge(request: web.Request) -> web.Response:
    """Let an event go on as part of another."""
    return await _do(request, _merge)


async def reassign(request: web.Request) -> web.Response:
    """Send somebody else with an order."""
    return await _do(request, _reassign)


async def reveal(request: web.Request) -> web.Response:
    """Show the contact in the clear on this one page; the reason goes into the audit log."""
    kind = kinds.kind_at(request.match_info["kind"])
    signed_in = await login.required(request, kind.permission)
    fields = await form(request, signed_in)
    number, reason = _number(request), fields.get("reason", "")
    try:
        contact = await perform(
            request,
            lambda session, desk: case_lists.reveal_contact(session, desk, kind.kind, number, signed_in.staff, reason),
        )
    except InvalidInput as refusal:
        return await _case(request, signed_in, kind, fields, refusal)
    return await _case(request, signed_in, kind, contact=contact)


def _number(request: web.Request) -> str:
    number = request.match_info["number"]
    if not (number.isascii() and number.isprintable()):
        raise NotFound("没有这个编号的事项")
    return number


def _move(session: Session, desk: Desk, asked: Asked) -> None:
    change = Change(asked.kind.kind, asked.number, asked.text("to"), asked.text("note"), asked.version)
    use_cases.move(session, desk, asked.staff, change)


def _correct(session: Session, desk: Desk, asked: Asked) -> None:
    leaf = intents.code_in(asked.text("leaf"))
    if leaf not in desk.catalogue.leaves:
        raise InvalidInput("请选一个分类", "输入几个字，在列表里选一项")
    correcting.correct_leaf(session, desk, asked.number, leaf, asked.staff, asked.version)


def _merge(session: Session, desk: Desk, asked: Asked) -> None:
    into = asked.text("into").strip().upper()
    correcting.merge(session, desk, asked.number, into, asked.staff, asked.text("note"), asked.version)


def _reassign(session: Session, desk: Desk, asked: Asked) -> None:
    given = asked.text("assignee")
    if not (given.isascii() and given.isdigit() and len(given) <= LONGEST_INTEGER):
        raise InvalidInput("请选一位工作人员")
    correcting.reassign(session, desk, asked.number, int(given), asked.staff, asked.version)


async def _do(request: web.Request, deed: Deed) -> web.Response:
    kind = kinds.kind_at(request.match_info["kind"])
    signed_in = await login.required(request, kind.permission)
    fields = await form(request, signed_in)
    asked = Asked(signed_in.staff, kind, _number(request), fields)
    try:
        await perform(request, lambda session, desk: deed(session, desk, asked))
    except (Conflict, InvalidInput) as refusal:
        return await _case(request, signed_in, kind, fields, refusal)
    return done(request, f"{kind.address}/{asked.number}")


async def _case(
    request: web.Request,
    signed_in: SignedIn,
    kind: Kind,
    fields: Fields | None = None,
    refusal: LinliError | None = None,
    contact: Contact | None = None,
) -> web.Response:
    number = _number(request)
    detail = await perform(
        request, lambda session, desk: case_view.read(session, desk, signed_in.staff, kind, number), read_only=True
    )
    shown = {
        "case": detail,
        "fields": fields or {},
        "refusal": refusal,
        "contact": contact,
        "leaves": request.app[DESK].catalogue.leaves.values(),
    }
    return page(request, "console/case.html", signed_in, shown, failures.status_of(refusal) if refusal else 200)
