"""A network that comes and goes loses nothing and doubles nothing."""

from playwright.sync_api import BrowserContext, Route

from tests.e2e.resident import Resident
from tests.e2e.service import Service


def test_what_is_written_offline_is_sent_once_when_the_network_is_back(
    service: Service, pocket: BrowserContext, resident: Resident, problem: str
) -> None:
    pocket.set_offline(offline=True)
    resident.page.locator("#offline").wait_for()
    resident.say(problem)
    resident.page.locator(".state-failed", has_text="没发出去").wait_for()
    pocket.set_offline(offline=False)
    resident.offered("对，报上去")
    resident.choose("对，报上去")
    resident.hears("报好了")
    resident.come_back()
    assert resident.said_myself() == [problem, "对，报上去"]
    assert resident.page.locator("#offline").is_hidden()
    assert len(service.events_saying(problem)) == 1


def test_a_message_whose_receipt_was_lost_is_resent_and_filed_once(
    service: Service, resident: Resident, problem: str
) -> None:
    lost: list[Route] = []

    def lose_the_first_receipt(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route)
        route.fetch()
        route.abort()

    resident.say(problem)
    resident.offered("对，报上去")
    resident.page.route("**/chat/messages", lose_the_first_receipt)
    resident.choose("对，报上去")
    resident.hears("报好了")
    resident.page.unroute_all(behavior="wait")
    resident.come_back()
    assert lost
    assert resident.said_myself() == [problem, "对，报上去"]
    assert len(service.events_saying(problem)) == 1


def test_an_unsent_message_outlives_a_reload(pocket: BrowserContext, resident: Resident) -> None:
    resident.page.route("**/chat/messages", lambda route: route.abort())
    resident.say("高龄津贴怎么领")
    resident.page.get_by_role("button", name="重发").wait_for()
    resident.page.unroute_all(behavior="wait")
    resident.come_back()
    resident.hears_anything()
    assert resident.said_myself() == ["高龄津贴怎么领"]
