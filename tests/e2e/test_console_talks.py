"""What a worker does in a conversation besides answering: by key, by a few letters, with a file, in one step."""

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, ViewportSize, expect

from tests.e2e.phone import DESK, PHONE, grave_findings, overflow
from tests.e2e.resident import Resident
from tests.e2e.staff import Staff

SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


@pytest.fixture(autouse=True)
def taken(resident: Resident, worker: Staff, wish: str) -> None:
    """The resident has asked for a person, and the worker has taken the conversation."""
    resident.say("0")
    resident.is_told_who_answers("已经转给工作人员")
    resident.say(wish)
    worker.visits("/console/conversations")
    worker.page.locator(".wait", has_text=wish).get_by_role("button", name="我来接").click()
    worker.reads("正在由您接待")


def says(resident: Resident, worker: Staff, words: str) -> None:
    resident.say(words)
    worker.page.locator(".line-in", has_text=words).wait_for()


def presses_key(worker: Staff, key: str) -> None:
    """Press a key at the resident's last message, chosen on purpose."""
    worker.page.locator("main h1").click()
    worker.page.keyboard.press("j")
    worker.page.keyboard.press(key)


def test_one_key_puts_right_what_the_bot_understood(resident: Resident, worker: Staff, problem: str) -> None:
    says(resident, worker, problem)
    presses_key(worker, "2")
    worker.page.get_by_text("记下了：").wait_for()
    corrected = worker.page.locator(".line-in", has_text=problem).get_by_text("已改为")
    corrected.wait_for()
    assert "报问题" in corrected.inner_text()


def test_keys_are_left_to_whoever_types(resident: Resident, worker: Staff, problem: str) -> None:
    says(resident, worker, problem)
    address = worker.page.url
    worker.page.get_by_label("回复居民").press_sequentially("luae12 jk")
    expect(worker.page.get_by_label("回复居民")).to_have_value("luae12 jk")
    assert worker.page.url == address
    assert not worker.page.get_by_text("记下了：").is_visible()


def test_keys_can_be_switched_off(resident: Resident, worker: Staff, problem: str) -> None:
    says(resident, worker, problem)
    address = worker.page.url
    worker.page.get_by_label("用一个键改居民的话").uncheck()
    presses_key(worker, "l")
    assert worker.page.url == address
    worker.page.get_by_label("用一个键改居民的话").check()
    presses_key(worker, "l")
    worker.page.wait_for_url(re.compile("at=leaf"))
    expect(worker.page.locator("#leaf")).to_be_focused()


def test_a_ready_answer_is_found_by_a_few_letters_and_goes_behind_the_words(resident: Resident, worker: Staff) -> None:
    worker.page.get_by_label("回复居民").fill("您好。")
    worker.page.get_by_text("快捷回复（").click()
    worker.page.get_by_label("输入几个字来找").fill("zp")
    expect(worker.page.locator(".canned:visible")).to_have_count(1)
    worker.page.get_by_label("输入几个字来找").press("Enter")
    expect(worker.page.get_by_label("回复居民")).to_have_value(re.compile("^您好。方便的话拍张照片"))
    worker.presses("发送")
    assert resident.hears("方便的话拍张照片").startswith("您好。")


def test_half_written_words_outlive_a_look_at_another_page(worker: Staff) -> None:
    worker.page.get_by_label("回复居民").press_sequentially("我正在")
    worker.page.reload()
    worker.page.wait_for_function("document.getElementById('text').value")
    assert worker.page.get_by_label("回复居民").input_value() == "我正在"


def test_a_picture_reaches_the_residents_page(resident: Resident, worker: Staff) -> None:
    drawn = BytesIO()
    Image.new("RGB", (300, 200), "teal").save(drawn, "PNG")
    picture: FilePayload = {"name": "form.png", "mimeType": "image/png", "buffer": drawn.getvalue()}
    worker.page.get_by_label("附一张照片或一个PDF").set_input_files(picture)
    worker.presses("发送")
    shown = resident.page.get_by_alt_text("工作人员发来的照片，点开看大图")
    shown.wait_for()
    assert shown.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 300
    expect(worker.page.get_by_label("附一张照片或一个PDF")).to_have_value("")


def test_a_message_becomes_an_event_and_the_resident_hears_its_number(
    resident: Resident, worker: Staff, problem: str
) -> None:
    says(resident, worker, problem)
    presses_key(worker, "e")
    worker.page.get_by_role("heading", name="登记成网格事件").wait_for()
    assert worker.page.locator("#building").input_value()
    worker.page.get_by_role("button", name="登记", exact=True).click()
    worker.page.wait_for_url(re.compile(r"/console/events/\S+$"))
    number = worker.page.url.rpartition("/")[2]
    resident.hears(number)


def test_passed_on_it_leaves_ones_list_and_the_resident_hears_who_comes(resident: Resident, worker: Staff) -> None:
    worker.page.get_by_text("转给同事").click()
    worker.page.get_by_label("转给谁").select_option(label="周敏（社区工作者）")
    worker.page.get_by_label("给同事的话").fill("她耳朵不好，请打电话")
    worker.presses("转出去")
    worker.page.get_by_role("heading", name="居民对话").wait_for()
    resident.hears("现在由周敏接着跟您说")
    assert "耳朵" not in resident.page.locator("main").inner_text()


def test_a_note_stands_beside_the_conversation(worker: Staff) -> None:
    worker.page.get_by_label("写一条备注").fill("她儿子在外地")
    worker.presses("记下")
    assert worker.reads("她儿子在外地")


@SIZES
def test_nothing_serious_is_found_with_everything_open(
    resident: Resident, worker: Staff, problem: str, size: ViewportSize
) -> None:
    worker.page.set_viewport_size(size)
    says(resident, worker, problem)
    for summary in worker.page.locator("main details summary").all():
        summary.click()
    assert grave_findings(worker.page) == []
    assert overflow(worker.page) == []


@SIZES
@pytest.mark.parametrize("key", ["i", "e", "v", "p"])
def test_nothing_serious_is_found_on_the_forms(
    resident: Resident, worker: Staff, problem: str, key: str, size: ViewportSize
) -> None:
    says(resident, worker, problem)
    with worker.page.expect_navigation():
        presses_key(worker, key)
    worker.page.set_viewport_size(size)
    assert grave_findings(worker.page) == []
    assert overflow(worker.page) == []


def test_on_a_phone_the_last_words_and_the_answer_stand_on_the_first_screen(
    resident: Resident, worker: Staff, problem: str
) -> None:
    says(resident, worker, problem)
    worker.page.set_viewport_size(PHONE)
    worker.page.goto(worker.page.url.partition("#")[0])

    expect(worker.page.locator(".line-in", has_text=problem).locator(".line-text")).to_be_in_viewport()
    expect(worker.page.get_by_label("回复居民")).to_be_in_viewport()
    expect(worker.page.get_by_role("button", name="发送")).to_be_in_viewport()
    worker.page.get_by_role("link", name="同事的备注").click()
    expect(worker.page.get_by_label("写一条备注")).to_be_in_viewport()
    assert overflow(worker.page) == []


def test_from_what_was_filed_a_way_leads_back_to_who_waits(resident: Resident, worker: Staff, problem: str) -> None:
    says(resident, worker, problem)
    presses_key(worker, "e")
    worker.page.get_by_role("button", name="登记", exact=True).click()
    worker.page.wait_for_url(re.compile(r"/console/events/\S+$"))

    worker.page.get_by_role("link", name="回到和居民的对话").click()

    expect(worker.page.get_by_label("回复居民")).to_be_visible()
    assert "/console/conversations/" in worker.page.url
