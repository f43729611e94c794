"""`parse`: read messages without a conversation and print what the model understood."""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TextIO

from bot.commands.progress import Bar
from bot.errors import InvalidInput
from bot.settings import Settings

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from bot.dialogue.assistant import Assistant

PRINTED = ("emergency", "intent", "confidence", "leaf", "leaf_top3", "urgency")


def add(parsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = parsers.add_parser("parse", help="读懂句子：每行一句，打印 JSON")
    parser.add_argument("file", nargs="?", help="文件，缺省读标准输入")
    parser.add_argument("--jsonl", action="store_true", help="输入是带 id 和 text 的 JSON 行")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    settings = Settings.from_environment()
    with _opened(args.file) as source:
        messages = list(_messages(source, jsonl=args.jsonl))
    asyncio.run(_print_readings(loaded(settings), messages))
    return 0


def _opened(file: str | None) -> TextIO:
    if file is None:
        return sys.stdin
    try:
        return open(file, encoding="utf-8")  # noqa: PTH123 - closed by the caller's with
    except OSError as cause:
        raise InvalidInput(f"打不开 {file}：{cause.strerror}") from cause


def _messages(source: TextIO, *, jsonl: bool) -> Iterator[tuple[Any, str]]:
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        if not jsonl:
            yield None, line.rstrip("\r\n")
            continue
        try:
            found = json.loads(line)
            yield found.get("id"), str(found["text"])
        except (ValueError, KeyError, AttributeError) as cause:
            raise InvalidInput(f"第{number}行不是带 text 的 JSON") from cause


def loaded(settings: Settings) -> "Assistant":
    from bot.dialogue.assistant import Assistant
    from bot.services.models import ensure_model

    return Assistant(ensure_model(settings, Bar()), lambda _: None)


async def _print_readings(assistant: "Assistant", messages: list[tuple[Any, str]]) -> None:
    for number, text in messages:
        print(json.dumps(await reading(assistant, number, text), ensure_ascii=False), flush=True)


async def reading(assistant: "Assistant", number: Any, text: str) -> dict[str, Any]:  # noqa: ANN401 - ids are the caller's
    """The fields of one message; an empty message reads as out of scope."""
    return fields(number, text, await parsed_by(assistant, text))


async def parsed_by(assistant: "Assistant", text: str) -> dict[str, Any] | None:
    """What the model made of a message; None of an empty one."""
    return (await assistant.parse(text)).get("reading") if text.strip() else None


def fields(number: Any, text: str, parsed: dict[str, Any] | None) -> dict[str, Any]:  # noqa: ANN401 - ids are the caller's
    if parsed is None:
        return {"id": number, "text": text, **_NOTHING}
    return {
        "id": number,
        "text": text,
        **{name: parsed[name] for name in PRINTED},
        "address": [{k: a[k] for k in ("text", "start", "end", "type")} for a in parsed["address"]],
        "elderly": parsed["elderly"],
        "needs_review": parsed["needs_review"],
        "requests": [{k: r[k] for k in ("text", "intent", "leaf", "leaf_top3")} for r in parsed["requests"]],
    }


_NOTHING: dict[str, Any] = {
    "emergency": None,
    "intent": "out_of_scope",
    "confidence": 0.0,
    "leaf": None,
    "leaf_top3": [],
    "urgency": "P3",
    "address": [],
    "elderly": "no",
    "needs_review": True,
    "requests": [],
}
