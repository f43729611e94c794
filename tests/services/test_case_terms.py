"""Finding cases by their words: from the moment they are filed, as long as the words stand in them, and no longer."""

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.core.staff import Role
from bot.errors import InvalidInput
from bot.services import case_search, case_terms, erasing, proposing, visits
from bot.services.case_search import Hits
from bot.services.desk import Desk
from bot.services.events import correcting
from bot.services.proposing import ItemDraft
from bot.services.visits import VisitDraft
from bot.store.tables import (
    AgendaItem,
    CaseKind,
    CaseTerm,
    GridEvent,
    InPersonOrder,
    Resident,
    Staff,
)
from tests.services.stage import (
    BUILDING,
    DISPATCHER,
    ELSEWHERE,
    LIFT_FAULT,
    NEXT_DOOR,
    TOWER,
    WORKER,
    Clock,
    at,
    report,
    says,
    someone,
    staff,
)


def found(session: Session, who: str, question: str) -> list[str]:
    """The numbers of all hits, of all kinds."""
    return [case.number for hits in case_search.hits(session, staff(session, who), question) for case in hits.cases]


def hits_of(session: Session, who: str, question: str, kind: CaseKind) -> Hits:
    return next(hits for hits in case_search.hits(session, staff(session, who), question) if hits.kind is kind)


def propose(session: Session, desk: Desk, resident: Resident, title: str, reason: str) -> AgendaItem:
    draft = ItemDraft(
        resident_id=resident.id,
        inbox_id=says(session, desk, resident, title),
        ordinal=0,
        leaf="1202",
        title=title,
        reason=reason,
        scope="estate",
        scope_text="青禾苑",
        place=at(desk, BUILDING),
        linked_group=None,
    )
    return proposing.file_item(session, desk, draft)


def order(session: Session, desk: Desk, resident: Resident, need: str) -> InPersonOrder:
    draft = VisitDraft(
        resident_id=resident.id,
        inbox_id=says(session, desk, resident, need),
        ordinal=0,
        need=need,
        leaf="1101",
        recipient="self",
        recipient_name="王秀兰",
        place=at(desk, BUILDING, "2", "301"),
        phone="19900000088",
        way="visit",
        preferred_time="明天上午",
        text=need,
        linked_group=None,
        age_band="80+",
        asked_for=None,
    )
    return visits.order_visit(session, desk, draft)


@pytest.fixture
def event(session: Session, desk: Desk) -> GridEvent:
    """A lamp in building 5, in words no other case has."""
    return report(session, desk, someone(session, desk), at(desk, BUILDING, "2"), text="琉璃灯罩摔碎了，扎脚")


@pytest.mark.parametrize(
    "question", ["琉璃灯罩", "灯罩 5号楼", "琉", "扎脚", "5号楼 摔碎", "琉璃 公共水电", "门禁 扎脚"]
)
def test_an_event_is_found_by_its_words_place_and_leaf(
    session: Session, desk: Desk, event: GridEvent, question: str
) -> None:
    report(session, desk, someone(session, desk, "other"), at(desk, NEXT_DOOR), text="垃圾没人收")

    assert found(session, WORKER, question) == [event.number]


def test_an_event_is_found_by_its_number_and_the_end_of_it(session: Session, event: GridEvent) -> None:
    assert found(session, WORKER, event.number)[0] == event.number
    assert found(session, WORKER, event.number.lower())[0] == event.number
    assert event.number in found(session, WORKER, event.number[-4:])
    assert event.number in found(session, WORKER, event.number[-7:])
    assert found(session, WORKER, f"{event.number[-4:]} 琉璃") == [event.number]


def test_all_kinds_are_found_with_one_question(session: Session, desk: Desk, event: GridEvent) -> None:
    resident = someone(session, desk)
    item = propose(session, desk, resident, "装琉璃灯罩", "好看")
    visit = order(session, desk, resident, "琉璃灯罩要人来装")

    hits = case_search.hits(session, staff(session, WORKER), "琉璃灯罩")

    assert [[case.number for case in one.cases] for one in hits] == [[event.number], [item.number], [visit.number]]


def test_a_title_that_says_it_comes_before_a_newer_text_that_does(session: Session, desk: Desk, clock: Clock) -> None:
    resident = someone(session, desk)
    titled = propose(session, desk, resident, "装琉璃灯罩", "好看")
    clock.turn(hours=1)
    told = propose(session, desk, resident, "楼道美化", "想装琉璃灯罩")

    assert found(session, WORKER, "琉璃灯罩") == [titled.number, told.number]


