"""The whole life of a matter, on a phone and on a desk: from a resident's words to the call that asks how it went."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from tests.e2e.office import Office
from tests.e2e.phone import PHONE, WIDE, complaints
from tests.e2e.resident import Resident
from tests.e2e.staff import Staff

SIZES = pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
WORKER, COLLEAGUE, DIRECTOR, CLERK = "liqing", "zhoumin", "chenguifang", "qiaoyun"
PARTY_ID, PARTY = "qinghe-property-qh", "青禾苑物业服务中心"
RIGHT_LEAF = "0504 物业服务与收费公示"
# What leads on is for others than the clerk, and what handles is for the unit that was asked.
NOT_FOR_CLERKS = (
    "核实并受理",
    "派出去",
    "核查通过",
    "核查没通过，返工",
    "办结",
    "回访",
    "督办",
    "挂账",
    "撤回",
    "更正",
)
STEPS = (
    *("报上去了", "社区核实过了", "受理了", f"交给{PARTY}来办", f"{PARTY}接单了", f"{PARTY}开始处理", "处理完了"),
    *("社区去看过，办好了", "办结了"),
)

Come = Callable[[str], Staff]


@pytest.fixture
def come(office: Office, size: ViewportSize) -> Iterator[Come]:
    """Somebody of the staff with a page of this size; whatever their browsers complain of fails the test."""
    came: list[Staff] = []
    heard: list[list[str]] = []

    def comes(username: str) -> Staff:
        came.append(office.desk_of(username, size))
        heard.append(complaints(came[-1].page))
        return came[-1]

    yield comes
    assert [words for one in heard for words in one] == []
    for staff in came:
        staff.page.close()


def deeds(staff: Staff) -> list[str]:
    """The words on everything that can be pressed or opened on the page of an event."""
    staff.page.locator(".next").wait_for()
    pressed = staff.page.locator(".case").locator("button, summary, a.button")
    return [word.strip() for word in pressed.all_text_contents()]


def next_step(staff: Staff) -> Locator:
    return staff.page.locator(".next")


def takes(resident: Resident, worker: Staff, problem: str) -> None:
    """The resident asks for a person and says what is wrong; the worker, whose list was open, takes it."""
    worker.visits("/console/conversations")
    resident.say("转人工")
    resident.is_told_who_answers("已经转给工作人员")
    resident.say(problem)
    waiting = worker.page.locator(".wait", has_text=problem)
    waiting.get_by_role("button", name="我来接").click()
    worker.reads("正在由您接待")
    resident.hears("李青禾来了")


def corrects(worker: Staff, problem: str, *, by_key: bool) -> None:
    """Read what the bot understood and why, and put the leaf right, by one key or with the button."""
    line = worker.page.locator(".line-in", has_text=problem)
    expect(line).to_contain_text(re.compile("机器人理解为：报问题.* · 楼内公共水电与门禁"))
    expect(line).to_contain_text("根据：")
    if by_key:
        worker.page.locator("main h1").click()
        for key in ("j", "l"):
            worker.page.keyboard.press(key)
    else:
        line.locator("summary", has_text="改理解、登记").click()
        line.get_by_role("link", name="改分类").click()
    expect(worker.page.locator("#leaf")).to_be_focused()
    worker.page.keyboard.press("ControlOrMeta+a")
    worker.page.keyboard.type(RIGHT_LEAF)
    worker.page.keyboard.press("Enter")
    expect(worker.page.locator(".line-in", has_text=problem)).to_contain_text(
        re.compile("已改为：报问题.* · 物业服务与收费公示")
    )


def files(resident: Resident, worker: Staff, problem: str) -> str:
    """Make an event of the message in one step, with what is known already filled in; return its number."""
    line = worker.page.locator(".line-in", has_text=problem)
    line.locator("summary", has_text="改理解、登记").click()
    line.get_by_role("link", name="登记成事件").click()
    expect(worker.page.locator("#leaf")).to_have_value(RIGHT_LEAF)
    expect(worker.page.locator("#building")).to_have_value(re.compile("号楼"))
    worker.page.get_by_role("button", name="登记", exact=True).click()
    worker.page.wait_for_url(re.compile(r"/console/events/\S+$"))
    number = worker.page.url.rpartition("/")[2]
    resident.hears(number)
    return number


def sends_out(resident: Resident, worker: Staff) -> None:
    """Check and accept, then give it to the property company."""
    next_step(worker).get_by_label("说明").first.fill("物业下午去看")
    worker.page.get_by_role("button", name="核实并受理", exact=True).click()
    resident.hears("已经受理")
    next_step(worker).get_by_label("派给谁").select_option(PARTY_ID)
    next_step(worker).get_by_role("button", name="派出去", exact=True).click()
    worker.page.locator(".steps", has_text="已派出，等对方接单").wait_for()


def handles(resident: Resident, clerk: Staff, number: str) -> None:
    """The unit signs, starts and resolves; it is never offered what others decide."""
    clerk.visits(f"/console/events/{number}")
    assert not set(deeds(clerk)) & set(NOT_FOR_CLERKS)
    next_step(clerk).get_by_role("button", name="签收", exact=True).click()
    clerk.page.locator(".steps", has_text="已有人接单").wait_for()
    next_step(clerk).get_by_label("说明").fill("师傅带着梯子来了")
    next_step(clerk).get_by_role("button", name="开始处理", exact=True).click()
    resident.hears("已经开始办了")
    next_step(clerk).get_by_label("实质办结").check()
    next_step(clerk).get_by_label("怎么处理的").fill("换了新灯，试过了")
    next_step(clerk).get_by_role("button", name="处理完了", exact=True).click()
    resident.hears("办好了")
    assert "换了新灯，试过了" in resident.said()
    assert not set(deeds(clerk)) & set(NOT_FOR_CLERKS)


def finishes(resident: Resident, colleague: Staff, number: str) -> None:
    """Somebody who had no hand in it looks at the place and closes, and is not asked to call."""
    colleague.visits(f"/console/events/{number}")
    assert "核查通过" in deeds(colleague)
    next_step(colleague).get_by_role("button", name="核查通过", exact=True).click()
    colleague.page.locator(".steps", has_text="核查通过").wait_for()
    next_step(colleague).get_by_role("button", name="办结", exact=True).click()
    resident.hears("办完了")
    colleague.page.locator(".steps", has_text="办结").wait_for()
    assert "回访" not in deeds(colleague)


def calls_back(director: Staff, number: str) -> None:
    """A third person asks how it went."""
    director.visits(f"/console/events/{number}")
    next_step(director).get_by_label("联系上了", exact=True).check()
    next_step(director).get_by_label("解决了没有").select_option("yes")
    next_step(director).get_by_label("满意不满意").select_option("satisfied")
    next_step(director).get_by_role("button", name="回访", exact=True).click()
    director.page.locator(".steps", has_text="回访").wait_for()
    expect(next_step(director)).to_contain_text("已经回访过")


def reads_every_step(resident: Resident) -> None:
    """The resident asks how far it is and finds each step with its time."""
    resident.say("我上次报的怎么样了")
    card = resident.card("progress")
    card.locator("summary").click()
    told = card.locator(".card-steps li").all_inner_texts()
    assert [step for step in STEPS if not any(step in line for line in told)] == []
    assert all(re.search(r"\d+月\d+日 \d\d:\d\d", line) for line in told)


@SIZES
def test_from_the_first_word_to_the_call_back(resident: Resident, come: Come, size: ViewportSize, problem: str) -> None:
    resident.page.set_viewport_size(size)
    worker = come(WORKER)
    takes(resident, worker, problem)
    corrects(worker, problem, by_key=size is WIDE)
    talk = worker.page.url.partition("#")[0]
    number = files(resident, worker, problem)
    sends_out(resident, worker)
    handles(resident, come(CLERK), number)
    finishes(resident, come(COLLEAGUE), number)
    calls_back(come(DIRECTOR), number)
    worker.page.goto(talk)
    worker.presses("交还给机器人")
    resident.hears("小助手接着陪您")
    reads_every_step(resident)
