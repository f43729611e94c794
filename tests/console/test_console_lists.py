"""Lists of cases: every question is an address; board, map and search over the same events."""

import re
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus, Supervision
from bot.services.desk import Desk
from bot.store.queries.cases import case_by_number
from bot.store.tables import ClockKind, GridEvent
from tests.console.house import ADMIN, TRAINER, Browser, House
from tests.services import stage
from tests.services.events.cast import does
from tests.services.events.course import clock_of, goes

OVERVIEWS = ("/console/board", "/console/map", "/console/search")
HREF = re.compile(r'href="(/console/events\?[^"]*)"')


def reported(desk: Desk, name: str = "someone", building: str = stage.BUILDING, leaf: str = stage.LAMP) -> str:
    """Somebody reports something; returns its number."""
    with desk.transaction() as session:
        place = stage.at(desk, building, "2")
        return stage.report(session, desk, stage.someone(session, desk, name), place, leaf, "琉璃灯罩碎了").number


def changed(desk: Desk, number: str, **values: object) -> None:
    with desk.transaction() as session:
        event = case_by_number(session, number)
        assert isinstance(event, GridEvent)
        for name, value in values.items():
            setattr(event, name, value)


def is_due(desk: Desk, number: str, kind: ClockKind, at: datetime) -> None:
    """Some clock of the event ran out or runs out then."""
    with desk.transaction() as session:
        event = case_by_number(session, number)
        assert isinstance(event, GridEvent)
        clock_of(session, event, kind).due_at = at


def addresses(page: str) -> list[str]:
    """The lists of events a page leads to."""
    return [unescape(one) for one in HREF.findall(page)]


async def shown(browser: Browser, address: str, *numbers: str) -> set[str]:
    """Which of the cases the page shows."""
    page = (await browser.get(address)).text
    return {number for number in numbers if f"/{number}" in page}


@pytest.mark.parametrize(
    "query",
    [
        "status=all&leaf=05",
        "leaf=0503",
        "building=qinghe-qh-5",
        "supervision=normal",
        "elderly=1",
        "review=1",
        "q=琉璃",
        "from=2026-03-12&to=2026-03-12",
        "sort=newest",
        "sort=due&status=checking",
        "community=qinghe&grid=qinghe-g1&urgency=P2",
    ],
)
async def test_every_filter_is_an_address(house: House, desk: Desk, query: str) -> None:
    number, other = reported(desk), reported(desk, "other", stage.TOWER, "0601")
    changed(desk, number, supervision=Supervision.YELLOW, elderly="yes", needs_review=True, urgency="P2")
    changed(desk, other, elderly="no", needs_review=False, status=EventStatus.WITHDRAWN, urgency="P3")

    assert number in await shown(await house.enter(stage.DISPATCHER), f"/console/events?{query}", number)


async def test_filters_together_show_what_meets_all_of_them(house: House, desk: Desk) -> None:
    lamp, next_door = reported(desk), reported(desk, "other", stage.NEXT_DOOR)
    browser = await house.enter(stage.WORKER)
    address = "/console/events?q=琉璃&leaf=0503&building=qinghe-qh-5&sort=newest"

    assert await shown(browser, address, lamp, next_door) == {lamp}


async def test_a_form_sent_with_empty_fields_becomes_a_short_address(house: House) -> None:
    browser = await house.enter(stage.WORKER)

    answer = await browser.get("/console/events?q=&status=all&urgency=&grid=&overdue=1&page=1")

    assert (answer.status, answer.location) == (303, "/console/events?status=all&overdue=1")


async def test_the_form_says_what_is_asked_for(house: House) -> None:
    browser = await house.enter(stage.DISPATCHER)

    page = (await browser.get("/console/events?status=on_hold&leaf=05&party=street-lift&mine=1&from=2026-03-01")).text

    for said in (
        '<option value="on_hold" selected>挂账',
        '<option value="05" selected>',
        '<option value="street-lift" selected>',
        'name="mine" value="1" checked',
        'value="2026-03-01"',
        '<details class="filter-more" open>',
    ):
        assert said in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("status=handling_x", "没有这个状态"),
        ("urgency=P9", "没有这个紧急程度"),
        ("community=nowhere", "没有这个社区"),
        ("grid=nowhere", "没有这个网格"),
        ("grid=%00", "没看懂发来的内容"),
        ("building=nowhere", "没有这个楼栋"),
        ("leaf=9999", "没有这个分类"),
        ("party=nowhere", "没有这个单位"),
        ("supervision=none", "没有这个督办"),
        ("supervision=blue", "没有这个督办"),
        ("whistle=loud", "没有这个哨"),
        ("overdue=yes", "没有这个条件"),
        ("from=yesterday", "日期看不懂"),
        ("from=0001-01-01", "日期看不懂"),
        ("to=9999-12-31", "日期看不懂"),
        ("from=2026-03-12&to=2026-03-11", "开始的日子在结束的日子后面"),
        ("sort=random", "没有这个排法"),
        ("page=41", "没有这一页"),
        ("page=99999999999", "没有这一页"),
        (f"q={'灯' * 61}", "要找的字太多"),
        ("q=%00", "没看懂发来的内容"),
        (f"party={'x' * 65}", "没有这个单位"),
    ],
)
async def test_what_does_not_exist_is_refused_in_words(house: House, query: str, said: str) -> None:
    answer = await (await house.enter(stage.WORKER)).get(f"/console/events?{query}")

    assert answer.status == 400
    assert said in answer.text


