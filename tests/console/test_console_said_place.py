"""The place a form for a record begins with: what a worker put right first, the resident's words for the rest."""

import pytest

from bot.console.said_place import said
from bot.services.desk import Desk
from bot.store.tables import GridEvent
from tests.console.house import House
from tests.console.talks import in_hand, reads
from tests.services import stage

WORDS = "9号楼1单元的电梯坏了"
READ: dict[str, object] = {
    "intent": "report_event",
    "leaf": stage.LIFT_FAULT,
    "leaf_top3": [stage.LIFT_FAULT],
    "urgency": "P1",
}


@pytest.mark.parametrize(
    ("corrected", "parts"),
    [
        (None, ("青禾苑9号楼", "1", "")),
        ("9号楼2单元", ("青禾苑9号楼", "2", "")),
        ("青禾苑9号楼2单元3楼楼道", ("青禾苑9号楼", "2", "3楼楼道")),
        ("2单元", ("青禾苑9号楼", "2", "")),
        ("楼道里", ("青禾苑9号楼", "1", "楼道里")),
        ("单元门口", ("青禾苑9号楼", "1", "单元门口")),
        ("5号楼", ("青禾苑5号楼", "", "")),
        ("9号楼旁边的垃圾站", ("青禾苑9号楼", "1", "旁边的垃圾站")),
        ("小区北门", ("", "", "小区北门")),
        ("青禾苑999号楼", ("", "", "青禾苑999号楼")),
    ],
)
def test_what_was_put_right_comes_first_and_only_its_gaps_are_filled(
    desk: Desk, corrected: str | None, parts: tuple[str, str, str]
) -> None:
    with desk.transaction() as session:
        resident = stage.someone(session, desk)
        resident.community_id = "qinghe"
        found = said(desk, resident, f"青禾苑{WORDS}", corrected)

    assert (found.building.name if found.building else "", found.unit, found.rest) == parts


async def test_a_corrected_place_is_the_place_of_what_is_filed(house: House, desk: Desk) -> None:
    talk = in_hand(desk, f"青禾苑{WORDS}")
    reads(desk, talk, READ)
    worker = await house.enter(stage.WORKER)
    form = {"intent": "report_event", "leaf": stage.LIFT_FAULT, "place": "9号楼2单元"}
    assert (await worker.post(talk.message, form)).status == 303

    page = (await worker.get(f"{talk.message}/record/events")).text
    shown = {name: value_of(page, name) for name in ("building", "unit", "place", "leaf")}
    answer = await worker.post(
        f"{talk.message}/record/events", {**shown, "ordinal": "0", "urgency": "P1", "text": "电梯坏了"}
    )

    number = answer.location.rpartition("/")[2]
    with desk.transaction(read_only=True) as session:
        event = session.query(GridEvent).filter_by(number=number).one()
    assert (event.place_text, event.unit) == ("青禾苑9号楼2单元", "2")


def value_of(page: str, name: str) -> str:
    return page.partition(f'id="{name}"')[2].partition(">")[0].partition('value="')[2].partition('"')[0]
