"""The addresses of the workers' pages."""

from aiohttp import web
from aiohttp_jinja2 import get_env

from bot.console import (
    attachments,
    audit,
    board,
    canned,
    case_list,
    cases,
    conversations,
    event_deeds,
    figures_page,
    figures_wanted,
    filing,
    handing,
    kinds,
    map_page,
    meanings,
    menu,
    photos,
    recording,
    register,
    replying,
    search,
    sessions,
    undelivered,
    warnings,
    whistles,
)
from bot.console.settings import routes as settings
from bot.console.settings.editing import ADDRESS as SETTINGS
from bot.core.staff import Permission, can
from bot.errors import NotAllowed
from bot.services import unmasking
from bot.store.tables import Staff
from bot.web import login

KIND = "/console/{kind:events|items|orders}"
CASE = "/console/{kind:items|orders}/{number}"
EVENT = "/console/events/{number}"
TALK = "/console/conversations/{conversation}"
MESSAGE = f"{TALK}/messages/{{message}}"


def add(app: web.Application) -> None:
    """Add the workers' pages; `bot.web.live` and `bot.web.staff_pages` must be there."""
    get_env(app).globals.update(
        menu=menu.links,
        in_sight=menu.IN_SIGHT,
        case_slug=kinds.SLUG,
        may=_may,
        clear_seconds=unmasking.SECONDS_SHOWN,
    )
    app.add_routes(_of_ones_logins())
    app.add_routes(_of_conversations())
    app.add_routes(settings.routes())
    app.add_routes(_of_events())
    app.add_routes(_of_figures())
    app.add_routes(_of_overviews())
    app.add_routes(whistles.routes())
    app.add_routes(warnings.routes())
    app.add_routes(
        [
            web.get("/console", home),
            web.get("/console/stream", conversations.listen),
            web.get("/console/conversations", conversations.show_waiting),
            web.get("/console/conversations/lists", conversations.refresh_waiting),
            web.get(undelivered.LIST, undelivered.show),
            web.get(f"{undelivered.LIST}/list", undelivered.refresh),
            web.get("/console/attachments/{attachment}", attachments.send),
            web.get(f"{photos.ADDRESS}/{{photo}}", photos.send),
            web.get(audit.LIST, audit.show),
            web.post(audit.VERIFY, audit.verify),
            web.get(KIND, case_list.show),
            web.get(CASE, cases.show),
            web.post(f"{CASE}/move", cases.move),
            web.post(f"{CASE}/reveal", cases.reveal),
            web.post("/console/{kind:orders}/{number}/reassign", cases.reassign),
            web.post("/console/{kind:orders}/{number}/decline", cases.decline),
        ]
    )


async def home(request: web.Request) -> web.Response:
    """Lead to the first page this job may see."""
    signed_in = await login.required(request)
    if can(signed_in.staff.role, Permission.CONVERSATION_READ):
        raise web.HTTPSeeOther(conversations.LIST)
    for kind in kinds.KINDS:
        if can(signed_in.staff.role, kind.permission):
            raise web.HTTPSeeOther(kind.address)
    # Whoever looks after the settings came for them; whoever only reads the log has nothing else.
    for permission, address in ((Permission.SETTINGS_EDIT, SETTINGS), (Permission.AUDIT_READ, audit.LIST)):
        if can(signed_in.staff.role, permission):
            raise web.HTTPSeeOther(address)
    raise NotAllowed(f"{signed_in.staff.role.plain}不看居民的对话和事项", "这里只给社区和街道的工作人员用")


def _of_conversations() -> list[web.RouteDef]:
    record = f"{MESSAGE}/record/{{kind:events|orders|items}}"
    answer = f"{canned.LIST}/{{answer}}"
    return [
        web.get(TALK, conversations.show),
        web.get(f"{TALK}/news", conversations.refresh),
        web.post(f"{TALK}/take", conversations.take),
        web.post(f"{TALK}/hand-back", conversations.hand_back),
        web.post(f"{TALK}/close", conversations.close),
        web.post(f"{TALK}/reveal", conversations.reveal),
        web.post(f"{TALK}/erase", conversations.erase),
        web.get(MESSAGE, meanings.ask),
        web.post(MESSAGE, meanings.correct),
        web.post(f"{MESSAGE}/again", undelivered.send_again),
        web.post(f"{MESSAGE}/waive", undelivered.waive),
        web.post(f"{TALK}/reply", replying.reply),
        web.post(f"{TALK}/canned", replying.use_canned),
        web.post(f"{TALK}/pass-on", handing.pass_on),
        web.post(f"{TALK}/notes", handing.jot),
        web.post(f"{MESSAGE}/pick", meanings.pick),
        web.get(record, recording.ask),
        web.post(record, recording.record),
        web.get(canned.LIST, canned.show),
        web.post(canned.LIST, canned.add),
        web.get(answer, canned.ask),
        web.post(answer, canned.change),
        web.post(f"{answer}/disable", canned.disable),
        web.post(f"{answer}/enable", canned.enable),
    ]


def _of_events() -> list[web.RouteDef]:
    return [
        web.get(filing.ADDRESS, filing.ask),
        web.post(filing.ADDRESS, filing.file),
        web.get(EVENT, event_deeds.show),
        web.post(f"{EVENT}/do/{{deed}}", event_deeds.do),
        web.post(f"{EVENT}/take-on", event_deeds.take_on),
        web.post(f"{EVENT}/on-the-spot", event_deeds.on_the_spot),
        web.post(f"{EVENT}/correct", event_deeds.correct),
        web.post(f"{EVENT}/merge", event_deeds.merge),
        web.post(f"{EVENT}/reveal", event_deeds.reveal),
        web.post(f"{EVENT}/remove-photo", event_deeds.remove_photo),
    ]


def _of_figures() -> list[web.RouteDef]:
    return [
        web.get(figures_wanted.FIGURES, figures_page.show),
        web.post(f"{figures_wanted.FIGURES}/export", figures_page.take_out),
        web.get(figures_wanted.REGISTER, register.show),
        web.post(f"{figures_wanted.REGISTER}/export", register.take_out),
    ]


def _of_ones_logins() -> list[web.RouteDef]:
    return [
        web.get(sessions.ADDRESS, sessions.show),
        web.post(f"{sessions.ADDRESS}/end", sessions.end),
        web.post(f"{sessions.ADDRESS}/end-others", sessions.end_others),
        web.post(f"{sessions.ADDRESS}/code", sessions.offer_code),
        web.post(f"{sessions.ADDRESS}/code/on", sessions.switch_code_on),
        web.post(f"{sessions.ADDRESS}/code/off", sessions.switch_code_off),
    ]


def _of_overviews() -> list[web.RouteDef]:
    return [
        web.get(search.SEARCH, search.show),
        web.get(board.BOARD, board.show),
        web.get(f"{board.BOARD}/columns", board.refresh),
        web.get(f"{board.BOARD}/stream", board.listen),
        web.get(map_page.MAP, map_page.show),
    ]


def _may(staff: Staff, permission: str) -> bool:
    return can(staff.role, Permission(permission))
