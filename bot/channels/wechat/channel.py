"""The channel in the application: its routes, and the courier and fetcher that run beside them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress

from aiohttp import ClientSession, TCPConnector, web

from bot.channels.wechat import routes, visits
from bot.channels.wechat.accounts import Account, load_accounts
from bot.channels.wechat.answers import Answers
from bot.channels.wechat.client import Client
from bot.channels.wechat.courier import Courier
from bot.channels.wechat.fetching import Fetcher
from bot.channels.wechat.menu import Menu, load_menu
from bot.channels.wechat.office import OFFICE, Office
from bot.channels.wechat.tokens import Tokens
from bot.services.desk import Desk
from bot.services.reception import Reception
from bot.store.files import yaml_lines
from bot.web import forgery
from bot.web.keys import DESK

MOST_CONNECTIONS = 32
# A connection the platform closes while a message goes out leaves it open whether that arrived.
KEPT_SECONDS = 5.0


def add(app: web.Application) -> None:
    """Add the addresses of all accounts; without any there is nothing to add. Raises BrokenFile."""
    desk = app[DESK]
    accounts = load_accounts(desk.settings.wechat, [community.id for community in desk.gazetteer.communities])
    if not accounts:
        return
    app[routes.TYPING] = set()
    app[forgery.SIGNED].add(routes.receive)
    app.cleanup_ctx.append(lambda opened: _work(opened, desk, accounts))
    app.add_routes(
        [
            web.get("/wechat/{account}", routes.verify),
            web.post("/wechat/{account}", routes.receive),
            web.get("/wechat/{account}/enter", visits.enter),
            web.get("/wechat/{account}/return", visits.come_back),
            web.get("/wechat/{account}/signature", visits.sign_page),
        ]
    )


def menu_of(desk: Desk) -> Menu:
    """The menu of all accounts; raises BrokenFile."""
    intents = yaml_lines.load(desk.settings.root / "domain.yml").texts("intents")
    return load_menu(desk.settings.data / "wechat" / "menu.yml", intents)


async def _work(app: web.Application, desk: Desk, accounts: Mapping[str, Account]) -> AsyncIterator[None]:
    async with ClientSession(connector=TCPConnector(limit=MOST_CONNECTIONS, keepalive_timeout=KEPT_SECONDS)) as http:
        office = Office(
            desk=desk,
            accounts=accounts,
            menu=menu_of(desk),
            client=Client(http, Tokens(desk.store, http, desk.clock)),
            reception=Reception(desk),
            answers=Answers(desk, pages={account.channel: account.page for account in accounts.values()}),
        )
        app[OFFICE] = office
        courier, fetcher = Courier(office), Fetcher(office)
        running = [asyncio.create_task(courier.run()), asyncio.create_task(fetcher.run())]
        yield
        for task in running:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await courier.close()
