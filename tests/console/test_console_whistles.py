"""The pages of whistles: who sees what, every form with good and bad input, and the figures."""

import asyncio
import re
from collections.abc import Mapping

import pytest
from sqlalchemy import delete

from bot.core.catalogue import Whistle as WhistleKind
from bot.core.grid_events import EventStatus
from bot.core.whistles import WhistleStatus
from bot.services.desk import Desk
from bot.services.whistles.finding import call_of
from bot.services.whistles.proposing import propose_for
from bot.store.tables import CalledOut, GridEvent, WhistleCall
from tests.console.house import TRAINER, Browser, House
from tests.services import stage, whistling
from tests.services.whistling import BOTH, LEADER, PARTY_IDS, STALLS, TRAFFIC, URBAN

LIST = "/console/whistles"
PARTY = PARTY_IDS[URBAN]
TICKS = {f"party.{party_id}": "1" for party_id in BOTH}
PRESENCE = {"person": "马队长", "place": "东门"}


@pytest.fixture(autouse=True)
def hired(desk: Desk) -> None:
    with desk.transaction() as session:
        whistling.hire(session)


def accepted(desk: Desk, leaf: str = STALLS) -> str:
    """An event accepted before there were rules, so that nothing is proposed for it yet."""
    with desk.transaction() as session:
        event = whistling.accepted(session, desk, leaf)
        session.execute(delete(CalledOut))
        return event.number


def asked(desk: Desk, kind: WhistleKind = WhistleKind.DAILY) -> str:
    with desk.transaction() as session:
        return whistling.asked(session, desk, kind).number


def blown(desk: Desk, kind: WhistleKind = WhistleKind.DAILY, who: str = stage.DISPATCHER) -> str:
    with desk.transaction() as session:
        return whistling.blown(session, desk, kind=kind, who=who).number


def whistle(desk: Desk, number: str) -> CalledOut:
    with desk.transaction(read_only=True) as session:
        return session.query(CalledOut).filter(CalledOut.number == number).one()


def call(desk: Desk, number: str, party: str = URBAN) -> WhistleCall:
    with desk.transaction(read_only=True) as session:
        return call_of(session, whistle(desk, number), PARTY_IDS[party])


def version(desk: Desk, number: str) -> dict[str, str]:
    return {"version": str(whistle(desk, number).version)}


def call_version(desk: Desk, number: str, party: str = URBAN) -> dict[str, str]:
    return {"version": str(call(desk, number, party).version)}


async def test_the_list_shows_what_somebody_has_to_act_on(house: House, desk: Desk) -> None:
    number = blown(desk)

    page = (await (await house.enter(stage.DISPATCHER)).get(LIST)).text

    assert number in page
    assert "已吹哨，等部门报到" in page
    assert "青禾街道综合执法队、明河交警二中队" in page


async def test_a_department_called_out_sees_it_on_its_first_page_and_in_the_menu(house: House, desk: Desk) -> None:
    browser = await house.enter(URBAN)
    quiet = (await browser.get("/console/events")).text
    number = blown(desk)

    called, count = (await browser.get("/console/events")).text, (await browser.get(f"{LIST}/count")).text
    with desk.transaction() as session:
        whistling.reports(session, desk, whistle(desk, number))

    assert ("在叫您单位报到" in quiet, "有1声哨在叫您单位报到" in called, count) == (False, True, "1")
    assert called.index("/console/whistles") < called.index("/console/board")
    assert "在叫您单位报到" not in (await browser.get("/console/events")).text


@pytest.mark.parametrize(
    ("kind", "who", "waiting"),
    [
        (WhistleKind.DAILY, stage.DISPATCHER, "1"),
        (WhistleKind.DAILY, LEADER, "0"),
        (WhistleKind.TOUGH, LEADER, "1"),
        (WhistleKind.TOUGH, stage.WORKER, "0"),
    ],
)
async def test_a_proposed_whistle_counts_for_whoever_may_blow_it(
    house: House, desk: Desk, kind: WhistleKind, who: str, waiting: str
) -> None:
    asked(desk, kind)

    assert (await (await house.enter(who)).get(f"{LIST}/count")).text == waiting


async def test_the_list_is_narrowed_by_its_address(house: House, desk: Desk) -> None:
    daily, urgent = blown(desk), asked(desk, WhistleKind.EMERGENCY)
    browser = await house.enter(stage.DISPATCHER)

    async def found(query: str) -> set[str]:
        page = (await browser.get(f"{LIST}?{query}")).text
        return {number for number in (daily, urgent) if number in page}

    assert await found("") == {daily, urgent}
    assert await found("status=proposed") == {urgent}
    assert await found("status=all") == {daily, urgent}
    assert await found("kind=应急哨") == {urgent}
    assert await found(f"party={PARTY}") == {daily}
    assert await found("community=guixiang") == set()
    assert await found("page=2") == set()


