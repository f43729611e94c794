"""Who gets to the pages of settings, what they answer to what is not there, and how they look to a screen reader."""

import re

import pytest

from tests.console.house import ADMIN, SCRIPT, TRAINER, House
from tests.services import stage

S = "/console/settings"
PAGES = [
    *(f"{S}/leaves", f"{S}/leaves/0503", f"{S}/parties", f"{S}/parties/new", f"{S}/parties/ally-bank"),
    *(f"{S}/grids", f"{S}/grids/qinghe-g1", f"{S}/calendar", f"{S}/calendar/2026", f"{S}/calendar/2027"),
    *(f"{S}/phones", f"{S}/phones/communities/qinghe", f"{S}/phones/numbers/96333", f"{S}/phones/numbers/110"),
    *(f"{S}/staff", f"{S}/staff/new", f"{S}/staff/1"),
]
DEEDS = [
    *(f"{S}/leaves/0503", f"{S}/leaves/0503/reset", f"{S}/parties/new", f"{S}/parties/ally-bank"),
    *(f"{S}/parties/ally-bank/out", f"{S}/parties/ally-bank/back", f"{S}/grids/qinghe-g1"),
    *(f"{S}/grids/qinghe-g1/preview", f"{S}/calendar/hours", f"{S}/calendar/2027/holiday"),
    *(f"{S}/calendar/2027/no-holiday", f"{S}/calendar/2027/workday", f"{S}/calendar/2027/no-workday"),
    *(f"{S}/calendar/2026/reset", f"{S}/phones/communities/qinghe", f"{S}/phones/places/clinic:x"),
    *(f"{S}/phones/numbers/96333", f"{S}/staff/new", f"{S}/staff/1", f"{S}/staff/1/out", f"{S}/staff/1/in"),
    *(f"{S}/staff/1/password", f"{S}/staff/1/second-step"),
]


@pytest.mark.parametrize("page", [S, *PAGES])
async def test_a_page_sends_who_is_not_signed_in_to_the_login(house: House, page: str) -> None:
    answer = await (await house.nobody()).get(page)

    assert (answer.status, answer.location[:12]) == (303, "/login?next=")


@pytest.mark.parametrize("deed", DEEDS)
async def test_nothing_is_set_without_signing_in(house: House, deed: str) -> None:
    assert (await (await house.nobody()).post(deed, headers=SCRIPT)).status == 401


@pytest.mark.parametrize("deed", DEEDS)
async def test_nothing_is_set_without_the_token_of_the_login(house: House, deed: str) -> None:
    answer = await (await house.enter(ADMIN)).post_bare(deed, {"version": "0", "reason": "试一试"})

    assert (answer.status, "页面已经过期" in answer.text) == (403, True)


@pytest.mark.parametrize("username", [stage.WORKER, stage.DIRECTOR, stage.DISPATCHER, TRAINER, "yanming", "qiaoyun"])
async def test_only_administrators_set_anything(house: House, username: str) -> None:
    browser = await house.enter(username)

    pages = [(await browser.get(page)).status for page in (S, *PAGES)]
    deeds = [(await browser.post(deed, {"version": "0"})).status for deed in DEEDS]

    assert {*pages, *deeds} == {403}


@pytest.mark.parametrize("page", [S, *PAGES])
async def test_administrators_read_every_page(house: House, page: str) -> None:
    answer = await (await house.enter(ADMIN)).get(page)

    assert answer.status == 200
    assert 'href="/console/settings" aria-current="page"' in answer.text


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_is_strict_about_scripts_and_every_field_has_its_name(house: House, page: str) -> None:
    text = (await (await house.enter(ADMIN)).get(page)).text

    assert not re.search(r"<style| style=|onclick=|<script>", text)
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    labelled = set(re.findall(r'<label for="([^"]+)"', text))
    fields = re.findall(r'<(?:input|select|textarea)(?=[^>]*\bid="([^"]+)")', text)
    assert set(fields) <= labelled
    assert set(re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', text)) <= set(ids)
    assert text.count("<h1") == 1


@pytest.mark.parametrize(
    "page",
    [
        *(f"{S}/leaves/9901", f"{S}/parties/atlantis", f"{S}/grids/atlantis-1", f"{S}/calendar/1999"),
        *(f"{S}/calendar/soon", f"{S}/phones/communities/atlantis", f"{S}/phones/places/clinic:x"),
        *(f"{S}/phones/numbers/114", f"{S}/staff/10000", f"{S}/staff/me", f"{S}/staff/9999999999"),
    ],
)
async def test_what_is_not_there_is_not_found(house: House, page: str) -> None:
    assert (await (await house.enter(ADMIN)).get(page)).status == 404


@pytest.mark.parametrize(
    "deed",
    [
        *(f"{S}/leaves/9901/reset", f"{S}/parties/atlantis/out", f"{S}/grids/atlantis-1", f"{S}/calendar/1999/reset"),
        *(f"{S}/phones/communities/atlantis", f"{S}/phones/numbers/110", f"{S}/staff/10000/password"),
    ],
)
async def test_nothing_is_set_of_what_is_not_there(house: House, deed: str) -> None:
    fields = {"version": "0", "reason": "试一试", "number": "12345", "phone": "12345", "address": "路", "hours": "全天"}

    assert (await (await house.enter(ADMIN)).post(deed, fields)).status == 404


@pytest.mark.parametrize("query", ["before=x", "before=-1", "before=99999999999"])
async def test_a_page_of_the_history_that_cannot_be_is_refused(house: House, query: str) -> None:
    assert (await (await house.enter(ADMIN)).get(f"{S}/leaves?{query}")).status == 400


@pytest.mark.parametrize("page", [f"{S}/leaves/0503", f"{S}/parties/ally-bank", f"{S}/grids/qinghe-g1"])
@pytest.mark.parametrize("version", ["", "x", "99999999999"])
async def test_a_form_without_its_version_is_out_of_date(house: House, page: str, version: str) -> None:
    fields = {"version": version, "reason": "试一试", "respond_amount": "1", "resolve_amount": "2"}

    answer = await (await house.enter(ADMIN)).post(page, fields)

    assert (answer.status, "这个页面已经过期" in answer.text) == (400, True)


async def test_workers_are_not_offered_what_they_may_not_open(house: House) -> None:
    page = (await (await house.enter(stage.WORKER)).get("/console/events")).text

    assert 'href="/console/settings"' not in page
