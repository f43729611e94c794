"""What runs beside the service ends with the service and never before it."""

import asyncio
import logging
from contextlib import suppress
from functools import partial

import pytest

from bot.errors import Unavailable
from bot.services.beside import attempt, keep_running, until_woken
from bot.services.hub import Hub
from tests.services.dialogues import until

SECRET = "住3号楼的王奶奶"


class Rounds:
    """Two steps of a loop, of which the first never gets through."""

    def __init__(self, failure: Exception) -> None:
        self._failure = failure
        self.tried = 0
        self.taken = 0

    async def first(self) -> None:
        self.tried += 1
        raise self._failure

    async def second(self) -> None:
        self.taken += 1


async def ended(running: asyncio.Task[None]) -> None:
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_whatever_a_step_raises_the_next_step_and_the_next_round_come() -> None:
    rounds = Rounds(LookupError(SECRET))
    running = asyncio.create_task(keep_running("waits", partial(asyncio.sleep, 0), rounds.first, rounds.second))

    await until(lambda: rounds.taken > 2)

    assert not running.done()
    assert rounds.tried >= rounds.taken
    await ended(running)
    assert running.cancelled()


async def test_of_a_foreign_exception_only_its_kind_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        await attempt("the lamp waits", Rounds(LookupError(SECRET)).first)

    assert "the lamp waits: LookupError" in caplog.text
    assert SECRET not in caplog.text


async def test_our_own_failures_say_what_is_wrong(caplog: pytest.LogCaptureFixture) -> None:
    await attempt("the lamp waits", Rounds(Unavailable("数据库没有回应")).first)

    assert "the lamp waits: 数据库没有回应" in caplog.text


async def test_being_cancelled_is_no_failure() -> None:
    running = asyncio.create_task(attempt("waits", partial(asyncio.sleep, 60)))
    await asyncio.sleep(0)

    running.cancel()

    with pytest.raises(asyncio.CancelledError):
        await running


async def test_news_end_the_rest_and_so_does_time() -> None:
    hub = Hub()
    with hub.subscribe("news") as wakings:
        await until_woken(wakings, 0.01)
        resting = asyncio.create_task(until_woken(wakings, 3600))
        await asyncio.sleep(0)
        assert not resting.done()
        hub.publish("news")
        await until(resting.done)