@pytest.mark.parametrize(
    "query", ["status=nonsense", "kind=x", "page=0", "page=x", f"community={'a' * 65}", "party=%01"]
)
async def test_the_list_refuses_what_no_form_could_have_sent(house: House, query: str) -> None:
    assert (await (await house.enter(stage.DISPATCHER)).get(f"{LIST}?{query}")).status == 400


async def test_a_department_sees_only_its_own_call_and_little_else(house: House, desk: Desk) -> None:
    number, other = blown(desk), asked(desk, WhistleKind.EMERGENCY)
    browser = await house.enter(URBAN)

    listed = (await browser.get(LIST)).text
    page = (await browser.get(f"{LIST}/{number}")).text
    with desk.transaction(read_only=True) as session:
        place = session.get_one(GridEvent, whistle(desk, number).event_id).place_text

    assert place in page
    assert number in listed
    assert other not in listed
    assert "青禾街道综合执法队" in page
    assert "明河交警二中队" not in page
    assert "居民反映了多次" not in page
    assert "/console/events/" not in page
    assert (await browser.get(f"{LIST}/{other}")).status == 404


async def test_a_whistle_is_asked_for_from_an_event_with_the_rules_reasons(house: House, desk: Desk) -> None:
    number = accepted(desk)
    browser = await house.enter(stage.WORKER)

    page = (await browser.get(f"{LIST}/new?event={number}")).text
    fields = {"event": number, "kind": "攻坚哨", "matter": "占道经营", "because": "三番五次", "do": "ask"}
    answer = await browser.post(LIST, fields)

    assert "这类事按目录吹攻坚哨" in page
    assert re.search(r'value="攻坚哨" checked', page)
    assert answer.status == 303
    assert whistle(desk, answer.location.rpartition("/")[2]).status is WhistleStatus.PROPOSED
    assert "三番五次" in (await browser.get(answer.location)).text


async def test_who_is_entitled_blows_at_once_with_the_catalogues_departments_ticked(house: House, desk: Desk) -> None:
    number = accepted(desk)
    browser = await house.enter(LEADER)

    page = (await browser.get(f"{LIST}/new?event={number}")).text
    ticked = re.findall(r'name="(party\.[\w-]+)" value="1" checked', page)
    fields = {"event": number, "kind": "攻坚哨", "matter": "占道", "because": "多次", "do": "blow", "words": ""}
    answer = await browser.post(LIST, {**fields, **dict.fromkeys(ticked, "1")})

    assert f"party.{PARTY}" in ticked
    assert whistle(desk, answer.location.rpartition("/")[2]).status is WhistleStatus.BLOWN
    assert house.audited("whistle:blow")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"kind": ""}, 400),
        ({"kind": "口哨"}, 400),
        ({"matter": " "}, 400),
        ({"because": "多" * 501}, 400),
        ({"do": "blow", "kind": "应急哨"}, 400),
        ({"do": "blow", "kind": "攻坚哨"}, 403),
        ({"event": "GE990101001-20260312-9999"}, 404),
        ({"event": ""}, 404),
        ({"event": "\x00'"}, 404),
    ],
)
async def test_asking_badly_changes_nothing_and_keeps_the_words(
    house: House, desk: Desk, change: Mapping[str, str], status: int
) -> None:
    number = accepted(desk)
    browser = await house.enter(stage.WORKER)
    fields = {"event": number, "kind": "攻坚哨", "matter": "占道经营的事", "because": "多次", "do": "ask"}

    answer = await browser.post(LIST, {**fields, **change})

    assert answer.status == status
    if status == 400 and "event" not in change and "matter" not in change:
        assert "占道经营的事" in answer.text
    with desk.transaction(read_only=True) as session:
        assert session.query(CalledOut).count() == 0


async def test_asking_twice_leads_to_the_first(house: House, desk: Desk) -> None:
    number = accepted(desk)
    with desk.transaction() as session:
        event = session.query(GridEvent).filter(GridEvent.number == number).one()
        first = propose_for(session, desk, event)
    browser = await house.enter(stage.WORKER)

    answer = await browser.post(LIST, {"event": number, "kind": "攻坚哨", "matter": "占道", "because": "多次"})

    assert first is not None
    assert answer.status == 409
    assert f"{LIST}/{first.number}" in answer.text


