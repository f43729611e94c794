"""A few hundred hostile requests; the long run is in tests/soak."""

from pathlib import Path

import pytest

from bot.services.desk import Desk
from tests.channels.wechat.besieged import besieged, complaints

EXAMPLES = 400


async def test_no_hostile_request_is_a_fault_of_the_service(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with besieged(desk, tmp_path) as town:
        await town.siege(EXAMPLES, number=1)

        assert await town.is_answering(1)
    assert complaints(caplog.records) == []
