"""Volunteers are asked, say yes or no, go, and are shown no more than the errand takes."""

import pytest
from sqlalchemy.orm import Session

from bot.core.visits import VisitStatus
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services import case_lists, cases, reassigning, residents, visits, volunteering
from bot.services.cases import Change
from bot.services.desk import Desk
from bot.store.queries.cases import steps_of
from bot.store.tables import CaseKind, InPersonOrder, Resident, Staff
from tests.services.stage import BUILDING, DIRECTOR, DISPATCHER, WORKER, at, someone, staff, told
from tests.services.test_services_visits import visit_draft

VOLUNTEER = "tianxiaoman"
ORDER = CaseKind.IN_PERSON_ORDER


@pytest.fixture
def resident(session: Session, desk: Desk) -> Resident:
    found = someone(session, desk)
    residents.remember_contact(session, found, "王秀兰", "19900000077")
    return found


@pytest.fixture
def order(session: Session, desk: Desk, resident: Resident) -> InPersonOrder:
    return visits.order_visit(session, desk, visit_draft(session, desk, resident, at(desk, BUILDING, "1", "101")))


def asks(session: Session, desk: Desk, order: InPersonOrder, by: str = WORKER) -> Staff:
    volunteer = staff(session, VOLUNTEER)
    reassigning.reassign(session, desk, order.number, volunteer.id, staff(session, by), order.version)
    return volunteer


def moves(session: Session, desk: Desk, order: InPersonOrder, who: Staff, to: VisitStatus) -> None:
    cases.move(session, desk, who, Change(ORDER, order.number, to.value, "", order.version))


def test_nobody_is_sent_by_the_rules_who_helps_of_their_own_will(session: Session, desk: Desk) -> None:
    draft = visit_draft(session, desk, someone(session, desk), at(desk, BUILDING), asked_for="田小满")

    assert visits.order_visit(session, desk, draft).assignee_name != "田小满"


@pytest.mark.parametrize("by", [WORKER, DIRECTOR, DISPATCHER])
def test_staff_ask_a_volunteer_who_says_yes_and_only_then_the_resident_hears_of_them(
    session: Session, desk: Desk, order: InPersonOrder, resident: Resident, by: str
) -> None:
    before = told(session, resident)
    volunteer = asks(session, desk, order, by)
    assert told(session, resident) == before
    assert (order.assignee_id, order.status) == (volunteer.id, VisitStatus.NEW)

    moves(session, desk, order, volunteer, VisitStatus.ACCEPTED)

    assert any("田小满接下了" in text for text in told(session, resident))


def test_an_errand_a_colleague_had_accepted_waits_for_the_volunteers_own_yes(
    session: Session, desk: Desk, order: InPersonOrder
) -> None:
    moves(session, desk, order, staff(session, WORKER), VisitStatus.ACCEPTED)

    asks(session, desk, order)

    assert order.status is VisitStatus.NEW
    assert steps_of(session, order)[-1].note == "请志愿者田小满去，等本人答应"


def test_a_volunteer_goes_and_finishes_and_neither_cancels_nor_sends_others(
    session: Session, desk: Desk, order: InPersonOrder
) -> None:
    volunteer = asks(session, desk, order)
    moves(session, desk, order, volunteer, VisitStatus.ACCEPTED)

    offered = {move.to for move in case_lists.detail(session, ORDER, order.number, volunteer).moves}
    for forbidden in (VisitStatus.CANCELLED, VisitStatus.NEW):
        with pytest.raises(NotAllowed):
            cases.move(session, desk, volunteer, Change(ORDER, order.number, forbidden.value, "不去", order.version))
    moves(session, desk, order, volunteer, VisitStatus.DONE)

    assert offered == {VisitStatus.ON_SITE, VisitStatus.DONE}
    assert order.status is VisitStatus.DONE


def test_what_others_are_to_do_does_not_exist_for_a_volunteer(
    session: Session, desk: Desk, order: InPersonOrder
) -> None:
    with pytest.raises(NotFound):
        case_lists.detail(session, ORDER, order.number, staff(session, VOLUNTEER))


def test_the_contact_is_for_who_has_said_yes_until_it_is_done(
    session: Session, desk: Desk, order: InPersonOrder
) -> None:
    volunteer = asks(session, desk, order)
    seen = [case_lists.may_reveal(order, volunteer)]
    for status in (VisitStatus.ACCEPTED, VisitStatus.DONE):
        moves(session, desk, order, volunteer, status)
        seen.append(case_lists.may_reveal(order, volunteer))

    assert seen == [False, True, False]


@pytest.mark.parametrize("said_yes_before", [False, True])
def test_who_says_no_is_replaced_and_colleagues_read_why(
    session: Session,
    desk: Desk,
    order: InPersonOrder,
    resident: Resident,
    said_yes_before: bool,  # noqa: FBT001
) -> None:
    volunteer = asks(session, desk, order)
    if said_yes_before:
        moves(session, desk, order, volunteer, VisitStatus.ACCEPTED)

    volunteering.decline(session, desk, order.number, volunteer, "孩子病了", order.version)

    assert order.assignee_id not in (None, volunteer.id)
    assert order.status is VisitStatus.NEW
    assert steps_of(session, order)[-1].note.endswith("孩子病了")
    assert not any("孩子病了" in text for text in told(session, resident))
    with pytest.raises(NotFound):
        case_lists.detail(session, ORDER, order.number, volunteer)


def test_nobody_says_no_at_the_door_too_long_from_a_stale_page_or_for_others(
    session: Session, desk: Desk, order: InPersonOrder
) -> None:
    with pytest.raises(NotAllowed):
        volunteering.decline(session, desk, order.number, staff(session, WORKER), "", order.version)
    volunteer = asks(session, desk, order)
    with pytest.raises(InvalidInput):
        volunteering.decline(session, desk, order.number, volunteer, "长" * 501, order.version)
    with pytest.raises(Conflict):
        volunteering.decline(session, desk, order.number, volunteer, "", order.version - 1)
    for status in (VisitStatus.ACCEPTED, VisitStatus.ON_SITE):
        moves(session, desk, order, volunteer, status)

    with pytest.raises(Conflict, match="不能再推掉"):
        volunteering.decline(session, desk, order.number, volunteer, "", order.version)

    assert (order.assignee_id, order.status) == (volunteer.id, VisitStatus.ON_SITE)
