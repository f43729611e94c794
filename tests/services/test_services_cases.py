from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from bot.core.grid_events import EventStatus
from bot.core.visits import Recipient, VisitStatus, Way
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services import case_lists, case_search, cases, residents, visits
from bot.services.case_wanted import Wanted
from bot.services.cases import Change
from bot.services.desk import Desk
from bot.services.visits import VisitDraft
from bot.store.queries import cases as stored
from bot.store.queries.audit import latest_audit
from bot.store.tables import Case, CaseKind, GridEvent, InPersonOrder, Resident
from tests.services.stage import (
    BUILDING,
    DIRECTOR,
    DISPATCHER,
    ELSEWHERE,
    GRID_WORKER,
    TOWER,
    WORKER,
    at,
    report,
    says,
    someone,
    staff,
    told,
)

EVENT = CaseKind.GRID_EVENT


@pytest.fixture
def event(session: Session, desk: Desk) -> GridEvent:
    resident = someone(session, desk)
    residents.remember_contact(session, resident, "王小芳", "19900000077")
    return report(session, desk, resident, at(desk, BUILDING, "2", "301"))


def order_from(session: Session, desk: Desk, resident: Resident) -> InPersonOrder:
    draft = VisitDraft(
        resident_id=resident.id,
        inbox_id=says(session, desk, resident, "来个人帮我认证"),
        ordinal=0,
        need="养老金认证",
        leaf="1101",
        recipient=Recipient.SELF,
        recipient_name="王秀兰",
        place=at(desk, BUILDING, "2", "301"),
        phone="19900000077",
        way=Way.VISIT,
        preferred_time="明天上午",
        text="来个人帮我认证",
        linked_group=None,
        age_band="80+",
        asked_for=None,
    )
    return visits.order_visit(session, desk, draft)


def to(case: Case, status: str, words: str = "") -> Change:
    return Change(stored.kind_of(case), case.number, status, words, case.version)


@pytest.fixture
def order(session: Session, desk: Desk) -> InPersonOrder:
    return order_from(session, desk, someone(session, desk, "old"))


def test_a_worker_takes_an_order_and_the_resident_is_told(session: Session, desk: Desk, order: InPersonOrder) -> None:
    cases.move(session, desk, staff(session, WORKER), to(order, "accepted", "明天上午去"))

    assert order.status is VisitStatus.ACCEPTED
    assert "明天上午去" in told(session, someone(session, desk, "old"))


def test_every_move_is_a_step_and_an_audit_row(session: Session, desk: Desk, order: InPersonOrder) -> None:
    worker = staff(session, WORKER)

    cases.move(session, desk, worker, to(order, "accepted", "派人去"))

    step = stored.steps_of(session, order)[-1]
    assert (step.from_status, step.to_status, step.note, step.actor_name) == ("new", "accepted", "派人去", "李青禾")
    row = latest_audit(session, limit=1)[0]
    assert (row.staff_id, row.action, row.object, row.detail) == (
        *(worker.id, "in_person_order:move"),
        *(order.number, "new->accepted"),
    )


def test_a_step_that_is_not_on_the_map_is_refused(session: Session, desk: Desk, order: InPersonOrder) -> None:
    with pytest.raises(Conflict):
        cases.move(session, desk, staff(session, WORKER), to(order, "on_site"))


def test_a_status_nobody_knows_is_refused(session: Session, desk: Desk, order: InPersonOrder) -> None:
    with pytest.raises(InvalidInput):
        cases.move(session, desk, staff(session, WORKER), to(order, "exploded"))


def test_a_refusal_needs_a_reason(session: Session, desk: Desk, order: InPersonOrder) -> None:
    with pytest.raises(InvalidInput):
        cases.move(session, desk, staff(session, WORKER), to(order, "cancelled", "  "))


def test_who_saw_an_older_version_changes_nothing(session: Session, desk: Desk, order: InPersonOrder) -> None:
    seen = to(order, "accepted")
    cases.move(session, desk, staff(session, WORKER), seen)

    with pytest.raises(Conflict):
        cases.move(session, desk, staff(session, WORKER), replace(seen, to_status="on_site"))


@pytest.mark.parametrize("username", [ELSEWHERE, "zhaochunsheng"])
def test_somebody_elses_case_does_not_exist_for_a_worker(
    session: Session, desk: Desk, order: InPersonOrder, username: str
) -> None:
    with pytest.raises(NotFound):
        cases.move(session, desk, staff(session, username), to(order, "accepted"))


