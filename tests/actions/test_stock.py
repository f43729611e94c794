"""Stock Rasa in front of the same actions: its senders become residents, its messages inbox rows."""

from sqlalchemy import select

from actions.report_file import FileReport
from actions.turn import Turn
from bot.services.desk import Desk
from bot.store.tables import GridEvent, Message
from tests.actions.stage import at, item, report_slots, run, tracker_of


def test_the_same_stock_message_is_the_same_inbox_row(talking_desk: Desk) -> None:
    tracker = tracker_of("default", 0)
    tracker.latest_message = {**tracker.latest_message, "metadata": {}, "message_id": "abc"}
    first, again = Turn.of(tracker), Turn.of(tracker)
    assert (first.resident_id, first.inbox_id) == (again.resident_id, again.inbox_id)
    with talking_desk.transaction(read_only=True) as session:
        assert session.get_one(Message, first.inbox_id).channel == "rasa"


async def test_a_report_through_stock_rasa_is_filed(talking_desk: Desk) -> None:
    slots = report_slots(item(), place=at(talking_desk, "qinghe-qh-3", "2"))
    tracker = tracker_of("default", 0, slots=slots)
    tracker.latest_message = {**tracker.latest_message, "metadata": {}, "message_id": "abc"}
    await run(FileReport(), tracker)
    with talking_desk.transaction(read_only=True) as session:
        event = session.scalars(select(GridEvent).order_by(GridEvent.id.desc()).limit(1)).one()
        assert (event.leaf, event.building_id) == ("0503", "qinghe-qh-3")