async def test_no_form_for_what_is_settled_or_of_another_community(house: House, desk: Desk) -> None:
    number = accepted(desk)
    assert (await (await house.enter(stage.ELSEWHERE)).get(f"{LIST}/new?event={number}")).status == 404
    with desk.transaction() as session:
        session.query(GridEvent).filter(GridEvent.number == number).one().status = EventStatus.CLOSED

    assert (await (await house.enter(stage.WORKER)).get(f"{LIST}/new?event={number}")).status == 409
    assert (await (await house.enter(stage.WORKER)).get(f"{LIST}/new")).status == 400


async def test_a_proposed_whistle_is_blown_or_declined_on_its_page(house: House, desk: Desk) -> None:
    blows, declines = asked(desk), asked(desk, WhistleKind.EMERGENCY)
    browser = await house.enter(stage.DISPATCHER)

    answers = [
        await browser.post(f"{LIST}/{blows}/blow", {**TICKS, "words": "带好工具", **version(desk, blows)}),
        await browser.post(f"{LIST}/{declines}/decline", {"reason": "已经没事了", **version(desk, declines)}),
    ]

    assert [answer.status for answer in answers] == [303, 303]
    assert whistle(desk, blows).status is WhistleStatus.BLOWN
    assert whistle(desk, declines).status is WhistleStatus.DECLINED


@pytest.mark.parametrize(
    ("deed", "fields", "status"),
    [
        ("blow", {}, 400),
        ("blow", {"party.nobody": "1"}, 400),
        ("blow", {**TICKS, "words": "多" * 501}, 400),
        ("blow", {**TICKS, "version": "7"}, 409),
        ("blow", {**TICKS, "version": "x"}, 400),
        ("decline", {"reason": ""}, 400),
        ("call-off", {"reason": "不用了"}, 409),
        ("confirm", {}, 409),
    ],
)
async def test_bad_input_and_wrong_state_leave_a_whistle_as_it_was(
    house: House, desk: Desk, deed: str, fields: Mapping[str, str], status: int
) -> None:
    number = asked(desk)
    browser = await house.enter(stage.DISPATCHER)

    answer = await browser.post(f"{LIST}/{number}/{deed}", {**version(desk, number), **fields})

    assert answer.status == status
    assert 'role="alert"' in answer.text
    assert whistle(desk, number).status is WhistleStatus.PROPOSED


async def test_a_department_goes_its_whole_way_on_the_page_and_is_judged(house: House, desk: Desk) -> None:
    with desk.transaction() as session:
        number = whistling.blown(session, desk, (PARTY,)).number
    own, street = await house.enter(URBAN), await house.enter(stage.DISPATCHER)
    calls = f"{LIST}/{number}/calls/{PARTY}"
    way: list[tuple[Browser, str, dict[str, str]]] = [
        (own, "sign-in", PRESENCE),
        (own, "contact", {"words": "问清了位置"}),
        (own, "arrive", PRESENCE),
        (own, "report", {"spoke_with": "李青禾", "measures": "每天巡查", "until": "2026-03-20"}),
        (street, "evaluate", {"score": "5", "words": "来得快"}),
    ]

    answers = [
        (await browser.post(f"{calls}/{deed}", {**fields, **call_version(desk, number)})).status
        for browser, deed, fields in way
    ]
    page = (await street.get(f"{LIST}/{number}")).text

    assert answers == [303] * 5
    assert whistle(desk, number).status is WhistleStatus.EVALUATED
    for words in ("马队长，在东门", "问清了位置", "每天巡查", "3月20日", "5分，来得快", "已评价，结束"):
        assert words in page


async def test_of_ten_who_sign_in_at_once_one_does(house: House, desk: Desk) -> None:
    number = blown(desk)
    browser = await house.enter(URBAN)
    fields = {**PRESENCE, **call_version(desk, number)}

    answers = await asyncio.gather(*(browser.post(f"{LIST}/{number}/calls/{PARTY}/sign-in", fields) for _ in range(10)))

    assert sorted(answer.status for answer in answers) == [303, *[409] * 9]
    assert len(house.audited("whistle:sign_in")) == 1


async def test_the_street_signs_in_for_a_department_with_its_time(house: House, desk: Desk, clock: stage.Clock) -> None:
    number = blown(desk)
    clock.turn(minutes=30)
    browser = await house.enter(stage.DISPATCHER)
    fields = {**PRESENCE, "at": "2026-03-12T10:10", **call_version(desk, number)}

    answer = await browser.post(f"{LIST}/{number}/calls/{PARTY}/sign-in", fields)

    signed = call(desk, number).signed_at
    assert answer.status == 303
    assert signed is not None
    assert signed.isoformat() == "2026-03-12T02:10:00+00:00"
    assert "（代记，03月12日10:10）" in house.audited("whistle:sign_in")[0].detail
    page = (await browser.get(f"{LIST}/{number}")).text
    assert "补记：03月12日10:10签到" in page
    assert "按时" in page


