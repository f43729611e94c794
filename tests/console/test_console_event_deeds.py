"""Everything that is done with a grid event by HTTP: it works, or says why not and loses no words."""

import pytest

from bot.core.deeds import Deed
from bot.core.grid_events import Disposition, EventStatus, Solved
from bot.services.desk import Desk
from bot.store.queries import handled
from tests.console import at_work
from tests.console.at_work import brought, does, event, log, posts, reported, told
from tests.console.house import House
from tests.services import stage
from tests.services.events.cast import AUDITOR, CLERK, COMMITTEE, LEADER, PROPERTY, URBAN, URBAN_CLERK, VOLUNTEER

LIFE: tuple[tuple[str, str, dict[str, str]], ...] = (
    (stage.WORKER, "triage", {}),
    (stage.WORKER, "accept", {"words": "明天派人去"}),
    (stage.WORKER, "dispatch", {"party": PROPERTY}),
    (CLERK, "sign", {}),
    (CLERK, "contact", {"words": "打过电话"}),
    (CLERK, "start", {}),
    (CLERK, "resolve", {"words": "换了灯泡", "completion": "substantive"}),
    (stage.GRID_WORKER, "verify", {}),
    (stage.COLLEAGUE, "close", {"words": "灯亮了"}),
    (
        stage.DIRECTOR,
        "call_back",
        {"reached": "yes", "way": "phone", "solved": "yes", "satisfaction": "satisfied", "words": "满意"},
    ),
)
ROUTES = ("do/triage", "take-on", "on-the-spot", "correct", "merge", "reveal", "remove-photo")


async def test_an_event_goes_its_whole_life_through_five_peoples_hands(house: House, desk: Desk) -> None:
    number = reported(desk)

    for who, deed, fields in LIFE:
        answer = await posts(await house.enter(who), desk, number, f"do/{deed}", **fields)
        assert (answer.status, answer.location) == (303, f"/console/events/{number}"), (deed, answer.text)

    assert log(desk, number) == ["file", *(deed for _, deed, _ in LIFE)]
    assert event(desk, number).status is EventStatus.CLOSED
    assert len(house.audited("grid_event:move")) == len(LIFE)
    for words in ("明天派人去", "换了灯泡", "灯亮了"):
        assert words in told(desk)
    page = (await (await house.enter(stage.WORKER)).get(f"/console/events/{number}")).text
    assert "打过电话" in page
    assert "解决了，满意" in page


@pytest.mark.parametrize("route", ROUTES)
async def test_nobody_acts_without_signing_in(house: House, desk: Desk, route: str) -> None:
    number = reported(desk)

    answer = await (await house.nobody()).post(f"/console/events/{number}/{route}", {"version": "1"})

    assert answer.status == 303
    assert answer.location.startswith("/login")
    assert log(desk, number) == ["file"]


@pytest.mark.parametrize("route", ROUTES)
async def test_a_form_without_its_token_does_nothing(house: House, desk: Desk, route: str) -> None:
    number = reported(desk)

    answer = await (await house.enter(stage.WORKER)).post_bare(f"/console/events/{number}/{route}", {"version": "1"})

    assert answer.status == 403
    assert log(desk, number) == ["file"]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("who", [AUDITOR, VOLUNTEER])
async def test_who_reads_no_events_does_nothing_with_them(house: House, desk: Desk, who: str, route: str) -> None:
    number = reported(desk)

    answer = await posts(await house.enter(who), desk, number, route, words="我来")

    assert answer.status == 403
    assert log(desk, number) == ["file"]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("who", [stage.ELSEWHERE, CLERK, "zhaochunsheng"])
async def test_somebody_elses_event_is_not_there(house: House, desk: Desk, who: str, route: str) -> None:
    number = reported(desk)

    answer = await posts(await house.enter(who), desk, number, route, words="我来", into=number, reason="看看")

    assert answer.status == 404
    assert log(desk, number) == ["file"]


