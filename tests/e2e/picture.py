"""Renews the pictures of the READMEs: `python -m tests.e2e.picture`."""

import base64
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser

from bot.services.models import ensure_model
from bot.settings import ROOT, Settings
from tests.e2e import console_pictures, phone
from tests.e2e.resident import Resident
from tests.e2e.service import Service, copied, running

STATIC: Final = ROOT / "bot" / "web" / "static"
COLOURS: Final = 128
"""So many are enough for pages, and make the files a third as large."""
SCREEN: Final = {"width": 390, "height": 780}
GAP: Final = 24
_SIDE_BY_SIDE: Final = "<style>body{margin:0;padding:%dpx;background:#dfe7e2;display:flex;gap:%dpx}</style>%s"
_SCREEN: Final = '<img src="data:image/png;base64,%s" width="390" style="border-radius:18px">'


def take() -> None:
    """Hold conversations with the real service, as a resident and as staff, and photograph them."""
    model = ensure_model(Settings.from_environment(), lambda *_: None)
    with tempfile.TemporaryDirectory() as folder:
        service = copied(Path(folder), model)
        with running(service), phone.chromium() as browser:
            screens = [_report(browser, service), _progress(browser, service), _large(browser, service)]
            _keep("chat", _side_by_side(browser, screens))
            talker = browser.new_context(viewport=console_pictures.PHONE, locale="zh-CN")
            for name, picture in console_pictures.on_a_desk(service, browser, talker).items():
                _keep(f"console-{name}", picture)
            _keep("console-phone", _side_by_side(browser, console_pictures.on_a_phone(service, browser)))


def _keep(name: str, picture: bytes) -> None:
    drawn = Image.open(BytesIO(picture)).convert("RGB").quantize(COLOURS)
    drawn.save(STATIC / f"readme-{name}.png", optimize=True)


def _arriving(browser: Browser, service: Service) -> Resident:
    context = browser.new_context(viewport={"width": SCREEN["width"], "height": SCREEN["height"]}, locale="zh-CN")
    return Resident.arriving(context, service.address)


def _report(browser: Browser, service: Service) -> bytes:
    resident = _arriving(browser, service)
    resident.say("3号楼2单元的楼道灯不亮了，老人晚上不敢下楼")
    resident.offered("对，报上去")
    return _still(resident)


def _progress(browser: Browser, service: Service) -> bytes:
    resident = _arriving(browser, service)
    resident.reports("12号楼门口的垃圾堆了好几天")
    resident.say("我上次报的怎么样了")
    resident.card("progress")
    return _still(resident)


def _large(browser: Browser, service: Service) -> bytes:
    resident = _arriving(browser, service)
    resident.page.get_by_role("button", name="长辈版").click()
    resident.say("3号楼着火了")
    resident.card("emergency")
    return _still(resident)


def _still(resident: Resident) -> bytes:
    resident.is_at_rest()
    return resident.page.screenshot(animations="disabled", caret="hide")


def _side_by_side(browser: Browser, screens: list[bytes]) -> bytes:
    page = browser.new_page(viewport={"width": 3 * SCREEN["width"] + 4 * GAP, "height": SCREEN["height"] + 2 * GAP})
    shown = "".join(_SCREEN % base64.b64encode(screen).decode() for screen in screens)
    page.set_content(_SIDE_BY_SIDE % (GAP, GAP, shown))
    return page.screenshot()


if __name__ == "__main__":
    take()
