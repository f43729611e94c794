from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.services import cases, emergencies, progress, proposing, visits
from bot.services.cards import progress_card
from bot.services.cases import Change
from bot.services.desk import Desk
from bot.services.events.doing import do
from bot.services.reporting import join_event
from bot.store.queries.cases import kind_of
from bot.store.tables import Case
from tests.services.events.course import USUAL, does, goes, wish
from tests.services.stage import BUILDING, FIRE, TOWER, WORKER, Clock, at, report, says, someone, staff, told
from tests.services.test_services_proposing import item_draft
from tests.services.test_services_visits import visit_draft


def test_the_latest_case_of_any_kind_is_meant_without_a_number(session: Session, desk: Desk, clock: Clock) -> None:
    resident = someone(session, desk)
    assert progress.latest_case(session, resident.id) is None
    report(session, desk, resident, at(desk, BUILDING))
    clock.turn(hours=1)

    order = visits.order_visit(session, desk, visit_draft(session, desk, resident))

    assert progress.find_case(session, resident.id, "我上次报的怎么样了") is order


def test_a_case_is_found_by_its_number_or_its_end(session: Session, desk: Desk, clock: Clock) -> None:
    resident = someone(session, desk)
    first = report(session, desk, resident, at(desk, BUILDING))
    clock.turn(hours=1)
    report(session, desk, resident, at(desk, TOWER))

    assert progress.find_case(session, resident.id, f"查一下{first.number}") is first
    assert progress.find_case(session, resident.id, f"尾号{first.number[-4:]}的单子") is first


def test_somebody_elses_number_shows_nothing(session: Session, desk: Desk) -> None:
    theirs = report(session, desk, someone(session, desk), at(desk, BUILDING))
    nosy = someone(session, desk, "nosy")
    report(session, desk, nosy, at(desk, TOWER))

    assert progress.find_case(session, nosy.id, theirs.number) is None


def test_a_joined_case_may_be_asked_about(session: Session, desk: Desk) -> None:
    event = report(session, desk, someone(session, desk), at(desk, BUILDING))
    neighbour = someone(session, desk, "neighbour")
    join_event(session, desk, event, neighbour.id, says(session, desk, neighbour, "我也是"), "我也是")

    assert progress.find_case(session, neighbour.id, event.number) is event


def test_progress_says_who_and_by_when_in_plain_words(session: Session, desk: Desk) -> None:
    event = report(session, desk, someone(session, desk), at(desk, BUILDING, "2"))

    bubbles = progress.progress_bubbles(session, desk, event, desk.clock())

    assert bubbles == [
        f"编号{event.number}",
        "您报的「青禾苑5号楼2单元：楼道灯、门禁、公共水电」收到了，等社区核实。",
        "由青禾苑物业服务中心负责，明天周五下午5点半前会联系您。",
    ]


def test_what_the_worker_wrote_is_told_with_its_day(session: Session, desk: Desk) -> None:
    event = report(session, desk, someone(session, desk), at(desk, BUILDING))
    does(session, desk, event, Deed.TRIAGE, WORKER)
    do(session, desk, staff(session, WORKER), replace(wish(event, Deed.ACCEPT), words="物业明天来换灯"))

    assert "最近一次：3月12日，物业明天来换灯" in progress.progress_bubbles(session, desk, event, desk.clock())


def test_a_neighbours_words_are_not_told(session: Session, desk: Desk) -> None:
    event = goes(session, desk, report(session, desk, someone(session, desk), at(desk, BUILDING)), Deed.ACCEPT)
    neighbour = someone(session, desk, "neighbour")
    join_event(session, desk, event, neighbour.id, says(session, desk, neighbour, "我妈摔了"), "我妈摔了")

    assert "我妈摔了" not in "".join(progress.progress_bubbles(session, desk, event, desk.clock()))


def test_a_late_case_is_admitted_with_a_number_to_call(session: Session, desk: Desk, clock: Clock) -> None:
    event = report(session, desk, someone(session, desk), at(desk, BUILDING))
    clock.turn(days=3)

    bubbles = progress.progress_bubbles(session, desk, event, desk.clock())

    assert bubbles[-1] == "您可以打0990-5550101催一催，也可以回复「找人工」。"
    assert not any("会联系您" in bubble for bubble in bubbles)


def test_an_emergency_is_told_to_call_not_to_wait(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    inbox = says(session, desk, resident, "着火了")
    raised = emergencies.raise_emergency(session, desk, resident, inbox, FIRE, "着火了")

    bubbles = progress.progress_bubbles(session, desk, raised.event, desk.clock())

    assert "119" in "".join(bubbles)


@pytest.mark.parametrize("note", ["", "长" * 300])
def test_no_bubble_is_longer_than_sixty_whatever_the_case(session: Session, desk: Desk, note: str) -> None:
    resident = someone(session, desk)
    item = proposing.file_item(session, desk, item_draft(session, desk, resident, "希望在小区东门内侧增设老年活动室"))
    order = visits.order_visit(session, desk, visit_draft(session, desk, resident))
    paths: list[tuple[Case, list[str]]] = [(item, ["reviewing"]), (order, ["accepted", "on_site", "done"])]

    for case, path in paths:
        for status in path:
            moved(session, desk, case, status, note)
            are_readable(progress.progress_bubbles(session, desk, case, desk.clock()))


@pytest.mark.parametrize("note", ["好", "长" * 300])
def test_no_bubble_about_an_event_is_longer_than_sixty(session: Session, desk: Desk, note: str) -> None:
    event = report(session, desk, someone(session, desk), at(desk, BUILDING, "2"))

    for who, deed in USUAL:
        do(session, desk, staff(session, who), replace(wish(event, deed), words=note))
        are_readable(progress.progress_bubbles(session, desk, event, desk.clock()))
    are_readable(told(session, someone(session, desk)))


def test_what_units_say_to_each_other_is_not_told(session: Session, desk: Desk) -> None:
    event = goes(session, desk, report(session, desk, someone(session, desk), at(desk, BUILDING)), Deed.DISPATCH)
    do(session, desk, staff(session, WORKER), replace(wish(event, Deed.RETURN), words="这是电力公司的事，凭什么给我们"))

    said = "".join(
        [*progress.progress_bubbles(session, desk, event, desk.clock()), *told(session, someone(session, desk))]
    )

    assert "要换人来办，社区正在安排" in said
    assert "凭什么" not in said


def test_a_card_shows_the_stage_and_no_resident(session: Session, desk: Desk) -> None:
    event = goes(session, desk, report(session, desk, someone(session, desk), at(desk, BUILDING)), Deed.ACCEPT)

    card = progress_card(event, [("3月12日 10:00", "受理了")]).as_json()

    assert (card["kind"], card["stage"]) == ("progress", 1)
    assert card["stages"] == ["上报", "受理", "处理", "核实", "办结"]
    assert card["steps"] == [["3月12日 10:00", "受理了"]]
    assert card["due"] == "3月19日 17:30"
    known = {"kind", "case", "number", "title", "status", "plain", "stages", "stage", "who", "due", "steps", "photos"}
    assert set(card) == known


def are_readable(bubbles: Sequence[str]) -> None:
    assert max(map(len, bubbles)) <= 60
    assert "{" not in "".join(bubbles)


def moved(session: Session, desk: Desk, case: Case, status: str, words: str) -> None:
    change = Change(kind_of(case), case.number, status, words, case.version)
    cases.move(session, desk, staff(session, WORKER), change)
