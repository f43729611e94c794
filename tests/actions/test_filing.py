"""Filing actions: the rows they leave, and that running one again for the same message changes nothing."""

from sqlalchemy import func, select

from actions.place_slot import dumped
from actions.propose_asks import FileProposal
from actions.report_file import FileReport
from actions.visit_order import OrderVisit
from bot.services.desk import Desk
from bot.store.tables import (
    AgendaItem,
    CaseStep,
    ElderlyStatus,
    EventReporter,
    GridEvent,
    InPersonOrder,
    Resident,
)
from tests.actions.stage import LAMP, LIFT, at, item, report_slots, run, slot, touched, tracker_of, visit_slots, written

PROPOSAL = {
    "proposal": {"text": "装充电桩", "leaf": "1202", "place": None, "group": None},
    "propose_title": "小区装充电桩",
    "propose_similar": "new",
    "propose_reason": "没地方充电",
    "propose_scope": "estate",
}


def _count(desk: Desk, table: type) -> int:
    with desk.transaction(read_only=True) as session:
        return session.scalars(select(func.count()).select_from(table)).one()


async def test_filing_a_report_twice_for_one_message_leaves_one_event(talking_desk: Desk) -> None:
    sender, inbox = written(talking_desk, "对")
    tracker = tracker_of(sender, inbox, slots=report_slots(item(), place=at(talking_desk, "qinghe-qh-3", "2")))
    await run(FileReport(), tracker)
    events, steps = _count(talking_desk, GridEvent), _count(talking_desk, CaseStep)

    _, said = await run(FileReport(), tracker)

    assert (_count(talking_desk, GridEvent), _count(talking_desk, CaseStep)) == (events, steps)
    assert said[:2] == ["utter_report_event", "utter_filed_who"]


async def test_a_report_clears_its_slots_and_asks_for_contact(talking_desk: Desk) -> None:
    sender, inbox = written(talking_desk, "对")
    tracker = tracker_of(sender, inbox, slots=report_slots(item(), place=at(talking_desk, "qinghe-qh-3")))

    events, said = await run(FileReport(), tracker)

    assert slot(events, "report") is None
    assert slot(events, "awaits") == {"what": "contact"}
    assert said[-1] == "utter_ask_contact"


async def test_who_declined_to_leave_a_number_is_not_asked_again(talking_desk: Desk) -> None:
    sender, inbox = written(talking_desk, "对")
    with talking_desk.transaction() as session:
        session.get_one(Resident, sender).declined_contact = True
    tracker = tracker_of(sender, inbox, slots=report_slots(item(), place=at(talking_desk, "qinghe-qh-3")))

    _, said = await run(FileReport(), tracker)

    assert "utter_ask_contact" not in said


async def test_two_matters_of_one_message_are_linked(talking_desk: Desk) -> None:
    sender, inbox = written(talking_desk, "对")
    slots = report_slots(item(), item(LIFT, "电梯坏了"), place=at(talking_desk, "qinghe-yx-28"))

    await run(FileReport(), tracker_of(sender, inbox, slots=slots))

    with talking_desk.transaction(read_only=True) as session:
        rows = session.scalars(select(GridEvent).where(GridEvent.inbox_id == inbox).order_by(GridEvent.ordinal)).all()
        assert [row.leaf for row in rows] == [LAMP, LIFT]
        assert {row.linked_group for row in rows} == {f"m{inbox}"}


async def test_one_of_several_matters_that_a_neighbour_reported_is_joined(talking_desk: Desk) -> None:
    place = at(talking_desk, "qinghe-yx-28")
    neighbor, first = written(talking_desk, "对", "neighbor")
    await run(FileReport(), tracker_of(neighbor, first, slots=report_slots(item(LIFT, "电梯坏了"), place=place)))
    sender, inbox = written(talking_desk, "对")
    slots = report_slots(item(), item(LIFT, "电梯坏了"), place=place)

    _, said = await run(FileReport(), tracker_of(sender, inbox, slots=slots))

    assert said[:3] == ["utter_report_event", "utter_filed_who", "utter_joined"]
    assert _count(talking_desk, EventReporter) == 1


