"""Taking an event in: sorted, accepted or refused, dispatched, returned, designated."""

import pytest
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import Disposition, EventStatus
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services.cases import LONGEST_NOTE
from bot.services.desk import Desk
from bot.services.events import doing
from bot.services.events.taking_in import parties_for
from bot.services.progress import progress_bubbles
from bot.services.reporting import join_event
from bot.store.queries.audit import latest_audit
from bot.store.tables import GridEvent, Party
from tests.services.events import course
from tests.services.events.cast import (
    CLERK,
    COMMITTEE,
    LEADER,
    PROPERTY,
    URBAN,
    URBAN_CLERK,
    does,
    last,
    returned,
    wishes,
)
from tests.services.stage import (
    COLLEAGUE,
    DIRECTOR,
    DISPATCHER,
    ELSEWHERE,
    GRID_WORKER,
    WORKER,
    Clock,
    says,
    someone,
    staff,
    told,
)


@pytest.fixture
def event(session: Session, desk: Desk) -> GridEvent:
    return course.lamp(session, desk)


def test_triage_says_that_a_person_has_looked(session: Session, desk: Desk, event: GridEvent) -> None:
    event.needs_review = True

    does(session, desk, WORKER, event, Deed.TRIAGE)

    assert (event.status, event.needs_review) == (EventStatus.TRIAGED, False)


def test_who_reported_it_and_who_joined_hear_that_it_is_accepted(
    session: Session, desk: Desk, event: GridEvent
) -> None:
    neighbour = someone(session, desk, "neighbour")
    join_event(session, desk, event, neighbour.id, says(session, desk, neighbour, "我也是"), "我也是")
    does(session, desk, WORKER, event, Deed.TRIAGE)

    does(session, desk, WORKER, event, Deed.ACCEPT, words="明天上午派人去")

    said = [
        "您报的「青禾苑5号楼：楼道灯、门禁、公共水电」已经受理。",
        "由青禾苑物业服务中心来办，争取3月19日周四前办好。",
        "明天上午派人去",
    ]
    assert told(session, someone(session, desk))[-3:] == said
    assert told(session, neighbour)[-3:] == said


def test_every_deed_is_a_step_and_an_audit_row(session: Session, desk: Desk, event: GridEvent) -> None:
    course.goes(session, desk, event, Deed.TRIAGE)

    does(session, desk, WORKER, event, Deed.ACCEPT, words="派人去")

    step, worker = last(session, event), staff(session, WORKER)
    assert (step.deed, step.from_status, step.to_status, step.note, step.actor_name, step.round) == (
        *("accept", "triaged", "accepted", "派人去"),
        *("李青禾", 1),
    )
    row = latest_audit(session, limit=1)[0]
    assert (row.staff_id, row.action, row.object, row.detail) == (
        *(worker.id, "grid_event:move"),
        *(event.number, "accept:triaged->accepted"),
    )


@pytest.mark.parametrize(
    "deed", [Deed.ACCEPT, Deed.DISPATCH, Deed.SIGN, Deed.START, Deed.RESOLVE, Deed.VERIFY, Deed.CLOSE, Deed.CALL_BACK]
)
def test_no_level_is_skipped(session: Session, desk: Desk, event: GridEvent, deed: Deed) -> None:
    with pytest.raises(Conflict, match="已上报"):
        does(session, desk, WORKER, event, deed)

    assert event.status is EventStatus.REPORTED


def test_a_refusal_is_proposed_by_one_and_decided_by_another(session: Session, desk: Desk, event: GridEvent) -> None:
    course.goes(session, desk, event, Deed.TRIAGE)
    does(session, desk, WORKER, event, Deed.PROPOSE_REFUSAL, disposition=Disposition.OUTSIDE_GOVERNMENT)
    with pytest.raises(NotAllowed):
        does(session, desk, WORKER, event, Deed.REFUSE)

    does(session, desk, DIRECTOR, event, Deed.REFUSE, words="请找房东")

    assert (event.status, event.disposition) == (EventStatus.REFUSED, Disposition.OUTSIDE_GOVERNMENT)
    assert "原因：请找房东" in told(session, someone(session, desk))


