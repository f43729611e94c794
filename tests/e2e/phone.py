"""A browser as residents and staff hold it, and what can be measured on any page."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

CHROMIUM: Final = Path(os.environ.get("LINLI_CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
SMALL_PHONE: Final[ViewportSize] = {"width": 320, "height": 568}
DESK: Final[ViewportSize] = {"width": 1280, "height": 800}
WIDE: Final[ViewportSize] = {"width": 1440, "height": 900}
GRAVE: Final = frozenset({"serious", "critical"})

# Elements that stick out to the right of the window, except inside boxes that hide or scroll what sticks out.
_STICKS_OUT: Final = """() => {
  const clipped = (one) => one.closest('.unseen, .skip') !== null;
  return [...document.body.querySelectorAll('*')]
    .filter((one) => !clipped(one) && one.getBoundingClientRect().right > window.innerWidth + 1)
    .map((one) => one.tagName + '.' + one.className + ' ' + one.textContent.slice(0, 30));
}"""
# What a keyboard must reach: of some radio buttons only one takes the focus, and nothing that is not drawn does.
# Lists that are drawn anew meanwhile have the same names in them, and a number that comes later changes no name.
_WATCH_FOCUS: Final = """() => {
  const all = 'a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex="0"]';
  const plain = (one) => {
    const copy = one.cloneNode(true);
    copy.querySelectorAll('[data-badge]').forEach((badge) => badge.remove());
    return copy.outerHTML;
  };
  const name = (one) => one.type === 'radio' ? one.form.action + one.name : one.id || plain(one);
  const drawn = [...document.querySelectorAll(all)].filter((one) => one.checkVisibility({ visibilityProperty: true }));
  window.focusWanted = new Map(drawn.map((one) => [name(one), one.outerHTML]));
  window.focusUnseen = [];
  document.addEventListener('focusin', ({ target }) => {
    window.focusWanted.delete(name(target));
    const isSeen = getComputedStyle(target).outlineStyle !== 'none' || target.closest('svg');
    if (!isSeen) window.focusUnseen.push(target.outerHTML);
  });
  document.activeElement.blur();
  return drawn.length + 3 * drawn.filter((one) => /date|time/.test(one.type)).length;
}"""
_NOT_FOCUSED: Final = """() => [
  ...[...window.focusWanted.values()].map((html) => 'never: ' + html.slice(0, 120)),
  ...window.focusUnseen.map((html) => 'unseen: ' + html.slice(0, 120)),
]"""
_SCROLLS_SIDEWAYS: Final = """() => [document.scrollingElement, ...document.querySelectorAll('main, [role=log]')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.tagName + '#' + one.id)"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Open the browser of LINLI_CHROMIUM."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def grave_findings(page: Page) -> list[str]:
    """What axe calls serious or critical: the rule and the elements it is broken by."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {' | '.join(node['html'] for node in one['nodes'])}" for one in found if one["impact"] in GRAVE
    ]


def overflow(page: Page) -> list[str]:
    """What makes the page wider than its window."""
    found: list[str] = page.evaluate(_SCROLLS_SIDEWAYS) + page.evaluate(_STICKS_OUT)
    return found


def complaints(page: Page) -> list[str]:
    """What the browser will write into its console, as of blocked scripts and missing files; grows by itself."""
    found: list[str] = []
    page.on("console", lambda said: found.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def beyond_the_keyboard(page: Page) -> list[str]:
    """What the Tab key does not reach on the page, or reaches without showing it."""
    for _ in range(page.evaluate(_WATCH_FOCUS) + 2):
        page.keyboard.press("Tab")
    found: list[str] = page.evaluate(_NOT_FOCUSED)
    return found
