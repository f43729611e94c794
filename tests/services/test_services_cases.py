from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from bot.core.grid_events import EventStatus
from bot.core.urgency import Urgency
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services import case_lists, case_search, cases, correcting, residents
from bot.services.case_search import Wanted
from bot.services.cases import Change
from bot.services.desk import Desk
from bot.services.reporting import join_event
from bot.store.queries import cases as stored
from bot.store.queries.audit import latest_audit
from bot.store.tables import Case, CaseKind, GridEvent, Message
from tests.services.stage import (
    BUILDING,
    DIRECTOR,
    DISPATCHER,
    ELSEWHERE,
    GRID_WORKER,
    LIFT_FAULT,
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


def to(case: Case, status: str, words: str = "") -> Change:
    return Change(stored.kind_of(case), case.number, status, words, case.version)


def test_a_worker_accepts_a_case_and_the_resident_is_told(session: Session, desk: Desk, event: GridEvent) -> None:
    event.needs_review = True
    session.flush()

    cases.move(session, desk, staff(session, WORKER), to(event, "accepted", "明天上午派人去"))

    assert (event.status, event.needs_review) == (EventStatus.ACCEPTED, False)
    assert told(session, someone(session, desk)) == [
        "您报的「青禾苑5号楼2单元：楼道灯、门禁、公共水电」已经受理。",
        "由青禾苑物业服务中心来办，争取3月19日周四前办好。",
        "明天上午派人去",
    ]


def test_every_move_is_a_step_and_an_audit_row(session: Session, desk: Desk, event: GridEvent) -> None:
    worker = staff(session, WORKER)

    cases.move(session, desk, worker, to(event, "accepted", "派人去"))

    step = stored.steps_of(session, event)[-1]
    assert (step.from_status, step.to_status, step.note, step.actor_name) == (
        "reported",
        "accepted",
        "派人去",
        "李青禾",
    )
    row = latest_audit(session, limit=1)[0]
    assert (row.staff_id, row.action, row.object, row.detail) == (
        *(worker.id, "grid_event:move"),
        *(event.number, "reported->accepted"),
    )


def test_neighbours_who_joined_are_told_too(session: Session, desk: Desk, event: GridEvent) -> None:
    neighbour = someone(session, desk, "neighbour")
    join_event(session, desk, event, neighbour.id, says(session, desk, neighbour, "我也是"), "我也是")

    cases.move(session, desk, staff(session, WORKER), to(event, "accepted"))

    assert told(session, neighbour)[0].startswith("您报的「青禾苑5号楼2单元")


def test_a_whole_life_and_its_reopening(session: Session, desk: Desk, event: GridEvent) -> None:
    worker = staff(session, WORKER)
    for status in ("accepted", "handling", "done", "handling", "done", "closed"):
        cases.move(session, desk, worker, to(event, status))

    assert [step.to_status for step in stored.steps_of(session, event)][-3:] == ["handling", "done", "closed"]
    assert any("没弄好，我们接着办" in bubble for bubble in told(session, someone(session, desk)))


def test_a_step_that_is_not_on_the_map_is_refused(session: Session, desk: Desk, event: GridEvent) -> None:
    with pytest.raises(Conflict):
        cases.move(session, desk, staff(session, WORKER), to(event, "closed"))


def test_a_status_nobody_knows_is_refused(session: Session, desk: Desk, event: GridEvent) -> None:
    with pytest.raises(InvalidInput):
        cases.move(session, desk, staff(session, WORKER), to(event, "exploded"))


def test_a_refusal_needs_a_reason(session: Session, desk: Desk, event: GridEvent) -> None:
    with pytest.raises(InvalidInput):
        cases.move(session, desk, staff(session, WORKER), to(event, "returned", "  "))


def test_who_saw_an_older_version_changes_nothing(session: Session, desk: Desk, event: GridEvent) -> None:
    seen = to(event, "accepted")
    cases.move(session, desk, staff(session, WORKER), seen)

    with pytest.raises(Conflict):
        cases.move(session, desk, staff(session, WORKER), replace(seen, to_status="handling"))


@pytest.mark.parametrize("username", [ELSEWHERE, "zhaochunsheng"])
def test_somebody_elses_case_does_not_exist_for_a_worker(
    session: Session, desk: Desk, event: GridEvent, username: str
) -> None:
    with pytest.raises(NotFound):
        cases.move(session, desk, staff(session, username), to(event, "accepted"))


def test_the_grid_worker_of_the_place_may_move_it(session: Session, desk: Desk, event: GridEvent) -> None:
    cases.move(session, desk, staff(session, GRID_WORKER), to(event, "accepted"))

    assert event.status is EventStatus.ACCEPTED


def test_a_number_of_another_kind_is_not_found(session: Session, desk: Desk, event: GridEvent) -> None:
    wrong = replace(to(event, "accepted"), kind=CaseKind.AGENDA_ITEM)

    with pytest.raises(NotFound):
        cases.move(session, desk, staff(session, WORKER), wrong)


def test_only_the_committees_director_lists_an_agenda_item(session: Session, desk: Desk) -> None:
    item = stored.open_items(session, "qinghe")[0]
    assert item.status.value == "reviewing"

    with pytest.raises(NotAllowed):
        cases.move(session, desk, staff(session, WORKER), to(item, "listed"))
    cases.move(session, desk, staff(session, DIRECTOR), to(item, "listed"))

    assert item.status.value == "listed"


def test_merging_brings_the_reporters_along(session: Session, desk: Desk, event: GridEvent) -> None:
    other = someone(session, desk, "other")
    double = report(session, desk, other, at(desk, BUILDING, "3"))

    goes_on = correcting.merge(session, desk, double.number, event.number, staff(session, WORKER), "", double.version)

    assert goes_on is event
    assert double.status is EventStatus.MERGED
    assert [row.resident_id for row in stored.reporters_of(session, event.id)] == [other.id]
    assert any(event.number in bubble for bubble in told(session, other))


def test_a_case_cannot_be_merged_into_itself_or_a_finished_one(session: Session, desk: Desk, event: GridEvent) -> None:
    worker = staff(session, WORKER)
    double = report(session, desk, someone(session, desk, "other"), at(desk, BUILDING, "3"))

    with pytest.raises(InvalidInput):
        correcting.merge(session, desk, double.number, double.number, worker, "", double.version)
    event.status = EventStatus.CLOSED
    with pytest.raises(Conflict):
        correcting.merge(session, desk, double.number, event.number, worker, "", double.version)


def test_a_corrected_leaf_changes_lead_and_due_times_and_reaches_the_trainers(
    session: Session, desk: Desk, event: GridEvent
) -> None:
    before = event.due_resolve

    correcting.correct_leaf(session, desk, event.number, LIFT_FAULT, staff(session, WORKER), event.version)

    assert (event.leaf, event.urgency) == (LIFT_FAULT, Urgency.P1)
    assert event.due_resolve < before
    assert event.inbox_id is not None
    assert session.get_one(Message, event.inbox_id).reading == {"corrected": LIFT_FAULT}


def test_a_grid_worker_does_not_correct_leaves(session: Session, desk: Desk, event: GridEvent) -> None:
    with pytest.raises(NotAllowed):
        correcting.correct_leaf(session, desk, event.number, LIFT_FAULT, staff(session, GRID_WORKER), event.version)


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


def test_details_mask_the_contact_and_name_the_next_steps(session: Session, event: GridEvent) -> None:
    shown = case_lists.detail(session, EVENT, event.number, staff(session, WORKER))

    assert shown.contact == "王** 199****0077"
    assert [(move.to.value, move.needs_note) for move in shown.moves] == [
        ("accepted", False),
        ("returned", True),
        ("withdrawn", True),
    ]
    assert shown.voices == 1


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
