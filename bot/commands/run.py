"""`run`: serve residents' chat, WeChat, workers' console and trainers' workbench."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.commands import gently
from bot.commands.progress import Bar
from bot.errors import Unavailable
from bot.settings import Settings

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from aiohttp import web

    from bot.dialogue.assistant import Assistant
    from bot.services.desk import Desk
    from bot.services.late_models import LateModels
    from bot.services.talk_thread import TalkThread

SWITCH_SECONDS: Final = 0.001
# Whoever finds the door full knocks again a second later, and that second is missing to the platform's five.
MOST_AT_THE_DOOR: Final = 1024
# Who has just been started has messages to answer first.
CHECK_AFTER_SECONDS: Final = 300.0


def add(parsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = parsers.add_parser("run", help="启动服务")
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    settings = Settings.from_environment()
    bar = Bar()
    bar("准备数据库和演示社区", 0.02)
    import uvloop
    from aiohttp import web

    from bot.services import demo_talks
    from bot.services import desk as desks
    from bot.web import noise

    noise.quieten()
    desk = desks.open_desk(settings)
    desks.use(desk)
    demo_talks.leave_messages(desk)
    _train_first(settings, bar)
    bar("启动", 1.0)
    # Answers are computed in one thread and deliveries taken in in another, which must not wait for its share.
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        web.run_app(
            _service(desk),
            host=settings.host,
            port=settings.port,
            print=lambda _: _announce(settings.port),
            access_log=None,
            backlog=MOST_AT_THE_DOOR,
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
    from bot.services.events.sweeping import Sweeping
    from bot.services.housekeeping import Housekeeping
    from bot.services.late_models import LateModels
    from bot.services.lookout import Lookout
    from bot.services.stranded import Stranded
    from bot.services.talk_thread import TalkThread

    talk, models = TalkThread(desk, partial(_live_assistant, desk)), LateModels(desk.settings.models)
    app = create_app(desk, talk, models)
    app.cleanup_ctx.append(lambda _: _answering(desk, talk, models))
    app.cleanup_ctx.append(lambda _: _beside(Housekeeping(desk).run))
    app.cleanup_ctx.append(lambda _: _beside(Sweeping(desk).run))
    app.cleanup_ctx.append(lambda _: _beside(Lookout(desk).run))
    app.cleanup_ctx.append(lambda _: _beside(Stranded(desk).run))
    return app


async def _answering(desk: "Desk", talk: "TalkThread", models: "LateModels") -> AsyncIterator[None]:
    """Take up what a crash left; stop without losing a message."""
    from bot.services.beside import attempt

    talk.start()
    trouble = "trainers cannot exchange the model"
    following = asyncio.create_task(attempt(trouble, partial(_follow, desk, talk, models)))
    yield
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
    await asyncio.to_thread(talk.close)


async def _follow(desk: "Desk", talk: "TalkThread", models: "LateModels") -> None:
    """Once the model is loaded, trainers may exchange it, and a hasty one gets its figures."""
    assistant = await asyncio.shield(asyncio.wrap_future(talk.loaded))
    if assistant is not None:
        from bot.services.models import Models

        models.begin(Models(desk.settings.models, assistant))
        await _check(assistant.model)


def _live_assistant(desk: "Desk") -> "Assistant":
    """Runs in the thread of the turns, importing Rasa: meanwhile the service takes messages in."""
    from bot.services.models import ensure_model, load_assistant

    return load_assistant(desk.settings, desk.store, ensure_model(desk.settings, lambda *_: None))


async def _check(model: Path) -> None:
    """The first model is trained in haste; its figures follow in a process of low priority beside the service."""
    from bot.services.models import lacks_figures

    if not lacks_figures(model):
        return
    await asyncio.sleep(CHECK_AFTER_SECONDS)
    await gently.run((sys.executable, "-m", "bot", "train", "--check", str(model)))


async def _beside(run: Callable[[], Coroutine[object, object, None]]) -> AsyncIterator[None]:
    """Let something run as long as the service does."""
    running = asyncio.create_task(run())
    yield
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


def _announce(port: int) -> None:
    home = f"http://localhost:{port}"
    print(f"居民聊天   {home}/\n工作人员   {home}/console\n训练师     {home}/workbench", flush=True)
