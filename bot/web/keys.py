"""The long-lived things an application holds, each under a typed key."""

from aiohttp import web

from bot.services.desk import Desk

DESK = web.AppKey("desk", Desk)
