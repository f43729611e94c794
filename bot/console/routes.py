"""The addresses of the workers' pages."""

from aiohttp import web
from aiohttp_jinja2 import get_env

from bot.console import attachments, audit, cases, conversations, kinds, meanings, sessions, undelivered
from bot.core.staff import Permission, can
from bot.errors import NotAllowed
from bot.services import unmasking
from bot.store.tables import Staff
from bot.web import login

KIND = "/console/{kind:events|items|orders}"
CASE = f"{KIND}/{{number}}"
TALK = "/console/conversations/{conversation}"
MESSAGE = f"{TALK}/messages/{{message}}"


def add(app: web.Application) -> None:
    """Add the workers' pages; `bot.web.live` and `bot.web.staff_pages` must be there."""
    get_env(app).globals.update(
        console_kinds=kinds.KINDS, case_slug=kinds.SLUG, may=_may, clear_seconds=unmasking.SECONDS_SHOWN
    )
    app.add_routes(_of_ones_logins())
    app.add_routes(
        [
            web.get("/console", home),
            web.get("/console/stream", conversations.listen),
            web.get("/console/conversations", conversations.show_waiting),
            web.get("/console/conversations/lists", conversations.refresh_waiting),
            web.get(TALK, conversations.show),
            web.get(f"{TALK}/news", conversations.refresh),
            web.post(f"{TALK}/take", conversations.take),
            web.post(f"{TALK}/reply", conversations.reply),
            web.post(f"{TALK}/hand-back", conversations.hand_back),
            web.post(f"{TALK}/close", conversations.close),
            web.post(f"{TALK}/reveal", conversations.reveal),
            web.get(MESSAGE, meanings.ask),
            web.post(MESSAGE, meanings.correct),
            web.post(f"{MESSAGE}/again", undelivered.send_again),
            web.post(f"{MESSAGE}/waive", undelivered.waive),
            web.get(undelivered.LIST, undelivered.show),
            web.get(f"{undelivered.LIST}/list", undelivered.refresh),
            web.get("/console/attachments/{attachment}", attachments.send),
            web.get(audit.LIST, audit.show),
            web.get(KIND, cases.show_list),
            web.get(CASE, cases.show),
            web.post(f"{CASE}/move", cases.move),
            web.post(f"{CASE}/reveal", cases.reveal),
            web.post("/console/{kind:events}/{number}/correct", cases.correct),
            web.post("/console/{kind:events}/{number}/merge", cases.merge),
            web.post("/console/{kind:orders}/{number}/reassign", cases.reassign),
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
    if can(signed_in.staff.role, Permission.AUDIT_READ):
        raise web.HTTPSeeOther(audit.LIST)
    raise NotAllowed(f"{signed_in.staff.role.plain}不看居民的对话和事项", "这里只给社区和街道的工作人员用")


def _of_ones_logins() -> list[web.RouteDef]:
    return [
        web.get(sessions.ADDRESS, sessions.show),
        web.post(f"{sessions.ADDRESS}/end", sessions.end),
        web.post(f"{sessions.ADDRESS}/end-others", sessions.end_others),
        web.post(f"{sessions.ADDRESS}/code", sessions.offer_code),
        web.post(f"{sessions.ADDRESS}/code/on", sessions.switch_code_on),
        web.post(f"{sessions.ADDRESS}/code/off", sessions.switch_code_off),
    ]


def _may(staff: Staff, permission: str) -> bool:
    return can(staff.role, Permission(permission))
