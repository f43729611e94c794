"""The pages of figures and of the register: who sees them, what an address asks for, and taking them out."""

import csv
import html
import io
import re
from urllib.parse import quote

import pytest
from sqlalchemy import event as sqlalchemy_event

from bot.core.deeds import Deed
from bot.services.desk import Desk
from bot.store.tables import GridEvent
from tests.console.house import PAGE, TRAINER, Browser, House
from tests.services import lives, stage
from tests.services.lives import did

FIGURES, REGISTER = "/console/figures", "/console/ledger"
PAGES = (FIGURES, REGISTER)
JANUARY = "from=2026-01-01&to=2026-01-31"
PHONE = "19900000088"
LINK = re.compile(r'<a href="(/console/ledger\?[^"]+)" aria-label="([^"]+)，(\d+)">')
TOTAL = re.compile(r"共 (\d+) 件")


def happened(desk: Desk, *steps: lives.Deedful, building: str = stage.BUILDING) -> str:
    """An event that went through these steps in January; returns its number."""
    with desk.transaction() as session:
        return lives.lived(session, desk, steps, building=building, contact=("王秀兰", PHONE)).number


@pytest.fixture
def busy(desk: Desk) -> None:
    """A month in which much was dealt with and little solved, and something went wrong."""
    for solved in ("yes", "no", "no"):
        happened(desk, *lives.finished(solved, "fair" if solved == "yes" else "unsatisfied"))
    happened(desk, *lives.handled()[:-1], did(40, Deed.SUSPEND, "suspended"))
    happened(desk, *lives.accepted(), did(3, Deed.WITHDRAW, "withdrawn"))


@pytest.mark.parametrize("page", PAGES)
async def test_who_is_not_signed_in_is_sent_to_the_login_and_back(house: House, page: str) -> None:
    answer = await (await house.nobody()).get(f"{page}?{JANUARY}")

    assert (answer.status, answer.location) == (303, f"/login?next={quote(f'{page}?{JANUARY}', safe='/?')}")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("username", [stage.GRID_WORKER, TRAINER])
async def test_who_has_no_business_with_figures_is_refused(house: House, page: str, username: str) -> None:
    assert (await (await house.enter(username)).get(page)).status == 403


@pytest.mark.usefixtures("busy")
async def test_the_page_says_each_figure_and_what_it_means(house: House) -> None:
    page = (await (await house.enter(stage.WORKER)).get(f"{FIGURES}?{JANUARY}")).text

    for words in ("青禾里社区，2026年1月", "受理件数", "每个数字怎么算的", "33.3%", "100.0%"):
        assert words in page
    assert "回访3次，居民说解决了的只有33.3%" in page
    assert "办过了，没办好" in page


@pytest.mark.usefixtures("busy")
async def test_every_number_leads_to_just_as_many_events(house: House) -> None:
    browser = await house.enter(stage.DISPATCHER)
    page = (await browser.get(f"{FIGURES}?{JANUARY}")).text

    links = {html.unescape(address): int(count) for address, _, count in LINK.findall(page)}
    assert len(links) > 40
    listed = {address: await total_of(browser, address) for address in links}
    assert listed == links


async def total_of(browser: Browser, address: str) -> int:
    answer = await browser.get(address)
    assert answer.status == 200
    found = TOTAL.search(answer.text)
    return int(found[1]) if found else 0


@pytest.mark.usefixtures("busy")
async def test_charts_are_drawn_with_title_description_and_a_table_beside(house: House) -> None:
    page = (await (await house.enter(stage.WORKER)).get(f"{FIGURES}?{JANUARY}")).text

    drawn = re.findall(r'<svg viewBox="[^"]+" role="img" aria-labelledby="(\S+) (\S+)">', page)
    assert len(drawn) == 3
    for title, description in drawn:
        assert f'<title id="{title}">' in page
        assert f'<desc id="{description}">' in page
    assert "看每天的数字" in page
    assert "style=" not in page
    assert "<script>" not in page