async def test_joining_twice_for_one_message_joins_once(talking_desk: Desk) -> None:
    place = at(talking_desk, "qinghe-yx-28")
    neighbor, first = written(talking_desk, "对", "neighbor")
    await run(FileReport(), tracker_of(neighbor, first, slots=report_slots(item(LIFT), place=place)))
    with talking_desk.transaction(read_only=True) as session:
        number = session.scalars(select(GridEvent.number).where(GridEvent.inbox_id == first)).one()
    sender, inbox = written(talking_desk, "算我一个")
    tracker = tracker_of(sender, inbox, slots=report_slots(item(LIFT), place=place, duplicate=number, join="join"))
    await run(FileReport(), tracker)
    steps = _count(talking_desk, CaseStep)

    await run(FileReport(), tracker)

    assert (_count(talking_desk, EventReporter), _count(talking_desk, CaseStep)) == (1, steps)


async def test_filing_a_proposal_twice_for_one_message_leaves_one_item(talking_desk: Desk) -> None:
    sender, inbox = written(talking_desk, "对")
    tracker = tracker_of(sender, inbox, slots=PROPOSAL)
    await run(FileProposal(), tracker)
    items = _count(talking_desk, AgendaItem)

    events, _ = await run(FileProposal(), tracker)

    assert _count(talking_desk, AgendaItem) == items
    assert slot(events, "proposal") is None


async def test_ordering_twice_for_one_message_leaves_one_order_and_one_code(talking_desk: Desk) -> None:
    sender, inbox = written(talking_desk, "好")
    tracker = tracker_of(sender, inbox, slots=visit_slots(at(talking_desk, "qinghe-qh-3", "2")))
    await run(OrderVisit(), tracker)
    orders = _count(talking_desk, InPersonOrder)
    with talking_desk.transaction(read_only=True) as session:
        code = session.scalars(select(InPersonOrder.visit_code).where(InPersonOrder.inbox_id == inbox)).one()

    await run(OrderVisit(), tracker)

    with talking_desk.transaction(read_only=True) as session:
        assert session.scalars(select(InPersonOrder.visit_code).where(InPersonOrder.inbox_id == inbox)).all() == [code]
    assert _count(talking_desk, InPersonOrder) == orders


async def test_an_order_for_oneself_records_the_age_the_resident_confirmed(talking_desk: Desk) -> None:
    sender, inbox = written(talking_desk, "好")
    slots = visit_slots(at(talking_desk, "qinghe-qh-3"), elder=True)

    await run(OrderVisit(), tracker_of(sender, inbox, slots=slots))

    with talking_desk.transaction(read_only=True) as session:
        assert session.get_one(Resident, sender).elderly_status is ElderlyStatus.DECLARED


async def test_an_order_for_a_relative_says_nothing_of_the_writers_age(talking_desk: Desk) -> None:
    sender, inbox = written(talking_desk, "好")
    slots = visit_slots(at(talking_desk, "qinghe-qh-3"), recipient="relative", elder=True)

    await run(OrderVisit(), tracker_of(sender, inbox, slots=slots, elderly="yes"))

    with talking_desk.transaction(read_only=True) as session:
        order = session.scalars(select(InPersonOrder).where(InPersonOrder.inbox_id == inbox)).one()
        assert session.get_one(Resident, sender).elderly_status is ElderlyStatus.UNKNOWN
        assert (order.recipient_name, order.age_band) == (None, None)


async def test_a_number_told_for_a_relative_stands_on_the_order_only(talking_desk: Desk) -> None:
    sender, inbox = written(talking_desk, "好")
    slots = visit_slots(at(talking_desk, "qinghe-qh-3"), recipient="relative", phone="19900000008")

    await run(OrderVisit(), tracker_of(sender, inbox, slots=slots))

    with talking_desk.transaction(read_only=True) as session:
        order = session.scalars(select(InPersonOrder).where(InPersonOrder.inbox_id == inbox)).one()
        assert (order.phone, session.get_one(Resident, sender).phone) == ("19900000008", None)


async def test_after_the_last_case_the_address_is_offered_to_be_kept(talking_desk: Desk) -> None:
    sender, inbox = written(talking_desk, "好")
    with talking_desk.transaction() as session:
        session.get_one(Resident, sender).phone = "19900000001"
    home = at(talking_desk, "qinghe-qh-3", "2")

    events, said = await run(FileReport(), tracker_of(sender, inbox, slots=report_slots(item(), place=home, own=True)))

    assert said[-1] == "utter_ask_keep_home"
    assert slot(events, "awaits") == {"what": "home", "place": dumped(home)}
    assert "elderly" in touched(events)
