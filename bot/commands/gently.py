"""A command beside the service: of low priority, and ended with the service."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from bot.settings import ROOT

LOWEST_PRIORITY: Final = 19


async def run(command: Sequence[str]) -> None:
    """Run it to its end; cancelled, it ends at once, with every process it has started itself."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=DEVNULL,
        preexec_fn=partial(os.nice, LOWEST_PRIORITY),
        # A group of its own, so that its children can be ended too.
        start_new_session=True,
    )
    try:
        await process.wait()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        await process.wait()
        raise