async def test_a_month_without_anything_divides_nothing_by_nothing(house: House) -> None:
    answer = await (await house.enter(stage.WORKER)).get(f"{FIGURES}?from=2020-01-01&to=2020-01-31")

    assert answer.status == 200
    assert answer.text.count('<b class="share">—</b>') == 7
    assert "这段时间没有受理的事件" in answer.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "2026年3月"),
        ("?period=month", "2026年3月"),
        ("?period=last", "2026年2月"),
        ("?period=quarter", "2026年1月1日至3月31日"),
        ("?period=custom&from=2026-01-05&to=2026-01-09", "2026年1月5日至1月9日"),
        ("?period=last&from=2026-01-05&to=2026-01-09", "2026年2月"),
    ],
)
async def test_the_address_says_the_period(house: House, query: str, said: str) -> None:
    page = (await (await house.enter(stage.WORKER)).get(f"{FIGURES}{query}")).text

    assert f"青禾里社区，{said}。" in page


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "query",
    [
        *("period=never", "period=custom", "from=2026-01-05", "from=2026-13-05&to=2026-01-09"),
        *("from=2026-01-09&to=2026-01-05", "from=2024-01-01&to=2026-01-01", f"from={quote('２０２６-01-01')}&to=x"),
        *("part=everything", "status=handling", "band=4", "band=-1", "page=0", "page=x", f"page={quote('１')}"),
        *("page=1000000", f"grid={'x' * 65}", "party=a%0ab", "top=%00"),
    ],
)
async def test_what_no_form_could_have_sent_is_refused_in_words(house: House, page: str, query: str) -> None:
    answer = await (await house.enter(stage.WORKER)).get(f"{page}?{query}")

    assert answer.status == 400
    assert re.search(r"没有这|请选|开始的日子|一次最多看一年|没有这样|没看懂", answer.text)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "query", ["community=nowhere", "community=guixiang", "grid=nowhere", "party=nowhere", "top=99"]
)
async def test_what_is_not_theirs_or_not_there_is_not_found(house: House, page: str, query: str) -> None:
    assert (await (await house.enter(stage.WORKER)).get(f"{page}?{query}")).status == 404


async def test_the_street_chooses_among_communities_and_a_community_does_not(house: House) -> None:
    street = (await (await house.enter(stage.DISPATCHER)).get(f"{FIGURES}?community=guixiang")).text
    worker = (await (await house.enter(stage.WORKER)).get(FIGURES)).text

    assert '<option value="guixiang" selected>' in street
    assert 'name="community"' not in worker


async def test_the_register_shows_every_event_with_its_times_and_results(house: House, desk: Desk) -> None:
    number = happened(desk, *lives.finished("partly", "fair", resolved=50))
    withdrawn = happened(desk, *lives.accepted(), did(3, Deed.WITHDRAW, "withdrawn"))

    page = (await (await house.enter(stage.WORKER)).get(f"{REGISTER}?{JANUARY}")).text

    assert f'href="/console/events/{number}"' in page
    for words in ("共 1 件", "2026-01-05 10:00", "2026-01-07 11:00", "超期过", "解决了一部分", "基本满意", "实质办结"):
        assert words in page
    assert withdrawn not in page
    assert PHONE not in page


async def test_what_a_resident_wrote_is_shown_as_text_and_redacted(house: House, desk: Desk) -> None:
    number = happened(desk, *lives.accepted())
    with desk.transaction() as session:
        event = session.query(GridEvent).filter_by(number=number).one()
        event.title, event.place_text = "<b>灯</b>", f"打{PHONE}"

    page = (await (await house.enter(stage.WORKER)).get(f"{REGISTER}?{JANUARY}")).text

    assert "&lt;b&gt;灯&lt;/b&gt;" in page
    assert "199****0088" in page


async def test_the_form_keeps_what_was_asked_for(house: House) -> None:
    query = f"{JANUARY}&part=void&grid=qinghe-g2&top=05&status=merged"
    page = (await (await house.enter(stage.WORKER)).get(f"{REGISTER}?{query}")).text

    for kept in ("void", "qinghe-g2", "05"):
        assert f'<option value="{kept}" selected>' in page
    assert '<input type="hidden" name="status" value="merged">' in page
    assert "没有找到" in page


async def test_a_page_beyond_the_last_is_not_found(house: House) -> None:
    assert (await (await house.enter(stage.WORKER)).get(f"{REGISTER}?{JANUARY}&page=2")).status == 404


