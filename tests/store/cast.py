"""The people, places and cases the store's tests speak of; all invented."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from bot.core.catalogue import Whistle
from bot.core.staff import Role
from bot.core.urgency import Urgency
from bot.store.queries.talk import Incoming, conversation_of, insert_inbox
from bot.store.tables import (
    AgendaItem,
    AgendaScope,
    BuildingRow,
    Community,
    Grid,
    GridEvent,
    InPersonOrder,
    Message,
    Party,
    Recipient,
    Resident,
    Staff,
    Way,
)

NOW = datetime(2026, 3, 12, 2, 30, tzinfo=UTC)
OSMANTHUS, WILLOW = "osmanthus", "willow"
WANG, LI = "resident-wang", "resident-li"


@dataclass(frozen=True)
class Cast:
    """Ids of two workers of Osmanthus, and of a conversation for each of its two residents."""

    zhao: int
    qian: int
    wangs_talk: int
    lis_talk: int


def later(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def settle(session: Session) -> Cast:
    for code, community in (("510104001", OSMANTHUS), ("510104002", WILLOW)):
        session.add(_community(community, code))
    session.flush()
    zhao, qian = _staff("zhao", Role.WORKER), _staff("qian", Role.GRID_WORKER)
    session.add_all([zhao, qian, *_places(), *_parties()])
    session.add_all([_resident(WANG), _resident(LI)])
    session.flush()
    talks = [conversation_of(session, resident, NOW).id for resident in (WANG, LI)]
    return Cast(zhao.id, qian.id, *talks)


def said(session: Session, conversation_id: int, text: str = "路灯不亮", at: datetime = NOW) -> Message:
    message = insert_inbox(session, conversation_id, Incoming("webchat", text, at))
    assert message is not None
    return message


def event(number: str, resident_id: str = WANG, **changes: object) -> GridEvent:
    values = {
        "number": number,
        "resident_id": resident_id,
        "community_id": OSMANTHUS,
        "building_id": "osmanthus-3",
        "place_text": "桂香苑3号楼",
        "leaf": "0603",
        "confidence": 0.9,
        "title": "路灯不亮",
        "text": "楼下路灯不亮",
        "urgency": Urgency.P2,
        "lead_name": "市政",
        "whistle": Whistle.DAILY,
        "due_respond": later(60),
        "due_resolve": later(600),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return GridEvent(**(values | changes))


def agenda_item(number: str, resident_id: str = WANG, **changes: object) -> AgendaItem:
    values = {
        "number": number,
        "resident_id": resident_id,
        "community_id": OSMANTHUS,
        "catalogue_code": "CON-03",
        "title": "加装电梯",
        "reason": "老人上楼难",
        "scope": AgendaScope.BUILDING,
        "scope_text": "桂香苑3号楼",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return AgendaItem(**(values | changes))


def order(number: str, resident_id: str = WANG, **changes: object) -> InPersonOrder:
    values = {
        "number": number,
        "resident_id": resident_id,
        "community_id": OSMANTHUS,
        "place_text": "桂香苑3号楼",
        "need": "代办",
        "recipient": Recipient.SELF,
        "way": Way.VISIT,
        "visit_code": "4821",
        "assignee_name": "小赵",
        "assigned_because": "同一网格",
        "urgency": Urgency.P2,
        "due": later(600),
        "text": "腿脚不便",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return InPersonOrder(**(values | changes))


def _community(community_id: str, code: str) -> Community:
    return Community(
        id=community_id,
        code=code,
        name=f"{community_id}社区",
        street="双桥街道",
        phone="0990-55500001",
        address="桂香路1号",
        hours="工作日9:00-17:00",
        center_lon=104.06,
        center_lat=30.65,
        boundary=[[104.05, 30.64], [104.07, 30.64], [104.07, 30.66]],
    )


def _staff(username: str, role: Role) -> Staff:
    return Staff(
        username=username,
        password_hash="-",
        name=username,
        role=role,
        community_id=OSMANTHUS,
        grid_ids=["osmanthus-north"],
    )


def _places() -> list[Grid | BuildingRow]:
    grid = Grid(id="osmanthus-north", community_id=OSMANTHUS, name="北网格", polygon=[[104.05, 30.64]])
    numbers = ("3", "5")
    return [grid, *(_building(number) for number in numbers)]


def _building(number: str) -> BuildingRow:
    return BuildingRow(
        id=f"osmanthus-{number}",
        community_id=OSMANTHUS,
        grid_id="osmanthus-north",
        estate="桂香苑",
        number=number,
        name=f"桂香苑{number}号楼",
        units=3,
        floors=6,
        lon=104.06,
        lat=30.65,
    )


def _parties() -> list[Party]:
    return [
        Party(id="street-lights", kind="lighting", name="街道照明", phone="0990-55500010"),
        Party(
            id="osmanthus-care",
            kind="property",
            name="社区托管",
            community_id=OSMANTHUS,
            phone="0990-55500011",
        ),
        Party(
            id="estate-care",
            kind="property",
            name="桂香物业",
            community_id=OSMANTHUS,
            estate="桂香苑",
            phone="0990-55500012",
        ),
        Party(id="willow-care", kind="property", name="柳岸物业", community_id=WILLOW, phone="0990-55500013"),
    ]


def _resident(resident_id: str) -> Resident:
    return Resident(
        id=resident_id,
        channel="webchat",
        channel_user=resident_id,
        community_id=OSMANTHUS,
        created_at=NOW,
    )
