"""`rasa …`: any command of stock Rasa in this environment."""

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(parsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    parsers.add_parser("rasa", help="原样运行 Rasa 的命令，如 rasa data validate、rasa test", add_help=False)


def run(arguments: Sequence[str]) -> int:
    """Rasa reads sys.argv and leaves through SystemExit; its exit code is passed on."""
    from bot.dialogue.stock import run_rasa

    return run_rasa([sys.argv[0], *arguments])
