"""`run`: serve residents' chat, WeChat, workers' console and trainers' workbench."""

import argparse
import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.progress import Bar
from bot.errors import BrokenFile, Unavailable
from bot.settings import ROOT, Settings

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from aiohttp import web

    from bot.dialogue.assistant import Assistant
    from bot.services.desk import Desk
    from bot.services.housekeeping import Housekeeping
    from bot.services.late import LateModels, LateTalk


def add(parsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = parsers.add_parser("run", help="启动服务")
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    settings = Settings.from_environment()
    bar = Bar()
    bar("准备数据库和演示社区", 0.02)
    import uvloop
    from aiohttp import web

    from bot.services import desk as desks

    desk = desks.open_desk(settings)
    desks.use(desk)
    _train_first(settings, bar)
    bar("启动", 1.0)
    try:
        web.run_app(
            _service(desk),
            host=settings.host,
            port=settings.port,
            print=lambda _: _announce(settings.port),
            access_log=None,
            loop=uvloop.new_event_loop(),
        )
    except OSError as cause:
        raise Unavailable(
            f"端口 {settings.port} 用不了：{cause.strerror}", "换一个端口：LINLI_PORT=8081 make run"
        ) from cause
    finally:
        desk.store.close()
    return 0


def _train_first(settings: Settings, bar: Bar) -> None:
    """Without any model nobody could be answered for a minute: better to open the doors after it."""
    if not any(settings.models.glob("*.tar.gz")):
        from bot.services.models import ensure_model

        ensure_model(settings, bar)


async def _service(desk: "Desk") -> "web.Application":
    from bot.app import create_app
    from bot.services.housekeeping import Housekeeping
    from bot.services.late import LateModels, LateTalk

    talk, models = LateTalk(), LateModels(desk.settings.models)
    app = create_app(desk, talk, models)
    app.cleanup_ctx.append(lambda _: _answering(desk, talk, models))
    app.cleanup_ctx.append(lambda _: _beside(Housekeeping(desk)))
    return app


async def _answering(desk: "Desk", talk: "LateTalk", models: "LateModels") -> AsyncIterator[None]:
    """Load the model while messages come in already; take up what a crash left; stop without losing a message."""
    loading = asyncio.create_task(_load(desk, talk, models))
    yield
    loading.cancel()
    with suppress(asyncio.CancelledError):
        await loading
    await talk.close()


async def _load(desk: "Desk", talk: "LateTalk", models: "LateModels") -> None:
    """Answer with the live model; where none can be loaded, every message goes to a person."""
    try:
        assistant = await asyncio.to_thread(_live_assistant, desk)
        await assistant.warm_up()
    except BrokenFile as broken:
        print(f"邻里 · {broken}；居民的话先转给工作人员", file=sys.stderr, flush=True)
        assistant = None
    from bot.services.answering import OutOfOrder
    from bot.services.models import Models
    from bot.services.turns import Turns

    talk.begin(Turns(desk, assistant or OutOfOrder(), talk.gate))
    if assistant:
        models.begin(Models(desk.settings.models, assistant))
        await _check(assistant.model)


def _live_assistant(desk: "Desk") -> "Assistant":
    """Rasa is imported in this thread: meanwhile the service takes messages in."""
    from bot.services.models import ensure_model, load_assistant

    return load_assistant(desk.settings, desk.store, ensure_model(desk.settings, lambda *_: None))


async def _check(model: Path) -> None:
    """The first model is trained in haste; its figures follow in a process of low priority beside the service."""
    from bot.services.models import lacks_figures

    if not lacks_figures(model):
        return
    command = (sys.executable, "-m", "bot", "train", "--check", str(model))
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=DEVNULL, stderr=DEVNULL, preexec_fn=partial(os.nice, 19)
    )
    try:
        await process.wait()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise


async def _beside(housekeeping: "Housekeeping") -> AsyncIterator[None]:
    running = asyncio.create_task(housekeeping.run())
    yield
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


def _announce(port: int) -> None:
    home = f"http://localhost:{port}"
    print(f"居民聊天   {home}/\n工作人员   {home}/console\n训练师     {home}/workbench", flush=True)
