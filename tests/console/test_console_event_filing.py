"""Reporting from the console by HTTP: in the stairwell, once however often it is sent."""

import re
from collections.abc import Mapping

import pytest
from sqlalchemy import func, select

from bot.services.desk import Desk
from bot.store.tables import Discovery, GridEvent
from tests.console.at_work import event, log, reported
from tests.console.house import Answer, Browser, House
from tests.services import stage
from tests.services.events.cast import AUDITOR, CLERK, LEADER, VOLUNTEER

NEW = "/console/events/new"
TOKEN = re.compile(r'name="token" value="([0-9a-f]{32})"')
PHONE = "19900000077"
SEEN = {
    "leaf": f"{stage.LAMP} 楼道灯、门禁、公共水电",
    "building": stage.BUILDING,
    "unit": "2",
    "place": "三楼拐角",
    "words": "灯不亮",
    "urgency": "",
    "discovery": "patrol",
}


async def token_of(browser: Browser) -> str:
    found = TOKEN.search((await browser.get(NEW)).text)
    assert found
    return found[1]


async def files(browser: Browser, fields: Mapping[str, str]) -> Answer:
    return await browser.post(NEW, {"token": await token_of(browser), **SEEN, **fields})


def counted(desk: Desk) -> int:
    with desk.transaction(read_only=True) as session:
        return session.scalars(select(func.count()).select_from(GridEvent)).one()


async def test_a_grid_worker_files_what_they_see(house: House, desk: Desk) -> None:
    answer = await files(await house.enter(stage.GRID_WORKER), {})

    assert answer.status == 303
    number = answer.location.rpartition("/")[2]
    found = event(desk, number)
    assert (found.leaf, found.building_id, found.unit, found.discovery) == (
        *(stage.LAMP, stage.BUILDING, "2"),
        Discovery.PATROL,
    )
    assert log(desk, number) == ["file"]
    assert [row.object for row in house.audited("grid_event:file")] == [number]
    page = (await (await house.enter(stage.WORKER)).get(answer.location)).text
    assert "巡查发现" in page
    assert "没有留联系方式" in page
    assert "机器人的把握" not in page


async def test_the_same_form_sent_twice_is_filed_once(house: House, desk: Desk) -> None:
    browser = await house.enter(stage.WORKER)
    fields = {"token": await token_of(browser), **SEEN}

    first, again = await browser.post(NEW, fields), await browser.post(NEW, fields)

    assert (first.status, again.status) == (303, 303)
    assert first.location == again.location
    assert len(house.audited("grid_event:file")) == 1


async def test_other_words_from_a_page_gone_back_to_stay_in_the_form_and_can_be_sent(house: House, desk: Desk) -> None:
    browser = await house.enter(stage.WORKER)
    fields, before = {"token": await token_of(browser), **SEEN}, counted(desk)
    other = {"words": "门禁也坏了", "place": "一楼大门"}
    await browser.post(NEW, fields)

    refused = await browser.post(NEW, {**fields, **other})
    filed = await browser.post(NEW, {**fields, **other, "token": TOKEN.findall(refused.text)[0], "another": "1"})

    assert (refused.status, filed.status) == (409, 303)
    assert "还没有交" in refused.text
    assert "门禁也坏了" in refused.text
    assert counted(desk) == before + 2


async def test_what_may_be_known_already_is_shown_before_it_is_filed(house: House, desk: Desk) -> None:
    known, before = reported(desk), counted(desk)
    browser = await house.enter(stage.WORKER)

    shown = await files(browser, {})
    filed = await browser.post(NEW, {"token": TOKEN.findall(shown.text)[0], **SEEN, "another": "1"})

    assert (shown.status, filed.status) == (409, 303)
    assert known in shown.text
    assert "灯不亮" in shown.text
    assert counted(desk) == before + 1


async def test_a_resident_is_named_only_with_their_agreement(house: House, desk: Desk) -> None:
    browser = await house.enter(stage.WORKER)
    contact = {"discovery": "resident", "name": "王婆婆", "phone": PHONE}

    refused = await files(browser, contact)
    filed = await files(browser, {**contact, "agreed": "1"})

    assert refused.status == 400
    assert "问过本人" in refused.text
    assert "王婆婆" in refused.text
    found = event(desk, filed.location.rpartition("/")[2])
    assert (found.contact_name, found.contact_phone) == ("王婆婆", PHONE)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"leaf": ""}, "请选一个分类"),
        ({"leaf": "9999"}, "请选一个分类"),
        ({"leaf": "路灯"}, "请选一个分类"),
        ({"words": " "}, "还没写"),
        ({"words": "长" * 1001}, "1000"),
        ({"building": "", "unit": "", "place": ""}, "还没写在哪里"),
        ({"building": "", "place": ""}, "哪一栋"),
        ({"building": "nowhere"}, "没有这栋楼"),
        ({"building": "liuan-lx-9"}, "不在您的社区"),
        ({"unit": "长" * 9}, "太长"),
        ({"place": "长" * 101}, "太长"),
        ({"urgency": "P9"}, "急不急"),
        ({"discovery": ""}, "怎么发现"),
        ({"discovery": "dream"}, "怎么发现"),
        ({"phone": "12", "agreed": "1"}, "电话号码"),
        ({"token": ""}, "已经过期"),
        ({"token": "'; DROP TABLE"}, "已经过期"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_stays_in_the_form(
    house: House, desk: Desk, wrong: dict[str, str], said: str
) -> None:
    before = counted(desk)

    answer = await files(await house.enter(stage.WORKER), {"words": "写了半天的话", **wrong})

    assert answer.status == 400
    assert said in answer.text
    assert "words" in wrong or "写了半天的话" in answer.text
    assert counted(desk) == before


async def test_nobody_files_without_signing_in(house: House) -> None:
    browser = await house.nobody()

    assert (await browser.get(NEW)).location.startswith("/login")
    assert (await browser.post(NEW, SEEN)).location.startswith("/login")


@pytest.mark.parametrize("who", [CLERK, LEADER, VOLUNTEER, AUDITOR])
async def test_who_may_not_file_does_not_see_the_form(house: House, desk: Desk, who: str) -> None:
    browser, before = await house.enter(who), counted(desk)

    assert (await browser.get(NEW)).status == 403
    assert (await browser.post(NEW, {"token": "a" * 32, **SEEN})).status == 403
    assert counted(desk) == before


async def test_a_form_without_its_token_files_nothing(house: House, desk: Desk) -> None:
    before = counted(desk)

    answer = await (await house.enter(stage.WORKER)).post_bare(NEW, {"token": "a" * 32, **SEEN})

    assert (answer.status, counted(desk)) == (403, before)


async def test_what_is_in_another_grid_is_filed_and_left_to_others(house: House, desk: Desk) -> None:
    browser = await house.enter(stage.GRID_WORKER)

    answer = await files(browser, {"building": stage.TOWER})
    page = (await browser.get(answer.location)).text

    assert answer.location.startswith(f"{NEW}?filed=GE")
    assert "已经上报，编号 GE" in page


@pytest.mark.parametrize("query", ["filed=%3Cb%3E", "filed=GE", "filed="])
async def test_nothing_is_said_to_be_filed_that_no_number_is(house: House, query: str) -> None:
    page = (await (await house.enter(stage.WORKER)).get(f"{NEW}?{query}")).text

    assert "已经上报" not in page


async def test_who_may_file_is_led_there_from_the_list(house: House) -> None:
    assert NEW in (await (await house.enter(stage.GRID_WORKER)).get("/console/events")).text
    assert NEW not in (await (await house.enter(CLERK)).get("/console/events")).text