@pytest.mark.parametrize(
    ("deed", "fields", "status"),
    [
        ("sign-in", {"person": "", "place": "东门"}, 400),
        ("sign-in", {"person": "马", "place": "东" * 201}, 400),
        ("sign-in", {**PRESENCE, "at": "明天"}, 400),
        ("sign-in", {**PRESENCE, "at": "2026-03-12T10:05+09:00"}, 400),
        ("sign-in", {**PRESENCE, "at": "2027-01-01T10:00"}, 400),
        ("sign-in", {**PRESENCE, "at": "0001-01-01T00:00"}, 400),
        ("sign-in", {**PRESENCE, "version": "9"}, 409),
        ("sign-in", {**PRESENCE, "version": ""}, 400),
        ("contact", {"words": "打了电话"}, 409),
        ("arrive", PRESENCE, 409),
        ("report", {"spoke_with": "李", "measures": "查", "until": "2026-03-20"}, 409),
        ("report", {"spoke_with": "李", "measures": "查", "until": "三月"}, 400),
        ("evaluate", {"score": "5"}, 409),
    ],
)
async def test_a_call_refuses_what_is_missing_unreadable_stale_or_out_of_order(
    house: House, desk: Desk, deed: str, fields: Mapping[str, str], status: int
) -> None:
    number = blown(desk)
    before = call(desk, number).version
    browser = await house.enter(stage.DISPATCHER)

    answer = await browser.post(f"{LIST}/{number}/calls/{PARTY}/{deed}", {**call_version(desk, number), **fields})

    assert answer.status == status
    assert 'role="alert"' in answer.text
    assert call(desk, number).version == before


async def test_what_was_typed_is_not_lost_with_a_refusal(house: House, desk: Desk) -> None:
    number = blown(desk)
    fields = {"person": "马队长", "place": "", **call_version(desk, number)}

    answer = await (await house.enter(URBAN)).post(f"{LIST}/{number}/calls/{PARTY}/sign-in", fields)

    assert 'value="马队长"' in answer.text


@pytest.mark.parametrize(
    ("who", "deed", "status"),
    [
        (TRAFFIC, "sign-in", 403),
        (stage.WORKER, "sign-in", 403),
        (URBAN, "evaluate", 403),
        (stage.DIRECTOR, "evaluate", 403),
        (stage.ELSEWHERE, "sign-in", 404),
        (TRAINER, "sign-in", 403),
    ],
)
async def test_each_only_does_their_own_part(house: House, desk: Desk, who: str, deed: str, status: int) -> None:
    number = blown(desk)
    fields = {**PRESENCE, "score": "5", **call_version(desk, number)}

    answer = await (await house.enter(who)).post(f"{LIST}/{number}/calls/{PARTY}/{deed}", fields)

    assert answer.status == status
    assert call(desk, number).signed_at is None


async def test_a_department_that_was_not_called_is_not_found(house: House, desk: Desk) -> None:
    number = blown(desk)

    answer = await (await house.enter(stage.DISPATCHER)).post(
        f"{LIST}/{number}/calls/street-gas/sign-in", {**PRESENCE, "version": "1"}
    )

    assert answer.status == 404


async def test_an_emergency_is_confirmed_on_its_page_by_somebody_else(house: House, desk: Desk) -> None:
    number = blown(desk, WhistleKind.EMERGENCY)
    blower, leader = await house.enter(stage.DISPATCHER), await house.enter(LEADER)

    own = await blower.post(f"{LIST}/{number}/confirm", version(desk, number))
    answer = await leader.post(f"{LIST}/{number}/confirm", version(desk, number))

    assert "等街道确认" in (await leader.get(LIST)).text or answer.status == 303
    assert (own.status, answer.status) == (403, 303)
    assert whistle(desk, number).confirmed_at is not None


async def test_a_whistle_is_called_off_with_a_reason(house: House, desk: Desk) -> None:
    number = blown(desk)
    browser = await house.enter(stage.DISPATCHER)

    answer = await browser.post(f"{LIST}/{number}/call-off", {"reason": "摊贩走了", **version(desk, number)})

    assert answer.status == 303
    assert "摊贩走了" in (await browser.get(f"{LIST}/{number}")).text


