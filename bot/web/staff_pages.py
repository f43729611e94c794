"""What the pages of all staff share: who is signed in, how moments and shares are written, where a form leads."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import aiohttp_jinja2
from aiohttp import hdrs, web

from bot.core.masking import redact
from bot.core.zone import SHANGHAI
from bot.services import intents, readings, sent_once
from bot.web import login
from bot.web.keys import DESK
from bot.web.login import SignedIn

form = login.form
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_NEAR_DAYS: Final = {0: "今天", 1: "昨天", 2: "前天", -1: "明天"}


def add(app: web.Application) -> None:
    """Set up the filters `when`, `waited`, `percent`, `leaf`, `intent` and `redact`, and tokens for forms."""
    desk = app[DESK]
    aiohttp_jinja2.get_env(app).globals["form_token"] = sent_once.fresh_token
    aiohttp_jinja2.get_env(app).filters.update(
        when=lambda moment: when(moment, desk.clock()),
        waited=lambda moment: waited(desk.clock() - moment),
        percent=percent,
        leaf=lambda code: readings.leaf_name(desk.catalogue, code),
        intent=intents.plain,
        redact=redact,
    )


def page(
    request: web.Request,
    template: str,
    signed_in: SignedIn,
    shown: Mapping[str, object],
    status: int = 200,
) -> web.Response:
    """Render a page for somebody of the staff."""
    everything = {"me": signed_in.staff, "csrf": signed_in.csrf, **shown}
    return aiohttp_jinja2.render_template(template, request, everything, status=status)


def wants_page(request: web.Request) -> bool:
    """Whether a browser asks to show something, rather than a script that only wants it done."""
    return "text/html" in request.headers.get(hdrs.ACCEPT, "")


def done(request: web.Request, address: str) -> web.Response:
    """Lead a browser to where the outcome can be seen; a script only hears that it is done."""
    if wants_page(request):
        raise web.HTTPSeeOther(address)
    return web.Response(status=web.HTTPNoContent.status_code)


def when(moment: datetime, now: datetime) -> str:
    """今天 10:05, 昨天 10:05, 3月12日 10:05, 2025年3月12日 10:05."""
    local, today = moment.astimezone(SHANGHAI), now.astimezone(SHANGHAI).date()
    day = _NEAR_DAYS.get((today - local.date()).days)
    if day is None:
        year = "" if local.year == today.year else f"{local.year}年"
        day = f"{year}{local.month}月{local.day}日"
    return f"{day} {local:%H:%M}"


def waited(span: timedelta) -> str:
    """不到1分钟, 12分钟, 2小时5分钟, 1天3小时."""
    if span < _MINUTE:
        return "不到1分钟"
    if span < _HOUR:
        return f"{span // _MINUTE}分钟"
    if span < _DAY:
        return f"{span // _HOUR}小时" + _rest(span % _HOUR // _MINUTE, "分钟")
    return f"{span // _DAY}天" + _rest(span % _DAY // _HOUR, "小时")


def percent(share: float) -> str:
    """0.873 as 87%; what is not all of it is never said to be 100%, and what is something never 0%."""
    return f"{min(max(share, 0.01), 0.99) if 0 < share < 1 else share:.0%}"


def _rest(amount: int, unit: str) -> str:
    return f"{amount}{unit}" if amount else ""
