"""One training at a time, in a process of its own, so that the service answers on meanwhile."""

import asyncio
import json
import logging
import os
import shutil
import signal
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from bot.errors import Conflict

LOG = logging.getLogger(__name__)
LONGEST_LINE: Final = 2**20
LAST_WORDS: Final = 20
LONGEST_PROBLEM: Final = 200
PATIENCE: Final = 5.0


class Stage(StrEnum):
    """How a training stands; `plain` is what the trainer reads."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def plain(self) -> str:
        """The stage in a few words."""
        return _PLAIN[self]


_PLAIN: Final = {
    Stage.RUNNING: "正在训练",
    Stage.DONE: "训练好了",
    Stage.FAILED: "训练没有成功",
    Stage.CANCELLED: "已取消",
}


@dataclass(frozen=True)
class Run:
    """One training; `share` is how much of it is done, 0 to 1, `problem` why it failed."""

    name: str
    by: str
    started: datetime
    stage: Stage = Stage.RUNNING
    step: str = "正在准备"
    share: float = 0.0
    problem: str = ""


@dataclass(frozen=True)
class Progress:
    """One line a training prints."""

    step: str
    share: float


class Training:
    """Starts, watches and ends trainings; belongs to one event loop.

    `command` is what to run without --out and --progress; `changed` is called after every change of `run`.
    """

    def __init__(self, command: Sequence[str], models: Path, root: Path, changed: Callable[[], None]) -> None:
        self._command = tuple(command)
        self._models = models
        self._root = root
        self._changed = changed
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self.run: Run | None = None

    @property
    def is_running(self) -> bool:
        """Whether a training goes on now."""
        return self.run is not None and self.run.stage is Stage.RUNNING

    async def start(self, name: str, by: str, now: datetime) -> Run:
        """Begin to train a model of this name; raises Conflict while another training goes on."""
        if self.is_running:
            raise Conflict("已经有一次训练在进行", "等它结束，或者先取消它")
        run = Run(name, by, now)
        self._set(run)
        self._watch = asyncio.create_task(self._train(self._arguments(name)))
        return run

    async def cancel(self) -> None:
        """End the training that goes on; raises Conflict if none does."""
        if self.run is None or not self.is_running:
            raise Conflict("现在没有训练在进行", "请刷新页面")
        self._set(replace(self.run, stage=Stage.CANCELLED))
        await self._stop()

    async def close(self) -> None:
        """End a training that goes on, as when the service stops."""
        if self.is_running:
            await self.cancel()

    async def finished(self) -> None:
        """Wait for the training that goes on, if one does."""
        if self._watch:
            await self._watch

    def _arguments(self, name: str) -> list[str]:
        # Residents' messages come first on a machine with few cores.
        nice = shutil.which("nice")
        gently = [nice, "-n", "10"] if nice else []
        return [*gently, *self._command, "--out", str(self._file(name)), "--progress"]

    async def _train(self, arguments: Sequence[str]) -> None:
        try:
            process = await asyncio.create_subprocess_exec(
                *arguments,
                cwd=self._root,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=LONGEST_LINE,
                start_new_session=True,
            )
        except OSError as error:
            self._end(1, str(error))
            return
        self._process = process
        if not self.is_running:
            self._signal(signal.SIGTERM)
        _, last_words = await asyncio.gather(self._follow(process), _last_words(process))
        self._end(await process.wait(), last_words)

    async def _follow(self, process: asyncio.subprocess.Process) -> None:
        if process.stdout is None:
            return
        async for line in process.stdout:
            if self.run and self.is_running and (progress := progress_in(line)):
                self._set(replace(self.run, step=progress.step, share=progress.share))

    def _end(self, code: int, last_words: str) -> None:
        self._process = None
        if self.run is None:
            return
        if self.is_running and code == 0 and self._file(self.run.name).exists():
            self._set(replace(self.run, stage=Stage.DONE, share=1.0))
            return
        for leftover in (self._file(self.run.name), self._file(self.run.name, ".json")):
            leftover.unlink(missing_ok=True)
        if self.is_running:
            LOG.error("training %s ended with code %d: %s", self.run.name, code, last_words)
            problem = last_words[-LONGEST_PROBLEM:] or f"退出码 {code}"
            self._set(replace(self.run, stage=Stage.FAILED, problem=problem))

    async def _stop(self) -> None:
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(asyncio.shield(self.finished()), PATIENCE)
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await self.finished()

    def _signal(self, which: signal.Signals) -> None:
        if self._process and self._process.returncode is None:
            os.killpg(self._process.pid, which)

    def _set(self, run: Run) -> None:
        self.run = run
        self._changed()

    def _file(self, name: str, ending: str = ".tar.gz") -> Path:
        return self._models / f"{name}{ending}"


def progress_in(line: bytes) -> Progress | None:
    """Read one line of a training's output; None for what is no progress, such as a library's own words."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    step, share = said.get("step"), said.get("share")
    if not isinstance(step, str) or not isinstance(share, int | float):
        return None
    return Progress(step, min(max(float(share), 0.0), 1.0))


async def _last_words(process: asyncio.subprocess.Process) -> str:
    if process.stderr is None:
        return ""
    lines: deque[str] = deque(maxlen=LAST_WORDS)
    async for line in process.stderr:
        if said := line.decode("utf-8", "replace").strip():
            lines.append(said)
    return lines[-1] if lines else ""
