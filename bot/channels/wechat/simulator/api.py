"""The platform's interfaces over HTTP: 200 with a number for nearly everything, as WeChat answers."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from bot.channels.wechat.simulator import credentials, customer_service, downloads, menus, notices, oauth, platform
from bot.channels.wechat.simulator.answers import OK, Answer, File, Redirect
from bot.channels.wechat.simulator.asked import Asked, read_body
from bot.channels.wechat.simulator.codes import Rejected, refusal
from bot.channels.wechat.simulator.platform import Platform
from bot.channels.wechat.simulator.script import Wire

_LONGEST_HANG: Final = 60


@dataclass(frozen=True)
class Endpoint:
    method: str
    path: str
    answer: Callable[[Platform, Asked], Answer]


def _webhook(place: Platform, asked: Asked) -> Answer:
    robot = place.robots.get(asked.query.get("key", ""))
    if robot is None:
        raise Rejected(93000)
    robot.take(asked.body, place.clock())
    return OK


ENDPOINTS: Final = (
    Endpoint("POST", platform.STABLE_TOKEN, credentials.stable_token),
    Endpoint("GET", platform.TOKEN, credentials.token),
    Endpoint("GET", "/cgi-bin/ticket/getticket", credentials.ticket),
    Endpoint("POST", "/cgi-bin/message/custom/send", customer_service.send),
    Endpoint("POST", "/cgi-bin/message/custom/typing", customer_service.typing),
    Endpoint("POST", "/cgi-bin/message/template/send", notices.template),
    Endpoint("POST", "/cgi-bin/message/subscribe/bizsend", notices.subscription),
    Endpoint("GET", "/cgi-bin/media/get", downloads.media),
    Endpoint("GET", downloads.VIDEO, downloads.video),
    Endpoint("POST", "/cgi-bin/menu/create", menus.create),
    Endpoint("GET", "/cgi-bin/menu/get", menus.shown),
    Endpoint("GET", "/connect/oauth2/authorize", oauth.authorize),
    Endpoint("GET", "/sns/oauth2/access_token", oauth.access_token),
    Endpoint("POST", "/cgi-bin/webhook/send", _webhook),
)


def api_app(place: Platform) -> web.Application:
    """Serve the interfaces; calls that hang are let go when the application stops."""
    app = web.Application()
    for endpoint in ENDPOINTS:
        app.router.add_route(endpoint.method, endpoint.path, _handler(place, endpoint))

    async def let_go(_: web.Application) -> None:
        place.closing.set()

    app.on_shutdown.append(let_go)
    return app


def _handler(place: Platform, endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(request: web.Request) -> web.Response:
        try:
            asked = await _asked(request)
        except Rejected as rejected:
            return _json(request.path, refusal(rejected.code))
        way = (_caller(place, asked), endpoint.path)
        with place.traffic.passing(way):
            await asyncio.sleep(place.script.delay(endpoint.path))
            return await _through_trouble(place, endpoint, asked, request)

    return serve


async def _through_trouble(place: Platform, endpoint: Endpoint, asked: Asked, request: web.Request) -> web.Response:
    trouble = place.script.next_trouble(endpoint.path)
    if isinstance(trouble, int):
        return web.Response(status=trouble, text="<html>bad gateway</html>", content_type="text/html")
    if trouble is Wire.HANG:
        await _hang(place)
    if trouble in (Wire.HANG, Wire.RESET):
        return _cut(request)
    answered = _response(endpoint.path, _answered(place, endpoint, asked))
    return _cut(request) if trouble is Wire.LOST else answered


def _answered(place: Platform, endpoint: Endpoint, asked: Asked) -> Answer:
    try:
        place.script.check(endpoint.path)
        place.traffic.spend((_caller(place, asked), endpoint.path), place.clock())
        return endpoint.answer(place, asked)
    except Rejected as rejected:
        return refusal(rejected.code)


async def _asked(request: web.Request) -> Asked:
    return Asked(
        path=request.path,
        query=request.query,
        cookies=request.cookies,
        body=read_body(await request.read()),
        remote=request.remote or "",
        base=f"http://{request.host}",
    )


def _caller(place: Platform, asked: Asked) -> str:
    """The id of the account that calls, whether its token is still good or not; empty for anybody else."""
    app_id = asked.body.get("appid", asked.query.get("appid"))
    for registered in place.registered.values():
        if registered.account.app_id == app_id or registered.tokens.knows(asked.token):
            return registered.account.id
    return ""


async def _hang(place: Platform) -> None:
    try:
        async with asyncio.timeout(_LONGEST_HANG):
            await place.closing.wait()
    except TimeoutError:
        return


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _response(path: str, answer: Answer) -> web.Response:
    if isinstance(answer, Redirect):
        return web.Response(status=302, headers={"Location": answer.url})
    if isinstance(answer, File):
        disposition = f'attachment; filename="{answer.name}"'
        return web.Response(
            body=answer.data, content_type=answer.content_type, headers={"Content-Disposition": disposition}
        )
    return _json(path, answer)


def _json(path: str, answer: dict[str, object]) -> web.Response:
    # The two labels WeChat itself uses; neither lets a client's strict JSON reader pass unprepared.
    label = "text/plain" if path.startswith("/sns/") else "application/json; encoding=utf-8"
    return web.Response(body=json.dumps(answer, ensure_ascii=False).encode(), headers={"Content-Type": label})
