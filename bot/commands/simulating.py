"""A simulated WeChat around a service of its own: somebody at the terminal is the resident, or a whole crowd is."""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import yaml

from bot.channels.wechat.accounts import Mode
from bot.channels.wechat.simulator import Delivered, Follower, Shown, Wechat, account_for, entry_of, simulated
from bot.errors import Unavailable
from bot.settings import ROOT, Settings

ACCOUNT: Final = "simulated"
START_SECONDS: Final = 120.0
SETTLE_SECONDS: Final = 600.0
QUIET_SECONDS: Final = 5.0
LOOK_SECONDS: Final = 0.5
# Invented residents must not get among them.
OF_REAL_RESIDENTS: Final = frozenset({"DATABASE_URL", "LINLI_MEDIA"})
# A silent AMR recording: its header, and nothing said.
SILENCE: Final = b"#!AMR\n"
HELP: Final = """打字就是居民说的话。还可以：
  /点 选项        点一下屏幕上的选项        /菜单 键名      点公众号菜单，键名如 report、numbers
  /照片 文件      发一张照片                /语音 [文字]    发一段语音，文字是微信听出来的
  /位置 纬 经 名  发一个位置                /换人 名字      换一位居民
  /关注  /取关                              /退出"""
SAYINGS: Final = (
    "{n}号楼1单元的楼道灯不亮了",
    "居住证怎么办",
    "我想给小区提个建议，多装几个充电桩",
    "我上次报的怎么样了",
    "谢谢",
    "楼下天天有人跳广场舞，吵得睡不着",
)


async def talk(settings: Settings, mode: str) -> int:
    """Be a resident at the terminal until the end of the input."""
    async with _town(settings, mode) as wechat:
        await _first_answer(wechat)
        phone = _Phone(wechat)
        print(HELP, flush=True)
        while (line := await _line(phone)) is not None:
            if not await phone.do(line.strip()):
                break
    return 0


async def crowd(settings: Settings, mode: str, residents: int, messages: int) -> int:
    """Let many residents write at once, and print how long the platform waited for each acknowledgement."""
    async with _town(settings, mode) as wechat:
        followers = [wechat.follower(ACCOUNT, f"o{number:04}") for number in range(residents)]
        await _first_answer(wechat)
        start = time.perf_counter()
        heard = await asyncio.gather(*(_chatter(one, at, messages) for at, one in enumerate(followers)))
        taken = [delivered for each in heard for delivered in each]
        acknowledged = time.perf_counter() - start
        quiet = await _all_answered(followers)
        _report(taken, followers, acknowledged, time.perf_counter() - start - quiet)
    return 0


async def _first_answer(wechat: Wechat) -> None:
    """It comes once the model is loaded: whoever writes then writes to a service that is running."""
    first = wechat.follower(ACCOUNT)
    await first.says("你好")
    await first.wait_for(1, START_SECONDS)


def _report(taken: Sequence[Delivered], followers: Sequence[Follower], acknowledged: float, answered: float) -> None:
    waits = sorted(delivered.seconds[-1] * 1000 for delivered in taken)
    faults = sum(shown.kind == "fault" for one in followers for shown in one.shown)
    retried = sum(delivered.tries > 1 for delivered in taken)
    print(f"消息 {len(taken)} 条，{acknowledged:.1f} 秒内全部应答，{answered:.1f} 秒内全部答完")
    middle, late = statistics.median(waits), waits[max(0, round(len(waits) * 0.95) - 1)]
    print(f"应答 中位 {middle:.0f} 毫秒，95% {late:.0f} 毫秒，最慢 {waits[-1]:.0f} 毫秒")
    print(f"微信重发 {retried} 次，居民看到故障提示 {faults} 次")


async def _chatter(follower: Follower, seed: int, messages: int) -> list[Delivered]:
    return [
        await follower.says(SAYINGS[(seed + number) % len(SAYINGS)].format(n=(seed + number) % 20 + 1))
        for number in range(messages)
    ]


async def _all_answered(followers: Sequence[Follower]) -> float:
    """Answers to one resident may come together: wait until nothing more comes; returns how long nothing came."""
    async with asyncio.timeout(SETTLE_SECONDS):
        await asyncio.gather(*(one.wait_for(1, SETTLE_SECONDS) for one in followers))
        shown, quiet = 0, 0.0
        while quiet < QUIET_SECONDS:
            now = sum(len(one.messages) for one in followers)
            quiet = quiet + LOOK_SECONDS if now == shown else 0.0
            shown = now
            await asyncio.sleep(LOOK_SECONDS)
    return quiet