@pytest.mark.parametrize("there", ["GE990101001-20260312-9999", "x", "%00", "%3Cb%3E", "9" * 300])
@pytest.mark.parametrize("route", ROUTES)
async def test_an_event_that_is_not_there_is_not_found(house: House, route: str, there: str) -> None:
    browser = await house.enter(stage.WORKER)

    answer = await browser.post(f"/console/events/{there}/{route}", {"version": "1", "into": there, "reason": "看"})

    assert answer.status == 404


@pytest.mark.parametrize(
    "deed", ["nonsense", "file", "merge", "correct", "rate", "archive", "breach", "%3Cb%3E", "x" * 99]
)
async def test_a_deed_staff_cannot_wish_is_not_found(house: House, desk: Desk, deed: str) -> None:
    number = reported(desk)

    answer = await posts(await house.enter(stage.DISPATCHER), desk, number, f"do/{deed}", words="好")

    assert answer.status == 404
    assert log(desk, number) == ["file"]


@pytest.mark.parametrize(
    ("who", "deed"),
    [
        (stage.GRID_WORKER, "triage"),
        (stage.WORKER, "supervise"),
        (LEADER, "triage"),
        (stage.GRID_WORKER, "withdraw"),
        (stage.DIRECTOR, "supervise"),
    ],
)
async def test_who_may_not_is_refused(house: House, desk: Desk, who: str, deed: str) -> None:
    number = reported(desk)

    answer = await posts(await house.enter(who), desk, number, f"do/{deed}", words="好", supervision="normal")

    assert answer.status == 403
    assert log(desk, number) == ["file"]


@pytest.mark.parametrize(
    "deed", ["accept", "dispatch", "sign", "start", "resolve", "verify", "close", "call_back", "reopen"]
)
async def test_no_level_is_skipped_and_the_words_stay(house: House, desk: Desk, deed: str) -> None:
    number = reported(desk)

    answer = await posts(await house.enter(stage.WORKER), desk, number, f"do/{deed}", words="写了半天的话")

    assert answer.status == 409
    assert "已上报" in answer.text
    assert "写了半天的话" in answer.text
    assert log(desk, number) == ["file"]


