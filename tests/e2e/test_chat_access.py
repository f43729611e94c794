"""The chat page for screen readers and small screens, with a conversation and cards on it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, ViewportSize

from tests.e2e.phone import PHONE, SMALL_PHONE, grave_findings, overflow
from tests.e2e.resident import Resident
from tests.e2e.service import Service


@pytest.fixture(params=["usual type", "large type"])
def conversation(
    request: pytest.FixtureRequest, service: Service, pocket: BrowserContext, dark_stairs: Iterator[str]
) -> Resident:
    """A page with reports, an answer, an emergency and open choices."""
    resident = Resident.arriving(pocket, service.address)
    if request.param == "large type":
        resident.page.get_by_role("button", name="长辈版").click()
    resident.reports(next(dark_stairs))
    resident.say("我上次报的怎么样了")
    resident.card("progress")
    resident.say("16号楼2单元有人晕倒没有呼吸了")
    resident.card("emergency")
    resident.say(next(dark_stairs))
    resident.offered("对，报上去")
    return resident


@pytest.mark.parametrize("size", [PHONE, SMALL_PHONE], ids=["390x844", "320x568"])
def test_nothing_serious_is_found_and_nothing_overflows(conversation: Resident, size: ViewportSize) -> None:
    conversation.page.set_viewport_size(size)
    assert grave_findings(conversation.page) == []
    assert overflow(conversation.page) == []


@pytest.mark.parametrize("size", [PHONE, SMALL_PHONE], ids=["390x844", "320x568"])
def test_the_empty_page_is_fine_too(resident: Resident, size: ViewportSize) -> None:
    resident.page.set_viewport_size(size)
    assert grave_findings(resident.page) == []
    assert overflow(resident.page) == []
