"""The emergency card on a real phone screen."""

from tests.e2e.resident import Resident


def test_an_emergency_gets_numbers_that_dial(resident: Resident) -> None:
    resident.say("着火了，9号楼冒黑烟")
    card = resident.card("emergency")
    assert card.locator("a[href='tel:119']").is_visible()


def test_the_numbers_come_in_the_middle_of_a_report_and_the_report_can_go_on(resident: Resident, problem: str) -> None:
    resident.say(problem)
    resident.offered("对，报上去")
    resident.say("救命，有人晕倒没有呼吸了")
    assert resident.card("emergency").locator("a[href='tel:120']").is_visible()


def test_emergency_numbers_are_one_tap_away_at_any_time(resident: Resident) -> None:
    resident.page.locator("#urgent > summary").click()
    dialled = resident.page.locator("#urgent a").evaluate_all("(links) => links.map((a) => a.getAttribute('href'))")
    assert dialled == ["tel:119", "tel:110", "tel:120"]
