"""Who gets into the workers' pages, and who does not."""

import asyncio

import pytest

from bot.services.desk import Desk
from tests.console.house import ADMIN, PAGE, SCRIPT, TRAINER, House, opened_house, staff_app
from tests.services import stage

PAGES = [
    "/console/conversations",
    "/console/conversations/lists",
    "/console/conversations/1",
    "/console/conversations/1/news?part=about",
    "/console/conversations/1/messages/1",
    "/console/events",
    "/console/items",
    "/console/orders",
    "/console/events/GE1",
    "/console/events/new",
    "/console/photos/1",
    "/console/stream?conversation=1",
]
DEEDS = [
    "/console/conversations/1/take",
    "/console/conversations/1/reply",
    "/console/conversations/1/hand-back",
    "/console/conversations/1/close",
    "/console/conversations/1/reveal",
    "/console/conversations/1/messages/1",
    "/console/events/new",
    "/console/events/GE1/do/triage",
    "/console/events/GE1/take-on",
    "/console/events/GE1/on-the-spot",
    "/console/events/GE1/correct",
    "/console/events/GE1/merge",
    "/console/events/GE1/reveal",
    "/console/events/GE1/remove-photo",
    "/console/orders/OF1/move",
    "/console/orders/OF1/reveal",
    "/console/orders/OF1/reassign",
]


@pytest.fixture
def talk(desk: Desk) -> None:
    """Somebody has written, so that conversation 1 and message 1 exist."""
    with desk.transaction() as session:
        stage.says(session, desk, stage.someone(session, desk), "路灯坏了")


@pytest.mark.parametrize("page", ["/console", *PAGES])
async def test_a_page_sends_who_is_not_signed_in_to_the_login_and_back(house: House, page: str) -> None:
    answer = await (await house.nobody()).get(page)

    assert answer.status == 303
    assert answer.location.startswith("/login?next=/console")


@pytest.mark.parametrize("deed", DEEDS)
async def test_nothing_can_be_done_without_signing_in(house: House, deed: str) -> None:
    answer = await (await house.nobody()).post(deed, headers=SCRIPT)

    assert answer.status == 401


@pytest.mark.usefixtures("talk")
@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("fields", [{}, {"csrf": "made up"}])
async def test_nothing_is_done_without_the_token_of_the_login(house: House, deed: str, fields: dict[str, str]) -> None:
    answer = await (await house.enter(stage.WORKER)).post_bare(deed, fields)

    assert answer.status == 403
    assert "页面已经过期" in answer.text


@pytest.mark.usefixtures("talk")
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("username", [TRAINER, ADMIN])
async def test_trainers_and_administrators_see_no_residents_words(house: House, page: str, username: str) -> None:
    answer = await (await house.enter(username)).get(page)

    assert answer.status in {403, 404}
    assert "路灯坏了" not in answer.text


@pytest.mark.parametrize(
    "page", ["/console/conversations", "/console/conversations/1", "/console/conversations/1/messages/1"]
)
@pytest.mark.usefixtures("talk")
async def test_a_grid_worker_reads_no_conversations(house: House, page: str) -> None:
    answer = await (await house.enter(stage.GRID_WORKER)).get(page)

    assert answer.status == 403


@pytest.mark.parametrize(
    ("username", "first"),
    [
        (stage.WORKER, "/console/conversations"),
        (stage.DISPATCHER, "/console/conversations"),
        (stage.GRID_WORKER, "/console/events"),
        (ADMIN, "/console/settings"),
        ("yanming", "/console/audit"),
    ],
)
async def test_everybody_is_led_to_the_first_page_of_their_job(house: House, username: str, first: str) -> None:
    answer = await (await house.enter(username)).get("/console")

    assert (answer.status, answer.location) == (303, first)


async def test_a_job_without_pages_here_is_told_so(house: House) -> None:
    answer = await (await house.enter(TRAINER)).get("/console")

    assert answer.status == 403
    assert "只给社区和街道的工作人员用" in answer.text


async def test_a_grid_workers_page_offers_only_what_they_may_open(house: House) -> None:
    page = (await (await house.enter(stage.GRID_WORKER)).get("/console/events")).text

    assert 'href="/console/conversations"' not in page
    assert 'href="/console/orders"' in page


async def test_after_signing_out_the_pages_are_closed(house: House) -> None:
    browser = await house.enter(stage.WORKER)

    await browser.post("/logout")

    assert (await browser.get("/console/conversations")).status == 303


@pytest.mark.usefixtures("talk")
@pytest.mark.parametrize("page", PAGES[:-2])
async def test_no_page_carries_scripts_or_styles_of_its_own(house: House, page: str) -> None:
    text = (await (await house.enter(stage.WORKER)).get(page, PAGE)).text

    assert "<style" not in text
    assert " style=" not in text
    assert " onclick=" not in text
    assert "<script>" not in text


async def test_open_pages_do_not_keep_the_service_from_stopping(desk: Desk) -> None:
    async with asyncio.timeout(5), opened_house(desk, staff_app(desk)) as house:
        browser = await house.enter(stage.WORKER)
        async with browser.listening("/console/stream") as stream:
            assert await stream.next() == "console"
            await house.stop()
