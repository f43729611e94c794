"""Large type for those who see badly."""

from tests.e2e.resident import Resident

SMALLEST_TYPE = 22
SMALLEST_TARGET = 60
_SMALL_TARGETS = """(least) => [...document.querySelectorAll('button, summary, textarea, a')]
  .filter((one) => one.offsetParent && (one.offsetHeight < least || one.offsetWidth < least))
  .map((one) => one.outerHTML.slice(0, 80) + ' ' + one.offsetWidth + '×' + one.offsetHeight)"""
_SMALL_WORDS = """(least) => [...document.querySelectorAll('body *')]
  .filter((one) => one.offsetParent && !one.closest('.unseen')
    && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())
    && parseFloat(getComputedStyle(one).fontSize) < least)
  .map((one) => one.outerHTML.slice(0, 80))"""


def _body_pixels(resident: Resident) -> float:
    size: float = resident.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    return size


def test_large_type_is_large_everywhere_and_remembered(resident: Resident, problem: str) -> None:
    resident.page.get_by_role("button", name="长辈版").click()
    resident.reports(problem)
    resident.say("我上次报的怎么样了")
    resident.card("progress")
    resident.come_back()
    assert _body_pixels(resident) >= SMALLEST_TYPE
    assert resident.page.evaluate(_SMALL_WORDS, SMALLEST_TYPE) == []
    assert resident.page.evaluate(_SMALL_TARGETS, SMALLEST_TARGET) == []


def test_the_type_can_be_made_larger_still_and_smaller(resident: Resident) -> None:
    resident.page.get_by_role("button", name="长辈版").click()
    usual = _body_pixels(resident)
    resident.page.get_by_role("button", name="字大一点").click()
    larger = _body_pixels(resident)
    resident.page.get_by_role("button", name="字小一点").click()
    assert usual < larger
    assert _body_pixels(resident) == usual


def test_large_type_is_switched_off_again(resident: Resident) -> None:
    usual = _body_pixels(resident)
    resident.page.get_by_role("button", name="长辈版").click()
    resident.page.get_by_role("button", name="长辈版").click()
    resident.come_back()
    assert _body_pixels(resident) == usual