@pytest.mark.parametrize(
    ("until", "who", "deed", "fields", "said"),
    [
        (Deed.TRIAGE, stage.WORKER, "propose_refusal", {"words": "不归我们"}, "理由"),
        (Deed.TRIAGE, stage.WORKER, "propose_refusal", {"disposition": "unlawful_persuade", "words": " "}, "请写明"),
        (Deed.TRIAGE, stage.WORKER, "propose_refusal", {"disposition": "nonsense", "words": "不归我们"}, "理由"),
        (Deed.ACCEPT, stage.WORKER, "dispatch", {"party": ""}, "请选一个单位"),
        (Deed.ACCEPT, stage.WORKER, "dispatch", {"party": "nobody"}, "请选一个单位"),
        (Deed.ACCEPT, stage.WORKER, "dispatch", {"party": "liuan-committee"}, "不管这个社区"),
        (Deed.ACCEPT, stage.WORKER, "dispatch", {"party": PROPERTY, "words": "长" * 501}, "500"),
        (Deed.SIGN, stage.WORKER, "ask_extension", {"amount": "", "words": "配件没到"}, "延期最多"),
        (Deed.SIGN, stage.WORKER, "ask_extension", {"amount": "两天", "words": "配件没到"}, "请填数字"),
        (Deed.SIGN, stage.WORKER, "ask_extension", {"amount": "9999999999", "words": "配件没到"}, "请填数字"),
        (Deed.SIGN, stage.WORKER, "ask_extension", {"amount": "99", "words": "配件没到"}, "延期最多"),
        (Deed.SIGN, stage.WORKER, "return", {"words": ""}, "请写明"),
        (Deed.START, stage.WORKER, "resolve", {"words": "换了"}, "怎么办完"),
        (Deed.START, stage.WORKER, "resolve", {"words": "换了", "completion": "done"}, "怎么办完"),
        (Deed.START, stage.DISPATCHER, "suspend", {"words": "等材料", "review_on": ""}, "30天"),
        (Deed.START, stage.DISPATCHER, "suspend", {"words": "等材料", "review_on": "明天"}, "日子没看懂"),
        (Deed.START, stage.DISPATCHER, "suspend", {"words": "等材料", "review_on": "2026-03-12"}, "30天"),
        (Deed.START, stage.DISPATCHER, "suspend", {"words": "等材料", "review_on": "0001-01-01"}, "日子没看懂"),
        (Deed.START, LEADER, "supervise", {"words": "拖了很久", "supervision": "green"}, "级别"),
        (Deed.START, LEADER, "supervise", {"words": "拖了很久", "supervision": ""}, "级别"),
        (Deed.CLOSE, stage.DIRECTOR, "call_back", {"reached": "maybe", "words": "喂"}, "联系上"),
        (Deed.CLOSE, stage.DIRECTOR, "call_back", {"reached": "yes", "words": "喂"}, "解决了没有"),
        (Deed.CLOSE, stage.DIRECTOR, "call_back", {"solved": "sort of", "words": "喂"}, "解决了没有"),
        (Deed.CLOSE, stage.DIRECTOR, "call_back", {"solved": "yes", "satisfaction": "9", "words": "喂"}, "满意"),
        (Deed.CLOSE, stage.DIRECTOR, "call_back", {"solved": "yes", "way": "pigeon", "words": "喂"}, "联系"),
        (Deed.CLOSE, stage.DIRECTOR, "call_back", {"solved": "no", "words": ""}, "差在哪里"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_stays_on_the_page(
    house: House, desk: Desk, until: Deed, who: str, deed: str, fields: dict[str, str], said: str
) -> None:
    number = brought(desk, until)
    before = log(desk, number)

    answer = await posts(await house.enter(who), desk, number, f"do/{deed}", **fields)

    assert answer.status == 400, answer.text
    assert said in answer.text
    assert fields.get("words", "")[:50].strip() in answer.text
    assert log(desk, number) == before


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"disposition": "unlawful_persuade", "words": " "}, "请写明"),
        ({"disposition": "nonsense", "words": "不归我们"}, "理由"),
        ({"disposition": "unlawful_persuade", "words": "长" * 501}, "500"),
    ],
)
async def test_a_refusal_that_makes_no_sense_changes_nothing(
    house: House, desk: Desk, fields: dict[str, str], said: str
) -> None:
    number = brought(desk, Deed.TRIAGE)
    does(desk, stage.WORKER, number, Deed.PROPOSE_REFUSAL, disposition=Disposition.UNLAWFUL)
    before = log(desk, number)

    answer = await posts(await house.enter(stage.DIRECTOR), desk, number, "do/refuse", **fields)

    assert answer.status == 400, answer.text
    assert said in answer.text
    assert log(desk, number) == before


async def test_nobody_refuses_alone_and_the_words_stay(house: House, desk: Desk) -> None:
    number = brought(desk, Deed.TRIAGE)
    before = log(desk, number)
    browser = await house.enter(stage.DIRECTOR)
    about = {"disposition": "unlawful_persuade", "words": "写了半天的理由"}

    page = (await browser.get(f"/console/events/{number}")).text
    answer = await posts(browser, desk, number, "do/refuse", **about)

    assert "do/propose_refusal" in page
    assert "do/refuse" not in page
    assert answer.status == 409
    assert "还没有人建议不受理" in answer.text
    assert "写了半天的理由" in answer.text
    assert log(desk, number) == before


@pytest.mark.parametrize("version", ["", "x", "-1", "１", "9" * 30])
@pytest.mark.parametrize("route", ["do/triage", "take-on", "on-the-spot", "correct", "merge"])
async def test_a_page_without_its_version_is_too_old(house: House, desk: Desk, route: str, version: str) -> None:
    number, other = reported(desk), reported(desk, "other", stage.NEXT_DOOR)
    browser = await house.enter(stage.GRID_WORKER if route == "on-the-spot" else stage.WORKER)

    fields = {"version": version, "leaf": stage.LIFT_FAULT, "into": other, "words": "好"}
    answer = await browser.post(f"/console/events/{number}/{route}", fields)

    assert answer.status == 400
    assert "已经过期" in answer.text
    assert log(desk, number) == ["file"]


