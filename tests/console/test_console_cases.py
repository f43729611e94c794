"""Lists of cases and the page of an item or order: what is shown to whom, and every way to move it on."""

import re

import pytest

from bot.core.agenda import AgendaStatus
from bot.core.grid_events import EventStatus
from bot.core.masking import mask_phone
from bot.core.visits import VisitStatus
from bot.services import proposing, visits
from bot.services.desk import Desk
from bot.services.proposing import ItemDraft
from bot.services.visits import VisitDraft
from bot.store.queries.cases import case_by_number
from bot.store.tables import AgendaItem, Case, GridEvent, InPersonOrder, Staff
from tests.console.at_work import PHONE, reported, told
from tests.console.house import Browser, House
from tests.services import stage

BUTTON = re.compile(r'name="to" value="(\w+)">([^<]+)<')


def proposed(desk: Desk) -> str:
    with desk.transaction() as session:
        resident = stage.someone(session, desk)
        draft = ItemDraft(
            resident_id=resident.id,
            inbox_id=stage.says(session, desk, resident, "建议装充电棚"),
            ordinal=0,
            leaf="1202",
            title="装充电棚",
            reason="没地方充电",
            scope="estate",
            scope_text="青禾苑",
            place=stage.at(desk, stage.BUILDING),
            linked_group=None,
        )
        return proposing.file_item(session, desk, draft).number


def ordered(desk: Desk) -> str:
    with desk.transaction() as session:
        resident = stage.someone(session, desk)
        draft = VisitDraft(
            resident_id=resident.id,
            inbox_id=stage.says(session, desk, resident, "来个人帮我认证"),
            ordinal=0,
            need="养老金认证",
            leaf="1101",
            recipient="self",
            recipient_name="王秀兰",
            place=stage.at(desk, stage.BUILDING, "2", "301"),
            phone=PHONE,
            way="visit",
            preferred_time="明天上午",
            text="来个人帮我认证",
            linked_group=None,
            age_band="80+",
            asked_for=None,
        )
        return visits.order_visit(session, desk, draft).number


def case(desk: Desk, number: str) -> Case:
    with desk.transaction(read_only=True) as session:
        found = case_by_number(session, number)
        assert found
        return found


def staff_id(desk: Desk, username: str) -> int:
    with desk.transaction(read_only=True) as session:
        return stage.staff(session, username).id


def in_the_grid(desk: Desk, number: str) -> str:
    """The grid worker of a case's grid, and somebody of another grid, by username."""
    grid = getattr(case(desk, number), "grid_id", None)
    with desk.transaction(read_only=True) as session:
        return next(one.username for one in session.query(Staff) if grid in one.grid_ids)


async def buttons(browser: Browser, address: str) -> dict[str, str]:
    return dict(BUTTON.findall((await browser.get(address)).text))


async def test_a_list_shows_open_cases_with_urgency_and_due_time(house: House, desk: Desk) -> None:
    number = reported(desk)

    page = (await (await house.enter(stage.WORKER)).get("/console/events")).text

    assert number in page
    assert "已上报，等社区核实" in page
    assert 'data-name="期限"' in page


async def test_what_is_late_says_so_and_can_be_asked_for(house: House, desk: Desk, clock: stage.Clock) -> None:
    late = reported(desk)
    clock.turn(days=30)
    fresh = reported(desk, "other", stage.NEXT_DOOR)

    page = (await (await house.enter(stage.WORKER)).get("/console/events?overdue=1")).text
    detail = (await (await house.enter(stage.WORKER)).get(f"/console/events/{late}")).text

    assert late in page
    assert fresh not in page
    assert "已超时" in page
    assert "办好已超时" in detail


async def test_lists_are_narrowed_by_status_urgency_grid_and_number(house: House, desk: Desk) -> None:
    lamp, lift = reported(desk), reported(desk, "other", stage.TOWER, stage.LIFT_FAULT)
    grid = getattr(case(desk, lamp), "grid_id", "")
    browser = await house.enter(stage.WORKER)
    with desk.transaction() as session:
        event = case_by_number(session, lift)
        assert isinstance(event, GridEvent)
        event.status = EventStatus.ACCEPTED

    async def found(query: str) -> set[str]:
        page = (await browser.get(f"/console/events?{query}")).text
        return {number for number in (lamp, lift) if number in page}

    assert await found("status=accepted") == {lift}
    assert await found(f"urgency={getattr(case(desk, lift), 'urgency', '')}") >= {lift}
    assert await found(f"grid={grid}") == {lamp}
    assert await found(f"number={lamp[-4:]}") == {lamp}
    assert await found("status=closed") == set()
    assert await found("status=all") == {lamp, lift}