async def test_a_page_behind_the_last_one_leads_back(house: House, desk: Desk) -> None:
    reported(desk)

    answer = await (await house.enter(stage.WORKER)).get("/console/events?q=琉璃&page=7")

    assert answer.status == 200
    assert "没有这么多页了" in answer.text
    assert addresses(answer.text)[-1] == "/console/events?q=%E7%90%89%E7%92%83"


async def test_agenda_items_and_orders_take_words_too(house: House) -> None:
    browser = await house.enter(stage.WORKER)

    assert (await browser.get("/console/items?q=琉璃")).status == 200
    assert (await browser.get("/console/orders?q=琉璃&overdue=1&urgency=P2")).status == 200


@pytest.mark.parametrize("path", [*OVERVIEWS, "/console/board/columns", "/console/board/stream"])
async def test_without_a_login_there_is_no_overview(house: House, path: str) -> None:
    answer = await (await house.nobody()).get(path)

    assert answer.status == 303
    assert answer.location.startswith("/login")


@pytest.mark.parametrize("path", [*OVERVIEWS, "/console/board/columns", "/console/board/stream"])
@pytest.mark.parametrize("who", [TRAINER, ADMIN])
async def test_who_reads_no_cases_gets_no_overview(house: House, path: str, who: str) -> None:
    assert (await (await house.enter(who)).get(path)).status == 403


async def test_a_search_shows_what_was_found_and_keeps_the_question(house: House, desk: Desk) -> None:
    number = reported(desk)
    browser = await house.enter(stage.WORKER)

    page = (await browser.get("/console/search?q=5号楼+琉璃")).text

    assert f"/console/events/{number}" in page
    assert 'value="5号楼 琉璃"' in page
    assert "协商议题" in page


async def test_a_search_with_many_hits_leads_to_the_list_of_all(house: House, desk: Desk) -> None:
    numbers = [reported(desk, f"r{each}") for each in range(11)]
    browser = await house.enter(stage.WORKER)

    page = (await browser.get("/console/search?q=琉璃")).text

    (address,) = addresses(page)
    assert await shown(browser, address, *numbers) == set(numbers)


@pytest.mark.parametrize(("question", "status"), [("", 200), ("%20", 200), ("！", 400), ("灯" * 61, 400)])
async def test_a_search_that_says_nothing_is_refused_in_words(house: House, question: str, status: int) -> None:
    answer = await (await house.enter(stage.WORKER)).get(f"/console/search?q={question}")

    assert answer.status == status
    assert 'role="search"' in answer.text
    assert ('role="alert"' in answer.text) == (status == 400)


async def test_what_was_asked_is_shown_as_text(house: House) -> None:
    page = (await (await house.enter(stage.WORKER)).get("/console/search?q=<b>琉璃")).text

    assert "<b>琉璃" not in page
    assert 'value="&lt;b&gt;琉璃"' in page


async def test_another_communitys_cases_are_not_found(house: House, desk: Desk) -> None:
    number = reported(desk)
    browser = await house.enter(stage.ELSEWHERE)

    for address in ("/console/search?q=琉璃", "/console/board", "/console/events?q=琉璃&status=all"):
        assert await shown(browser, address, number) == set()


async def test_the_board_has_a_column_for_each_stage_and_says_who_has_it(house: House, desk: Desk) -> None:
    number, held = reported(desk), reported(desk, "other", stage.NEXT_DOOR)
    changed(desk, held, status=EventStatus.SUSPENDED, supervision=Supervision.RED)
    browser = await house.enter(stage.WORKER)

    page = (await browser.get("/console/board")).text
    columns = dict(re.findall(r'<section class="board-column" id="(\w+)"(.*?)</section>', page, re.DOTALL))

    assert list(columns) == ["checking", "dispatching", "signing", "working", "on_hold", "closing", "calling_back"]
    assert number in columns["checking"]
    assert held in columns["on_hold"]
    assert "红牌督办" in columns["on_hold"]
    assert 'data-part="/console/board/columns"' in page


async def test_the_board_takes_the_filters_of_the_list(house: House, desk: Desk) -> None:
    here, there = reported(desk), reported(desk, "other", stage.TOWER)
    browser = await house.enter(stage.DISPATCHER)

    assert await shown(browser, "/console/board?grid=qinghe-g1", here, there) == {here}
    assert await shown(browser, "/console/board/columns?community=guixiang", here, there) == set()
    page = (await browser.get("/console/board?community=qinghe&grid=qinghe-g1")).text
    assert 'data-part="/console/board/columns?community=qinghe&amp;grid=qinghe-g1"' in page


