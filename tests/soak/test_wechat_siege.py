"""Five minutes of hostile requests at WeChat's callback; the short version is beside the tests of the channel."""

import asyncio
import os
from pathlib import Path

import pytest

from tests.channels.wechat.besieged import besieged, complaints
from tests.web.served import fresh_desk

pytestmark = pytest.mark.skipif("LINLI_SOAK" not in os.environ, reason="long runs: make soak")

SECONDS = 300.0
EXAMPLES, AT_ONCE = 500, 3


async def test_five_minutes_of_hostile_requests_are_no_fault_of_the_service(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = fresh_desk(tmp_path)
    end = asyncio.get_running_loop().time() + SECONDS
    number = 0
    async with besieged(desk, tmp_path) as town:
        while asyncio.get_running_loop().time() < end:
            await asyncio.gather(*(town.siege(EXAMPLES, number + place) for place in range(AT_ONCE)))
            number += AT_ONCE

            assert await town.is_answering(number)
            assert complaints(caplog.records) == []
            caplog.clear()
    desk.store.close()