async def test_the_register_is_taken_out_for_a_purpose_and_noted(house: House, desk: Desk) -> None:
    number = happened(desk, *lives.finished())
    happened(desk, *lives.finished(), building="guixiang-gx-3")
    browser = await house.enter(stage.WORKER)

    answer = await browser.post(f"{REGISTER}/export?{JANUARY}", {"format": "csv", "purpose": "月底核对"})

    head, *rows = csv.reader(io.StringIO(answer.text.lstrip("\ufeff")))
    assert answer.status == 200
    assert [row[head.index("编号")] for row in rows] == [number]
    assert [row.detail for row in house.audited("register:export")] == [
        "CSV 表格，1行；青禾里社区，2026年1月，受理的；用途：月底核对",
    ]


@pytest.mark.parametrize(
    ("page", "kind", "magic"),
    [(FIGURES, "xlsx", b"PK"), (FIGURES, "docx", b"PK"), (REGISTER, "xlsx", b"PK"), (REGISTER, "csv", b"\xef\xbb\xbf")],
)
async def test_every_file_comes_with_its_name_and_kind(house: House, page: str, kind: str, magic: bytes) -> None:
    browser = await house.enter(stage.DISPATCHER)

    status, headers, body = await browser.fetch(f"{page}/export?{JANUARY}", {"format": kind, "purpose": "例会"})

    assert status == 200
    assert body.startswith(magic)
    assert headers["Content-Disposition"].startswith(f"attachment; filename=\"export.{kind}\"; filename*=UTF-8''%E9")
    assert headers["Content-Length"] == str(len(body))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"format": "xlsx", "purpose": " "}, "请写明导出做什么用"),
        ({"format": "xlsx", "purpose": "长" * 201}, "用途不能超过200个字"),
        ({"format": "pdf", "purpose": "例会"}, "请选导出成哪种文件"),
        ({"purpose": "例会"}, "请选导出成哪种文件"),
    ],
)
async def test_an_export_that_lacks_something_is_refused_and_the_words_stay(
    house: House, page: str, fields: dict[str, str], words: str
) -> None:
    answer = await (await house.enter(stage.WORKER)).post(f"{page}/export?{JANUARY}", fields)

    assert answer.status == 400
    assert words in answer.text
    assert f'value="{fields["purpose"]}"' in answer.text
    assert house.audited("register:export") == house.audited("figures:export") == []


@pytest.mark.parametrize("page", PAGES)
async def test_an_export_needs_the_login_its_token_and_the_right(house: House, page: str) -> None:
    fields = {"format": "xlsx", "purpose": "例会"}

    assert (await (await house.nobody()).post(f"{page}/export", fields)).status == 303
    assert (await (await house.enter(stage.GRID_WORKER)).post(f"{page}/export", fields)).status == 403
    worker = await house.enter(stage.WORKER)
    assert (await worker.post_bare(f"{page}/export", fields, PAGE)).status == 403
    assert (await worker.post(f"{page}/export?community=guixiang", fields)).status == 404
    assert (await worker.post(f"{page}/export?period=never", fields)).status == 400


async def test_the_menu_leads_there_only_for_those_who_may(house: House) -> None:
    worker = (await (await house.enter(stage.WORKER)).get("/console/events")).text
    grid_worker = (await (await house.enter(stage.GRID_WORKER)).get("/console/events")).text

    for page in PAGES:
        assert f'href="{page}"' in worker
        assert f'href="{page}"' not in grid_worker


@pytest.mark.usefixtures("busy")
async def test_no_query_of_the_pages_reads_a_big_table_without_an_index(house: House, desk: Desk) -> None:
    said: list[tuple[str, tuple[str, ...]]] = []
    browser = await house.enter(stage.DISPATCHER)

    @sqlalchemy_event.listens_for(desk.store.engine, "before_cursor_execute")
    def heard(
        _connection: object, _cursor: object, statement: str, parameters: tuple[str, ...], *_rest: object
    ) -> None:
        if "event_outcomes" in statement or "grid_events" in statement:
            said.append((statement, parameters))

    for page in (f"{FIGURES}?{JANUARY}", f"{FIGURES}?{JANUARY}&community=qinghe", f"{REGISTER}?{JANUARY}&part=void"):
        assert (await browser.get(page)).status == 200
    sqlalchemy_event.remove(desk.store.engine, "before_cursor_execute", heard)

    assert len(said) >= 15
    with desk.store.engine.connect() as connection:
        for statement, parameters in said:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            assert not [row for row in plan if re.search(r"SCAN (event_outcomes|grid_events)", str(row))], statement