def test_nobody_refuses_alone(session: Session, desk: Desk, event: GridEvent) -> None:
    course.goes(session, desk, event, Deed.TRIAGE)

    assert Deed.REFUSE not in doing.possible(session, desk, staff(session, DIRECTOR), event)
    with pytest.raises(Conflict, match="还没有人建议不受理"):
        does(session, desk, DIRECTOR, event, Deed.REFUSE, disposition=Disposition.UNLAWFUL)

    assert event.status is EventStatus.TRIAGED


def test_who_proposed_a_refusal_does_not_decide_on_it(session: Session, desk: Desk, event: GridEvent) -> None:
    course.goes(session, desk, event, Deed.TRIAGE)
    does(session, desk, DIRECTOR, event, Deed.PROPOSE_REFUSAL, disposition=Disposition.UNLAWFUL)

    assert Deed.REFUSE not in doing.possible(session, desk, staff(session, DIRECTOR), event)
    with pytest.raises(NotAllowed, match="由别人来定"):
        does(session, desk, DIRECTOR, event, Deed.REFUSE)

    assert event.status is EventStatus.TRIAGED


@pytest.mark.parametrize("who", [DISPATCHER, LEADER])
def test_where_a_community_has_nobody_else_the_street_decides(
    session: Session, desk: Desk, event: GridEvent, who: str
) -> None:
    course.goes(session, desk, event, Deed.TRIAGE)
    does(session, desk, DIRECTOR, event, Deed.PROPOSE_REFUSAL, disposition=Disposition.UNLAWFUL)

    does(session, desk, who, event, Deed.REFUSE)

    assert event.status is EventStatus.REFUSED


@pytest.mark.parametrize(
    ("disposition", "kind", "route"),
    [
        (Disposition.TRANSFER_EMERGENCY, "急事", "119"),
        (Disposition.LEGAL_CHANNEL, "法律", "12348"),
        (Disposition.DUPLICATE, "同一件事", "办得怎么样了"),
        (Disposition.CONFIDENTIAL, "隐私", "当面问"),
        (Disposition.OUTSIDE_GOVERNMENT, "不归政府管", "12315"),
        (Disposition.UNLAWFUL, "不合法", "12348"),
    ],
)
def test_who_is_refused_reads_of_what_kind_it_is_whom_to_turn_to_and_the_workers_words(
    session: Session, desk: Desk, event: GridEvent, disposition: Disposition, kind: str, route: str
) -> None:
    course.goes(session, desk, event, Deed.TRIAGE)
    does(session, desk, WORKER, event, Deed.PROPOSE_REFUSAL, disposition=disposition)

    does(session, desk, DIRECTOR, event, Deed.REFUSE, words="问过街道了")

    news = told(session, someone(session, desk))[-5:]
    assert "不能受理" in news[0]
    assert kind in news[1]
    assert news[2] == "原因：问过街道了"
    assert route in news[3]
    asked = progress_bubbles(session, desk, event, desk.clock())
    assert {news[1], news[3]} <= set(asked)


def test_a_refusal_names_its_kind_and_its_reason(session: Session, desk: Desk, event: GridEvent) -> None:
    course.goes(session, desk, event, Deed.TRIAGE)

    with pytest.raises(InvalidInput, match="理由"):
        does(session, desk, WORKER, event, Deed.PROPOSE_REFUSAL)
    for who, deed in ((WORKER, Deed.PROPOSE_REFUSAL), (DIRECTOR, Deed.REFUSE)):
        with pytest.raises(InvalidInput, match="原因"):
            does(session, desk, who, event, deed, disposition=Disposition.UNLAWFUL, words="  ")
        if deed is Deed.PROPOSE_REFUSAL:
            does(session, desk, who, event, deed, disposition=Disposition.UNLAWFUL)


