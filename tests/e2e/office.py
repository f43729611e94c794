"""The demo street's staff at their desks or phones, each signed in with cookies of their own."""

from playwright.sync_api import Browser, BrowserContext, ViewportSize

from bot.web.login import COOKIE
from tests.e2e.phone import DESK
from tests.e2e.service import Service
from tests.e2e.staff import Staff


class Office:
    """Whoever is wanted comes; the login page, where logins are counted, has tests of its own."""

    def __init__(self, service: Service, browser: Browser) -> None:
        self._service = service
        self._browser = browser
        self._contexts: dict[str, BrowserContext] = {}

    def desk_of(self, username: str, size: ViewportSize) -> Staff:
        """A new page of this person, of that size."""
        staff = Staff(self._signed_in(username), self._service.address)
        staff.page.set_viewport_size(size)
        return staff

    def close(self) -> None:
        """Send everybody home."""
        for context in self._contexts.values():
            context.close()

    def _signed_in(self, username: str) -> BrowserContext:
        if username not in self._contexts:
            context = self._browser.new_context(viewport=DESK, locale="zh-CN")
            token = self._service.login_of(username)
            context.add_cookies([{"name": COOKIE, "value": token, "url": self._service.address}])
            self._contexts[username] = context
        return self._contexts[username]
