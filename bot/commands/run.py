"""`run`: serve residents' chat, workers' console and trainers' workbench."""

import argparse
from typing import TYPE_CHECKING

from bot.commands.progress import Bar
from bot.settings import Settings

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(parsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = parsers.add_parser("run", help="启动服务")
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    settings = Settings.from_environment()
    bar = Bar()
    bar("准备数据库和演示社区", 0.02)
    from aiohttp import web

    from bot.app import create_app
    from bot.services import desk as desks
    from bot.services.models import load_assistant

    desk = desks.open_desk(settings)
    desks.use(desk)
    assistant = load_assistant(settings, desk.store, bar)
    app = create_app(desk, assistant)
    app.on_startup.append(_announce(settings))
    bar("启动", 1.0)
    web.run_app(app, host=settings.host, port=settings.port, print=None, access_log=None)
    return 0


def _announce(settings: Settings):  # type: ignore[no-untyped-def]
    async def announce(_: object) -> None:
        home = f"http://localhost:{settings.port}"
        print(f"居民聊天   {home}/", f"工作人员   {home}/console", f"训练师     {home}/workbench", sep="\n", flush=True)

    return announce
