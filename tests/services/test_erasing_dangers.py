from pathlib import Path

from sqlalchemy.orm import Session

from bot.core.grid_events import EventStatus
from bot.core.urgency import Urgency
from bot.core.visits import VisitStatus
from bot.services import emergencies, erasing
from bot.services.desk import Desk
from bot.store.queries import talk
from bot.store.tables import CaseKind, GridEvent, HandoverKind, HandoverStatus, Message
from tests.services import leaving
from tests.services.leaving import NAME, PHONE, ROOM, WORDS, leaver, settle_all, traces
from tests.services.stage import BUILDING, FIRE, at, report, says, someone, talk_of


def danger(session: Session, desk: Desk) -> GridEvent:
    resident = leaver(session, desk)
    text = f"我是{NAME}，{ROOM}着火了"
    inbox = says(session, desk, resident, text)
    raised = emergencies.raise_emergency(session, desk, resident, inbox, FIRE, text, at(desk, BUILDING, "2", ROOM))
    leaving.picture(session, desk, inbox, "aa/fire.jpg")
    other = says(session, desk, resident, f"{WORDS}真好看")
    leaving.picture(session, desk, other, "bb/flowers.jpg")
    settle_all(session)
    return raised.event


def test_who_helps_in_an_open_danger_still_knows_whom_and_where(session: Session, desk: Desk) -> None:
    event = danger(session, desk)
    resident = leaver(session, desk)

    erased = erasing.erase_resident(session, desk, resident, because="unsubscribed")

    assert erased.kept == (event.number,)
    assert (event.contact_name, event.contact_phone, event.room) == (NAME, PHONE, ROOM)
    assert event.inbox_id is not None
    assert session.get_one(Message, event.inbox_id).text == f"我是{NAME}，{ROOM}着火了"
    assert erased.files == (Path(desk.settings.media) / "bb/flowers.jpg",)
    tables = {trace.partition(".")[0] for trace in traces(session)}
    assert tables == {"grid_events", "case_terms", "messages"}
    assert (resident.name, resident.phone, resident.room) == (None, None, None)


def test_the_alarm_is_not_taken_from_the_workers(session: Session, desk: Desk) -> None:
    danger(session, desk)
    resident = leaver(session, desk)

    erasing.erase_resident(session, desk, resident, because="unsubscribed")

    (handover,) = talk.open_handovers(session, talk_of(session, desk, resident).id)
    assert (handover.kind, handover.status) == (HandoverKind.EMERGENCY, HandoverStatus.WAITING)


def test_once_the_danger_is_over_everything_goes(session: Session, desk: Desk) -> None:
    event = danger(session, desk)
    resident = leaver(session, desk)
    erasing.erase_resident(session, desk, resident, because="unsubscribed")
    assert erasing.finish_due_erasures(session, desk) == 0

    event.status = EventStatus.CLOSED
    for handover in talk.open_handovers(session, talk_of(session, desk, resident).id):
        handover.status = HandoverStatus.CLOSED
    session.flush()

    assert erasing.finish_due_erasures(session, desk) == 1
    assert traces(session) == []
    assert erasing.finish_due_erasures(session, desk) == 0


def test_what_only_the_resident_row_said_goes_to_the_open_danger(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    text = "我摔了，起不来"
    event = emergencies.raise_emergency(session, desk, resident, says(session, desk, resident, text), FIRE, text).event
    settle_all(session)
    resident.name, resident.phone, resident.unit, resident.room = NAME, PHONE, "2", ROOM
    session.flush()

    erasing.erase_resident(session, desk, resident, because="unsubscribed")

    assert (event.contact_name, event.contact_phone, event.unit, event.room) == (NAME, PHONE, "2", ROOM)


def test_an_event_grown_urgent_is_a_danger_too(session: Session, desk: Desk) -> None:
    resident = leaver(session, desk)
    event = report(session, desk, resident, at(desk, BUILDING, "2", ROOM))
    event.urgency = Urgency.P1
    settle_all(session)

    erased = erasing.erase_resident(session, desk, resident, because="unsubscribed")

    assert erased.kept == (event.number,)


def test_somebody_elderly_is_still_visited(session: Session, desk: Desk) -> None:
    resident = leaver(session, desk, elderly=True)
    order = leaving.order(session, desk, resident)
    settle_all(session)

    erased = erasing.erase_resident(session, desk, resident, because="unsubscribed")
    finished = erasing.finish_due_erasures(session, desk)

    assert (erased.kept, finished) == ((order.number,), 0)
    assert (order.recipient_name, order.phone, order.room) == (NAME, PHONE, ROOM)


def test_after_the_visit_nothing_is_left_of_them(session: Session, desk: Desk) -> None:
    resident = leaver(session, desk, elderly=True)
    order = leaving.order(session, desk, resident)
    leaving.picture(session, desk, order.inbox_id or 0, "cc/door.jpg", (CaseKind.IN_PERSON_ORDER, order.id))
    settle_all(session)
    erasing.erase_resident(session, desk, resident, because="unsubscribed")

    order.status = VisitStatus.DONE
    session.flush()

    assert erasing.finish_due_erasures(session, desk) == 1
    assert traces(session) == []
    assert order.preferred_time == ""


def test_an_ordinary_visit_is_no_reason_to_keep_anybody(session: Session, desk: Desk) -> None:
    resident = leaver(session, desk)
    order = leaving.order(session, desk, resident)
    settle_all(session)

    erased = erasing.erase_resident(session, desk, resident, because="unsubscribed")

    assert erased.kept == ()
    assert (order.phone, order.need) == (None, "到[房号]教用手机")
    assert traces(session) == []


def test_a_visit_for_somebody_else_is_still_made(session: Session, desk: Desk) -> None:
    resident = leaver(session, desk)
    order = leaving.order(session, desk, resident, recipient="relative")
    settle_all(session)

    erased = erasing.erase_resident(session, desk, resident, because="unsubscribed")

    assert erased.kept == (order.number,)


def test_a_picture_of_a_neighbours_danger_stays_with_it(session: Session, desk: Desk) -> None:
    other, resident = someone(session, desk, "other"), leaver(session, desk)
    event = report(session, desk, other, at(desk, BUILDING, "2"), leaf=FIRE, text="着火了")
    inbox = says(session, desk, resident, "火在这里")
    leaving.picture(session, desk, inbox, "dd/smoke.jpg", (CaseKind.GRID_EVENT, event.id))
    settle_all(session)

    while_open = erasing.erase_resident(session, desk, resident, because="unsubscribed")
    event.status = EventStatus.CLOSED
    session.flush()

    assert (while_open.attachments, while_open.files) == (0, ())
    assert erasing.finish_due_erasures(session, desk) == 1
    assert session.get(Message, inbox) is None
