"""A worker at the console and a resident on the phone, at the same time."""

import pytest
from playwright.sync_api import ViewportSize

from tests.e2e.phone import DESK, PHONE, grave_findings, overflow
from tests.e2e.resident import Resident
from tests.e2e.service import Service
from tests.e2e.staff import Staff, sign_in


@pytest.fixture
def taken(resident: Resident, worker: Staff, wish: str) -> None:
    """The resident has asked for a person, and the worker has taken the conversation."""
    resident.say("0")
    resident.is_told_who_answers("已经转给工作人员")
    resident.say(wish)
    worker.visits("/console/conversations")
    worker.page.locator(".wait", has_text=wish).get_by_role("button", name="我来接").click()
    worker.reads("正在由您接待")


@pytest.mark.usefixtures("taken")
def test_a_worker_takes_over_answers_and_hands_back(resident: Resident, worker: Staff) -> None:
    resident.hears("林小满来了")
    resident.say("我家门口的路灯不亮了")
    worker.reads("我家门口的路灯不亮了")
    worker.writes("您好，我下午两点过去看。")
    resident.hears("我下午两点过去看")
    heard = resident.said()
    assert heard[heard.index("我家门口的路灯不亮了") :] == ["我家门口的路灯不亮了", "您好，我下午两点过去看。"]
    assert "社区工作人员" in resident.page.locator(".by-worker").inner_text()
    worker.presses("交还给机器人")
    resident.hears("小助手接着陪您")
    resident.say("居住证怎么办")
    assert resident.hears("带上材料")


def test_a_waiting_resident_appears_on_an_open_console_without_a_reload(
    resident: Resident, worker: Staff, wish: str
) -> None:
    worker.visits("/console/conversations")
    resident.say("0")
    resident.is_told_who_answers("已经转给工作人员")
    resident.say(wish)
    assert wish in worker.reads(wish)


def test_the_resident_is_told_of_every_step_of_a_case(resident: Resident, worker: Staff, problem: str) -> None:
    number = resident.number_of(resident.reports(problem))
    worker.visits(f"/console/events/{number}")
    worker.moves_on("核实并受理", "物业师傅下午去看")
    resident.hears("已经受理")
    worker.moves_on("派出去", "请物业去看")
    worker.signs()
    for deed, note, told in (("开始处理", "正在换灯泡", "已经开始办了"), ("处理完了", "灯泡换好了", "办好了")):
        worker.moves_on(deed, note)
        resident.hears(told)
        assert note in resident.said()
    assert worker.page.locator(".steps").inner_text().count("林小满") == 6
    assert "请物业去看" not in resident.said()


def test_a_wrong_password_is_refused_in_words(service: Service, resident: Resident) -> None:
    sign_in(resident.page, service.address, "worker-lin", "not-the-password")
    assert "密码" in resident.page.get_by_role("alert").inner_text()


def test_without_a_login_the_console_leads_to_the_login_page(service: Service, resident: Resident) -> None:
    resident.page.goto(f"{service.address}/console")
    assert resident.page.get_by_role("button", name="登录").is_visible()


@pytest.mark.usefixtures("taken")
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_serious_is_found_on_a_conversation_and_a_case(worker: Staff, size: ViewportSize) -> None:
    worker.page.set_viewport_size(size)
    assert grave_findings(worker.page) == []
    assert overflow(worker.page) == []
    worker.visits("/console/events")
    worker.page.locator(".cases a").first.click()
    worker.reads("办理记录")
    assert grave_findings(worker.page) == []
    assert overflow(worker.page) == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_serious_is_found_on_the_login_page(service: Service, resident: Resident, size: ViewportSize) -> None:
    resident.page.set_viewport_size(size)
    resident.page.goto(f"{service.address}/login")
    assert grave_findings(resident.page) == []
    assert overflow(resident.page) == []
