"""The page of the register of events (台账): which events are behind a number, and taking them out as a table."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console import figures_wanted, taking_out
from bot.console.figures_page import asked_in
from bot.console.figures_wanted import REGISTER, Query
from bot.core.figures import AGE_BANDS, Part
from bot.core.masking import redact
from bot.core.staff import Permission
from bot.errors import InvalidInput, LinliError
from bot.services import figures, registers
from bot.services.desk import Desk
from bot.services.exports.tables import moment
from bot.services.exports.taking_out import Subject
from bot.services.figures import Names
from bot.services.registers import Register
from bot.store.queries.outcomes import NOWHERE, Entry
from bot.store.tables import Community, Staff
from bot.web import failures, login
from bot.web.login import SignedIn
from bot.web.staff_pages import form, page
from bot.web.use_case import perform


@dataclass(frozen=True)
class Row:
    """One event in words; `times` and `results` are pairs of a name and what is known, in the order to be read."""

    number: str
    title: str
    place: str
    who: str
    status: str
    is_overdue: bool
    times: tuple[tuple[str, str], ...]
    results: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Shown:
    """A page of the register and what may be chosen from."""

    register: Register
    rows: tuple[Row, ...]
    names: Names
    communities: tuple[Community, ...]


async def show(request: web.Request) -> web.Response:
    """The events as the address asks for them."""
    return await _page(request, await login.required(request, Permission.FIGURES_READ), {})


async def take_out(request: web.Request) -> web.StreamResponse:
    """All of them as a file; the purpose goes into the audit log."""
    signed_in = await login.required(request, Permission.CASE_EXPORT)
    fields, query = await form(request, signed_in), asked_in(request)
    try:
        return await taking_out.send(request, signed_in.staff, Subject.REGISTER, query.asked, fields)
    except InvalidInput as refusal:
        return await _page(request, signed_in, fields, refusal)


async def _page(
    request: web.Request, signed_in: SignedIn, fields: Mapping[str, str], refusal: LinliError | None = None
) -> web.Response:
    query = asked_in(request)
    found = await perform(request, lambda session, desk: _read(session, desk, signed_in.staff, query), read_only=True)
    shown = {
        "query": query,
        "found": found,
        "earlier": _at(query, query.page - 1) if query.page > 1 else None,
        "later": _at(query, query.page + 1) if query.page < found.register.pages else None,
        "address": REGISTER,
        "shortcuts": figures_wanted.shortcuts(REGISTER, query),
        "parts": tuple(Part),
        "bands": AGE_BANDS,
        "nowhere": NOWHERE,
        "formats": Subject.REGISTER.formats,
        "export": figures_wanted.address(f"{REGISTER}/export", query.asked),
        "fields": fields,
        "refusal": refusal,
    }
    status = failures.status_of(refusal) if refusal else 200
    return page(request, "console/ledger.html", signed_in, shown, status)


def _at(query: Query, number: int) -> str:
    return figures_wanted.address(REGISTER, query.asked, query.span, number)


def _read(session: Session, desk: Desk, staff: Staff, query: Query) -> Shown:
    found, names = registers.register(session, desk, staff, query.asked, query.page), figures.names(session, desk)
    communities = tuple(figures.communities_of(session, staff))
    return Shown(found, tuple(_row(names, entry) for entry in found.entries), names, communities)


def _row(names: Names, entry: Entry) -> Row:
    event, outcome = entry.event, entry.outcome
    return Row(
        number=event.number,
        title=redact(event.title),
        place=redact(event.place_text),
        who=names.parties.get(outcome.party_id or "", event.lead_name),
        status=event.status.plain,
        is_overdue=outcome.is_overdue,
        times=_known(
            ("上报", moment(outcome.reported_at)),
            ("受理", moment(outcome.accepted_at)),
            ("联系居民", moment(outcome.contacted_at)),
            ("办结期限", moment(outcome.due_resolve)),
            ("处置", moment(outcome.resolved_at)),
            ("挂账", moment(outcome.suspended_at)),
            ("办结", moment(outcome.closed_at)),
        ),
        results=_known(
            ("办结方式", outcome.completion.plain if outcome.completion else ""),
            ("居民说", outcome.solved.plain if outcome.solved else ""),
            ("评价", outcome.satisfaction.plain if outcome.satisfaction else ""),
            ("返工", _times(outcome.reworks)),
            ("退回", _times(outcome.returns)),
            ("重办", _times(outcome.reopenings)),
        ),
    )


def _known(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, said) for name, said in pairs if said)


def _times(number: int) -> str:
    return f"{number}次" if number else ""
