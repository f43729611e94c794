"""What runs beside the service ends with it."""

import asyncio
import fcntl
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.commands import gently

# Like the check of a model, it has a process of its own; as long as one of the two lives, the lock is held.
WITH_A_CHILD = """
import fcntl, pathlib, subprocess, sys
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], pass_fds=[lock.fileno()])
pathlib.Path(sys.argv[2]).touch()
child.wait()
"""


async def test_a_command_ends_with_the_service_and_so_does_whatever_it_started(tmp_path: Path) -> None:
    lock, begun = tmp_path / "lock", tmp_path / "begun"
    running = asyncio.create_task(gently.run((sys.executable, "-c", WITH_A_CHILD, str(lock), str(begun))))
    await until(begun.exists)

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    await until(lambda: is_free(lock))


async def test_a_command_runs_to_its_end(tmp_path: Path) -> None:
    done = tmp_path / "done"

    await gently.run((sys.executable, "-c", "import pathlib, sys; pathlib.Path(sys.argv[1]).touch()", str(done)))

    assert done.exists()


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for it; a test that waits in vain is ended by this."""

    def wait() -> None:
        while not is_so():
            time.sleep(0.05)

    await asyncio.wait_for(asyncio.to_thread(wait), 60)


def is_free(lock: Path) -> bool:
    with lock.open("r+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