@pytest.mark.parametrize(
    "query",
    ["status=nonsense", "urgency=P9", "page=0", "page=x", "page=-1", "number=%27%20OR%201=1", f"number={'9' * 50}"],
)
async def test_a_list_refuses_what_no_form_could_have_sent(house: House, query: str) -> None:
    answer = await (await house.enter(stage.WORKER)).get(f"/console/events?{query}")

    assert answer.status == 400


async def test_long_lists_are_turned_page_by_page(house: House, desk: Desk) -> None:
    numbers = [reported(desk, f"r{each}", stage.BUILDING) for each in range(30)]
    browser = await house.enter(stage.WORKER)

    first = (await browser.get("/console/events?status=all")).text
    second = (await browser.get("/console/events?status=all&page=2")).text

    assert "status=all&amp;page=2" in first
    shown = {number for number in numbers if number in first}, {number for number in numbers if number in second}
    assert shown[0].isdisjoint(shown[1])
    assert shown[0] | shown[1] == set(numbers)


async def test_the_buttons_are_the_moves_from_here_and_no_others(house: House, desk: Desk) -> None:
    order, item = ordered(desk), proposed(desk)
    browser = await house.enter(stage.WORKER)

    assert await buttons(browser, f"/console/orders/{order}") == {"accepted": "我去，已约好", "cancelled": "取消"}
    assert await buttons(browser, f"/console/items/{item}") == {"reviewing": "开始审核", "archived": "归档"}


async def test_an_order_shows_everything_but_the_contact_in_the_clear(house: House, desk: Desk) -> None:
    number = ordered(desk)

    page = (await (await house.enter(stage.WORKER)).get(f"/console/orders/{number}")).text

    assert mask_phone(PHONE) in page
    assert PHONE not in page
    assert "王**" in page
    assert "2单元301" not in page
    assert "办理记录" in page
    assert "青禾里社区" in page


async def test_an_order_is_carried_out_and_the_resident_is_told(house: House, desk: Desk) -> None:
    number = ordered(desk)
    browser = await house.enter(stage.WORKER)

    for version, to in enumerate(("accepted", "on_site", "done"), 1):
        fields = {"to": to, "version": str(version), "note": f"第{version}步的说明"}
        answer = await browser.post(f"/console/orders/{number}/move", fields)
        assert (answer.status, answer.location) == (303, f"/console/orders/{number}")

    page = (await browser.get(f"/console/orders/{number}")).text
    assert case(desk, number).status is VisitStatus.DONE
    assert "第2步的说明" in page
    assert "第3步的说明" in page
    assert "第3步的说明" in told(desk)
    assert len(house.audited("in_person_order:move")) == 3


async def test_only_the_director_decides_what_goes_on_the_agenda(house: House, desk: Desk) -> None:
    number = proposed(desk)
    worker, director = await house.enter(stage.WORKER), await house.enter(stage.DIRECTOR)
    address = f"/console/items/{number}"
    await worker.post(f"{address}/move", {"to": "reviewing", "version": "1", "note": ""})

    assert "listed" not in await buttons(worker, address)
    assert (await worker.post(f"{address}/move", {"to": "listed", "version": "2", "note": ""})).status == 403
    assert (await director.post(f"{address}/move", {"to": "listed", "version": "2", "note": ""})).status == 303
    assert case(desk, number).status is AgendaStatus.LISTED


async def test_of_two_who_move_the_same_case_the_second_sees_it_first(house: House, desk: Desk) -> None:
    number = ordered(desk)
    worker, colleague = await house.enter(stage.WORKER), await house.enter(stage.COLLEAGUE)
    await worker.post(f"/console/orders/{number}/move", {"to": "accepted", "version": "1", "note": ""})

    answer = await colleague.post(
        f"/console/orders/{number}/move", {"to": "cancelled", "version": "1", "note": "居民说不用来了"}
    )

    assert answer.status == 409
    assert "刚被别人改过" in answer.text
    assert "居民说不用来了" in answer.text
    assert case(desk, number).status == "accepted"


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"to": "cancelled", "note": " "}, 400, "请写明原因"),
        ({"to": "on_site", "note": ""}, 409, "不能改成"),
        ({"to": "nonsense", "note": ""}, 400, "没有"),
        ({"note": ""}, 400, "没有"),
        ({"to": "accepted", "note": "长" * 501}, 400, "500"),
        ({"to": "accepted", "version": "x"}, 400, "页面已经过期"),
    ],
)
async def test_a_move_that_is_refused_says_why(
    house: House, desk: Desk, fields: dict[str, str], status: int, said: str
) -> None:
    number = ordered(desk)

    answer = await (await house.enter(stage.WORKER)).post(f"/console/orders/{number}/move", {"version": "1", **fields})

    assert answer.status == status
    assert said in answer.text
    assert case(desk, number).status == "new"


