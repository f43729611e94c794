"""`evaluate`: measure the model on labelled messages, and its training data by cross-validation."""

import argparse
import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands.parse import fields, loaded, parsed_by
from bot.commands.progress import Bar
from bot.errors import InvalidInput
from bot.settings import Settings

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from bot.dialogue.assistant import Assistant
    from bot.dialogue.evaluation.report import Report

REPORT = "evaluation"


def add(parsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = parsers.add_parser("evaluate", help="用标注好的句子衡量模型，或对训练数据交叉验证")
    parser.add_argument(
        "file",
        type=Path,
        nargs="?",
        help="JSON 行：text，以及 intent、leaf、urgency、address、elderly、bypass_bot 的正确答案(或答案列表)；"
        ".txt 文件按每行一句、都不归社区管来衡量",
    )
    parser.add_argument("--cross-validate", action="store_true", help="把 data/nlu 的例句分五份，轮流当没见过的来读")
    parser.add_argument("--report", type=Path, metavar="FOLDER", help="写出 evaluation.json 和 evaluation.html")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    if args.file is None and not args.cross_validate:
        raise InvalidInput("请给一个标注文件，或加 --cross-validate")
    settings = Settings.from_environment()
    gold = _read(args.file) if args.file else []
    reports = []
    if gold:
        reports.append(asyncio.run(_measured(loaded(settings), gold, args.file.name)))
    if args.cross_validate:
        reports.append(_cross_validated(settings))
    told = [report.figures for report in reports]
    print(json.dumps(told[0] if len(told) == 1 else told, ensure_ascii=False, indent=1))
    if args.report:
        _write(reports, args.report)
    return 0


def _read(file: Path) -> list[dict[str, Any]]:
    try:
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        if file.suffix == ".txt":
            return [{"text": line, "intent": "out_of_scope", "leaf": None} for line in lines]
        rows = [json.loads(line) for line in lines]
    except (OSError, ValueError) as cause:
        raise InvalidInput(f"{file} 不是可读的 JSON 行文件") from cause
    if not rows or any(not isinstance(row, dict) or "text" not in row for row in rows):
        raise InvalidInput(f"{file} 里每行都要有 text")
    return rows


async def _measured(assistant: "Assistant", gold: list[dict[str, Any]], name: str) -> "Report":
    from bot.dialogue.evaluation.report import of_messages

    bar, pairs = Bar(), []
    for number, row in enumerate(gold, 1):
        parsed = await parsed_by(assistant, row["text"])
        found = fields(row.get("id"), row["text"], parsed)
        pairs.append((row, {**found, "trust": parsed["trust"] if parsed else 0.0}))
        bar("读句子", number / len(gold))
    return of_messages(name, pairs)


def _cross_validated(settings: Settings) -> "Report":
    from bot.dialogue.evaluation.held_out import read_held_out
    from bot.dialogue.evaluation.report import of_held_out
    from bot.dialogue.training import read_examples, read_letters

    bar = Bar()
    examples = read_examples(settings.root, settings.data)
    return of_held_out(read_held_out(examples, read_letters(settings.root), lambda share: bar("交叉验证", share)))


def _write(reports: list["Report"], folder: Path) -> None:
    from bot.commands.evaluation_page import page

    folder.mkdir(parents=True, exist_ok=True)
    told = json.dumps([report.as_dict() for report in reports], ensure_ascii=False, indent=1)
    (folder / f"{REPORT}.json").write_text(told, encoding="utf-8")
    (folder / f"{REPORT}.html").write_text(page(reports), encoding="utf-8")
