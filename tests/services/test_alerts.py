import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.places import Place
from bot.services import alerts, emergencies, hub, residents, visits
from bot.services.desk import Desk
from bot.services.handover import hand_over
from bot.services.visits import VisitDraft
from bot.store.queries import claims
from bot.store.tables import ElderlyStatus, GroupAlert, HandoverKind, HandoverStatus, Resident
from tests.services.stage import (
    BUILDING,
    FIRE,
    FRAUD,
    LAMP,
    LIFT_FAULT,
    WORKER,
    Clock,
    at,
    report,
    says,
    someone,
    staff,
    talk_of,
)

CRY = "我是周慧兰，青禾苑24号楼2单元301着火了，电话19900000001"
PERSONAL = ("周慧兰", "慧兰", "19900000001", "0001，", "24号", "2单元", "301", "着火了", "青禾苑", "我是")


def told(session: Session, group: str = "qinghe") -> list[GroupAlert]:
    return list(session.scalars(select(GroupAlert).where(GroupAlert.group == group).order_by(GroupAlert.id)))


def texts(session: Session, group: str = "qinghe") -> list[str]:
    return [row.text for row in told(session, group)]


def cry(session: Session, desk: Desk, resident: Resident, text: str = "着火了", place: Place | None = None) -> str:
    inbox = says(session, desk, resident, text)
    return emergencies.raise_emergency(session, desk, resident, inbox, FIRE, text, place).number


def order(session: Session, desk: Desk, resident: Resident, text: str) -> str:
    draft = VisitDraft(
        resident_id=resident.id,
        inbox_id=says(session, desk, resident, text),
        ordinal=0,
        need="来家里教用手机",
        leaf=None,
        recipient="self",
        recipient_name=resident.name,
        place=None,
        phone=resident.phone,
        way="phone",
        preferred_time="",
        text=text,
        linked_group=None,
        age_band=None,
        asked_for=None,
    )
    return visits.order_visit(session, desk, draft).number


def waits(session: Session, desk: Desk, resident: Resident, kind: HandoverKind, text: str = "找人") -> None:
    hand_over(session, talk_of(session, desk, resident), says(session, desk, resident, text), kind, text, desk.clock())


def test_an_emergency_calls_the_community_and_the_street_at_once(session: Session, desk: Desk) -> None:
    number = cry(session, desk, someone(session, desk), place=at(desk, BUILDING))

    (row,) = told(session)
    assert row.text == f"【急】青禾里社区第一网格 火情 {number} 请马上联系居民"
    assert (row.is_urgent, row.due_at) == (True, desk.clock())
    assert texts(session, alerts.STREET) == [row.text]
    assert texts(session, "liuan") == []
    assert alerts.ALERTS in hub.noted(session)


def test_an_emergency_without_a_place_says_so(session: Session, desk: Desk) -> None:
    number = cry(session, desk, someone(session, desk))

    assert texts(session) == [f"【急】青禾里社区 火情 {number} 请马上联系居民，地点还没问清"]


def test_a_place_told_afterwards_calls_the_workers_who_are_there(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    number = cry(session, desk, resident)

    emergencies.add_place(session, desk, talk_of(session, desk, resident), at(desk, "liuan-lx-9"), "柳岸9栋")

    assert len(texts(session)) == 1
    assert texts(session, "liuan")[0].startswith("【急】柳岸社区")
    assert number in texts(session, "liuan")[0]


def test_the_same_emergency_calls_a_grid_only_once(session: Session, desk: Desk, clock: Clock) -> None:
    resident = someone(session, desk)
    cry(session, desk, resident, place=at(desk, BUILDING))
    clock.turn(minutes=1)

    cry(session, desk, resident, "火更大了", at(desk, BUILDING))

    assert len(texts(session)) == 1


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (HandoverKind.PERSON, "想找工作人员"),
        (HandoverKind.COMPLAINT, "有意见要反映"),
        (HandoverKind.UNDELIVERED, "消息可能没送到，请打电话"),
    ],
)
def test_a_conversation_that_begins_to_wait_is_told_with_its_reason_in_general(
    session: Session, desk: Desk, kind: HandoverKind, reason: str
) -> None:
    waits(session, desk, someone(session, desk), kind, "王小禾态度不好")

    (row,) = told(session)
    assert (row.text, row.is_urgent) == (f"青禾里社区有居民在等人接：{reason}", False)
    assert row.due_at == desk.clock() + alerts.COMPANY


