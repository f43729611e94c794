"""A volunteer's pages: what they are asked to do, and nothing besides."""

import pytest

from bot.core.visits import VisitStatus
from bot.services import visits
from bot.services.desk import Desk
from bot.store.tables import InPersonOrder
from tests.console.house import House
from tests.console.talks import id_of
from tests.services import stage
from tests.services.test_services_visits import visit_draft

LIST = "/console/orders"
VOLUNTEER = "tianxiaoman"
SAID = "我一个人住，心脏不好，想请人来家里看看手机怎么弄"


@pytest.fixture
def number(desk: Desk) -> str:
    with desk.transaction() as session:
        resident = stage.someone(session, desk)
        place = stage.at(desk, stage.BUILDING, "1", "101")
        draft = visit_draft(session, desk, resident, place, text=SAID)
        return visits.order_visit(session, desk, draft).number


def order_of(desk: Desk, number: str) -> InPersonOrder:
    with desk.transaction(read_only=True) as session:
        return session.query(InPersonOrder).filter_by(number=number).one()


async def asked(house: House, desk: Desk, number: str) -> None:
    worker = await house.enter(stage.WORKER)
    page = (await worker.get(f"{LIST}/{number}")).text
    assert "田小满（志愿者" in page
    fields = {"assignee": str(id_of(desk, VOLUNTEER)), "version": str(order_of(desk, number).version)}
    assert (await worker.post(f"{LIST}/{number}/reassign", fields)).status == 303


async def test_with_nothing_to_do_the_page_says_what_it_is_for(house: House, number: str) -> None:
    volunteer = await house.enter(VOLUNTEER)

    page = (await volunteer.get(LIST)).text

    assert "社区请您上门帮忙时，会出现在这里" in page
    assert (await volunteer.get(f"{LIST}/{number}")).status == 404


async def test_a_volunteer_reads_the_errand_says_yes_and_finishes_it(house: House, desk: Desk, number: str) -> None:
    await asked(house, desk, number)
    volunteer = await house.enter(VOLUNTEER)

    listed = (await volunteer.get(LIST)).text
    before = (await volunteer.get(f"{LIST}/{number}")).text
    yes = await volunteer.post(f"{LIST}/{number}/move", {"to": "accepted", "version": version(desk, number)})
    after = (await volunteer.get(f"{LIST}/{number}")).text
    done = await volunteer.post(f"{LIST}/{number}/move", {"to": "done", "version": version(desk, number)})

    assert number in listed
    assert "来家里教用手机" in before
    assert not [word for word in ("心脏不好", "199****0077", "上门码", "取消", "显示电话") if word in before]
    assert not [word for word in ("199****0077", "上门码", "显示电话") if word not in after]
    assert (yes.status, done.status) == (303, 303)
    assert order_of(desk, number).status is VisitStatus.DONE


async def test_a_volunteer_who_says_no_is_led_back_to_the_list(house: House, desk: Desk, number: str) -> None:
    await asked(house, desk, number)
    volunteer = await house.enter(VOLUNTEER)

    stale = await volunteer.post(f"{LIST}/{number}/decline", {"why": "病了", "version": "0"})
    answer = await volunteer.post(f"{LIST}/{number}/decline", {"why": "病了", "version": version(desk, number)})

    assert (stale.status, "病了" in stale.text) == (409, True)
    assert (answer.status, answer.location) == (303, LIST)
    assert order_of(desk, number).assignee_name != "田小满"
    assert (await volunteer.get(f"{LIST}/{number}")).status == 404


async def test_only_who_is_asked_may_say_no(house: House, desk: Desk, number: str) -> None:
    fields = {"version": version(desk, number)}
    answers = {}
    for who in (stage.WORKER, VOLUNTEER, stage.ELSEWHERE, "yanming"):
        answers[who] = (await (await house.enter(who)).post(f"{LIST}/{number}/decline", fields)).status

    assert answers == {stage.WORKER: 403, VOLUNTEER: 404, stage.ELSEWHERE: 404, "yanming": 403}


def version(desk: Desk, number: str) -> str:
    return str(order_of(desk, number).version)
