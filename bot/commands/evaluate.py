"""`evaluate`: measure the model on labelled messages (JSON lines with text and accepted answers)."""

import argparse
import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands.parse import loaded, reading
from bot.errors import InvalidInput
from bot.settings import Settings

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from bot.dialogue.assistant import Assistant

MEASURED = ("intent", "urgency", "elderly")


def add(parsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = parsers.add_parser("evaluate", help="用标注好的句子衡量模型")
    parser.add_argument(
        "file", type=Path, help="JSON 行：text，以及 intent、leaf、urgency、elderly 的正确答案(或答案列表)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    gold = _read(args.file)
    figures = asyncio.run(_measure(loaded(Settings.from_environment()), gold))
    print(json.dumps(figures, ensure_ascii=False, indent=1))
    return 0


def _read(file: Path) -> list[dict[str, Any]]:
    try:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as cause:
        raise InvalidInput(f"{file} 不是可读的 JSON 行文件") from cause
    if not rows or any("text" not in row for row in rows):
        raise InvalidInput(f"{file} 里每行都要有 text")
    return rows


async def _measure(assistant: "Assistant", gold: list[dict[str, Any]]) -> dict[str, Any]:
    pairs = [(row, await reading(assistant, row.get("id"), row["text"])) for row in gold]
    figures: dict[str, Any] = {"messages": len(pairs)}
    for name in MEASURED:
        figures[name] = _share([p[name] in _accepted(g, name) for g, p in pairs if name in g])
    with_leaf = [(g, p) for g, p in pairs if any(_accepted(g, "leaf"))]
    figures["leaf"] = _share([_is_leaf(p["leaf"], g) for g, p in with_leaf])
    figures["leaf_top3"] = _share([any(_is_leaf(x, g) for x in p["leaf_top3"]) for g, p in with_leaf])
    alarms = [(g["bypass_bot"], p["emergency"] is not None) for g, p in pairs if "bypass_bot" in g]
    figures["emergency_recall"] = _share([found for real, found in alarms if real])
    figures["false_alarms"] = _share([found for real, found in alarms if not real])
    return {name: value for name, value in figures.items() if value is not None}


def _accepted(gold: dict[str, Any], name: str) -> list[Any]:
    value = gold.get(name)
    return value if isinstance(value, list) else [value]


def _is_leaf(found: str | None, gold: dict[str, Any]) -> bool:
    """TT99 accepts every leaf of its class."""
    return any(
        found == leaf or (found and leaf and leaf.endswith("99") and found[:2] == leaf[:2])
        for leaf in _accepted(gold, "leaf")
    )


def _share(outcomes: list[bool]) -> float | None:
    return round(sum(outcomes) / len(outcomes), 4) if outcomes else None
