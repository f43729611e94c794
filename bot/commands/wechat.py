"""`wechat`: check the accounts, put the menu under the chat, or try everything against a simulated WeChat."""

import argparse
import asyncio
import signal
import sys
from typing import TYPE_CHECKING

from bot.errors import InvalidInput, LinliError
from bot.settings import Settings

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from bot.channels.wechat.accounts import Account
    from bot.services.desk import Desk


def add(parsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = parsers.add_parser("wechat", help="公众号：检查、菜单、模拟")
    actions = parser.add_subparsers(title="做什么", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="逐个检查公众号的配置，到微信换一次令牌")
    check.set_defaults(run=run_check)
    menu = actions.add_parser("menu", help="把 data/wechat/menu.yml 的菜单放到公众号下面")
    menu.add_argument("account", nargs="?", help="公众号的 id；不写就是全部")
    menu.set_defaults(run=run_menu)
    simulate = actions.add_parser("simulate", help="不连外网，在这台机器上模拟微信和居民的手机")
    simulate.add_argument("--residents", type=int, metavar="N", help="不聊天：N 位居民同时说话，量微信等了多久")
    simulate.add_argument("--messages", type=int, default=1, metavar="M", help="每位居民说几句（配合 --residents）")
    simulate.add_argument("--mode", choices=("plaintext", "compatible", "safe"), default="safe", help="消息加解密方式")
    simulate.set_defaults(run=run_simulate)


def run_check(_: argparse.Namespace) -> int:
    desk, accounts = _accounts(None)
    try:
        return asyncio.run(_check(desk, accounts))
    finally:
        desk.store.close()


def run_menu(args: argparse.Namespace) -> int:
    desk, accounts = _accounts(args.account)
    try:
        asyncio.run(_put_menus(desk, accounts))
    finally:
        desk.store.close()
    return 0


def run_simulate(args: argparse.Namespace) -> int:
    if args.residents is not None and not 1 <= args.residents <= MOST_RESIDENTS:
        raise InvalidInput(f"--residents 应当是 1 到 {MOST_RESIDENTS}")
    if not 1 <= args.messages <= MOST_MESSAGES:
        raise InvalidInput(f"--messages 应当是 1 到 {MOST_MESSAGES}")
    import uvloop

    from bot.commands import simulating

    settings = Settings.from_environment()
    # Ended like by Ctrl-C, so that the service it started ends with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    if args.residents is None:
        return uvloop.run(simulating.talk(settings, args.mode))
    return uvloop.run(simulating.crowd(settings, args.mode, args.residents, args.messages))


MOST_RESIDENTS = 1000
TERMINATED = 143
MOST_MESSAGES = 50


def _accounts(wanted: str | None) -> "tuple[Desk, list[Account]]":
    from bot.channels.wechat.accounts import load_accounts
    from bot.services.desk import open_desk

    desk = open_desk(Settings.from_environment())
    path = desk.settings.wechat
    accounts = load_accounts(path, [community.id for community in desk.gazetteer.communities])
    if not accounts:
        raise InvalidInput("还没有配置公众号", f"照 README 的“微信”一节写好 {path}")
    if wanted is not None and wanted not in accounts:
        raise InvalidInput(f"没有叫 {wanted} 的公众号", f"可以是：{'、'.join(accounts)}")
    return desk, [accounts[wanted]] if wanted else list(accounts.values())


async def _check(desk: "Desk", accounts: "list[Account]") -> int:
    from aiohttp import ClientSession

    from bot.channels.wechat.tokens import Tokens

    failed = 0
    async with ClientSession() as http:
        tokens = Tokens(desk.store, http, desk.clock)
        for account in accounts:
            try:
                await tokens.get(account)
            except LinliError as problem:
                failed += 1
                print(f"{account.id}：{problem}")
            else:
                print(
                    f"{account.id}：令牌换到了。服务器地址（URL）填 {account.address or 'https://您的域名'}/wechat/{account.id}"
                )
    return 1 if failed else 0


async def _put_menus(desk: "Desk", accounts: "list[Account]") -> None:
    from aiohttp import ClientSession

    from bot.channels.wechat.channel import menu_of
    from bot.channels.wechat.client import Client
    from bot.channels.wechat.tokens import Tokens

    menu = menu_of(desk)
    async with ClientSession() as http:
        client = Client(http, Tokens(desk.store, http, desk.clock))
        for account in accounts:
            await client.create_menu(account, menu)
            print(f"{account.id}：菜单放好了，居民最迟24小时内看到，重新关注马上看到")