@pytest.mark.parametrize("route", ["do/triage", "take-on", "on-the-spot", "correct", "merge"])
async def test_of_two_who_act_on_the_same_page_the_second_is_told(house: House, desk: Desk, route: str) -> None:
    number, other = reported(desk), reported(desk, "other", stage.NEXT_DOOR)
    version = str(event(desk, number).version)
    does(desk, stage.COLLEAGUE, number, Deed.NOTE, words="我去看看")
    browser = await house.enter(stage.GRID_WORKER if route == "on-the-spot" else stage.WORKER)

    fields = {"version": version, "leaf": stage.LIFT_FAULT, "into": other, "words": "物业说不归他们管"}
    answer = await browser.post(f"/console/events/{number}/{route}", fields)

    assert answer.status == 409
    assert "刚被别人改过" in answer.text
    assert "物业说不归他们管" in answer.text
    assert log(desk, number) == ["file", "note"]


@pytest.mark.parametrize(
    ("until", "who", "deed", "fields"),
    [
        (None, stage.WORKER, "triage", {}),
        (None, stage.WORKER, "note", {"words": "去看过"}),
        (Deed.DISPATCH, CLERK, "sign", {}),
        (Deed.START, CLERK, "resolve", {"words": "换了", "completion": "substantive"}),
        (Deed.DISPATCH, stage.WORKER, "urge", {}),
    ],
)
async def test_a_form_sent_twice_is_done_once(
    house: House, desk: Desk, until: Deed | None, who: str, deed: str, fields: dict[str, str]
) -> None:
    number = brought(desk, until) if until else reported(desk)
    browser = await house.enter(who)
    sent = {"version": str(event(desk, number).version), **fields}

    answers = [await browser.post(f"/console/events/{number}/do/{deed}", sent) for _ in range(2)]

    assert [answer.status for answer in answers] == [303, 409]
    assert log(desk, number).count(deed) == 1


async def test_nobody_verifies_what_they_handled(house: House, desk: Desk) -> None:
    number = brought(desk, Deed.RESOLVE)

    answer = await posts(await house.enter(stage.WORKER), desk, number, "do/verify")

    assert answer.status == 403
    assert "自己办的事" in answer.text
    assert event(desk, number).status is EventStatus.RESOLVED


async def test_not_solved_begins_again(house: House, desk: Desk) -> None:
    number = brought(desk, Deed.CLOSE)

    answer = await posts(
        await house.enter(stage.DIRECTOR), desk, number, "do/call_back", reached="yes", solved="no", words="还是黑的"
    )

    assert answer.status == 303
    found = event(desk, number)
    assert (found.status, found.round) == (EventStatus.REOPENED, 2)
    assert log(desk, number)[-2:] == ["call_back", "reopen"]


async def test_a_unit_that_returns_a_matter_is_led_to_its_list(house: House, desk: Desk) -> None:
    number = brought(desk, Deed.DISPATCH)
    does(desk, stage.DISPATCHER, number, Deed.TRANSFER, party_id=URBAN)

    answer = await posts(await house.enter(URBAN_CLERK), desk, number, "do/return", words="不归我们管")

    assert (answer.status, answer.location) == (303, "/console/events")
    assert event(desk, number).lead_party_id == PROPERTY


