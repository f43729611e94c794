import pytest
from sqlalchemy.orm import Session

from bot.core.agenda import AgendaStatus
from bot.core.places import Place
from bot.errors import Conflict, NotFound
from bot.services import proposing, residents
from bot.services.desk import Desk
from bot.services.likeness import likeness
from bot.services.proposing import ItemDraft
from bot.store.tables import AgendaItem, Resident
from tests.services.stage import BUILDING, NEXT_DOOR, at, says, someone

LIFT, SPACE = "1201", "1203"


def item_draft(
    session: Session,
    desk: Desk,
    resident: Resident,
    title: str,
    leaf: str | None = SPACE,
    place: Place | None = None,
    scope: str = "community",
) -> ItemDraft:
    return ItemDraft(
        resident_id=resident.id,
        inbox_id=says(session, desk, resident, title),
        ordinal=0,
        leaf=leaf,
        title=title,
        reason="老人没地方坐，电话19900000077",
        scope=scope,
        scope_text="整个社区",
        place=place,
        linked_group=None,
    )


def supported_by(session: Session, desk: Desk, item: AgendaItem, name: str) -> int:
    neighbour = someone(session, desk, name)
    return proposing.endorse(session, item, neighbour, says(session, desk, neighbour, "支持"))


def test_a_proposal_becomes_an_item_with_number_and_category(session: Session, desk: Desk) -> None:
    item = proposing.file_item(session, desk, item_draft(session, desk, someone(session, desk), "多放几张长椅"))

    assert item.number.startswith("AG990101001-20260312-")
    assert (item.catalogue_code, item.status) == ("CON-03", AgendaStatus.PROPOSED)
    assert "19900000077" not in item.reason
    assert 0 < len(proposing.what_happens_next(desk, item)) <= 60


def test_filing_the_same_proposal_again_changes_nothing(session: Session, desk: Desk) -> None:
    request = item_draft(session, desk, someone(session, desk), "多放几张长椅")

    assert proposing.file_item(session, desk, request) is proposing.file_item(session, desk, request)


@pytest.mark.parametrize(("leaf", "code"), [(None, "CON-01"), ("0203", "CON-07"), ("1001", "CON-01"), (LIFT, "CON-02")])
def test_every_proposal_finds_a_category(desk: Desk, leaf: str | None, code: str) -> None:
    assert proposing.category_of(desk.catalogue, leaf).code == code


def test_the_proposer_counts_as_the_first_household(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    item = proposing.file_item(session, desk, item_draft(session, desk, resident, "多放几张长椅"))

    own = proposing.endorse(session, item, resident, says(session, desk, resident, "支持"))

    assert (own, supported_by(session, desk, item, "neighbour")) == (1, 2)
    assert supported_by(session, desk, item, "neighbour") == 2


def test_one_household_counts_once(session: Session, desk: Desk) -> None:
    item = proposing.file_item(session, desk, item_draft(session, desk, someone(session, desk), "多放几张长椅"))
    for name in ("wife", "husband"):
        residents.remember_home(session, someone(session, desk, name), at(desk, BUILDING, "1", "101"))

    counts = [supported_by(session, desk, item, name) for name in ("wife", "husband")]

    assert counts == [2, 2]


def test_enough_households_oblige_the_committee(session: Session, desk: Desk) -> None:
    item = proposing.file_item(session, desk, item_draft(session, desk, someone(session, desk), "多放几张长椅"))

    before = [supported_by(session, desk, item, f"n{at}") for at in range(8)]
    was_enough = proposing.must_be_reviewed(session, desk, item)
    supported_by(session, desk, item, "tenth")

    assert before[-1] == 9
    assert (was_enough, proposing.must_be_reviewed(session, desk, item)) == (False, True)


def test_what_is_being_discussed_takes_no_more_supporters(session: Session, desk: Desk) -> None:
    item = proposing.file_item(session, desk, item_draft(session, desk, someone(session, desk), "多放几张长椅"))
    item.status = AgendaStatus.MEETING

    with pytest.raises(Conflict):
        supported_by(session, desk, item, "neighbour")


def test_a_neighbours_item_in_other_words_is_found(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    shed = proposing.file_item(session, desk, item_draft(session, desk, resident, "建一个电动车棚", "1202"))
    slide = proposing.file_item(session, desk, item_draft(session, desk, resident, "给孩子装个滑梯"))

    found = proposing.similar_items(session, "qinghe", "小区里搭个电动车充电棚", "1202")

    assert shed in found
    assert slide not in found


def test_a_different_wish_of_the_same_leaf_is_not_the_same(session: Session, desk: Desk) -> None:
    slide = proposing.file_item(session, desk, item_draft(session, desk, someone(session, desk), "给孩子装个滑梯"))

    assert slide not in proposing.similar_items(session, "qinghe", "楼下空地种点花", SPACE)


def test_a_lift_for_another_building_is_another_item(session: Session, desk: Desk) -> None:
    request = item_draft(session, desk, someone(session, desk), "加装电梯", LIFT, at(desk, BUILDING), "building")
    item = proposing.file_item(session, desk, request)

    def found(building: str) -> list[AgendaItem]:
        return proposing.similar_items(session, "qinghe", "装个电梯", LIFT, at(desk, building))

    assert item in found(BUILDING)
    assert item not in found(NEXT_DOOR)


def test_items_of_another_community_are_not_offered(session: Session, desk: Desk) -> None:
    item = proposing.file_item(session, desk, item_draft(session, desk, someone(session, desk), "多放几张长椅"))

    assert item not in proposing.similar_items(session, "liuan", "多放几张长椅", SPACE)
    assert item in proposing.open_items(session, "qinghe")


def test_an_unknown_number_is_not_found(session: Session, desk: Desk) -> None:
    item = proposing.file_item(session, desk, item_draft(session, desk, someone(session, desk), "多放几张长椅"))

    assert proposing.item_by_number(session, item.number) is item
    with pytest.raises(NotFound):
        proposing.item_by_number(session, "AG990101001-20260312-9999")


@pytest.mark.parametrize(("one", "other"), [("", "长椅"), ("？！", "长椅"), ("路灯", "长椅")])
def test_nothing_in_common_is_not_alike(one: str, other: str) -> None:
    assert likeness(one, other) == 0


def test_the_same_words_are_alike_whatever_the_punctuation() -> None:
    assert likeness("多放几张长椅！", "多放几张长椅") == pytest.approx(1)
