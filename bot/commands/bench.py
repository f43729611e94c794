"""`bench`: measure reading, answering and memory of this installation."""

import argparse
from typing import TYPE_CHECKING

from bot.settings import Settings

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(parsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = parsers.add_parser("bench", help="测量速度和内存")
    parser.add_argument("--messages", type=int, default=1000, help="一共发多少句(默认 1000)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from bot.commands.benching import measure

    measure(Settings.from_environment(), args.messages)
    return 0
