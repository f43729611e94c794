"""The page of early warnings: topics that rise or come back, with the numbers behind them, taken on or dismissed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console import form_fields, whistle_wanted
from bot.core.staff import Permission, can
from bot.errors import Conflict, InvalidInput, LinliError
from bot.services import early_warnings
from bot.services.desk import Desk
from bot.services.early_warnings import Decision, Wanted
from bot.services.readings import leaf_name
from bot.store.queries import places
from bot.store.tables import Community, EarlyWarning, Staff, WarningKind, WarningStatus
from bot.web import failures, login
from bot.web.login import SignedIn
from bot.web.staff_pages import done, form, page
from bot.web.use_case import perform

LIST: Final = whistle_wanted.WARNINGS
ONE: Final = f"{LIST}/{{warning:[0-9]{{1,9}}}}"
KINDS: Final = {WarningKind.RISING: "突然多起来的", WarningKind.REPEATED: "反复出现的"}
STATUSES: Final = {
    WarningStatus.OPEN: "还没处理",
    WarningStatus.TAKEN: "有人接手了",
    WarningStatus.DISMISSED: "不用处理",
}
Act = Callable[[Session, Desk, Staff, Decision], EarlyWarning]


@dataclass(frozen=True)
class Row:
    """A warning in the list; `may_propose` is whether an agenda item may be put forward on it."""

    id: int
    version: int
    kind: str
    title: str
    community: str
    numbers: str
    households: int
    events: tuple[str, ...]
    status: WarningStatus
    at: datetime
    until: datetime
    decided: str
    decided_at: datetime | None
    words: str
    agenda_number: str | None
    advice: str
    may_propose: bool


def routes() -> list[web.RouteDef]:
    """All addresses of warnings."""
    return [
        web.get(LIST, show),
        web.get(f"{LIST}/count", show_count),
        web.post(f"{ONE}/take", take),
        web.post(f"{ONE}/dismiss", dismiss),
    ]


async def show(request: web.Request) -> web.Response:
    """Warnings, as the address asks for them."""
    signed_in = await login.required(request, Permission.WARNING_READ)
    return await _list(request, signed_in)


async def show_count(request: web.Request) -> web.Response:
    """How many are open, for the badge in the menu."""
    signed_in = await login.required(request, Permission.WARNING_READ)
    count = await perform(
        request, lambda session, _: early_warnings.open_count(session, signed_in.staff), read_only=True
    )
    return web.Response(text=str(count))


async def take(request: web.Request) -> web.Response:
    """Take the topic on, with or without an agenda item."""
    return await _decide(request, early_warnings.take)


async def dismiss(request: web.Request) -> web.Response:
    """Nothing has to be done, and why."""
    return await _decide(request, early_warnings.dismiss)


async def _decide(request: web.Request, act: Act) -> web.Response:
    signed_in = await login.required(request, Permission.WARNING_READ)
    fields = await form(request, signed_in)
    warning_id = int(request.match_info["warning"])
    try:
        seen = form_fields.version(fields)
        decision = Decision(warning_id, seen, fields.get("words", ""), fields.get("with") == "item")
        await perform(request, lambda session, desk: act(session, desk, signed_in.staff, decision))
    except (Conflict, InvalidInput) as refusal:
        return await _list(request, signed_in, refusal, warning_id, fields.get("words", ""))
    return done(request, LIST)


async def _list(
    request: web.Request,
    signed_in: SignedIn,
    refusal: LinliError | None = None,
    refused: int | None = None,
    words: str = "",
) -> web.Response:
    asked = whistle_wanted.read_warnings(request.query)
    rows, communities = await perform(
        request,
        lambda session, desk: (_rows(session, desk, signed_in.staff, asked), _communities(session, signed_in.staff)),
        read_only=True,
    )
    shown = {
        "rows": rows,
        "wanted": asked,
        "kinds": KINDS,
        "statuses": STATUSES,
        "communities": communities,
        "refusal": refusal,
        "refused": refused,
        "words": words,
        "address": LIST,
        "most": early_warnings.PAGE,
    }
    return page(request, "console/warnings.html", signed_in, shown, failures.status_of(refusal) if refusal else 200)


def _rows(session: Session, desk: Desk, staff: Staff, asked: Wanted) -> tuple[Row, ...]:
    return tuple(_row(session, desk, staff, one) for one in early_warnings.find(session, staff, asked))


def _row(session: Session, desk: Desk, staff: Staff, warning: EarlyWarning) -> Row:
    leaf = desk.catalogue.leaves.get(warning.leaf)
    is_consultable = leaf is not None and leaf.consultable
    decided_by = session.get(Staff, warning.decided_by) if warning.decided_by is not None else None
    return Row(
        id=warning.id,
        version=warning.version,
        kind=KINDS[warning.kind],
        title=f"{early_warnings.place_name(session, warning)}：{leaf_name(desk.catalogue, warning.leaf)}",
        community=session.get_one(Community, warning.community_id).name,
        numbers=early_warnings.numbers_said(desk, warning),
        households=warning.households,
        events=tuple(warning.event_numbers),
        status=warning.status,
        at=warning.created_at,
        until=warning.until,
        decided=decided_by.name if decided_by else "",
        decided_at=warning.decided_at,
        words=warning.words,
        agenda_number=warning.agenda_number,
        advice="适合大家一起商量" if is_consultable else "先主动去看看、治理",
        may_propose=leaf is not None and can(staff.role, Permission.AGENDA_MOVE),
    )


def _communities(session: Session, staff: Staff) -> tuple[Community, ...]:
    return tuple(places.communities(session)) if staff.community_id is None else ()
