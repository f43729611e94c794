"""Pictures on a phone: of what is wrong and of what was done about it, for colleagues and for the resident."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect

from tests.e2e.office import Office
from tests.e2e.phone import PHONE, complaints, grave_findings, overflow
from tests.e2e.resident import Resident
from tests.e2e.staff import Staff

GRID_WORKER, WORKER, COLLEAGUE, DIRECTOR = "wangxiaohe", "liqing", "zhoumin", "chenguifang"
PARTY_ID = "qinghe-property-qh"
MATTER = "北门公告栏旁边贴满了小广告，字都盖住了"


def picture(colour: str, size: tuple[int, int] = (1200, 900)) -> FilePayload:
    """A picture as a phone takes it, in one colour and some noise."""
    made = BytesIO()
    noise = Image.effect_noise(size, 60).convert("RGB")
    Image.blend(noise, Image.new("RGB", size, colour), 0.7).save(made, "JPEG", quality=90)
    return {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


@pytest.fixture
def on_rounds(office: Office) -> Iterator[Staff]:
    """The grid worker, with a phone; whatever their browser complains of fails the test."""
    staff = office.desk_of(GRID_WORKER, PHONE)
    heard = complaints(staff.page)
    yield staff
    assert heard == []
    staff.page.close()


def files(staff: Staff) -> None:
    """Report with two pictures, one of them larger than any may be: the page makes it smaller."""
    large = picture("saddlebrown", (4000, 3000))
    assert len(large["buffer"]) > 5_000_000
    staff.visits("/console/events/new")
    page = staff.page
    page.get_by_label("什么事").fill("0704")
    page.get_by_label("具体位置").fill("北门公告栏旁边")
    page.get_by_label("什么情况").fill(MATTER)
    page.get_by_label("拍照或选照片").set_input_files([picture("firebrick"), large])
    page.get_by_text("选好了2张照片").wait_for()
    assert overflow(page) == []
    staff.presses("上报")
    page.locator(".steps .thumbs img").first.wait_for()


def settles(staff: Staff) -> None:
    """Put it right on the spot, with a picture of how it looks now."""
    following = staff.page.locator(".next")
    following.get_by_label("怎么处理的").fill("铲干净了，刷了一遍漆")
    following.get_by_label("拍照或选照片").first.set_input_files(picture("seagreen"))
    staff.page.get_by_text("选好了1张照片").wait_for()
    following.get_by_role("button", name="就地解决了").click()
    staff.page.locator(".steps", has_text="处理完了").wait_for()


def test_before_and_after_stand_side_by_side_on_a_phone(on_rounds: Staff, office: Office) -> None:
    files(on_rounds)
    settles(on_rounds)

    page = on_rounds.page
    pairs = page.get_by_role("region", name="前后对照")
    pairs.scroll_into_view_if_needed()
    expect(pairs.get_by_role("img")).to_have_count(3)
    before, after = (
        pairs.get_by_alt_text("处理前照片1").bounding_box(),
        pairs.get_by_alt_text("处理后照片1").bounding_box(),
    )
    assert before
    assert after
    assert before["y"] == after["y"]
    assert before["x"] + before["width"] < after["x"]
    for one in pairs.get_by_role("img").all():
        one.scroll_into_view_if_needed()
        expect(one).to_have_js_property("complete", value=True)
        assert one.evaluate("(picture) => picture.naturalWidth") > 0
    assert overflow(page) == []
    assert grave_findings(page) == []
    pairs.get_by_role("link").first.focus()
    assert page.evaluate("document.activeElement.matches(':focus-visible')")
    takes_one_down(office, page.url)


def takes_one_down(office: Office, address: str) -> None:
    director = office.desk_of(DIRECTOR, PHONE)
    page = director.page
    page.goto(address)
    page.locator("summary", has_text="撤下一张照片").click()
    page.get_by_label("撤下哪一张").select_option(index=2)
    page.get_by_label("为什么撤下").fill("拍到了车牌")
    assert overflow(page) == []
    director.presses("撤下")
    page.locator(".steps", has_text="拍到了车牌").wait_for()
    expect(page.get_by_role("region", name="前后对照").get_by_role("img")).to_have_count(2)
    page.close()


def test_the_resident_sees_how_it_looks_now(office: Office, resident: Resident, problem: str) -> None:
    number = resident.number_of(resident.reports(problem))
    worker, colleague = office.desk_of(WORKER, PHONE), office.desk_of(COLLEAGUE, PHONE)
    worker.visits(f"/console/events/{number}")
    worker.page.get_by_role("button", name="核实并受理", exact=True).click()
    worker.page.locator(".next").get_by_label("派给谁").select_option(PARTY_ID)
    worker.page.locator(".next").get_by_role("button", name="派出去", exact=True).click()
    worker.signs()
    worker.moves_on("开始处理", "带着梯子来了")
    worker.page.locator(".next").get_by_label("拍照或选照片").set_input_files(picture("gold"))
    worker.moves_on("处理完了", "换了新灯")
    colleague.visits(f"/console/events/{number}")
    colleague.moves_on("核查通过", "亮了")

    resident.say("我上次报的怎么样了")

    shown = resident.card("progress").get_by_alt_text("处理后的照片1")
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("complete", value=True)
    assert shown.evaluate("(picture) => picture.naturalWidth") == 1200
    assert overflow(resident.page) == []
    worker.page.close()
    colleague.page.close()
