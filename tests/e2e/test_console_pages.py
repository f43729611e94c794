"""Every page of the console as everybody who works there sees it: on a phone, on a desk, with the keyboard alone."""

import re
from collections import deque
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.office import Office
from tests.e2e.phone import PHONE, WIDE, beyond_the_keyboard, complaints, grave_findings, overflow
from tests.e2e.staff import Staff

CAST = {
    "worker": "liqing",
    "director": "chenguifang",
    "dispatcher": "tangliang",
    "leader": "songzhiyuan",
    "grid worker": "wangxiaohe",
    "clerk": "dengkai",
    "volunteer": "tianxiaoman",
    "auditor": "yanming",
    "administrator": "admin-guan",
}
# Pages that no link of the demo leads to: what is typed into the search field, and lists with filters.
TYPED = (
    "/console/search?q=灯",
    "/console/events?leaf=05",
    "/console/events?status=all&overdue=1",
    "/console/undelivered",
)
MOST_PAGES = 40
ROLES = pytest.mark.parametrize("username", CAST.values(), ids=CAST)
_LINKS = "[...document.querySelectorAll('a[href^=\"/console\"]')].map((one) => one.getAttribute('href'))"
_OPEN_ALL = """(() => {
  document.querySelectorAll('main details').forEach((one) => { one.open = true; });
  document.querySelectorAll('#filters').forEach((one) => { one.checked = true; });
})()"""


def pages(staff: Staff, *first: str) -> Iterator[str]:
    """Visit one page of every sort this person can get to, and name it."""
    todo, seen = deque(["/console", *first]), set[str]()
    while todo:
        path = todo.popleft()
        if (sort := sort_of(path)) in seen:
            continue
        seen.add(sort)
        staff.visits(path)
        todo.extend(one for one in staff.page.evaluate(_LINKS) if "#" not in one)
        yield path
    assert 2 < len(seen) < MOST_PAGES


def sort_of(path: str) -> str:
    """What pages of one sort have in common: /console/events/*, /console/settings/parties/*, /console/figures?"""
    bare, asks, _ = path.partition("?")
    numbered = re.sub(r"/([A-Z]{2})?\d[\d-]*(?=/|$)", "/*", bare)
    return re.sub(r"(/settings/(?:phones/)?\w+)/(?!new$)[^/]+$", r"\1/*", numbered) + asks


def faults(page: Page) -> list[str]:
    """What is wrong with the page in either size, with everything on it open."""
    page.evaluate(_OPEN_ALL)
    found: list[str] = []
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        found += [f"{size['width']}: {one}" for one in (*overflow(page), *grave_findings(page))]
    return found


@ROLES
def test_nothing_serious_is_found_on_any_page(office: Office, username: str) -> None:
    staff = office.desk_of(username, PHONE)
    said = complaints(staff.page)
    typed = TYPED if username == CAST["worker"] else ()
    found = {path: wrong for path in pages(staff, *typed) if (wrong := faults(staff.page))}
    assert found == {}
    assert said == []
    staff.page.close()


@pytest.mark.parametrize("role", ["dispatcher", "clerk", "administrator"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(office: Office, role: str) -> None:
    staff = office.desk_of(CAST[role], PHONE)
    found = {}
    for path in pages(staff):
        staff.page.evaluate(_OPEN_ALL.replace("main ", ""))
        if missed := beyond_the_keyboard(staff.page):
            found[path] = missed
    assert found == {}
    staff.page.close()


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_what_is_folded_opens_with_the_keyboard(office: Office, size: ViewportSize) -> None:
    staff = office.desk_of(CAST["worker"], size)
    staff.visits("/console/events")
    folded = staff.page.locator("details.filter-more")
    if size is PHONE:
        expect(folded).to_be_hidden()
        staff.page.get_by_label("列出全部条件").focus()
        staff.page.keyboard.press("Space")
    folded.locator("summary").focus()
    staff.page.keyboard.press("Enter")
    expect(folded.get_by_label("由谁承办")).to_be_visible()
    assert folded.evaluate("(one) => one.open")
    staff.page.close()


def test_a_phone_shows_the_first_links_and_the_others_behind_one_word(office: Office) -> None:
    staff = office.desk_of(CAST["dispatcher"], PHONE)
    staff.visits("/console/board")
    menu = staff.page.get_by_role("navigation", name="主要页面")
    expect(menu.get_by_role("link")).to_have_text(["居民对话", "网格事件", "看板"])
    menu.get_by_text("更多").focus()
    staff.page.keyboard.press("Enter")
    menu.get_by_role("link", name="统计").click()
    staff.page.wait_for_url(re.compile("/console/figures"))
    assert "统计" in menu.locator("summary").inner_text()
    staff.page.close()


def test_a_grid_of_the_map_is_reached_and_opened_with_the_keyboard(office: Office) -> None:
    staff = office.desk_of(CAST["worker"], PHONE)
    staff.visits("/console/map")
    staff.page.locator(".map-grid").first.focus()
    staff.page.keyboard.press("Enter")
    staff.page.wait_for_url(re.compile(r"/console/events\?"))
    assert "grid=" in staff.page.url
    staff.page.close()
