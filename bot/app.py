"""The web application; read it first: every part of the service is added here, in the order of a request's way."""

from aiohttp import web

from bot.channels import TALK, Talk
from bot.channels.webchat import routes as webchat
from bot.services.desk import Desk
from bot.web import failures, forgery, headers, pace, pages, sign_in
from bot.web.keys import DESK


def create_app(desk: Desk, talk: Talk) -> web.Application:
    """Put the application together; desk and talk are opened and closed by the caller."""
    app = web.Application(middlewares=[failures.as_answers, forgery.same_origin_only])
    app[DESK] = desk
    app[TALK] = talk

    headers.add(app)
    pages.add(app)
    pace.add(app)

    sign_in.add(app)
    webchat.add(app)
    return app
