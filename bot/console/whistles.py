"""The pages of whistles: the list, one whistle with its departments, blowing one for an event, and the figures."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console import whistle_view, whistle_wanted
from bot.console.form_fields import Fields
from bot.console.whistle_deeds import CALL_DEEDS, DEEDS, Asked, Deed, chosen
from bot.console.whistle_wanted import FIGURES, LIST
from bot.core.catalogue import Whistle as WhistleKind
from bot.core.staff import Permission, Role
from bot.core.whistle_signs import PER, TOO_FEW_FROM, TOO_MANY_FROM, TOO_MANY_TIMES
from bot.core.whistles import BEST_SCORE, WORST_SCORE, WhistleStatus, kinds_for
from bot.core.zone import SHANGHAI
from bot.errors import Conflict, InvalidInput, LinliError
from bot.services.desk import Desk
from bot.services.whistles import blowing, figures, finding, proposing
from bot.services.whistles.blowing import Draft, Order
from bot.services.whistles.finding import PAGE
from bot.store.queries import places
from bot.store.tables import CalledOut, Community, GridEvent, Party, Staff
from bot.web import failures, login
from bot.web.keys import DESK
from bot.web.login import SignedIn
from bot.web.staff_pages import done, form, page
from bot.web.use_case import perform

ONE: Final = f"{LIST}/{{number:WS[0-9-]{{1,40}}}}"
NEW: Final = f"{LIST}/new"
LONGEST_EVENT_NUMBER: Final = 40


@dataclass(frozen=True)
class New:
    """What the form for a new whistle shows: the event, what the rules say, its departments and whistles."""

    event: GridEvent
    kind: WhistleKind
    because: str
    choices: tuple[whistle_view.Choice, ...]
    may_blow: tuple[WhistleKind, ...]
    known: tuple[CalledOut, ...]


def routes() -> list[web.RouteDef]:
    """All addresses of whistles."""
    deeds = [web.post(f"{ONE}/{name}", _doing(name, deed)) for name, deed in DEEDS.items()]
    calls = [web.post(f"{ONE}/calls/{{party}}/{name}", _doing(name, deed)) for name, deed in CALL_DEEDS.items()]
    return [
        web.get(LIST, show_list),
        web.post(LIST, create),
        web.get(f"{LIST}/count", show_count),
        web.get(NEW, show_new),
        web.get(FIGURES, show_figures),
        web.get(ONE, show),
        *deeds,
        *calls,
    ]


async def show_count(request: web.Request) -> web.Response:
    """How many wait for this person, for the badge in the menu."""
    signed_in = await login.required(request, Permission.WHISTLE_READ)
    count = await perform(request, lambda session, _: finding.waiting_count(session, signed_in.staff), read_only=True)
    return web.Response(text=str(count))


async def show_list(request: web.Request) -> web.Response:
    """Whistles, as the address asks for them."""
    signed_in = await login.required(request, Permission.WHISTLE_READ)
    asked = whistle_wanted.read(request.query)
    (rows, total), communities, parties = await perform(
        request,
        lambda session, desk: (
            whistle_view.rows(session, desk, signed_in.staff, asked),
            _communities(session, signed_in.staff),
            _parties(session, signed_in.staff),
        ),
        read_only=True,
    )
    pages = max(-(-total // PAGE), 1)
    shown = {
        "wanted": asked,
        "rows": rows,
        "total": total,
        "pages": pages,
        "earlier": whistle_wanted.turned(asked, -1) if asked.page > 1 else None,
        "later": whistle_wanted.turned(asked, 1) if asked.page < pages else None,
        "communities": communities,
        "parties": parties,
        "statuses": tuple(WhistleStatus),
        "kinds": tuple(WhistleKind),
        "address": LIST,
    }
    return page(request, "console/whistles.html", signed_in, shown)


async def show(request: web.Request) -> web.Response:
    """One whistle."""
    signed_in = await login.required(request, Permission.WHISTLE_READ)
    return await _whistle(request, signed_in)


async def show_new(request: web.Request) -> web.Response:
    """The form for a whistle about an event."""
    signed_in = await login.required(request, Permission.WHISTLE_PROPOSE)
    return await _new(request, signed_in, request.query.get("event", ""), request.query)


async def create(request: web.Request) -> web.Response:
    """Propose a whistle for an event, or blow it at once."""
    signed_in = await login.required(request, Permission.WHISTLE_PROPOSE)
    fields = await form(request, signed_in)
    try:
        number = await perform(request, lambda session, desk: _create(session, desk, signed_in.staff, fields))
    except (Conflict, InvalidInput) as refusal:
        return await _new(request, signed_in, fields.get("event", ""), fields, refusal)
    return done(request, f"{LIST}/{number}")


async def show_figures(request: web.Request) -> web.Response:
    """Too many, too few, and who comes."""
    signed_in = await login.required(request, Permission.FIGURES_READ)
    period = whistle_wanted.read_month(request.query, request.app[DESK].clock())
    found = await perform(
        request, lambda session, desk: figures.figures(session, desk, signed_in.staff, period), read_only=True
    )
    before = period.first - timedelta(days=1)
    shown = {
        "figures": found,
        "period": period,
        "month": f"{period.first:%Y-%m}",
        "before": f"{FIGURES}?month={before:%Y-%m}",
        "after": f"{FIGURES}?month={period.last + timedelta(days=1):%Y-%m}",
        "address": FIGURES,
        "limits": {"per": PER, "times": TOO_MANY_TIMES, "many": TOO_MANY_FROM, "few": TOO_FEW_FROM},
    }
    return page(request, "console/whistle_figures.html", signed_in, shown)


def _doing(name: str, deed: Deed) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        signed_in = await login.required(request, Permission.WHISTLE_READ)
        fields = await form(request, signed_in)
        asked = Asked(signed_in.staff, request.match_info["number"], request.match_info.get("party", ""), fields)
        try:
            await perform(request, lambda session, desk: deed(session, desk, asked))
        except (Conflict, InvalidInput) as refusal:
            return await _whistle(request, signed_in, fields, refusal, f"{asked.party_id}/{name}")
        return done(request, f"{LIST}/{asked.number}")

    return handle


async def _whistle(
    request: web.Request,
    signed_in: SignedIn,
    fields: Fields | None = None,
    refusal: LinliError | None = None,
    refused: str = "",
) -> web.Response:
    number = request.match_info["number"]
    now = request.app[DESK].clock().astimezone(SHANGHAI)
    detail = await perform(
        request, lambda session, desk: whistle_view.read(session, desk, signed_in.staff, number), read_only=True
    )
    shown = {
        "whistle": detail,
        "fields": fields or {},
        "chosen": chosen(fields or {}),
        "refusal": refusal,
        "refused": refused,
        "address": LIST,
        "now": f"{now:%Y-%m-%dT%H:%M}",
        "today": f"{now:%Y-%m-%d}",
        "scores": range(BEST_SCORE, WORST_SCORE - 1, -1),
    }
    return page(request, "console/whistle.html", signed_in, shown, failures.status_of(refusal) if refusal else 200)


async def _new(
    request: web.Request,
    signed_in: SignedIn,
    event_number: str,
    fields: Mapping[str, str],
    refusal: LinliError | None = None,
) -> web.Response:
    number = event_number.strip().upper()
    if not number or len(number) > LONGEST_EVENT_NUMBER or not number.isascii() or not number.isprintable():
        raise InvalidInput("请从一件网格事件吹哨", "打开那件事，点“吹哨”")
    found = await perform(
        request, lambda session, desk: _beginning(session, desk, signed_in.staff, number), read_only=True
    )
    shown = {
        "new": found,
        "kinds": tuple(WhistleKind),
        "fields": fields,
        "chosen": chosen(fields),
        "refusal": refusal,
        "address": LIST,
    }
    status = failures.status_of(refusal) if refusal else 200
    return page(request, "console/whistle_new.html", signed_in, shown, status)


def _beginning(session: Session, desk: Desk, staff: Staff, number: str) -> New:
    event = blowing.event_for(session, staff, number)
    proposal = proposing.asked_for(session, desk, event)
    return New(
        event=event,
        kind=proposal.kind if proposal else event.whistle,
        because="；".join(proposal.reasons) if proposal else "",
        choices=whistle_view.choices(session, desk, event),
        may_blow=kinds_for(staff.role),
        known=tuple(finding.whistles_of(session, event.id)),
    )


def _create(session: Session, desk: Desk, staff: Staff, fields: Fields) -> str:
    try:
        kind = WhistleKind(fields.get("kind", ""))
    except ValueError:
        raise InvalidInput("请选吹哪一种哨", "日常哨、攻坚哨或应急哨") from None
    draft = Draft(fields.get("event", "").strip().upper(), kind, fields.get("matter", ""), fields.get("because", ""))
    whistle = blowing.ask(session, desk, staff, draft)
    if fields.get("do") == "blow":
        order = Order(chosen(fields), fields.get("words", ""))
        blowing.blow(session, desk, staff, whistle.number, order, whistle.version)
    return whistle.number


def _communities(session: Session, staff: Staff) -> tuple[Community, ...]:
    """Those one may choose among; nobody of a community or a department chooses."""
    if staff.community_id is not None or staff.role is Role.PARTY:
        return ()
    return tuple(places.communities(session))


def _parties(session: Session, staff: Staff) -> tuple[Party, ...]:
    return () if staff.role is Role.PARTY else tuple(finding.called_parties(session))
