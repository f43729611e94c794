"""`setup`: prepare database, demo community and model without serving."""

import argparse
from typing import TYPE_CHECKING

from bot.commands.progress import Bar
from bot.settings import Settings

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(parsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = parsers.add_parser("setup", help="准备数据库、演示社区和模型，不启动服务")
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    settings = Settings.from_environment()
    bar = Bar()
    bar("准备数据库和演示社区", 0.02)
    from bot.services.desk import open_desk

    open_desk(settings).store.close()
    from bot.services.models import ensure_model

    ensure_model(settings, bar)
    bar("准备好了", 1.0)
    return 0
