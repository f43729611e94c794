"""Somebody of the staff at a desk, signed in once for all tests: logins are counted by the minute."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.phone import DESK
from tests.e2e.service import PASSWORD, Service

PATIENCE: Final = 15_000


class Staff:
    """A page of the console or the workbench."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self._address = address

    def visits(self, path: str) -> None:
        self.page.goto(self._address + path)

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def follows(self, words: str) -> None:
        self.page.get_by_role("link", name=words).first.click()

    def writes(self, words: str) -> None:
        """Answer the resident."""
        self.page.get_by_label("回复居民").fill(words)
        self.presses("发送")

    def moves_on(self, deed: str, note: str) -> None:
        """Do what comes next with the case on this page, and wait until the note stands in its log."""
        following = self.page.locator(".next")
        following.locator("textarea[name=words]").first.fill(note)
        for choice in following.get_by_label("实质办结").all():
            choice.check()
        following.get_by_role("button", name=deed, exact=True).click()
        self.page.locator(".steps", has_text=note).wait_for()

    def signs(self) -> None:
        """Take the case on this page over in the name of the unit it was given to, which was called before."""
        following = self.page.locator(".next")
        following.get_by_label("怎么说的").fill("乔经理说马上来")
        following.get_by_role("button", name="替他们签收", exact=True).click()
        self.page.locator(".steps", has_text="已有人接单").wait_for()

    def reads(self, words: str) -> str:
        """Wait for words in the main part of the page; return what the smallest element with them says."""
        found = self.page.locator("main").get_by_text(words).last
        found.wait_for()
        return found.inner_text()


@contextmanager
def signed_in(browser: Browser, service: Service, username: str) -> Iterator[BrowserContext]:
    """Sign in on the login page, as people do."""
    context = browser.new_context(viewport=DESK, locale="zh-CN")
    page = context.new_page()
    sign_in(page, service.address, username, PASSWORD)
    page.locator(".site-who", has_text="退出").wait_for()
    page.close()
    yield context
    context.close()


def sign_in(page: Page, address: str, username: str, password: str) -> None:
    """Fill in and send the login page."""
    page.goto(f"{address}/login")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def opens_menu(page: Page) -> None:
    """Show the links and the button that a phone has no room for; on a desk they are in sight."""
    # Until the style sheet is there, a desk shows what is for phones.
    page.wait_for_load_state("load")
    more = page.locator(".nav-more > summary")
    if more.is_visible():
        more.click()
