from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.urgency import Urgency
from bot.errors import Conflict, InvalidInput, LinliError, NotAllowed, NotFound
from bot.services import learning, recording
from bot.services.desk import Desk
from bot.services.handover import hand_over
from bot.services.record_source import Source, Spot
from bot.services.recording import EventForm, ItemForm, VisitForm
from bot.store.queries.audit import latest_audit
from bot.store.queries.cases import steps_of
from bot.store.tables import (
    AgendaItem,
    ClockKind,
    ElderlyStatus,
    GridEvent,
    GroupAlert,
    HandoverKind,
    InPersonOrder,
    Message,
    Resident,
)
from tests.services.events.course import clock_of
from tests.services.held import Held, held, writes
from tests.services.stage import (
    BUILDING,
    COLLEAGUE,
    ELSEWHERE,
    LAMP,
    NEXT_DOOR,
    STREET_LAMP,
    staff,
    told,
)

HERE = Spot(BUILDING, "2", "楼道")
NOWHERE = Spot("", "", "")
EVENT = EventForm(LAMP, "P2", HERE, "五号楼二单元楼道灯坏了三天")
VISIT = VisitForm("看看水管", "visit", "self", "", "下午", "", HERE)
ITEM = ItemForm("装个充电桩", "飞线太多", "estate", "", NOWHERE)


@pytest.fixture
def one(session: Session, desk: Desk) -> Held:
    return held(session, desk)


@pytest.fixture
def said(session: Session, desk: Desk, one: Held) -> Source:
    """What the resident said, to be written down for the first time."""
    return Source(one.id, writes(session, desk, one, "楼道灯坏了三天").id, 0)


def test_what_was_said_becomes_an_event_and_the_resident_hears_its_number(
    session: Session, desk: Desk, one: Held, said: Source
) -> None:
    event = recording.record_event(session, desk, one.worker, said, EVENT)

    assert (event.leaf, event.urgency, event.building_id, event.unit) == (LAMP, Urgency.P2, BUILDING, "2")
    assert (event.resident_id, event.inbox_id) == (one.resident.id, said.message_id)
    assert not event.needs_review
    assert any(event.number in text for text in told(session, one.resident))
    assert steps_of(session, event)[0].actor_name == one.worker.name
    assert "grid_event:file" in [row.action for row in latest_audit(session)]


def test_who_files_while_talking_with_the_resident_has_spoken_with_them(
    session: Session, desk: Desk, one: Held, said: Source
) -> None:
    event = recording.record_event(session, desk, one.worker, said, EVENT)

    assert not clock_of(session, event, ClockKind.RESPOND).is_running
    contacts = [step for step in steps_of(session, event) if step.deed == Deed.CONTACT]
    assert [(step.actor_name, step.note) for step in contacts] == [(one.worker.name, "在聊天里回复")]


def test_who_files_from_a_conversation_they_do_not_hold_has_still_to_speak_with_them(
    session: Session, desk: Desk, one: Held, said: Source
) -> None:
    event = recording.record_event(session, desk, staff(session, COLLEAGUE), said, EVENT)

    assert clock_of(session, event, ClockKind.RESPOND).is_running


def test_sent_twice_it_is_one_event_and_one_message(session: Session, desk: Desk, one: Held, said: Source) -> None:
    first = recording.record_event(session, desk, one.worker, said, EVENT)
    before = told(session, one.resident)

    again = recording.record_event(session, desk, one.worker, said, EVENT)

    assert again.id == first.id
    assert told(session, one.resident) == before


def test_another_matter_of_the_same_message_is_another_record(
    session: Session, desk: Desk, one: Held, said: Source
) -> None:
    first = recording.record_event(session, desk, one.worker, said, EVENT)

    second = recording.record_visit(session, desk, one.worker, replace(said, ordinal=1), VISIT)

    assert (first.inbox_id, second.inbox_id, second.ordinal) == (said.message_id, said.message_id, 1)


