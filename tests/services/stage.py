"""People and words the services' tests share; everybody lives on the demo street."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.elderly import ElderlySignal
from bot.core.places import Place
from bot.services import reporting, residents
from bot.services.desk import Desk
from bot.services.reporting import EventDraft
from bot.store.queries import people
from bot.store.queries.talk import Incoming, insert_inbox
from bot.store.tables import Conversation, GridEvent, Message, Resident, Staff

NOW = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
LAMP, LIFT_FAULT, DISPUTE, STREET_LAMP, FIRE, FRAUD = "0503", "0501", "0402", "0603", "0101", "0302"
BUILDING, NEXT_DOOR, TOWER = "qinghe-qh-5", "qinghe-qh-6", "qinghe-yx-27"
GRID_WORKER, WORKER, COLLEAGUE, DIRECTOR, DISPATCHER, ELSEWHERE = (
    *("wangxiaohe", "liqing", "zhoumin"),
    *("chenguifang", "tangliang", "wutong"),
)


class Clock:
    """The present, as far as the test wants."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def turn(self, **later: int) -> None:
        self.moment += timedelta(**later)


def someone(session: Session, desk: Desk, name: str = "someone") -> Resident:
    return residents.resident_for(session, desk, "webchat", name)


def says(session: Session, desk: Desk, resident: Resident, text: str) -> int:
    conversation = residents.conversation_with(session, desk, resident)
    message = insert_inbox(session, conversation.id, Incoming(resident.channel, text, desk.clock()))
    assert message is not None
    return message.id


def talk_of(session: Session, desk: Desk, resident: Resident) -> Conversation:
    return residents.conversation_with(session, desk, resident)


def staff(session: Session, username: str) -> Staff:
    found = people.staff_by_username(session, username)
    assert found is not None
    return found


def at(desk: Desk, building_id: str, unit: str | None = None, room: str | None = None) -> Place:
    building = next(one for one in desk.gazetteer.buildings if one.id == building_id)
    return Place(building.name, building.community_id, building.grid_id, building, unit, None, room, None)


def somewhere(words: str, community_id: str = "qinghe") -> Place:
    return Place(words, community_id, None, None, None, None, None, words)


def report(
    session: Session,
    desk: Desk,
    resident: Resident,
    place: Place,
    leaf: str = LAMP,
    text: str = "楼道灯坏了",
    elderly: ElderlySignal = ElderlySignal.NO,
) -> GridEvent:
    return reporting.file_event(session, desk, draft(session, desk, resident, place, leaf, text, elderly))


def draft(
    session: Session,
    desk: Desk,
    resident: Resident,
    place: Place,
    leaf: str = LAMP,
    text: str = "楼道灯坏了",
    elderly: ElderlySignal = ElderlySignal.NO,
) -> EventDraft:
    return EventDraft(
        resident_id=resident.id,
        inbox_id=says(session, desk, resident, text),
        ordinal=0,
        leaf=leaf,
        leaf_top3=(leaf,),
        confidence=0.9,
        text=text,
        place=place,
        linked_group=None,
        elderly=elderly,
        needs_review=False,
    )


def told(session: Session, resident: Resident) -> list[str]:
    """What was written to the resident."""
    rows = session.scalars(
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.resident_id == resident.id, Message.direction == "out")
        .order_by(Message.id)
    )
    return [row.text for row in rows]
