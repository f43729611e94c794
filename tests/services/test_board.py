"""The board: each event stands in the column of what has to happen next, the most urgent on top."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.core.grid_events import EventStatus
from bot.core.staff import Role
from bot.core.stages import Stage
from bot.core.urgency import Urgency
from bot.errors import NotAllowed
from bot.services import board, case_search
from bot.services.case_wanted import Wanted
from bot.services.desk import Desk
from bot.store.tables import CaseKind, Staff
from tests.services.stage import BUILDING, ELSEWHERE, NEXT_DOOR, TOWER, WORKER, at, report, someone, staff

# Nothing of the demo street is sorted under this leaf.
OURS = Wanted(leaf="0506")


def standing(session: Session, desk: Desk, who: str = WORKER, wanted: Wanted = OURS) -> dict[Stage, list[str]]:
    """The numbers in each column that has any."""
    columns = board.columns(session, desk, staff(session, who), wanted)
    return {one.stage: [case.number for case in one.cases] for one in columns if one.cases}


def test_events_stand_in_the_column_of_their_status(session: Session, desk: Desk) -> None:
    checked = report(session, desk, someone(session, desk, "a"), at(desk, BUILDING), "0506")
    held = report(session, desk, someone(session, desk, "b"), at(desk, NEXT_DOOR), "0506")
    refused = report(session, desk, someone(session, desk, "c"), at(desk, TOWER), "0506")
    held.status, refused.status = EventStatus.SUSPENDED, EventStatus.REFUSED
    session.flush()

    assert standing(session, desk) == {Stage.CHECKING: [checked.number], Stage.ON_HOLD: [held.number]}
    assert standing(session, desk, ELSEWHERE) == {}


def test_the_most_urgent_is_on_top(session: Session, desk: Desk) -> None:
    usual = report(session, desk, someone(session, desk, "a"), at(desk, BUILDING), "0506")
    urgent = report(session, desk, someone(session, desk, "b"), at(desk, NEXT_DOOR), "0506")
    usual.urgency, urgent.urgency = Urgency.P3, Urgency.P1
    session.flush()

    assert standing(session, desk) == {Stage.CHECKING: [urgent.number, usual.number]}


def test_a_column_leads_to_the_list_of_all_in_it(session: Session, desk: Desk) -> None:
    number = report(session, desk, someone(session, desk), at(desk, BUILDING), "0506").number

    column = board.columns(session, desk, staff(session, WORKER), OURS)[0]
    listed = case_search.find(session, desk, staff(session, WORKER), CaseKind.GRID_EVENT, column.wanted)

    assert [case.number for case in listed.cases] == [number]
    assert (column.total, column.is_cut) == (1, False)


def test_who_reads_no_events_sees_no_board(session: Session, desk: Desk) -> None:
    volunteer = Staff(id=99, role=Role.VOLUNTEER, community_id="qinghe", grid_ids=[])

    with pytest.raises(NotAllowed):
        board.columns(session, desk, volunteer, Wanted())


def test_one_row_that_cannot_be_read_hides_no_other(session: Session, desk: Desk) -> None:
    bad = report(session, desk, someone(session, desk, "a"), at(desk, BUILDING), "0506")
    good = report(session, desk, someone(session, desk, "b"), at(desk, NEXT_DOOR), "0506")
    session.execute(text("UPDATE grid_events SET urgency = 'P9' WHERE id = :id"), {"id": bad.id})
    session.expire_all()

    listed = case_search.find(session, desk, staff(session, WORKER), CaseKind.GRID_EVENT, OURS)

    assert standing(session, desk) == {Stage.CHECKING: [good.number]}
    assert [one.number for one in listed.cases] == [good.number]
