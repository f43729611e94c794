"""One question to all cases: events, agenda items and orders, found by their words or by their number."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console import case_rows, kinds, wanted
from bot.console.case_rows import Row
from bot.console.kinds import Kind
from bot.core.staff import can
from bot.errors import InvalidInput, NotAllowed
from bot.services import case_search
from bot.services.case_wanted import Wanted
from bot.services.desk import Desk
from bot.store.tables import Staff
from bot.web import failures, login
from bot.web.staff_pages import page
from bot.web.use_case import perform

SEARCH: Final = "/console/search"


@dataclass(frozen=True)
class Section:
    """What was found among the cases of one kind; `address` lists all of it."""

    kind: Kind
    rows: tuple[Row, ...]
    is_more: bool
    address: str


async def show(request: web.Request) -> web.Response:
    """What is found, with the question in the field again; without a question only the field."""
    signed_in = await login.required(request)
    if not any(can(signed_in.staff.role, kind.permission) for kind in kinds.KINDS):
        raise NotAllowed(f"{signed_in.staff.role.plain}不看居民的事项", "这里只给办事的人用")
    question = " ".join(request.query.get("q", "").split())
    sections: tuple[Section, ...] = ()
    refusal = None
    if question:
        try:
            sections = await perform(
                request, lambda session, desk: _find(session, desk, signed_in.staff, question), read_only=True
            )
        except InvalidInput as problem:
            refusal = problem
    shown = {"question": question, "sections": sections, "refusal": refusal}
    return page(request, "console/search.html", signed_in, shown, failures.status_of(refusal) if refusal else 200)


def _find(session: Session, desk: Desk, staff: Staff, question: str) -> tuple[Section, ...]:
    return tuple(
        Section(
            kind := kinds.of(hits.kind),
            case_rows.in_rows(session, desk, hits.cases),
            hits.is_more,
            wanted.address(kind, Wanted(everything=True, words=question)),
        )
        for hits in case_search.hits(session, staff, question)
    )