async def test_a_helper_works_on_its_own_task_only(house: House, desk: Desk) -> None:
    number = brought(desk, Deed.START)
    does(desk, stage.DISPATCHER, number, Deed.ADD_TASK, party_id=URBAN, words="来拆线")
    with desk.transaction(read_only=True) as session:
        task = str(handled.tasks_of(session, at_work.stored(session, number).id)[0].id)
    helper, clerk = await house.enter(URBAN_CLERK), await house.enter(CLERK)

    refused = [
        (await posts(clerk, desk, number, "do/sign_task", task=task)).status,
        (await posts(helper, desk, number, "do/sign_task", task="x")).status,
        (await posts(helper, desk, number, "do/sign_task", task="99999")).status,
        (await posts(helper, desk, number, "do/resolve", words="好", completion="substantive")).status,
        (await posts(helper, desk, number, "do/finish_task", task=task, words="拆了")).status,
    ]
    page = (await helper.get(f"/console/events/{number}")).text
    done = [
        (await posts(helper, desk, number, "do/sign_task", task=task)).status,
        (await posts(helper, desk, number, "do/finish_task", task=task, words="拆了")).status,
    ]

    assert refused == [403, 400, 404, 403, 409]
    assert "来拆线" in page
    assert done == [303, 303]


async def test_help_is_called_off_with_a_reason(house: House, desk: Desk) -> None:
    number = brought(desk, Deed.START)
    does(desk, stage.WORKER, number, Deed.ADD_TASK, party_id=COMMITTEE)
    with desk.transaction(read_only=True) as session:
        task = str(handled.tasks_of(session, at_work.stored(session, number).id)[0].id)
    browser = await house.enter(stage.WORKER)

    refused = await posts(browser, desk, number, "do/drop_task", task=task, words="")
    dropped = await posts(browser, desk, number, "do/drop_task", task=task, words="他们来不了")

    assert (refused.status, dropped.status) == (400, 303)


async def test_a_report_is_taken_on_and_sent_along_with_one_click(house: House, desk: Desk) -> None:
    number = reported(desk)

    answer = await posts(await house.enter(stage.WORKER), desk, number, "take-on", words="马上派人", dispatches="1")

    assert (answer.status, answer.location) == (303, f"/console/events/{number}")
    assert log(desk, number) == ["file", "triage", "accept", "dispatch"]
    assert "马上派人" in told(desk)


async def test_taking_on_knows_its_limits(house: House, desk: Desk) -> None:
    number, taken = reported(desk), brought(desk, Deed.ACCEPT, "other")
    worker, grid_worker = await house.enter(stage.WORKER), await house.enter(stage.GRID_WORKER)

    too_long = await posts(worker, desk, number, "take-on", words="长" * 501)
    too_late = await posts(worker, desk, taken, "take-on")
    not_theirs = await posts(grid_worker, desk, number, "take-on")

    assert (too_long.status, too_late.status, not_theirs.status) == (400, 409, 403)
    assert "500" in too_long.text
    assert log(desk, number) == ["file"]


async def test_a_grid_worker_settles_it_on_the_spot(house: House, desk: Desk) -> None:
    number = reported(desk)
    browser = await house.enter(stage.GRID_WORKER)

    silent = await posts(browser, desk, number, "on-the-spot", words="")
    answer = await posts(browser, desk, number, "on-the-spot", words="换了灯泡", met="1")
    own = await posts(browser, desk, number, "do/verify")

    assert (silent.status, answer.status, own.status) == (400, 303, 403)
    assert log(desk, number)[1:] == ["triage", "accept", "dispatch", "sign", "start", "contact", "resolve"]


async def test_settling_on_the_spot_is_for_grid_workers_and_fresh_reports(house: House, desk: Desk) -> None:
    number, given = reported(desk), brought(desk, Deed.DISPATCH, "other")

    worker = await posts(await house.enter(stage.WORKER), desk, number, "on-the-spot", words="好了")
    late = await posts(await house.enter(stage.GRID_WORKER), desk, given, "on-the-spot", words="好了")

    assert (worker.status, late.status) == (403, 409)
    assert "好了" in late.text


