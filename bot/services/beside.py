"""What runs beside the service goes on: whatever one round raises is noted, and the next round comes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from bot.errors import LinliError
from bot.services.hub import Subscription

LOG: Final = logging.getLogger(__name__)
Step = Callable[[], Awaitable[object]]


async def keep_running(trouble: str, rest: Step, *steps: Step) -> None:
    """Take the steps one after the other, rest, and begin again, until cancelled.

    What one step raises keeps neither the steps behind it nor the next round from coming; `trouble` says in the log
    what that means for people. `rest` must not raise.
    """
    while True:
        for step in steps:
            await attempt(trouble, step)
        await rest()


async def attempt(trouble: str, step: Step) -> None:
    """Take a step; whatever it raises goes to the log, but for being cancelled."""
    try:
        await step()
    except Exception as failure:  # noqa: BLE001 - who runs beside the service has nobody to raise to
        note_failure(trouble, failure)


async def until_woken(wakings: Subscription, seconds: float) -> None:
    """Rest until there is news, so many seconds at most."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await wakings.next()


def note_failure(trouble: str, failure: Exception) -> None:
    """Log it by its `fault_of`; the traceback is for whoever asks for it (debug)."""
    LOG.error("%s: %s", trouble, fault_of(failure))
    LOG.debug("%s", trouble, exc_info=failure)


def fault_of(failure: Exception) -> str:
    """What may be kept of a failure: messages of foreign exceptions may quote what residents wrote."""
    return str(failure) if isinstance(failure, LinliError) else type(failure).__name__