@pytest.mark.parametrize("form", [replace(EVENT, leaf=STREET_LAMP), replace(EVENT, text="别的事")])
def test_a_page_older_than_the_records_of_the_message_files_nothing(
    session: Session, desk: Desk, one: Held, said: Source, form: EventForm
) -> None:
    recording.record_event(session, desk, one.worker, said, EVENT)

    with pytest.raises(Conflict, match="刚有人登记过"):
        recording.record_event(session, desk, one.worker, said, form)
    with pytest.raises(Conflict, match="刚有人登记过"):
        recording.record_item(session, desk, one.worker, said, ITEM)

    assert session.query(GridEvent).filter_by(inbox_id=said.message_id).count() == 1


def test_numbers_may_not_be_left_out(session: Session, desk: Desk, one: Held, said: Source) -> None:
    with pytest.raises(Conflict):
        recording.record_event(session, desk, one.worker, replace(said, ordinal=5), EVENT)


def test_a_worker_says_how_urgent_it_is(session: Session, desk: Desk, one: Held, said: Source) -> None:
    event = recording.record_event(session, desk, one.worker, said, replace(EVENT, urgency="P0"))

    assert event.urgency is Urgency.P0
    assert any(event.number in row.text for row in session.query(GroupAlert).all())


def test_what_was_filed_teaches_the_trainers_where_the_bot_was_wrong(
    session: Session, desk: Desk, one: Held, said: Source
) -> None:
    session.get_one(Message, said.message_id).reading = {"intent": "report_event", "leaf": STREET_LAMP}

    recording.record_event(session, desk, one.worker, said, EVENT)

    label = learning.label_of(session, said.message_id)
    assert label
    assert (label.intent, label.leaf) == ("report_event", LAMP)


def test_where_the_bot_was_right_there_is_nothing_to_teach(
    session: Session, desk: Desk, one: Held, said: Source
) -> None:
    session.get_one(Message, said.message_id).reading = {"intent": "report_event", "leaf": LAMP}

    recording.record_event(session, desk, one.worker, said, EVENT)

    assert learning.label_of(session, said.message_id) is None


@pytest.mark.parametrize(
    ("spot", "label"),
    [
        (HERE, "5号楼2单元楼道"),
        (Spot("", "", "小区北门"), "小区北门"),
        (Spot("", "", "桂花园6号楼"), "6号楼"),
    ],
)
def test_a_place_is_a_building_or_words(
    session: Session, desk: Desk, one: Held, said: Source, spot: Spot, label: str
) -> None:
    event = recording.record_event(session, desk, one.worker, said, replace(EVENT, spot=spot))

    assert label in event.place_text


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        (replace(EVENT, leaf="9999"), "分类"),
        (replace(EVENT, urgency="P9"), "紧急程度"),
        (replace(EVENT, text="  "), "还没写"),
        (replace(EVENT, text="长" * 1001), "不能超过"),
        (replace(EVENT, spot=NOWHERE), "在哪里"),
        (replace(EVENT, spot=Spot("mars-1", "", "")), "没有这栋楼"),
        (replace(EVENT, spot=Spot(BUILDING, "长" * 9, "")), "太长"),
    ],
)
def test_a_form_that_makes_no_sense_files_nothing(
    session: Session, desk: Desk, one: Held, said: Source, form: EventForm, problem: str
) -> None:
    with pytest.raises(InvalidInput, match=problem):
        recording.record_event(session, desk, one.worker, said, form)

    assert session.query(GridEvent).filter_by(inbox_id=said.message_id).count() == 0


def test_another_communitys_building_is_none_of_ours(session: Session, desk: Desk, one: Held, said: Source) -> None:
    foreign = next(building for building in desk.gazetteer.buildings if building.community_id != "qinghe")

    with pytest.raises(InvalidInput, match="没有这栋楼"):
        recording.record_event(session, desk, one.worker, said, replace(EVENT, spot=Spot(foreign.id, "", "")))