def test_the_unit_it_is_dispatched_to_is_the_first_receiver(session: Session, desk: Desk, event: GridEvent) -> None:
    course.goes(session, desk, event, Deed.ACCEPT)

    does(session, desk, WORKER, event, Deed.DISPATCH, party_id=COMMITTEE)

    assert (event.lead_party_id, event.first_party_id) == (COMMITTEE, COMMITTEE)
    step = last(session, event)
    assert (step.party_id, step.note) == (COMMITTEE, "派给青禾里社区居委会。情况写在这里")
    assert step.facts is not None
    assert step.facts["party"] == COMMITTEE


def test_a_community_dispatches_to_its_own_units_only(session: Session, desk: Desk, event: GridEvent) -> None:
    course.goes(session, desk, event, Deed.ACCEPT)

    with pytest.raises(NotAllowed, match="街道"):
        does(session, desk, WORKER, event, Deed.DISPATCH, party_id=URBAN)
    does(session, desk, DISPATCHER, event, Deed.DISPATCH, party_id=URBAN)

    assert event.lead_party_id == URBAN


@pytest.mark.parametrize("party", [None, "", "nobody", "liuan-committee"])
def test_it_goes_to_no_unit_that_is_not_there_or_not_ours(
    session: Session, desk: Desk, event: GridEvent, party: str | None
) -> None:
    course.goes(session, desk, event, Deed.ACCEPT)

    with pytest.raises(InvalidInput):
        does(session, desk, DISPATCHER, event, Deed.DISPATCH, party_id=party)


def test_a_unit_out_of_service_gets_nothing_more(session: Session, desk: Desk, event: GridEvent) -> None:
    course.goes(session, desk, event, Deed.ACCEPT)
    session.get_one(Party, PROPERTY).disabled_at = desk.clock()

    with pytest.raises(Conflict, match="停用"):
        does(session, desk, WORKER, event, Deed.DISPATCH, party_id=PROPERTY)

    assert PROPERTY not in {party.id for party in parties_for(session, event)}


def test_a_unit_sees_the_event_from_dispatching_on(session: Session, desk: Desk, event: GridEvent) -> None:
    course.goes(session, desk, event, Deed.ACCEPT)
    with pytest.raises(NotFound):
        doing.event_for(session, staff(session, CLERK), event.number)

    does(session, desk, WORKER, event, Deed.DISPATCH, party_id=PROPERTY)

    assert doing.event_for(session, staff(session, CLERK), event.number) is event
    with pytest.raises(NotFound):
        does(session, desk, URBAN_CLERK, event, Deed.SIGN)


def test_a_returned_matter_is_led_by_the_first_receiver_meanwhile(
    session: Session, desk: Desk, event: GridEvent
) -> None:
    course.goes(session, desk, event, Deed.ACCEPT)
    does(session, desk, WORKER, event, Deed.DISPATCH, party_id=PROPERTY)
    does(session, desk, DISPATCHER, event, Deed.TRANSFER, party_id=URBAN)

    does(session, desk, URBAN_CLERK, event, Deed.RETURN, words="不归我们管")

    assert (event.status, event.lead_party_id, event.returns) == (EventStatus.RETURNED, PROPERTY, 1)
    step = last(session, event)
    assert step.party_id == URBAN
    assert step.facts == {"party": PROPERTY, "returned_by": URBAN}


def test_after_two_returns_somebody_above_decides(session: Session, desk: Desk, event: GridEvent) -> None:
    returned(session, desk, event, 2)

    with pytest.raises(Conflict, match="退回"):
        does(session, desk, WORKER, event, Deed.DISPATCH)
    with pytest.raises(NotAllowed):
        does(session, desk, WORKER, event, Deed.DESIGNATE)
    does(session, desk, LEADER, event, Deed.DESIGNATE, party_id=PROPERTY)

    assert event.is_designated
    with pytest.raises(Conflict, match="指定"):
        does(session, desk, CLERK, event, Deed.RETURN)


def test_what_was_transferred_after_two_returns_is_not_returned_again(
    session: Session, desk: Desk, event: GridEvent
) -> None:
    returned(session, desk, event, 2)
    does(session, desk, DISPATCHER, event, Deed.DESIGNATE, party_id=COMMITTEE)
    does(session, desk, DISPATCHER, event, Deed.TRANSFER, party_id=PROPERTY)

    with pytest.raises(Conflict, match="不能再退"):
        does(session, desk, CLERK, event, Deed.RETURN)


