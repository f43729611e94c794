"""Switching the second step on in one browser, and signing in with it in another."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from bot.core import totp
from bot.core.staff import Role
from tests.e2e.phone import DESK, PHONE, grave_findings, overflow
from tests.e2e.resident import Resident
from tests.e2e.service import COMMUNITY, PASSWORD, Service
from tests.e2e.staff import opens_menu, sign_in


def code_of(page: Page, secret: str, ahead: int = 0) -> None:
    """Fill in what the phone shows, or will show in so many half minutes."""
    page.get_by_label("6位验证码").fill(totp.code_at(secret, totp.step_at(datetime.now(UTC)) + ahead))


@pytest.mark.parametrize(("size", "username"), [(DESK, "worker-an"), (PHONE, "worker-bo")], ids=["desk", "phone"])
def test_a_worker_signs_in_with_a_code_from_the_phone(
    service: Service, resident: Resident, size: ViewportSize, username: str
) -> None:
    page = resident.page
    page.set_viewport_size(size)
    service.add_staff(username, Role.WORKER, "安小舟", COMMUNITY)
    sign_in(page, service.address, username, PASSWORD)
    opens_menu(page)
    page.get_by_role("link", name="我的登录").click()
    page.get_by_role("button", name="打开两步验证").click()
    secret = re.sub(r"\s", "", page.locator("strong.key").inner_text())
    assert (grave_findings(page), overflow(page)) == ([], [])
    code_of(page, secret)
    page.get_by_role("button", name="打开", exact=True).click()
    expect(page.locator("main")).to_contain_text("已打开")
    opens_menu(page)
    page.get_by_role("button", name="退出", exact=True).click()

    sign_in(page, service.address, username, PASSWORD)
    assert (grave_findings(page), overflow(page)) == ([], [])
    code_of(page, secret, ahead=1)
    page.get_by_role("button", name="登录").click()

    expect(page.locator(".site-who")).to_contain_text("安小舟")
