"""The console as the READMEs show it: a conversation, an event and the map on a desk, three pages on a phone."""

from typing import Final

from playwright.sync_api import Browser, BrowserContext, ViewportSize

from tests.e2e.office import Office
from tests.e2e.resident import Resident
from tests.e2e.service import Service
from tests.e2e.staff import Staff

DESK: Final[ViewportSize] = {"width": 1280, "height": 840}
PHONE: Final[ViewportSize] = {"width": 390, "height": 780}
WORKER, DISPATCHER = "liqing", "tangliang"
ASKED: Final = "9号楼1单元的电梯门关不上，上上下下都走楼梯，老人受不了"


def on_a_desk(service: Service, browser: Browser, talker: BrowserContext) -> dict[str, bytes]:
    """Pictures by name: talk, event, map."""
    office = Office(service, browser)
    worker, dispatcher = office.desk_of(WORKER, DESK), office.desk_of(DISPATCHER, DESK)
    try:
        return {
            "talk": _talk(Resident.arriving(talker, service.address), worker),
            "event": _opened(dispatcher, "/console/events", "楼上半夜太吵"),
            "map": _shown(dispatcher, "/console/map"),
        }
    finally:
        office.close()


def on_a_phone(service: Service, browser: Browser) -> list[bytes]:
    """Who waits, what comes next with an event, and where things stand."""
    office = Office(service, browser)
    worker = office.desk_of(WORKER, PHONE)
    try:
        return [
            _shown(worker, "/console/conversations"),
            _opened(worker, "/console/events", "楼道灯不亮"),
            _shown(worker, "/console/board"),
        ]
    finally:
        office.close()


def _talk(resident: Resident, worker: Staff) -> bytes:
    resident.say("转人工")
    resident.is_told_who_answers("已经转给工作人员")
    resident.say(ASKED)
    worker.visits("/console/conversations")
    worker.page.locator(".wait", has_text=ASKED[:8]).get_by_role("button", name="我来接").click()
    worker.reads("正在由您接待")
    line = worker.page.locator(".line-in", has_text=ASKED)
    line.locator("summary").click()
    line.scroll_into_view_if_needed()
    return _still(worker)


def _opened(staff: Staff, path: str, title: str) -> bytes:
    staff.visits(path)
    staff.follows(title)
    staff.page.locator(".next").wait_for()
    return _still(staff)


def _shown(staff: Staff, path: str) -> bytes:
    staff.visits(path)
    return _still(staff)


def _still(staff: Staff) -> bytes:
    staff.page.wait_for_load_state("load")
    return staff.page.screenshot(animations="disabled", caret="hide")
