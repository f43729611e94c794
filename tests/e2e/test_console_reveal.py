"""Contact and words in the clear disappear from an open page after a minute; what is being written stays."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.resident import Resident
from tests.e2e.staff import Staff

PHONE = "19900000088"


@pytest.fixture
def shown(resident: Resident, worker: Staff, wish: str) -> Page:
    """A page that shows what a resident wrote in the clear, on a clock that the test turns."""
    resident.say("0")
    resident.is_told_who_answers("已经转给工作人员")
    resident.say(f"{wish}，电话{PHONE}")
    worker.visits("/console/conversations")
    worker.page.locator(".wait", has_text=wish).get_by_role("button", name="我来接").click()
    worker.reads("正在由您接待")
    worker.page.clock.install()
    worker.page.locator("summary", has_text="显示电话和原话").click()
    worker.page.get_by_label("为什么要看").fill("要回电")
    worker.page.get_by_role("button", name="显示", exact=True).click()
    expect(worker.page.locator("main")).to_contain_text(PHONE)
    return worker.page


def test_after_a_minute_the_page_is_masked_again_and_current(shown: Page) -> None:
    shown.clock.fast_forward("00:59")
    expect(shown.locator("main")).to_contain_text(PHONE)
    shown.clock.fast_forward("00:02")
    expect(shown).to_have_url(re.compile(r"/console/conversations/\d+$"))
    expect(shown.locator("main")).not_to_contain_text(PHONE)
    assert shown.locator("[data-live]").count() == 1


def test_words_being_written_stay_until_they_are_sent(shown: Page) -> None:
    shown.get_by_label("回复居民").fill("我下午给您打电话")
    shown.clock.fast_forward("01:01")
    expect(shown.locator("main")).not_to_contain_text(PHONE)
    assert shown.get_by_label("回复居民").input_value() == "我下午给您打电话"
    shown.get_by_role("button", name="发送").click()
    expect(shown).to_have_url(re.compile(r"/console/conversations/\d+$"))
    expect(shown.locator(".lines")).to_contain_text("我下午给您打电话")
