"""The page of ready answers."""

import pytest

from bot.services.desk import Desk
from bot.store.tables import CannedAnswer
from tests.console.house import ADMIN, House
from tests.services import stage

PAGE = "/console/canned"
NEW = {"title": "早上好", "shortcut": "zs", "text": "早，我是{我的姓名}"}


def answers(desk: Desk, title: str = NEW["title"]) -> list[CannedAnswer]:
    with desk.transaction(read_only=True) as session:
        return list(session.query(CannedAnswer).filter_by(title=title))


async def added(house: House, desk: Desk) -> CannedAnswer:
    await (await house.enter(stage.DIRECTOR)).post(PAGE, NEW)
    return answers(desk)[0]


async def test_a_director_adds_an_answer_for_the_community(house: House, desk: Desk) -> None:
    director = await house.enter(stage.DIRECTOR)

    answer = await director.post(PAGE, {**NEW, "community": "elsewhere"})

    assert (answer.status, answer.location) == (303, PAGE)
    assert [one.community_id for one in answers(desk)] == ["qinghe"]
    assert "早上好" in (await director.get(PAGE)).text
    assert len(house.audited("canned:add")) == 1


async def test_the_administrator_writes_for_the_whole_street(house: House, desk: Desk) -> None:
    await (await house.enter(ADMIN)).post(PAGE, {**NEW, "community": ""})

    assert [one.community_id for one in answers(desk)] == [None]


async def test_a_community_that_is_not_there_is_not_found(house: House, desk: Desk) -> None:
    answer = await (await house.enter(ADMIN)).post(PAGE, {**NEW, "community": "mars"})

    assert (answer.status, answers(desk)) == (404, [])


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"title": " "}, "名称还没写"), ({"text": "您好{名字}"}, "不认识{名字}"), ({"text": "长" * 501}, "不能超过")],
)
async def test_what_was_not_accepted_stands_in_the_form(
    house: House, desk: Desk, fields: dict[str, str], said: str
) -> None:
    answer = await (await house.enter(stage.DIRECTOR)).post(PAGE, {**NEW, **fields})

    assert answer.status == 400
    assert said in answer.text
    assert {**NEW, **fields}["text"] in answer.text


async def test_an_answer_is_changed(house: House, desk: Desk) -> None:
    one, director = await added(house, desk), await house.enter(stage.DIRECTOR)

    shown = (await director.get(f"{PAGE}/{one.id}")).text
    answer = await director.post(f"{PAGE}/{one.id}", {**NEW, "text": "早啊", "version": str(one.version)})

    assert "早，我是{我的姓名}" in shown
    assert (answer.status, answers(desk)[0].text) == (303, "早啊")


@pytest.mark.parametrize(("version", "status"), [("", 400), ("x", 400), ("0", 409), ("9" * 12, 400)])
@pytest.mark.parametrize("deed", ["", "/disable", "/enable"])
async def test_an_answer_seen_in_another_version_stays(
    house: House, desk: Desk, deed: str, version: str, status: int
) -> None:
    one = await added(house, desk)

    answer = await (await house.enter(stage.DIRECTOR)).post(
        f"{PAGE}/{one.id}{deed}", {**NEW, "text": "早啊", "version": version}
    )

    assert answer.status == status
    assert (answers(desk)[0].text, answers(desk)[0].disabled_at) == (NEW["text"], None)


async def test_out_of_use_and_back(house: House, desk: Desk) -> None:
    one, director = await added(house, desk), await house.enter(stage.DIRECTOR)

    await director.post(f"{PAGE}/{one.id}/disable", {"version": str(one.version)})
    off = answers(desk)[0]
    page = (await director.get(PAGE)).text
    await director.post(f"{PAGE}/{one.id}/enable", {"version": str(off.version)})

    assert off.disabled_at is not None
    assert "已停用" in page
    assert answers(desk)[0].disabled_at is None


async def test_the_streets_answers_are_read_but_not_changed_by_a_community(house: House, desk: Desk) -> None:
    director, of_street = await house.enter(stage.DIRECTOR), answers(desk, "问好")[0]

    assert "由街道来改" in (await director.get(PAGE)).text
    for deed in ("", "/disable"):
        fields = {**NEW, "version": str(of_street.version)}
        assert (await director.post(f"{PAGE}/{of_street.id}{deed}", fields)).status == 404
    assert answers(desk, "问好")[0].version == of_street.version


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}/1", f"{PAGE}/1/disable", f"{PAGE}/1/enable"])
async def test_others_stay_outside(house: House, desk: Desk, address: str) -> None:
    assert (await (await house.nobody()).post(address, NEW)).status == 303
    assert (await (await house.enter(stage.WORKER)).post(address, NEW)).status == 403
    assert (await (await house.enter(stage.DIRECTOR)).post_bare(address, NEW)).status == 403


@pytest.mark.parametrize("wrong", ["0", "999", "x", "9" * 40])
async def test_an_answer_that_is_not_there_is_not_found(house: House, wrong: str) -> None:
    director = await house.enter(stage.DIRECTOR)

    assert (await director.get(f"{PAGE}/{wrong}")).status == 404
    assert (await director.post(f"{PAGE}/{wrong}", {**NEW, "version": "1"})).status == 404


async def test_only_who_may_edit_them_is_led_there(house: House) -> None:
    director, worker = await house.enter(stage.DIRECTOR), await house.enter(stage.WORKER)

    assert 'href="/console/canned"' in (await director.get("/console/conversations")).text
    assert 'href="/console/canned"' not in (await worker.get("/console/conversations")).text
