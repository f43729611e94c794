"""`figures check|rebuild`: compare what the figures are counted from with the step logs, or make it anew from them."""

import argparse
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from bot.commands.progress import Bar
from bot.settings import Settings

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from sqlalchemy.orm import Session

    from bot.services.outcomes import Difference, Portion
    from bot.store.engine import Store

STEP: Final = "核对统计的依据"
SHOWN_AFTER: Final = 2.0
NEARLY: Final = 0.99
MOST_LINES: Final = 20


def add(parsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = parsers.add_parser("figures", help="统计：拿办理记录重算一遍，看对不对得上")
    actions = parser.add_subparsers(title="做什么", required=True, metavar="check|rebuild")
    check = actions.add_parser("check", help="只核对，不改；对不上时一条条说出来，退出码是 1")
    check.set_defaults(run=run_check)
    rebuild = actions.add_parser("rebuild", help="全部照办理记录重算")
    rebuild.set_defaults(run=run_rebuild)


def run_check(_args: argparse.Namespace) -> int:
    from bot.services.outcomes import compare

    store = _store()
    try:
        events, differences = _through(store, compare, read_only=True)
    finally:
        store.close()
    print(f"事件 {events} 件")
    if not differences:
        print("统计的依据和办理记录都对得上")
        return 0
    for one in differences[:MOST_LINES]:
        print(f"邻里 · {_said(one)}", file=sys.stderr)
    if len(differences) > MOST_LINES:
        print(f"邻里 · 还有 {len(differences) - MOST_LINES} 处没有列出", file=sys.stderr)
    print("邻里 · 用 figures rebuild 照办理记录重算", file=sys.stderr)
    return 1


def run_rebuild(_args: argparse.Namespace) -> int:
    from bot.services.outcomes import rebuild

    store = _store()
    try:
        events, differences = _through(store, rebuild, read_only=False)
    finally:
        store.close()
    print(f"事件 {events} 件，改正了 {len(differences)} 处")
    return 0


def _store() -> "Store":
    from bot.store.engine import Store

    store = Store(Settings.from_environment().database_url)
    store.migrate()
    return store


def _through(
    store: "Store", portion: Callable[["Session", int], "Portion"], *, read_only: bool
) -> tuple[int, list["Difference"]]:
    """Portion by portion, each in a transaction of its own: the service may be at work meanwhile."""
    bar, due, total = Bar(), time.monotonic() + SHOWN_AFTER, _number(store)
    events, found, last = 0, list["Difference"](), 0
    while True:
        with store.transaction(read_only=read_only) as session:
            done = portion(session, last)
        if done.last_id is None:
            break
        events, last = events + done.events, done.last_id
        found += done.differences
        if time.monotonic() >= due:
            bar(STEP, min(events / total, NEARLY))
    if bar.last:
        bar(STEP, 1.0)
    return events, found


def _number(store: "Store") -> int:
    from bot.services.outcomes import number_of_events

    with store.transaction(read_only=True) as session:
        return max(number_of_events(session), 1)


def _said(one: "Difference") -> str:
    if not one.field:
        return f"{one.number} 没有存过，应当是 {one.counted}"
    return f"{one.number} 的 {one.field} 存的是 {one.kept}，照办理记录是 {one.counted}"