async def test_an_event_is_not_moved_the_way_of_orders(house: House, desk: Desk) -> None:
    number = reported(desk)

    answer = await (await house.enter(stage.WORKER)).post(
        f"/console/events/{number}/move", {"to": "accepted", "version": "1"}
    )

    assert answer.status == 404
    assert case(desk, number).status == "reported"


@pytest.mark.parametrize("there", ["GE990101001-20260312-9999", "x", "%00", "%3Cb%3E", "9" * 300])
@pytest.mark.parametrize("kind", ["items", "orders"])
async def test_a_case_that_is_not_there_is_not_found(house: House, kind: str, there: str) -> None:
    browser = await house.enter(stage.WORKER)

    assert (await browser.get(f"/console/{kind}/{there}")).status == 404
    assert (await browser.post(f"/console/{kind}/{there}/move", {"to": "accepted", "version": "1"})).status == 404


async def test_another_communitys_cases_are_not_there(house: House, desk: Desk) -> None:
    event, order = reported(desk), ordered(desk)
    browser = await house.enter(stage.ELSEWHERE)

    for kind, number in (("events", event), ("orders", order)):
        page = (await browser.get(f"/console/{kind}?number={number}")).text
        assert f"/console/{kind}/{number}" not in page
        assert (await browser.get(f"/console/{kind}/{number}")).status == 404
        assert (await browser.post(f"/console/{kind}/{number}/reveal", {"reason": "看看"})).status == 404
    move = {"to": "accepted", "version": "1"}
    assert (await browser.post(f"/console/orders/{order}/move", move)).status == 404


async def test_the_street_sees_all_communities(house: House, desk: Desk) -> None:
    number = reported(desk)

    answer = await (await house.enter(stage.DISPATCHER)).get(f"/console/events/{number}")

    assert answer.status == 200


async def test_a_grid_worker_sees_the_own_grid_only(house: House, desk: Desk) -> None:
    here, there = reported(desk), reported(desk, "other", stage.TOWER)
    browser = await house.enter(in_the_grid(desk, here))

    page = (await browser.get("/console/events?status=all")).text

    assert here in page
    assert there not in page
    assert (await browser.get(f"/console/events/{there}")).status == 404


async def test_the_contact_of_an_order_is_shown_for_a_reason_that_is_kept(house: House, desk: Desk) -> None:
    number = ordered(desk)
    browser = await house.enter(stage.WORKER)

    refused = await browser.post(f"/console/orders/{number}/reveal", {"reason": " "})
    shown = await browser.post(f"/console/orders/{number}/reveal", {"reason": "约上门时间"})

    assert (refused.status, PHONE in refused.text) == (400, False)
    assert (shown.status, f'href="tel:{PHONE}"' in shown.text) == (200, True)
    assert [(row.object, row.detail) for row in house.audited("contact:unmask")] == [(number, "约上门时间")]


async def test_an_order_can_be_given_to_somebody_else(house: House, desk: Desk) -> None:
    number, colleague = ordered(desk), staff_id(desk, stage.COLLEAGUE)
    browser = await house.enter(stage.WORKER)

    refused = await browser.post(f"/console/orders/{number}/reassign", {"assignee": "x", "version": "1"})
    answer = await browser.post(f"/console/orders/{number}/reassign", {"assignee": str(colleague), "version": "1"})

    found = case(desk, number)
    assert (refused.status, answer.status) == (400, 303)
    assert isinstance(found, InPersonOrder)
    assert found.assignee_id == colleague


@pytest.mark.parametrize("deed", ["correct", "merge"])
async def test_what_is_done_with_events_only_is_not_there_for_others(house: House, desk: Desk, deed: str) -> None:
    answer = await (await house.enter(stage.WORKER)).post(f"/console/orders/{ordered(desk)}/{deed}", {"version": "1"})

    assert answer.status == 404


async def test_the_hint_for_the_note_is_about_what_is_noted(house: House, desk: Desk) -> None:
    browser = await house.enter(stage.WORKER)

    page = (await browser.get(f"/console/items/{proposed(desk)}")).text

    assert "写清楚定了什么" in page
    assert "谁去" not in page


async def test_an_agenda_item_says_whom_it_concerns_and_who_decides(house: House, desk: Desk) -> None:
    number = proposed(desk)

    page = (await (await house.enter(stage.WORKER)).get(f"/console/items/{number}")).text

    found = case(desk, number)
    assert isinstance(found, AgendaItem)
    assert "整个小区：青禾苑" in page
    assert found.catalogue_code in page
    assert "没地方充电" in page