@pytest.mark.parametrize("kind", HandoverKind)
def test_every_reason_to_wait_can_be_told(session: Session, desk: Desk, kind: HandoverKind) -> None:
    waits(session, desk, someone(session, desk), kind)

    assert len(texts(session)) == (0 if kind is HandoverKind.EMERGENCY else 1)


def test_a_conversation_that_waits_already_is_not_told_again(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)

    waits(session, desk, resident, HandoverKind.PERSON)
    waits(session, desk, resident, HandoverKind.COMPLAINT)

    assert len(texts(session)) == 1


def test_a_conversation_that_waits_once_more_is_told_once_more(session: Session, desk: Desk) -> None:
    resident, worker = someone(session, desk), staff(session, WORKER).id
    waits(session, desk, resident, HandoverKind.PERSON)
    talk = talk_of(session, desk, resident).id
    claims.take_conversation(session, talk, worker, desk.clock())
    claims.release_conversation(session, talk, worker, desk.clock())

    waits(session, desk, resident, HandoverKind.PERSON)

    assert len(texts(session)) == 2


def test_a_handover_that_is_opened_again_is_told_again(session: Session, desk: Desk, clock: Clock) -> None:
    resident, worker = someone(session, desk), staff(session, WORKER).id
    talk, inbox = talk_of(session, desk, resident), says(session, desk, resident, "在吗")
    handover = hand_over(session, talk, inbox, HandoverKind.UNDELIVERED, "送不到", clock())
    claims.take_conversation(session, talk.id, worker, clock())
    claims.release_conversation(session, talk.id, worker, clock())
    clock.turn(minutes=5)
    handover.status = HandoverStatus.WAITING
    session.flush()

    hand_over(session, talk, inbox, HandoverKind.UNDELIVERED, "送不到", clock())

    assert [alerts.handover_in(row.topic) for row in told(session)] == [handover.id, handover.id]


def test_a_resident_of_no_known_community_is_told_to_all(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    resident.community_id = None
    session.flush()

    waits(session, desk, resident, HandoverKind.PERSON)

    groups = ("qinghe", "liuan", "guixiang", alerts.STREET)
    assert [texts(session, group) for group in groups] == [["有居民在等人接：想找工作人员"]] * 4


def test_the_visit_of_somebody_elderly_is_told_and_others_are_not(session: Session, desk: Desk) -> None:
    old, young = someone(session, desk, "old"), someone(session, desk, "young")
    old.elderly_status = ElderlyStatus.DECLARED
    order(session, desk, young, "来个人教我用手机")

    numbers = [order(session, desk, old, "来个人"), order(session, desk, young, "我今年八十了，眼睛看不清")]

    assert texts(session) == [f"青禾里社区 有老人等电话 {number} 请尽快接单" for number in numbers]


def test_a_record_is_told_if_it_cannot_wait(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    lift, fraud, lamp = (
        report(session, desk, resident, at(desk, BUILDING), leaf) for leaf in (LIFT_FAULT, FRAUD, LAMP)
    )

    for event in (lift, fraud, lamp):
        alerts.record_filed(session, desk, event)

    assert texts(session) == [
        f"【紧急】青禾里社区第一网格 电梯故障(无人被困) {lift.number} 请尽快受理",
        f"【紧急】青禾里社区第一网格 电信网络诈骗与可疑推销 {fraud.number} 建议应急哨，请尽快受理",
    ]


def test_no_alert_tells_who_it_was_or_what_they_said(session: Session, desk: Desk) -> None:
    resident = session.get_one(Resident, "demo-zhou")
    assert (resident.name, resident.phone, resident.room) == ("周慧兰", "19900000001", "301")
    home = residents.home(resident, desk.gazetteer)
    assert home is not None

    cry(session, desk, resident, CRY)
    emergencies.add_place(session, desk, talk_of(session, desk, resident), home, CRY)
    order(session, desk, resident, CRY)
    later = someone(session, desk, "later")
    residents.remember_contact(session, later, "周慧兰", "19900000001")
    waits(session, desk, later, HandoverKind.COMPLAINT, CRY)
    alerts.record_filed(session, desk, report(session, desk, later, home, LIFT_FAULT, CRY))

    rows = list(session.scalars(select(GroupAlert)))
    assert {row.topic.partition("#")[0].partition("-")[0] for row in rows} == {
        *("emergency", "visit", "waiting", "record"),
    }
    assert [(row.text, word) for row in rows for word in PERSONAL if word in row.text + row.topic] == []


def test_words_with_a_phone_number_are_masked(session: Session, desk: Desk) -> None:
    alerts.alert(session, desk.clock(), "qinghe", "test#1", "请打19900000001", is_urgent=True)

    assert texts(session) == ["请打199****0001"]