def test_the_time_to_return_ends(session: Session, desk: Desk, clock: Clock, event: GridEvent) -> None:
    course.goes(session, desk, event, Deed.DISPATCH)
    clock.turn(days=5)

    with pytest.raises(Conflict, match="期限"):
        does(session, desk, CLERK, event, Deed.RETURN)


def test_a_unit_returns_only_what_is_in_its_hands(session: Session, desk: Desk, event: GridEvent) -> None:
    course.goes(session, desk, event, Deed.ACCEPT)
    does(session, desk, WORKER, event, Deed.DISPATCH, party_id=PROPERTY)
    does(session, desk, DISPATCHER, event, Deed.ADD_TASK, party_id=URBAN)

    with pytest.raises(NotAllowed, match="不在您单位手上"):
        does(session, desk, URBAN_CLERK, event, Deed.RETURN)


def test_a_transfer_goes_to_another_unit(session: Session, desk: Desk, event: GridEvent) -> None:
    course.goes(session, desk, event, Deed.SIGN)

    with pytest.raises(InvalidInput, match="已经在这个单位"):
        does(session, desk, DISPATCHER, event, Deed.TRANSFER, party_id=event.lead_party_id)
    with pytest.raises(NotAllowed):
        does(session, desk, WORKER, event, Deed.TRANSFER, party_id=COMMITTEE)
    does(session, desk, DISPATCHER, event, Deed.TRANSFER, party_id=COMMITTEE)

    assert (event.status, event.lead_party_id, event.first_party_id) == (EventStatus.DISPATCHED, COMMITTEE, PROPERTY)


def test_who_saw_an_older_version_changes_nothing(session: Session, desk: Desk, event: GridEvent) -> None:
    seen = wishes(event, Deed.NOTE)
    does(session, desk, COLLEAGUE, event, Deed.NOTE)

    with pytest.raises(Conflict, match="刚被别人改过"):
        doing.do(session, desk, staff(session, WORKER), seen)


def test_the_same_form_sent_twice_is_done_once(session: Session, desk: Desk, event: GridEvent) -> None:
    form = wishes(event, Deed.TRIAGE)
    doing.do(session, desk, staff(session, WORKER), form)

    with pytest.raises(Conflict):
        doing.do(session, desk, staff(session, WORKER), form)

    assert last(session, event).deed == "triage"


@pytest.mark.parametrize("username", [ELSEWHERE, "zhaochunsheng"])
def test_somebody_elses_event_does_not_exist(session: Session, desk: Desk, event: GridEvent, username: str) -> None:
    with pytest.raises(NotFound):
        does(session, desk, username, event, Deed.TRIAGE)


def test_a_grid_worker_looks_and_handles_but_does_not_take_in(session: Session, desk: Desk, event: GridEvent) -> None:
    for deed in (Deed.TRIAGE, Deed.URGE, Deed.WITHDRAW):
        with pytest.raises(NotAllowed):
            does(session, desk, GRID_WORKER, event, deed)

    does(session, desk, GRID_WORKER, event, Deed.NOTE, words="去看过了，灯泡碎了")

    assert last(session, event).note == "去看过了，灯泡碎了"


def test_words_may_not_be_endless(session: Session, desk: Desk, event: GridEvent) -> None:
    with pytest.raises(InvalidInput, match="500"):
        does(session, desk, WORKER, event, Deed.NOTE, words="长" * (LONGEST_NOTE + 1))


@pytest.mark.parametrize("deed", [Deed.FILE, Deed.MERGE, Deed.RATE, Deed.ARCHIVE, Deed.BREACH])
def test_what_is_no_wish_of_staff_is_refused(session: Session, desk: Desk, event: GridEvent, deed: Deed) -> None:
    with pytest.raises(InvalidInput, match="没有这个操作"):
        does(session, desk, DISPATCHER, event, deed)