class _Phone:
    """What is typed, done; what the phone shows, printed."""

    def __init__(self, wechat: Wechat) -> None:
        self._wechat = wechat
        self._seen = 0
        self.name = "居民"
        self._follower = wechat.follower(ACCOUNT, "o-resident")

    async def do(self, line: str) -> bool:
        """Do what the line says; False where the talk is over."""
        command, _, rest = line.partition(" ")
        if command == "/退出":
            return False
        if command == "/换人" and rest:
            self.name, self._seen = rest, 0
            self._follower = self._wechat.follower(ACCOUNT, f"o-{rest}")
            return True
        if command.startswith("/"):
            await self._special(command, rest)
        elif line:
            await self._follower.says(line)
        # What comes by customer service comes a moment later.
        await asyncio.sleep(LOOK_SECONDS)
        self.show()
        return True

    async def watch(self) -> None:
        """Show what comes by itself, such as a worker's words, below what is being typed."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._seen < len(self._follower.shown):
                print()
                self.show()

    def show(self) -> None:
        """Show what came since the last time."""
        for shown in self._follower.shown[self._seen :]:
            print(_drawn(shown), flush=True)
        self._seen = len(self._follower.shown)

    async def _special(self, command: str, rest: str) -> None:
        doing: Mapping[str, Callable[[str], Awaitable[Delivered]]] = {
            "/点": self._follower.taps,
            "/菜单": self._follower.clicks,
            "/照片": self._photo,
            "/语音": lambda words: self._follower.sends_voice(SILENCE, words),
            "/位置": self._place,
            "/关注": lambda _: self._follower.follows(),
            "/取关": lambda _: self._follower.leaves(),
        }
        if command not in doing:
            print(HELP)
            return
        try:
            await doing[command](rest)
        except LookupError:
            print("没做成：屏幕上没有这一项")
        except OSError as problem:
            print(f"没做成：文件打不开（{problem.strerror}）")
        except ValueError:
            print("没做成：位置要写成 /位置 纬度 经度 名称，例如 /位置 30.503 116.203 菜场")

    async def _photo(self, path: str) -> Delivered:
        file = Path(path)
        return await self._follower.sends_image(await asyncio.to_thread(file.read_bytes), file.name)

    async def _place(self, words: str) -> Delivered:
        latitude, longitude, *label = words.split(maxsplit=2)
        return await self._follower.sends_location(float(latitude), float(longitude), "".join(label))


def _drawn(shown: Shown) -> str:
    if shown.kind == "typing":
        return "  （对方正在输入…）"
    choices = "" if shown.kind == "text" else "".join(f"\n    [{choice}]" for choice in shown.choices)
    return "\n".join(f"  {line}" for line in f"{shown.text}{choices}".splitlines())


async def _line(phone: _Phone) -> str | None:
    watching = asyncio.create_task(phone.watch())
    try:
        return await asyncio.to_thread(input, f"{phone.name}：")
    except EOFError:
        return None
    finally:
        watching.cancel()


@asynccontextmanager
async def _town(settings: Settings, mode: str) -> AsyncIterator[Wechat]:
    """A platform and a service with data of its own, which know each other."""
    folder = settings.wechat.parent / "simulated"
    folder.mkdir(parents=True, exist_ok=True)
    async with simulated() as wechat:
        account = replace(
            account_for(wechat.api, settings.default_community, Mode(mode), ACCOUNT),
            address=f"http://127.0.0.1:{settings.port}",
        )
        path = folder / "wechat.yml"
        path.write_text(yaml.safe_dump({"accounts": [entry_of(account)]}, allow_unicode=True), encoding="utf-8")
        wechat.register([account], account.address)
        async with _service(folder, path, wechat):
            yield wechat


@asynccontextmanager
async def _service(folder: Path, accounts: Path, wechat: Wechat) -> AsyncIterator[None]:
    inherited = {name: value for name, value in os.environ.items() if name not in OF_REAL_RESIDENTS}
    environment = {**inherited, "LINLI_VAR": str(folder), "LINLI_WECHAT": str(accounts), "LINLI_HOST": "127.0.0.1"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"), cwd=ROOT, env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(START_SECONDS):
            while not await wechat.verifies(ACCOUNT):
                if process.returncode is not None:
                    raise Unavailable("服务没有起来", "先单独运行 make run 看看")
                await asyncio.sleep(0.2)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