def test_a_visit_is_ordered_with_the_phone_the_resident_left(
    session: Session, desk: Desk, one: Held, said: Source
) -> None:
    one.resident.phone = "19900000077"

    order = recording.record_visit(session, desk, one.worker, said, VISIT)

    assert (order.need, order.phone, order.building_id) == ("看看水管", "19900000077", BUILDING)
    assert any(order.number in text for text in told(session, one.resident))
    assert any(order.visit_code in text for text in told(session, one.resident))


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        (replace(VISIT, need=""), "还没写"),
        (replace(VISIT, way="fly"), "上门还是打电话"),
        (replace(VISIT, recipient="cat"), "给谁办"),
        (replace(VISIT, way="phone"), "要有电话"),
        (replace(VISIT, phone="123"), "电话号码不对"),
        (replace(VISIT, spot=NOWHERE), "去哪里"),
    ],
)
def test_a_visit_nobody_could_make_is_not_ordered(
    session: Session, desk: Desk, one: Held, said: Source, form: VisitForm, problem: str
) -> None:
    with pytest.raises(InvalidInput, match=problem):
        recording.record_visit(session, desk, one.worker, said, form)

    assert session.query(InPersonOrder).filter_by(inbox_id=said.message_id).count() == 0


def test_a_visit_goes_home_where_no_place_is_named(session: Session, desk: Desk, one: Held, said: Source) -> None:
    one.resident.building_id = NEXT_DOOR

    assert (
        recording.record_visit(session, desk, one.worker, said, replace(VISIT, spot=NOWHERE)).building_id == NEXT_DOOR
    )


def test_what_was_said_becomes_an_agenda_item(session: Session, desk: Desk, one: Held, said: Source) -> None:
    item = recording.record_item(session, desk, one.worker, said, ITEM)

    assert (item.title, item.reason, item.resident_id) == ("装个充电桩", "飞线太多", one.resident.id)
    assert any(item.number in text for text in told(session, one.resident))


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        (replace(ITEM, title=""), "议题还没写"),
        (replace(ITEM, title="长" * 61), "不能超过"),
        (replace(ITEM, reason=" "), "理由还没写"),
        (replace(ITEM, scope="moon"), "哪些人"),
        (replace(ITEM, leaf="9999"), "没有这个分类"),
    ],
)
def test_an_item_without_sense_is_not_proposed(
    session: Session, desk: Desk, one: Held, said: Source, form: ItemForm, problem: str
) -> None:
    with pytest.raises(InvalidInput, match=problem):
        recording.record_item(session, desk, one.worker, said, form)

    assert session.query(AgendaItem).filter_by(inbox_id=said.message_id).count() == 0


def test_a_complaint_about_somebody_becomes_no_record_they_could_read(session: Session, desk: Desk, one: Held) -> None:
    message = writes(session, desk, one, f"{staff(session, 'zhoumin').name}骂人，楼道灯也不修")
    hand_over(session, one.conversation, message.id, HandoverKind.COMPLAINT, "投诉", desk.clock())

    with pytest.raises(Conflict, match="投诉"):
        recording.record_event(session, desk, one.worker, Source(one.id, message.id, 0), EVENT)


def test_messages_elsewhere_and_our_own_are_not_to_be_found(
    session: Session, desk: Desk, one: Held, said: Source
) -> None:
    own = session.query(Message).filter_by(conversation_id=one.id, staff_id=one.worker.id).first()
    other = held(session, desk, "other")
    assert own is not None

    for source in (Source(one.id, own.id, 0), Source(other.id, said.message_id, 0), Source(one.id, 999_999, 0)):
        with pytest.raises(NotFound):
            recording.record_event(session, desk, one.worker, source, EVENT)


def test_who_may_not_read_or_file_records_nothing(session: Session, desk: Desk, one: Held, said: Source) -> None:
    refused: list[type[LinliError]] = []
    for username in (ELSEWHERE, "wangxiaohe"):
        with pytest.raises((NotFound, NotAllowed)) as refusal:
            recording.record_event(session, desk, staff(session, username), said, EVENT)
        refused.append(type(refusal.value))

    assert refused == [NotFound, NotAllowed]


def test_an_old_residents_matter_is_marked_as_such(session: Session, desk: Desk, one: Held, said: Source) -> None:
    session.get_one(Resident, one.resident.id).elderly_status = ElderlyStatus.DECLARED

    assert recording.record_event(session, desk, one.worker, said, EVENT).elderly == "yes"
