"""A training runs in its own process, one at a time, can be watched and ended, and leaves no half model."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import Conflict
from bot.workbench.training import Progress, Stage, Training, progress_in
from tests.workbench.bench import SCRIPT

NOW = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)


class Bench:
    """A training with a script in place of the real command; counts how often it reports a change."""

    def __init__(self, folder: Path, how: str) -> None:
        script = folder / "train.py"
        script.write_text(SCRIPT, "utf-8")
        self.models = folder
        self.changes = 0
        self._changed = asyncio.Event()
        self.training = Training((sys.executable, str(script), how), folder, folder, self.changed)

    def changed(self) -> None:
        self.changes += 1
        self._changed.set()

    @property
    def stage(self) -> Stage:
        assert self.training.run
        return self.training.run.stage

    async def until(self, step: str) -> None:
        async with asyncio.timeout(10):
            while self.training.run is None or self.training.run.step != step:
                await self._changed.wait()
                self._changed.clear()


async def test_a_training_reports_its_steps_and_leaves_a_model(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "good")

    await bench.training.start("m1", "小林", NOW)
    await bench.training.finished()

    assert bench.training.run
    assert (bench.stage, bench.training.run.step, bench.training.run.share) == (Stage.DONE, "正在读例句", 1.0)
    assert (tmp_path / "m1.tar.gz").read_bytes() == b"a model"
    assert bench.changes >= 3


async def test_a_second_training_must_wait(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "slow")
    await bench.training.start("m1", "小林", NOW)

    with pytest.raises(Conflict):
        await bench.training.start("m2", "小林", NOW)

    await bench.training.close()


async def test_a_cancelled_training_leaves_no_half_model(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "slow")
    await bench.training.start("m1", "小林", NOW)
    await bench.until("正在读例句")

    await bench.training.cancel()

    assert bench.stage is Stage.CANCELLED
    assert not (tmp_path / "m1.tar.gz").exists()


async def test_a_training_cancelled_before_its_process_began_ends_all_the_same(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "slow")
    await bench.training.start("m1", "小林", NOW)

    async with asyncio.timeout(5):
        await bench.training.cancel()

    assert bench.stage is Stage.CANCELLED


async def test_what_does_not_run_cannot_be_cancelled(tmp_path: Path) -> None:
    with pytest.raises(Conflict):
        await Bench(tmp_path, "good").training.cancel()


async def test_a_failed_training_says_why_and_another_may_follow(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "broken")
    await bench.training.start("m1", "小林", NOW)
    await bench.training.finished()

    assert bench.training.run
    assert (bench.stage, bench.training.run.problem) == (
        Stage.FAILED,
        "data/nlu/report/06.yml:12: 写法不对",
    )
    await bench.training.start("m2", "小林", NOW)
    await bench.training.close()


async def test_a_training_that_leaves_no_model_has_failed(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "empty")
    await bench.training.start("m1", "小林", NOW)
    await bench.training.finished()

    assert bench.stage is Stage.FAILED


async def test_a_command_that_cannot_be_run_is_a_failed_training(tmp_path: Path) -> None:
    training = Training((str(tmp_path / "nothing"),), tmp_path, tmp_path, lambda: None)
    await training.start("m1", "小林", NOW)
    await training.finished()

    assert training.run
    assert training.run.stage is Stage.FAILED


@pytest.mark.parametrize(
    ("line", "progress"),
    [
        ('{"step": "评测", "share": 0.5}', Progress("评测", 0.5)),
        ('{"step": "评测", "share": 7}', Progress("评测", 1.0)),
        ('{"step": 3, "share": 0.5}', None),
        ('{"step": "评测"}', None),
        ("[1]", None),
        ("Epoch 3/100", None),
        ("\xff", None),
    ],
)
def test_a_line_of_output_is_progress_or_is_passed_over(line: str, progress: Progress | None) -> None:
    assert progress_in(line.encode("latin-1" if line == "\xff" else "utf-8")) == progress