async def test_an_emergency_waits_for_the_street_before_it_is_judged(house: House, desk: Desk) -> None:
    number = blown(desk, WhistleKind.EMERGENCY)
    with desk.transaction() as session:
        whistling.reports(session, desk, session.merge(whistle(desk, number)))
    leader = await house.enter(LEADER)
    evaluate = f"{LIST}/{number}/calls/{PARTY}/evaluate"
    early = await leader.post(evaluate, {"score": "4", **call_version(desk, number)})
    await leader.post(f"{LIST}/{number}/confirm", version(desk, number))

    answer = await leader.post(evaluate, {"score": "4", **call_version(desk, number)})

    assert early.status == 409
    assert "这一哨还没有经街道确认" in early.text
    assert f'action="{evaluate}"' not in early.text
    assert (answer.status, call(desk, number).score) == (303, 4)


@pytest.mark.parametrize("who", [stage.DISPATCHER, URBAN])
async def test_the_page_says_what_becomes_of_a_whistle_whose_event_is_over(house: House, desk: Desk, who: str) -> None:
    called, only_asked = blown(desk), asked(desk)
    with desk.transaction() as session:
        ids = [one.event_id for one in session.query(CalledOut).filter(CalledOut.number.in_((called, only_asked)))]
        for event in session.query(GridEvent).filter(GridEvent.id.in_(ids)):
            event.status = EventStatus.WITHDRAWN
    browser = await house.enter(who)

    page = (await browser.get(f"{LIST}/{called}")).text

    assert "这件事已撤回。叫到的部门还是要签到、报到" in page
    assert f'action="{LIST}/{called}/calls/{PARTY}/sign-in"' in page
    if who == stage.DISPATCHER:
        page = (await browser.get(f"{LIST}/{only_asked}")).text
        assert "这件事已撤回，这一哨不能再吹了" in page
        assert f'action="{LIST}/{only_asked}/blow"' not in page
        assert f'action="{LIST}/{only_asked}/decline"' in page


@pytest.mark.parametrize(
    "address", [LIST, f"{LIST}/new?event=GE1", f"{LIST}/figures", f"{LIST}/WS990101001-20260312-0001"]
)
async def test_nobody_gets_in_without_signing_in(house: House, address: str) -> None:
    answer = await (await house.nobody()).get(address)

    assert answer.status == 303
    assert answer.location.startswith("/login")


@pytest.mark.parametrize("deed", ["blow", "decline", "call-off", "confirm", f"calls/{PARTY}/sign-in"])
async def test_nothing_is_done_without_signing_in_or_the_forms_token(house: House, desk: Desk, deed: str) -> None:
    number = asked(desk)
    fields = {**TICKS, **version(desk, number)}

    stranger = await (await house.nobody()).post(f"{LIST}/{number}/{deed}", fields)
    forged = await (await house.enter(stage.DISPATCHER)).post_bare(f"{LIST}/{number}/{deed}", fields)

    assert stranger.status == 303
    assert forged.status == 403
    assert whistle(desk, number).status is WhistleStatus.PROPOSED


@pytest.mark.parametrize("address", [LIST, f"{LIST}/new?event=GE1", f"{LIST}/figures"])
async def test_a_trainer_sees_no_whistles(house: House, address: str) -> None:
    assert (await (await house.enter(TRAINER)).get(address)).status == 403


@pytest.mark.parametrize("number", ["WS990101001-20260312-0009", "nonsense", "WS'--"])
async def test_a_whistle_that_does_not_exist_is_not_found(house: House, number: str) -> None:
    browser = await house.enter(stage.DISPATCHER)

    assert (await browser.get(f"{LIST}/{number}")).status == 404
    assert (await browser.post(f"{LIST}/{number}/blow", {"version": "1"})).status == 404


async def test_the_figures_show_a_month_and_lead_to_the_others(house: House, desk: Desk) -> None:
    blown(desk)
    browser = await house.enter(stage.DISPATCHER)

    page = (await browser.get(f"{LIST}/figures")).text
    before = (await browser.get(f"{LIST}/figures?month=2026-02")).text

    assert "2026年3月" in page
    assert "青禾街道综合执法队" in page
    assert "month=2026-02" in page
    assert "month=2026-04" in page
    assert "这个月没有叫过部门" in before


@pytest.mark.parametrize("month", ["2026", "2026-13", "x", "9999-01", "0001-01"])
async def test_there_are_no_figures_of_a_month_that_does_not_exist(house: House, month: str) -> None:
    assert (await (await house.enter(stage.DISPATCHER)).get(f"{LIST}/figures?month={month}")).status == 400