def test_only_the_best_are_shown_and_that_there_are_more(session: Session, desk: Desk) -> None:
    for each in range(case_search.HITS + 2):
        report(session, desk, someone(session, desk, f"r{each}"), at(desk, BUILDING), text="琉璃瓦掉了")

    hits = hits_of(session, WORKER, "琉璃瓦", CaseKind.GRID_EVENT)

    assert (len(hits.cases), hits.is_more) == (case_search.HITS, True)


def test_nobody_finds_what_they_may_not_see(session: Session, desk: Desk, event: GridEvent) -> None:
    visit = order(session, desk, someone(session, desk), "琉璃灯罩要人来装")
    stranger = Staff(id=99, role=Role.GRID_WORKER, community_id="qinghe", grid_ids=["qinghe-g4"])
    volunteer = Staff(id=98, role=Role.VOLUNTEER, community_id="qinghe", grid_ids=[])

    assert found(session, ELSEWHERE, "琉璃灯罩") == []
    assert found(session, DISPATCHER, "琉璃灯罩") == [event.number, visit.number]
    assert [one.cases for one in case_search.hits(session, stranger, "琉璃灯罩")] == [[], [], []]
    assert [(one.kind, one.cases) for one in case_search.hits(session, volunteer, "琉璃灯罩")] == [
        (CaseKind.IN_PERSON_ORDER, [])
    ]


def test_a_correction_is_found_by_its_new_place_and_no_longer_by_the_old_one(
    session: Session, desk: Desk, event: GridEvent
) -> None:
    correction = correcting.Correction(leaf=LIFT_FAULT, place=at(desk, TOWER))

    correcting.correct(session, desk, event.number, correction, staff(session, WORKER), event.version)

    assert found(session, WORKER, "琉璃 27号楼") == [event.number]
    assert found(session, WORKER, "琉璃 电梯") == [event.number]
    assert found(session, WORKER, "琉璃 5号楼") == []


def test_erased_words_are_no_longer_found(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    resident.name = "欧阳琉璃"
    event = report(session, desk, resident, at(desk, BUILDING), text="欧阳琉璃家楼下栅栏倒了")
    item = propose(session, desk, resident, "修栅栏", "欧阳琉璃提的")
    visit = order(session, desk, resident, "欧阳琉璃要人陪诊")
    assert set(found(session, WORKER, "琉璃")) == {event.number, item.number, visit.number}
    visit.status = type(visit.status).DONE

    erasing.erase_resident(session, desk, resident, because="test")

    assert found(session, WORKER, "琉璃") == []
    assert found(session, WORKER, "欧阳") == []
    assert set(found(session, WORKER, "栅栏")) == {event.number, item.number}


def test_indexing_again_changes_nothing(session: Session, desk: Desk, event: GridEvent) -> None:
    mine = select(CaseTerm.term).where(CaseTerm.case_kind == CaseKind.GRID_EVENT, CaseTerm.case_id == event.id)
    before = set(session.scalars(mine))

    case_terms.index(session, desk, event)

    assert set(session.scalars(mine)) == before


def test_terms_never_hold_a_phone_number_or_what_all_numbers_begin_with(session: Session, desk: Desk) -> None:
    report(session, desk, someone(session, desk), at(desk, BUILDING), text="打19900000088找我")

    held = set(session.scalars(select(CaseTerm.term)))

    assert not {term for term in held if "19900000" in term or term.startswith(("99010100", "ge"))}


@pytest.mark.parametrize(
    ("question", "said"), [("", "请写出"), ("，。！", "请写出"), ("灯" * 61, "最多60个字"), ("灯\x00罩", "请写出")]
)
def test_a_question_that_says_nothing_is_refused(session: Session, question: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        case_search.hits(session, staff(session, WORKER), question)


def test_signs_of_the_database_are_looked_for_as_signs(session: Session, desk: Desk) -> None:
    event = report(session, desk, someone(session, desk), at(desk, BUILDING), text="折扣100%_off广告贴满墙")

    assert found(session, WORKER, "100%_off广告") == [event.number]
    assert found(session, WORKER, "88_88") == []
    assert found(session, WORKER, "' OR 1=1 --琉") == []


def test_words_that_very_many_cases_have_are_found_too(session: Session, desk: Desk, event: GridEvent) -> None:
    elsewhere = report(session, desk, someone(session, desk, "other"), at(desk, NEXT_DOOR), text="琉璃瓦掉了")
    others = range(1_000_000, 1_000_000 + case_terms.COMMON)
    rows = [{"term": "琉璃", "case_kind": CaseKind.GRID_EVENT, "case_id": other} for other in others]
    session.execute(insert(CaseTerm), rows)

    assert found(session, WORKER, "琉璃") == [elsewhere.number, event.number]
    assert found(session, WORKER, "琉") == [elsewhere.number, event.number]
    assert found(session, WORKER, "琉璃 扎脚") == [event.number]
