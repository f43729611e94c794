"""What a resident does on the chat page and what it says back."""

import re
from typing import Final

from playwright.sync_api import BrowserContext, Locator, Page

PATIENCE: Final = 15_000
MOST_KEYS: Final = 40
_THEIRS: Final = "#messages .theirs .bubble"
_NUMBER: Final = re.compile(r"GE\d{9}-\d{8}-\d{4}")


class Resident:
    """Somebody with the chat page open."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    def arriving(cls, context: BrowserContext, address: str) -> "Resident":
        """Open the page and wait until it can be used."""
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(address)
        resident = cls(page)
        resident.wait_until_ready()
        return resident

    def wait_until_ready(self) -> None:
        self.page.locator("body[data-ready=yes]").wait_for()

    def come_back(self) -> None:
        """Reload the page."""
        self.page.reload()
        self.wait_until_ready()

    def say(self, words: str) -> None:
        self.page.locator("#text").fill(words)
        self.page.locator("#send").click()

    def choose(self, title: str) -> None:
        """Tap one of the answers offered."""
        self.page.locator("#messages .choices button", has_text=title).click()

    def hears(self, words: str) -> str:
        """Wait for the newest bubble of the other side with these words and return all of it."""
        bubble = self.page.locator(_THEIRS, has_text=words).last
        bubble.wait_for()
        return bubble.inner_text()

    def hears_anything(self) -> None:
        """Wait for a first bubble of the other side."""
        self.page.locator(_THEIRS).first.wait_for()

    def is_told_who_answers(self, words: str) -> str:
        """Wait until the head of the page says this."""
        self.page.locator("#presence", has_text=words).wait_for()
        return self.page.locator("#presence").inner_text()

    def is_at_rest(self) -> None:
        """Wait until nobody is writing any more."""
        self.page.wait_for_function("document.getElementById('typing').hidden")

    def offered(self, title: str) -> Locator:
        """Wait for an answer to tap."""
        button = self.page.locator("#messages .choices button", has_text=title)
        button.wait_for()
        return button

    def card(self, kind: str) -> Locator:
        """Wait for the newest card of a kind: progress, emergency, answer, visit."""
        card = self.page.locator(f".card-{kind}").last
        card.wait_for()
        return card

    def said(self) -> list[str]:
        """All bubbles on the page, oldest first."""
        return self.page.locator("#messages .bubble").all_inner_texts()

    def said_myself(self) -> list[str]:
        return self.page.locator("#messages .mine .bubble").all_inner_texts()

    def press_until(self, key: str, target: str) -> None:
        """Press a key until the element of this selector has the focus."""
        for _ in range(MOST_KEYS):
            self.page.keyboard.press(key)
            if self.page.evaluate("(target) => document.activeElement.matches(target)", target):
                return
        raise AssertionError(f"{key} does not lead to {target}")

    def reports(self, problem: str) -> str:
        """Report a problem, confirm it and return what is said of the filed case."""
        self.say(problem)
        self.offered("对，报上去")
        self.choose("对，报上去")
        return self.hears("报好了")

    @staticmethod
    def number_of(words: str) -> str:
        """Return the number of the grid event in what was said."""
        found = _NUMBER.search(words)
        assert found, f"no number in {words!r}"
        return found[0]
