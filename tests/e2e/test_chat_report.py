"""A resident reports something in a real browser."""

from playwright.sync_api import BrowserContext

from tests.e2e.resident import Resident
from tests.e2e.service import Service


def test_typed_chinese_becomes_a_filed_number_that_is_there_after_a_reload(resident: Resident, problem: str) -> None:
    number = resident.number_of(resident.reports(problem))
    before = resident.said()
    resident.come_back()
    assert resident.said() == before
    assert number in "".join(before)


def test_tapping_an_answer_sends_it_once_and_takes_the_answers_away(resident: Resident, problem: str) -> None:
    resident.say(problem)
    confirm = resident.offered("对，报上去")
    resident.choose("不报了")
    confirm.wait_for(state="detached")
    resident.come_back()
    assert resident.said_myself() == [problem, "不报了"]


def test_a_report_can_be_made_by_keyboard_alone(resident: Resident, problem: str) -> None:
    resident.press_until("Tab", "#text")
    resident.page.keyboard.type(problem)
    resident.page.keyboard.press("Enter")
    resident.offered("对，报上去")
    resident.press_until("Shift+Tab", "#messages .choices button:first-child")
    resident.page.keyboard.press("Enter")
    assert resident.number_of(resident.hears("报好了"))


def test_an_answer_can_be_chosen_by_its_number(resident: Resident, problem: str) -> None:
    resident.say(problem)
    resident.offered("对，报上去")
    resident.say("1")
    assert resident.number_of(resident.hears("报好了"))


def test_progress_is_shown_as_a_card(resident: Resident, problem: str) -> None:
    number = resident.number_of(resident.reports(problem))
    resident.say("我上次报的怎么样了")
    assert number in resident.card("progress").inner_text()


def test_each_step_opens_on_the_card_by_keyboard_too(resident: Resident, problem: str) -> None:
    resident.reports(problem)
    resident.say("我上次报的怎么样了")
    steps = resident.card("progress").locator(".card-steps li")
    assert not steps.first.is_visible()
    resident.press_until("Shift+Tab", ".card-progress summary")
    resident.page.keyboard.press("Enter")
    steps.first.wait_for()
    assert "报上去了" in steps.first.inner_text()


def test_two_tabs_stay_in_step(service: Service, pocket: BrowserContext) -> None:
    one = Resident.arriving(pocket, service.address)
    other = Resident.arriving(pocket, service.address)
    one.say("居住证怎么办")
    other.hears("带上材料")
    other.say("谢谢")
    one.page.locator(".mine .bubble", has_text="谢谢").wait_for()
    one.is_told_who_answers("自动回答")
    other.is_told_who_answers("自动回答")
    assert one.said() == other.said()


def test_markup_is_shown_as_written_and_never_run(resident: Resident) -> None:
    markup = "<script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\">{{7*7}}"
    title = resident.page.title()
    resident.say(markup)
    resident.hears_anything()
    resident.come_back()
    assert resident.said_myself() == [markup]
    assert resident.page.title() == title
    assert resident.page.locator("#messages script, #messages .bubble img").count() == 0