async def test_what_was_misread_is_put_right(house: House, desk: Desk) -> None:
    number = reported(desk)
    browser = await house.enter(stage.WORKER)

    answer = await posts(
        *(browser, desk, number, "correct"),
        leaf=f"{stage.STREET_LAMP} 路灯与公共照明",
        building=stage.TOWER,
        unit="1",
        place="门口",
        urgency="P1",
    )

    found = event(desk, number)
    assert answer.status == 303
    assert (found.leaf, found.building_id, found.unit, found.urgency) == (stage.STREET_LAMP, stage.TOWER, "1", "P1")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "和原来一样"),
        ({"leaf": "9999"}, "请选一个分类"),
        ({"leaf": "路灯"}, "请选一个分类"),
        ({"leaf": "<b>"}, "请选一个分类"),
        ({"building": "nowhere"}, "没有这栋楼"),
        ({"building": "liuan-lx-9"}, "不在这个社区"),
        ({"building": stage.TOWER, "unit": "长" * 9}, "太长"),
        ({"place": "长" * 101}, "太长"),
        ({"unit": "2"}, "哪一栋"),
        ({"urgency": "P9"}, "紧急程度"),
        ({"urgency": "P3"}, "原因"),
        ({"leaf": stage.LIFT_FAULT, "words": "长" * 501}, "500"),
    ],
)
async def test_a_correction_that_makes_no_sense_is_refused(
    house: House, desk: Desk, fields: dict[str, str], said: str
) -> None:
    number = reported(desk)

    answer = await posts(await house.enter(stage.WORKER), desk, number, "correct", **fields)

    assert answer.status == 400
    assert said in answer.text
    assert log(desk, number) == ["file"]


async def test_only_who_may_correct_does_and_only_what_is_open(house: House, desk: Desk) -> None:
    number, closed = reported(desk), brought(desk, Deed.CLOSE, "other")

    grid_worker = await posts(await house.enter(stage.GRID_WORKER), desk, number, "correct", leaf=stage.LIFT_FAULT)
    late = await posts(await house.enter(stage.WORKER), desk, closed, "correct", leaf=stage.LIFT_FAULT)

    assert (grid_worker.status, late.status) == (403, 409)


async def test_a_double_goes_on_as_part_of_the_other(house: House, desk: Desk) -> None:
    double, goes_on = reported(desk, "one"), reported(desk, "two")

    answer = await posts(await house.enter(stage.WORKER), desk, double, "merge", into=goes_on.lower())

    assert answer.status == 303
    assert event(desk, double).status is EventStatus.MERGED
    assert goes_on in told(desk, "one")


async def test_merging_matters_of_two_kinds_at_two_places_asks_why_and_keeps_what_was_typed(
    house: House, desk: Desk
) -> None:
    double, goes_on = reported(desk, "one", stage.TOWER), reported(desk, "two")
    browser = await house.enter(stage.WORKER)
    await posts(browser, desk, double, "correct", leaf=stage.STREET_LAMP)

    refused = await posts(browser, desk, double, "merge", into=goes_on)
    done = await posts(browser, desk, double, "merge", into=goes_on, words="打电话问过，是同一盏灯")

    assert refused.status == 400
    assert "合并要写原因" in refused.text
    assert f'value="{goes_on}"' in refused.text
    assert 'id="merge-words"' in refused.text
    assert done.status == 303
    assert event(desk, double).status is EventStatus.MERGED


async def test_merging_refuses_what_is_no_double(house: House, desk: Desk) -> None:
    number = reported(desk)
    closed = brought(desk, Deed.CLOSE, "two")
    elsewhere = reported(desk, "three", "liuan-lx-9")
    browser = await house.enter(stage.WORKER)

    async def refused(into: str) -> int:
        return (await posts(browser, desk, number, "merge", into=into)).status

    assert [await refused(into) for into in ("", number, closed, elsewhere, "GE1")] == [400, 400, 409, 404, 404]
    assert (await posts(await house.enter(stage.GRID_WORKER), desk, number, "merge", into=closed)).status == 403
    assert log(desk, number) == ["file"]


async def test_a_script_hears_that_it_is_done(house: House, desk: Desk) -> None:
    number = brought(desk, Deed.CLOSE)
    version = str(event(desk, number).version)
    browser = await house.enter(stage.DIRECTOR)

    answer = await browser.post(
        f"/console/events/{number}/do/call_back",
        {"version": version, "reached": "yes", "solved": Solved.YES.value},
        {"Accept": "application/json"},
    )

    assert answer.status == 204
