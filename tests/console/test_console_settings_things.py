"""Leaves, units, grids, days off and numbers, changed by forms as a browser sends them."""

import re
from collections.abc import Mapping
from html import unescape

import pytest

from tests.console.house import ADMIN, Browser, House

S = "/console/settings"
LEAF, PARTY, GRID, YEAR = f"{S}/leaves/0503", f"{S}/parties/ally-bank", f"{S}/grids/qinghe-g1", f"{S}/calendar/2027"
OFFICE, NUMBER = f"{S}/phones/communities/qinghe", f"{S}/phones/numbers/96333"
WHY = {"reason": "街道发了新通知"}


@pytest.fixture
async def admin(house: House) -> Browser:
    return await house.enter(ADMIN)


def filled(page: str, action: str) -> dict[str, str]:
    """A form as the page shows it, with everything that a browser would send along."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}">(.*?)</form>', page, re.DOTALL)
    assert form
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form[1]):
        told = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if told.get("type") != "checkbox" or " checked" in tag:
            fields[told["name"]] = unescape(told.get("value", ""))
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form[1], re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected>', options)
        fields[name] = chosen[1] if chosen else ""
    for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', form[1], re.DOTALL):
        fields[name] = unescape(text)
    return fields


async def submit(browser: Browser, page: str, parts: Mapping[str, str], action: str = "") -> tuple[int, str]:
    """Fill in the form of the page, change some parts and press the button; returns the page that follows."""
    action = action or page
    fields = {**filled((await browser.get(page)).text, action), **parts}
    answer = await browser.post(action, fields)
    if answer.status == 303:
        return 303, (await browser.get(answer.location)).text
    return answer.status, answer.text


@pytest.mark.parametrize(
    ("page", "parts", "told"),
    [
        (LEAF, {"resolve_amount": "2", "co-urban": "1"}, ["办好的时限：", "→ 2工作日", "协办单位：加上综合执法队"]),
        (PARTY, {"phone": "0990-5559999"}, ["电话：0990-5550039 → 0990-5559999"]),
        (GRID, {"name": "第一网格", "worker_id": ""}, ["名称：青禾里第一网格 → 第一网格", "王小禾 → 没有"]),
        (OFFICE, {"phone": "0990-5559999"}, ["电话：0990-5550101 → 0990-5559999"]),
        (NUMBER, {"number": "0990-5550096"}, ["号码：96333 → 0990-5550096"]),
    ],
)
async def test_a_change_is_saved_and_told_in_the_history_with_its_reason(
    house: House, admin: Browser, page: str, parts: dict[str, str], told: list[str]
) -> None:
    status, after = await submit(admin, page, {**parts, **WHY})

    assert status == 303
    for words in (*told, WHY["reason"], "管理员"):
        assert words in after
    assert (
        len([*house.audited("setting:leaf"), *house.audited("setting:party"), *house.audited("setting:grid")])
        + len(house.audited("setting:phone"))
        == 1
    )


@pytest.mark.parametrize(
    ("page", "parts", "words"),
    [
        (LEAF, {"plain": ""}, "居民看到的说法不能空着"),
        (LEAF, {"respond_amount": "soon"}, "应该是一个整数"),
        (LEAF, {"urgency": "P0"}, "特急"),
        (PARTY, {"phone": "找行长"}, "电话号码不对"),
        (PARTY, {"estate": "桂香苑"}, "小区不在这个社区里"),
        (GRID, {"ring": "青禾路"}, "第1行看不懂"),
        (GRID, {"worker_id": "x"}, "应该是一个整数"),
        (OFFICE, {"address": ""}, "地址不能空着"),
        (NUMBER, {"number": "1"}, "电话号码不对"),
    ],
)
async def test_what_cannot_be_is_told_and_the_words_are_not_lost(
    admin: Browser, page: str, parts: dict[str, str], words: str
) -> None:
    status, after = await submit(admin, page, {**parts, **WHY})

    assert (status, words in after) == (400, True)
    again = filled(after, page)
    assert again["reason"] == WHY["reason"]
    assert {name: again[name] for name in parts if again[name]} == {
        name: value for name, value in parts.items() if again[name]
    }
    assert "还没有改过" in after


@pytest.mark.parametrize(
    ("page", "parts"),
    [
        (LEAF, {"plain": "过道灯不亮"}),
        (PARTY, {"note": "周三休息"}),
        (GRID, {"name": "第一网格"}),
        (OFFICE, {"hours": "全天"}),
        (NUMBER, {"number": "96334"}),
    ],
)
async def test_who_comes_second_is_told_and_sees_what_holds_now(
    admin: Browser, page: str, parts: dict[str, str]
) -> None:
    fields = {**filled((await admin.get(page)).text, page), **WHY}
    await admin.post(page, {**fields, **parts})

    late = await admin.post(page, {**fields, **{name: f"{value}0" for name, value in parts.items()}})

    assert (late.status, "刚刚有人改过这一项" in late.text) == (409, True)
    assert f"现在保存的是：{next(iter(parts.values()))}" in late.text


async def test_a_leaf_goes_back_to_what_its_file_says(admin: Browser) -> None:
    await submit(admin, LEAF, {"urgency": "P3", **WHY})

    status, after = await submit(admin, LEAF, {}, f"{LEAF}/reset")

    assert (status, "不急 → 一般" in after, "回到文件里的写法" in after) == (303, True, False)
    assert (await admin.post(f"{LEAF}/reset", {"version": "2"})).status == 409


async def test_the_catalogue_marks_what_differs_and_says_why_codes_stay(admin: Browser) -> None:
    await submit(admin, LEAF, {"urgency": "P3", **WHY})

    page = (await admin.get(f"{S}/leaves")).text

    assert page.count('<span class="tag">改过</span>') == 1
    assert "不能在这里增加或删除" in page


async def test_a_unit_is_added_taken_out_and_put_back(house: House, admin: Browser) -> None:
    new = f"{S}/parties/new"
    parts = {"name": "青禾绿化队", "kind": "greening", "phone": "0990-5550066", "community_id": "qinghe"}
    status, listed = await submit(admin, new, parts)
    found = re.search(r'href="([^"]*/parties/own-[0-9a-f]+)"', listed)
    assert found

    out = await submit(admin, found[1], WHY, f"{found[1]}/out")
    back = await submit(admin, found[1], WHY, f"{found[1]}/back")

    assert (status, out[0], back[0]) == (303, 303, 303)
    assert "停用：否 → 是" in out[1]
    assert "停用：是 → 否" in back[1]
    assert [row.detail for row in house.audited("setting:party")] == ["新加", "停用", "停用"]
    assert (await admin.post(new, parts)).status == 409
    assert (await admin.post(new, {**parts, "name": "绿化二队", "phone": "x"})).status == 400
    assert (await admin.post(f"{found[1]}/back", {"version": "3", **WHY})).status == 409


async def test_a_unit_with_matters_in_hand_offers_no_way_out(admin: Browser) -> None:
    busy = f"{S}/parties/qinghe-property-qh"

    page = (await admin.get(busy)).text
    answer = await admin.post(f"{busy}/out", {"version": "0", **WHY})

    assert re.search(r"手里还有事：主办 [1-9]", page)
    assert f'action="{busy}/out"' not in page
    assert answer.status == 409


async def test_units_are_narrowed_by_community_and_kind(admin: Browser) -> None:
    page = (await admin.get(f"{S}/parties?community=liuan&kind=property")).text
    none = (await admin.get(f"{S}/parties?community=atlantis")).text

    assert ("柳岸新村物业服务中心" in page, "青禾苑物业服务中心" in page, "没有找到" in none) == (True, False, True)


async def test_a_ring_is_drawn_before_it_is_saved(admin: Browser) -> None:
    wider = "116.2008,30.5018\n116.206546,30.502564\n116.206536,30.506838\n116.2006,30.5061"
    fields = {**filled((await admin.get(GRID)).text, GRID), "ring": wider}

    drawn = await admin.post(f"{GRID}/preview", fields)
    refused = await admin.post(f"{GRID}/preview", {**fields, "ring": "116.2,30.5"})

    assert (drawn.status, "画出来是这样（还没有保存）" in drawn.text, "116.2008" in drawn.text) == (200, True, True)
    assert (refused.status, "三个不同的点" in refused.text) == (400, True)
    assert "还没有改过" in (await admin.get(GRID)).text


async def test_a_year_is_announced_step_by_step(house: House, admin: Browser) -> None:
    assert "2027年还没有公布，按平常周一到周五算" in (await admin.get(YEAR)).text
    feast = {"name": "元旦", "first": "2027-01-01", "last": "2027-01-03"}

    added = await submit(admin, YEAR, feast, f"{YEAR}/holiday")
    worked = await submit(admin, YEAR, {"day": "2027-01-09"}, f"{YEAR}/workday")
    both = await submit(admin, YEAR, {"day": "2027-01-02"}, f"{YEAR}/workday")
    gone = await submit(admin, YEAR, {}, f"{YEAR}/no-workday")
    off = await submit(admin, YEAR, {}, f"{YEAR}/no-holiday")
    back = await submit(admin, YEAR, {}, f"{YEAR}/reset")

    assert [added[0], worked[0], both[0], gone[0], off[0], back[0]] == [303, 303, 400, 303, 303, 409]
    assert "放假：加上元旦（1月1日周五到1月3日周日）" in added[1]
    assert "调休上班：加上1月9日周六" in worked[1]
    assert "1月2日周六是元旦放假" in both[1]
    assert "调休上班：去掉1月9日周六" in gone[1]
    assert len(house.audited("setting:calendar")) == 4


async def test_a_day_that_is_none_and_a_stale_year_are_refused(admin: Browser) -> None:
    wrong = await admin.post(f"{YEAR}/holiday", {"version": "0", "name": "元旦", "first": "soon", "last": "later"})
    stale = await admin.post(f"{YEAR}/workday", {"version": "7", "day": "2027-01-09"})

    assert (wrong.status, stale.status) == (400, 409)


async def test_office_hours_are_set_and_wrong_ones_refused(admin: Browser) -> None:
    calendar = f"{S}/calendar"

    status, after = await submit(admin, calendar, {"opens": "08:30", **WHY}, f"{calendar}/hours")
    wrong = await submit(admin, calendar, {"opens": "19:00", **WHY}, f"{calendar}/hours")

    assert (status, "上班：09:00 → 08:30" in after) == (303, True)
    assert (wrong[0], "先后不对" in wrong[1]) == (400, True)


async def test_an_office_residents_are_sent_to_is_changed_by_its_chinese_name(admin: Browser) -> None:
    link = re.search(r'href="([^"]*/phones/places/clinic[^"]*)"', (await admin.get(f"{S}/phones")).text)
    assert link

    status, after = await submit(admin, link[1], {"phone": "0990-5559999", **WHY})

    assert (status, "0990-5550104 → 0990-5559999" in after) == (303, True)
    assert "0990-5559999" in (await admin.get(f"{S}/phones")).text


async def test_numbers_of_the_whole_country_have_no_form(admin: Browser) -> None:
    page = (await admin.get(f"{S}/phones/numbers/110")).text

    assert ("110不能改" in page, 'name="number"' in page) == (True, False)


async def test_a_long_history_comes_in_pages(admin: Browser) -> None:
    for round_ in range(21):
        await submit(admin, PARTY, {"note": f"第{round_}次", **WHY})

    first = (await admin.get(PARTY)).text
    earlier = re.search(r'rel="next" href="([^"]+)"', first)
    assert earlier
    second = (await admin.get(earlier[1].partition("#")[0])).text

    assert ("→ 第20次" in first, "→ 第0次" in first, "→ 第0次" in second) == (True, False, True)


async def test_the_audit_page_names_settings_in_chinese(admin: Browser) -> None:
    await submit(admin, PARTY, {"note": "周三休息", **WHY})

    page = (await admin.get("/console/audit")).text

    assert ("改责任单位" in page, "单位 ally-bank" in page, "备注" in page) == (True, True, True)
