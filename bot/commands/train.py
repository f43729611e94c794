"""`train`: train a model from config.yml, domain.yml and data/."""

import argparse
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.progress import Bar
from bot.core.zone import SHANGHAI
from bot.errors import InvalidInput
from bot.settings import Settings

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from bot.dialogue.figures import Figures

SUFFIX = ".tar.gz"


def add(parsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = parsers.add_parser("train", help="训练模型(默认写入 models/，不自动上线)")
    parser.add_argument("--out", type=Path, help="模型文件，以 .tar.gz 结尾")
    parser.add_argument("--quick", action="store_true", help="不做交叉验证")
    parser.add_argument("--live", action="store_true", help="训练好就设为正在使用的模型")
    parser.add_argument("--progress", action="store_true", help="进度以 JSON 行打印，供程序读取")
    parser.add_argument("--check", type=Path, metavar="MODEL", help="不训练，只给训练时没做交叉验证的模型补做")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    settings = Settings.from_environment()
    if args.check:
        return _check(settings, args.check, Bar(as_json=args.progress))
    name = f"linli-{datetime.now(SHANGHAI):%Y%m%d-%H%M%S}"
    target: Path = args.out or settings.models / f"{name}{SUFFIX}"
    if not target.name.endswith(SUFFIX):
        raise InvalidInput(f"--out 应当以 {SUFFIX} 结尾")
    from bot.dialogue.training import train
    from bot.services.models import mark_live

    bar = Bar(as_json=args.progress)
    figures = train(settings.root, settings.data, target.resolve(), bar, cross_validate=not args.quick)
    if args.live:
        mark_live(target.parent, figures.name)
    if not args.progress:
        print(f"模型：{target}，例句 {figures.examples} 条")
        _tell(figures)
    return 0


def _check(settings: Settings, model: Path, bar: Bar) -> int:
    if not model.is_file():
        raise InvalidInput(f"没有模型 {model}")
    with _only_one(model) as is_mine:
        if not is_mine:
            print("这个模型正在补做交叉验证")
            return 0
        from bot.dialogue.training import check

        _tell(check(settings.root, settings.data, model.resolve(), bar))
    return 0


@contextmanager
def _only_one(model: Path) -> Iterator[bool]:
    """A service that died leaves its check running, and every start would begin another: minutes of both processors."""
    with model.with_name(f".{model.name}.check").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _tell(figures: "Figures") -> None:
    if figures.intent_accuracy is not None:
        print(
            f"交叉验证：意图 {figures.intent_accuracy:.1%}，细类 {figures.leaf_accuracy:.1%}，"
            f"前三含正确细类 {figures.leaf_top3:.1%}"
        )
