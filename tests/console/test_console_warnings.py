"""The page of early warnings: numbers, events behind them, taking on, dismissing, and the badge."""

from collections.abc import Mapping

import pytest

from bot.services import early_warnings
from bot.services.desk import Desk
from bot.store.tables import EarlyWarning, WarningStatus
from tests.console.house import TRAINER, House
from tests.services import stage

LIST = "/console/warnings"
LITTER = "0701"


@pytest.fixture
def warning(desk: Desk) -> EarlyWarning:
    """Three households complain about the same in one grid."""
    with desk.transaction() as session:
        for name in ("one", "two", "three"):
            stage.report(session, desk, stage.someone(session, desk, name), stage.at(desk, stage.BUILDING), LITTER)
        found = early_warnings.look(session, desk, desk.clock())
        return next(one for one in found if one.leaf == LITTER)


def now(desk: Desk, warning: EarlyWarning) -> EarlyWarning:
    with desk.transaction(read_only=True) as session:
        return session.get_one(EarlyWarning, warning.id)


async def test_a_warning_shows_its_numbers_and_leads_to_its_events(house: House, warning: EarlyWarning) -> None:
    page = (await (await house.enter(stage.WORKER)).get(LIST)).text

    assert "7天里3件，平常没有" in page
    assert "3户反映" in page
    for number in warning.event_numbers:
        assert f'href="/console/events/{number}"' in page


async def test_the_badge_says_how_many_wait_in_ones_own_community(house: House, warning: EarlyWarning) -> None:
    own = await (await house.enter(stage.WORKER)).get(f"{LIST}/count")
    other = await (await house.enter(stage.ELSEWHERE)).get(f"{LIST}/count")

    assert warning.status is WarningStatus.OPEN
    assert int(own.text) >= 1
    assert int(own.text) > int(other.text)


async def test_a_worker_takes_it_on_and_it_leaves_the_list(house: House, desk: Desk, warning: EarlyWarning) -> None:
    browser = await house.enter(stage.WORKER)

    answer = await browser.post(f"{LIST}/{warning.id}/take", {"version": str(warning.version), "words": "明天去看"})

    assert (answer.status, answer.location) == (303, LIST)
    assert now(desk, warning).status is WarningStatus.TAKEN
    assert warning.event_numbers[0] not in (await browser.get(LIST)).text
    assert "明天去看" in (await browser.get(f"{LIST}?status=taken")).text
    assert house.audited("warning:take")


async def test_it_becomes_an_agenda_item_in_one_step(house: House, desk: Desk, warning: EarlyWarning) -> None:
    browser = await house.enter(stage.WORKER)

    await browser.post(f"{LIST}/{warning.id}/take", {"version": str(warning.version), "with": "item"})

    number = now(desk, warning).agenda_number
    assert number is not None
    assert f"/console/items/{number}" in (await browser.get(f"{LIST}?status=taken")).text
    assert (await browser.get(f"/console/items/{number}")).status == 200


@pytest.mark.parametrize(
    ("deed", "fields", "status"),
    [
        ("dismiss", {"words": ""}, 400),
        ("dismiss", {"words": "忙" * 201}, 400),
        ("take", {"version": "x"}, 400),
        ("take", {"version": "99"}, 409),
        ("dismiss", {"words": "不用", "version": "99"}, 409),
    ],
)
async def test_bad_input_changes_nothing_and_keeps_the_words(
    house: House, desk: Desk, warning: EarlyWarning, deed: str, fields: Mapping[str, str], status: int
) -> None:
    answer = await (await house.enter(stage.WORKER)).post(
        f"{LIST}/{warning.id}/{deed}", {"version": str(warning.version), **fields}
    )

    assert answer.status == status
    assert 'role="alert"' in answer.text
    assert fields.get("words", "") in answer.text
    assert now(desk, warning).status is WarningStatus.OPEN


async def test_the_second_who_decides_is_told_that_it_is_done(house: House, warning: EarlyWarning) -> None:
    first, second = await house.enter(stage.WORKER), await house.enter(stage.COLLEAGUE)
    fields = {"version": str(warning.version), "words": "已经清走"}

    answers = [await one.post(f"{LIST}/{warning.id}/dismiss", fields) for one in (first, second)]

    assert [answer.status for answer in answers] == [303, 409]


@pytest.mark.parametrize(("who", "status"), [(stage.ELSEWHERE, 404), (stage.GRID_WORKER, 403), (TRAINER, 403)])
async def test_others_decide_nothing(house: House, desk: Desk, warning: EarlyWarning, who: str, status: int) -> None:
    answer = await (await house.enter(who)).post(f"{LIST}/{warning.id}/take", {"version": str(warning.version)})

    assert answer.status == status
    assert now(desk, warning).status is WarningStatus.OPEN


@pytest.mark.parametrize("address", [LIST, f"{LIST}/count"])
async def test_only_those_who_read_warnings_get_in(house: House, address: str) -> None:
    assert (await (await house.nobody()).get(address)).status == 303
    assert (await (await house.enter(stage.GRID_WORKER)).get(address)).status == 403


async def test_a_warning_that_does_not_exist_is_not_found(house: House) -> None:
    browser = await house.enter(stage.WORKER)

    assert (await browser.post(f"{LIST}/999999/take", {"version": "1"})).status == 404
    assert (await browser.post(f"{LIST}/x/take", {"version": "1"})).status == 404


async def test_nothing_is_done_without_the_forms_token(house: House, desk: Desk, warning: EarlyWarning) -> None:
    browser = await house.enter(stage.WORKER)

    answer = await browser.post_bare(f"{LIST}/{warning.id}/take", {"version": str(warning.version)})

    assert answer.status == 403
    assert now(desk, warning).status is WarningStatus.OPEN


@pytest.mark.parametrize(("query", "shows"), [("kind=rising", True), ("kind=repeated", False), ("status=taken", False)])
async def test_the_list_is_narrowed_by_its_address(
    house: House, warning: EarlyWarning, query: str, *, shows: bool
) -> None:
    page = (await (await house.enter(stage.DISPATCHER)).get(f"{LIST}?{query}&community=qinghe")).text

    assert (warning.event_numbers[0] in page) is shows


@pytest.mark.parametrize("query", ["status=nonsense", "kind=x", f"community={'a' * 65}"])
async def test_the_list_refuses_what_no_form_could_have_sent(house: House, query: str) -> None:
    assert (await (await house.enter(stage.WORKER)).get(f"{LIST}?{query}")).status == 400