@pytest.mark.parametrize("query", ["grid=nowhere", "community=nowhere", "urgency=P7", "leaf=99"])
@pytest.mark.parametrize("path", ["/console/board", "/console/board/columns", "/console/map"])
async def test_board_and_map_refuse_what_does_not_exist(house: House, path: str, query: str) -> None:
    assert (await (await house.enter(stage.WORKER)).get(f"{path}?{query}")).status == 400


@pytest.mark.parametrize("path", ["/console/board", "/console/map"])
async def test_board_and_map_drop_empty_fields_from_the_address(house: House, path: str) -> None:
    answer = await (await house.enter(stage.WORKER)).get(f"{path}?grid=&urgency=P1")

    assert (answer.status, answer.location) == (303, f"{path}?urgency=P1")


async def test_a_full_column_leads_to_the_list_of_all_in_it(house: House, desk: Desk) -> None:
    numbers = [reported(desk, f"r{each}") for each in range(21)]
    browser = await house.enter(stage.WORKER)

    page = (await browser.get("/console/board?grid=qinghe-g1")).text
    (address,) = addresses(page)

    assert parse_qs(urlsplit(address).query) == {"status": ["checking"], "grid": ["qinghe-g1"]}
    assert await shown(browser, address, *numbers) == set(numbers)


async def test_an_open_board_hears_of_news(house: House, desk: Desk) -> None:
    browser = await house.enter(stage.WORKER)

    async with browser.listening("/console/board/stream") as stream:
        first = await stream.next()
        reported(desk)
        assert (first, await stream.next()) == ("console", "console")


async def test_a_list_names_what_an_event_waits_for_and_what_is_late(house: House, desk: Desk) -> None:
    number = reported(desk)
    with desk.transaction() as session:
        event = case_by_number(session, number)
        assert isinstance(event, GridEvent)
        does(session, desk, stage.DISPATCHER, goes(session, desk, event, Deed.RESOLVE), Deed.CONTACT, words="说过了")
    browser = await house.enter(stage.WORKER)
    address = f"/console/events?number={number}"

    in_time = (await browser.get(address)).text
    is_due(desk, number, ClockKind.VERIFY, desk.clock() - timedelta(minutes=1))
    late, board = (await browser.get(address)).text, (await browser.get("/console/board")).text

    assert re.search(r'data-name="期限">核查：[^<]+', in_time)
    assert re.search(r'data-name="期限"><strong[^>]*>已超时</strong> <span[^>]*>核查应在', late)
    assert re.search(rf'{number}"(?:(?!</li>).)*已超时(?:(?!</li>).)*核查应在', board, re.DOTALL)


async def test_each_grid_of_the_map_is_a_link_that_says_its_numbers(house: House, desk: Desk) -> None:
    reported(desk)
    late = reported(desk, "other", stage.NEXT_DOOR)
    is_due(desk, late, ClockKind.RESOLVE, desk.clock().replace(year=2020))
    browser = await house.enter(stage.WORKER)

    page = (await browser.get("/console/map?leaf=05")).text
    areas = dict(re.findall(r'<a class="map-grid" href="([^"]+)" aria-label="青禾里第一网格，([^"]+)"', page))
    ((address, says),) = areas.items()

    waiting = re.fullmatch(r"待办(\d+)件，超时(\d+)件", says)
    assert waiting
    assert int(waiting[1]) >= 2
    assert int(waiting[2]) >= 1
    assert late in await shown(browser, unescape(address), late)


async def test_the_table_below_the_map_says_the_same(house: House, desk: Desk) -> None:
    reported(desk)
    page = (await (await house.enter(stage.WORKER)).get("/console/map")).text

    drawn = dict(re.findall(r'aria-label="([^，"]+)，待办(\d+)件', page))
    listed = dict(
        re.findall(r'<th scope="row"><a href="[^"]+">(青禾里第\w网格)</a></th><td class="number">(\d+)</td>', page)
    )

    assert drawn == listed
    assert len(drawn) == 4


async def test_a_building_on_the_map_leads_to_its_events(house: House, desk: Desk) -> None:
    number, other = reported(desk), reported(desk, "other", stage.NEXT_DOOR)
    browser = await house.enter(stage.WORKER)

    page = (await browser.get("/console/map")).text
    address = next(
        one for one in addresses(page) if stage.BUILDING in parse_qs(urlsplit(one).query).get("building", [])
    )

    assert await shown(browser, address, number, other) == {number}


async def test_the_map_of_one_community_shows_no_other(house: House) -> None:
    browser = await house.enter(stage.DISPATCHER)

    page = (await browser.get("/console/map?community=liuan")).text

    assert "柳岸第一网格，待办" in page
    assert "青禾里第一网格" not in page
