"""What `bench` measures: reading, whole turns, one resident's 500th message, memory."""

import asyncio
import resource
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bot.channels.terminal import TerminalTalk
from bot.commands.progress import Bar
from bot.dialogue.assistant import Assistant
from bot.services import desk as desks
from bot.services.desk import Desk
from bot.services.models import ensure_model, load_assistant
from bot.settings import Settings

# A day's mix: reports that are confirmed, questions, progress, thanks.
MIX = (
    "3号楼2单元的楼道灯不亮了",
    "对",
    "居住证怎么办",
    "我上次报的怎么样了",
    "谢谢",
    "12号楼门口垃圾堆了好几天",
    "算了不报了",
    "高龄津贴怎么领",
)
EARLY, LATE, AROUND = 10, 500, 8


def measure(settings: Settings, messages: int) -> None:
    """Print the figures; works on a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        own = replace(settings, database_url=f"sqlite:///{Path(folder) / 'bench.db'}")
        started = time.perf_counter()
        desk = desks.open_desk(own)
        desks.use(desk)
        assistant = load_assistant(own, desk.store, ensure_model(own, Bar()))
        print(f"打开数据库和模型：{time.perf_counter() - started:.1f} 秒")
        asyncio.run(_measure(desk, assistant, messages))
        desk.store.close()


async def _measure(desk: Desk, assistant: Assistant, messages: int) -> None:
    await assistant.warm_up()
    _print_times("读懂一句", [await _timed_parse(assistant, MIX[n % len(MIX)]) for n in range(200)])
    turns = await _turns(desk, assistant, "one", messages)
    _print_times("答一句(含存库)", turns)
    if messages >= LATE + AROUND:
        early = statistics.median(turns[EARLY - AROUND : EARLY + AROUND])
        late = statistics.median(turns[LATE - AROUND : LATE + AROUND])
        print(f"同一居民第{LATE}句与第{EARLY}句用时之比：{late / early:.2f}")
    started = time.perf_counter()
    together = 8
    await asyncio.gather(*(_turns(desk, assistant, f"r{n}", messages // together) for n in range(together)))
    print(f"{together}位居民同时说话：每秒 {messages // together * together / (time.perf_counter() - started):.0f} 句")
    print(f"进程内存峰值：{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


async def _timed_parse(assistant: Assistant, text: str) -> float:
    started = time.perf_counter()
    await assistant.parse(text)
    return time.perf_counter() - started


async def _turns(desk: Desk, assistant: Assistant, user: str, count: int) -> list[float]:
    talk = TerminalTalk(desk, assistant, user, None)
    times = []
    for number in range(count):
        started = time.perf_counter()
        await talk.say(MIX[number % len(MIX)])
        times.append(time.perf_counter() - started)
    return times


def _print_times(what: str, seconds: list[float]) -> None:
    in_order = sorted(seconds)
    p95 = in_order[int(len(in_order) * 0.95)]
    print(f"{what}：中位 {statistics.median(in_order) * 1000:.1f} 毫秒，95% 在 {p95 * 1000:.1f} 毫秒内")
