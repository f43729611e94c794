"""What every answer carries, and static files that may be kept for ever."""

import dataclasses
import re
from pathlib import Path

import pytest

from bot.services.desk import Desk
from bot.web.pages import STATIC, fingerprint
from tests.web.served import Browser, Echo, browsing

ADDRESSES = ["/", "/nowhere", "/login", "/chat/history"]


async def stylesheet(browser: Browser) -> str:
    page = await (await browser.get("/login")).text()
    found = re.search(r'href="(/static/\w+/site\.css)"', page)
    assert found, page
    return found[1]


@pytest.mark.parametrize("address", ADDRESSES)
async def test_nothing_foreign_may_run_or_frame_our_pages(browser: Browser, address: str) -> None:
    headers = (await browser.get(address)).headers
    policy = headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy)
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Server" not in headers


@pytest.mark.parametrize("address", ADDRESSES)
async def test_pages_are_not_kept_by_anything_on_the_way(browser: Browser, address: str) -> None:
    assert (await browser.get(address)).headers["Cache-Control"] == "no-store"


async def test_https_is_insisted_on_only_where_cookies_are_secure(desk: Desk, browser: Browser) -> None:
    secure = dataclasses.replace(desk, settings=dataclasses.replace(desk.settings, secure_cookies=True))
    async with browsing(secure, Echo(secure)) as other:
        response = await other.get("/")
    assert "Strict-Transport-Security" in response.headers
    assert response.cookies["linli_resident"]["secure"] is True
    assert "Strict-Transport-Security" not in (await browser.get("/")).headers


async def test_our_pages_carry_no_inline_script_or_style(browser: Browser) -> None:
    for address in ("/", "/login", "/nowhere"):
        page = await (await browser.get(address, headers={"Accept": "text/html"})).text()
        assert not re.findall(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", page)
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


async def test_static_files_may_be_kept_for_ever(browser: Browser) -> None:
    response = await browser.get(await stylesheet(browser))
    assert (response.status, response.content_type) == (200, "text/css")
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


async def test_a_static_file_that_does_not_exist_is_not_kept(browser: Browser) -> None:
    response = await browser.get((await stylesheet(browser)).replace("site.css", "nothing.css"))
    assert (response.status, response.headers["Cache-Control"]) == (404, "no-store")


@pytest.mark.parametrize("path", ["../templates/layout.html", "%2e%2e/pages.py", "..%2fpages.py", ""])
async def test_only_static_files_are_served(browser: Browser, path: str) -> None:
    response = await browser.get((await stylesheet(browser)).replace("site.css", path))
    assert response.status in {403, 404}


def test_the_fingerprint_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.js").write_text("1")
    before = fingerprint(tmp_path)
    (tmp_path / "deep" / "a.js").write_text("2")
    changed = fingerprint(tmp_path)
    (tmp_path / "deep" / "a.js").rename(tmp_path / "deep" / "b.js")
    assert len({before, changed, fingerprint(tmp_path)}) == 3


def test_scripts_keep_to_what_phones_of_2018_understand() -> None:
    scripts = "\n".join(path.read_text() for path in STATIC.rglob("*.js"))
    assert not re.findall(
        r"\?\.|\?\?|\|\|=|&&=|replaceAll|\.at\(|Object\.fromEntries|\.flat\(|matchAll|^await ", scripts
    )
    sheets = "\n".join(path.read_text() for path in STATIC.rglob("*.css"))
    assert not re.findall(r":has\(|:is\(|:where\(|@layer|@container|\bgap:|\binset:|clamp\(|aspect-ratio", sheets)


def test_scripts_never_turn_text_into_markup() -> None:
    scripts = "\n".join(path.read_text() for path in STATIC.rglob("*.js"))
    assert not re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", scripts)
