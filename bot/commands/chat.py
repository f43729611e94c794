"""`chat`: talk to the assistant in the terminal, or let a script talk."""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING
from uuid import uuid4

from bot.commands.progress import Bar
from bot.settings import Settings

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from bot.channels.terminal import Exchange, TerminalTalk


def add(parsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = parsers.add_parser("chat", help="在终端里和小助手说话")
    parser.add_argument("--json", action="store_true", help="每行一句进，每行一个 JSON 出，带上报成了什么")
    parser.add_argument("--resident", help="接着这位居民的对话；缺省每次都是新居民")
    parser.add_argument("--community", help="社区的 ID")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    settings = Settings.from_environment()
    bar = Bar()
    from bot.channels.terminal import TerminalTalk
    from bot.services import desk as desks
    from bot.services.models import ensure_model, load_assistant

    desk = desks.open_desk(settings)
    desks.use(desk)
    assistant = load_assistant(settings, desk.store, ensure_model(settings, bar))
    talk = TerminalTalk(desk, assistant, args.resident or uuid4().hex, args.community)
    asyncio.run(_as_json(talk) if args.json else _as_talk(talk))
    return 0


async def _as_json(talk: "TerminalTalk") -> None:
    for line in sys.stdin:
        exchange = await talk.say(line.rstrip("\r\n"))
        print(json.dumps(_object(exchange), ensure_ascii=False), flush=True)


def _object(exchange: "Exchange") -> dict[str, object]:
    from bot.channels.terminal import local

    return {
        "text": exchange.text,
        "replies": [{"text": r.text, "buttons": list(r.buttons)} for r in exchange.replies],
        "filed": [{**asdict(f), "due": local(f)} for f in exchange.filed],
        "state": exchange.state,
    }


async def _as_talk(talk: "TerminalTalk") -> None:
    print("邻里：您好，有什么事直接说。紧急情况请打：火警119 报警110 急救120。(按 Ctrl-D 结束)")
    while True:
        try:
            text = await asyncio.to_thread(input, "我：")
        except EOFError:
            print()
            return
        for reply in (await talk.say(text)).replies:
            print(f"邻里：{reply.text}")
            for number, title in enumerate(reply.buttons, 1):
                print(f"      {number}. {title}")
