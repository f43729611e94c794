"""`run`: serve residents' chat, workers' console and trainers' workbench."""

import argparse
import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.progress import Bar
from bot.errors import Unavailable
from bot.settings import ROOT, Settings

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from aiohttp import web

    from bot.dialogue.assistant import Assistant
    from bot.services.desk import Desk
    from bot.services.turns import Turns


def add(parsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = parsers.add_parser("run", help="启动服务")
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    settings = Settings.from_environment()
    bar = Bar()
    bar("准备数据库和演示社区", 0.02)
    from aiohttp import web

    from bot.services import desk as desks
    from bot.services.models import load_assistant

    desk = desks.open_desk(settings)
    desks.use(desk)
    assistant = load_assistant(settings, desk.store, bar)
    bar("启动", 1.0)
    try:
        web.run_app(
            _service(desk, assistant),
            host=settings.host,
            port=settings.port,
            print=lambda _: _announce(settings.port),
            access_log=None,
        )
    except OSError as cause:
        raise Unavailable(
            f"端口 {settings.port} 用不了：{cause.strerror}", "换一个端口：LINLI_PORT=8081 make run"
        ) from cause
    finally:
        desk.store.close()
    return 0


async def _service(desk: "Desk", assistant: "Assistant") -> "web.Application":
    from bot.app import create_app
    from bot.services.models import Models
    from bot.services.turns import Turns

    await assistant.warm_up()
    turns = Turns(desk, assistant)
    app = create_app(desk, turns, Models(desk.settings.models, assistant))
    app.cleanup_ctx.append(lambda _: _answering(turns))
    app.cleanup_ctx.append(lambda _: _checking(assistant.model))
    return app


async def _answering(turns: "Turns") -> AsyncIterator[None]:
    """Take up what a crash left unanswered, and stop without losing a message."""
    turns.recover()
    yield
    await turns.close()


async def _checking(model: Path) -> AsyncIterator[None]:
    """The first model is trained in haste; its figures follow in a process of low priority beside the service."""
    from bot.services.models import lacks_figures

    if not lacks_figures(model):
        yield
        return
    command = (sys.executable, "-m", "bot", "train", "--check", str(model))
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=DEVNULL, stderr=DEVNULL, preexec_fn=partial(os.nice, 19)
    )
    yield
    if process.returncode is None:
        process.terminate()
    await process.wait()


def _announce(port: int) -> None:
    home = f"http://localhost:{port}"
    print(f"居民聊天   {home}/\n工作人员   {home}/console\n训练师     {home}/workbench", flush=True)