def test_the_grid_worker_of_the_place_may_move_it(session: Session, desk: Desk, order: InPersonOrder) -> None:
    cases.move(session, desk, staff(session, GRID_WORKER), to(order, "accepted"))

    assert order.status is VisitStatus.ACCEPTED


def test_a_number_of_another_kind_is_not_found(session: Session, desk: Desk, order: InPersonOrder) -> None:
    wrong = replace(to(order, "accepted"), kind=CaseKind.AGENDA_ITEM)

    with pytest.raises(NotFound):
        cases.move(session, desk, staff(session, WORKER), wrong)


def test_an_event_is_not_moved_past_its_guards(session: Session, desk: Desk, event: GridEvent) -> None:
    with pytest.raises(InvalidInput, match="事件页面"):
        cases.move(session, desk, staff(session, WORKER), to(event, "accepted"))

    assert event.status is EventStatus.REPORTED


def test_only_who_could_open_a_case_sees_that_it_is_there(
    session: Session, desk: Desk, event: GridEvent, order: InPersonOrder
) -> None:
    seen = {
        who: tuple(cases.may_see(session, case, staff(session, who)) for case in (event, order))
        for who in (WORKER, DISPATCHER, GRID_WORKER, ELSEWHERE, "tianxiaoman", "qiaoyun", "yanming")
    }

    assert seen == {
        **dict.fromkeys((WORKER, DISPATCHER, GRID_WORKER), (True, True)),
        **dict.fromkeys((ELSEWHERE, "tianxiaoman", "qiaoyun", "yanming"), (False, False)),
    }


def test_only_the_committees_director_lists_an_agenda_item(session: Session, desk: Desk) -> None:
    item = stored.open_items(session, "qinghe")[0]
    assert item.status.value == "reviewing"

    with pytest.raises(NotAllowed):
        cases.move(session, desk, staff(session, WORKER), to(item, "listed"))
    cases.move(session, desk, staff(session, DIRECTOR), to(item, "listed"))

    assert item.status.value == "listed"


def test_lists_show_each_worker_their_own(session: Session, desk: Desk, event: GridEvent) -> None:
    report(session, desk, someone(session, desk), at(desk, TOWER))

    everything, communitys, grid_workers = (
        case_search.find(session, desk, staff(session, who), EVENT, Wanted(everything=True))
        for who in (DISPATCHER, WORKER, GRID_WORKER)
    )

    assert {getattr(one, "grid_id", None) for one in grid_workers.cases} == {"qinghe-g1"}
    assert event in grid_workers.cases
    assert {one.community_id for one in communitys.cases} == {"qinghe"}
    assert everything.total > grid_workers.total


def test_a_trainer_sees_no_cases(session: Session, desk: Desk) -> None:
    trainer = staff(session, WORKER)
    trainer.role = type(trainer.role).TRAINER

    with pytest.raises(NotAllowed):
        case_search.find(session, desk, trainer, EVENT, Wanted())


def test_details_mask_the_contact(session: Session, event: GridEvent) -> None:
    shown = case_lists.detail(session, EVENT, event.number, staff(session, WORKER))

    assert shown.contact == "王** 199****0077"
    assert shown.moves == ()
    assert shown.voices == 1


def test_details_of_an_order_name_the_next_steps(session: Session, order: InPersonOrder) -> None:
    shown = case_lists.detail(session, CaseKind.IN_PERSON_ORDER, order.number, staff(session, WORKER))

    assert [(move.to.value, move.needs_note) for move in shown.moves] == [("accepted", False), ("cancelled", True)]


def test_a_contact_is_unmasked_for_a_reason_that_is_kept(session: Session, desk: Desk, event: GridEvent) -> None:
    worker = staff(session, WORKER)
    with pytest.raises(InvalidInput):
        case_lists.reveal_contact(session, desk, EVENT, event.number, worker, " ")

    contact = case_lists.reveal_contact(session, desk, EVENT, event.number, worker, "约上门时间")

    assert (contact.phone, contact.room) == ("19900000077", "301")
    row = latest_audit(session, limit=1)[0]
    assert (row.action, row.detail) == ("contact:unmask", "约上门时间")
    with pytest.raises(NotAllowed):
        case_lists.reveal_contact(session, desk, EVENT, event.number, staff(session, GRID_WORKER), "看看")
