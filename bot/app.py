"""The web application; read it first: every part of the service is added here, in the order of a request's way."""

from aiohttp import web

from bot.channels import TALK, Talk
from bot.channels.webchat import routes as webchat
from bot.channels.wechat import channel as wechat
from bot.channels.wecom import channel as wecom
from bot.console import routes as console
from bot.services.desk import Desk
from bot.web import failures, forgery, given, headers, live, pace, pages, sign_in, staff_pages
from bot.web.keys import DESK
from bot.workbench import routes as workbench
from bot.workbench.parts import Models


def create_app(desk: Desk, talk: Talk, models: Models) -> web.Application:
    """Put the application together; what is passed in is opened and closed by the caller."""
    app = web.Application(
        middlewares=[failures.as_answers, given.readable_only, forgery.same_origin_only],
        handler_args=given.HANDLER_ARGS,
    )
    app[DESK] = desk
    app[TALK] = talk

    forgery.add(app)
    headers.add(app)
    pages.add(app)
    pace.add(app)
    live.add(app)
    staff_pages.add(app)

    sign_in.add(app)
    webchat.add(app)
    wechat.add(app)
    wecom.add(app)
    console.add(app)
    workbench.add(app, models)
    return app
