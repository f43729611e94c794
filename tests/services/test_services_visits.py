from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.core.places import Place
from bot.core.urgency import Urgency
from bot.core.visits import VisitStatus
from bot.errors import Conflict, InvalidInput, NotFound
from bot.services import cases, reassigning, residents, visits
from bot.services.cases import Change
from bot.services.desk import Desk
from bot.services.handover import hand_over
from bot.services.visits import VisitDraft
from bot.store.tables import CaseKind, HandoverKind, Resident, Staff
from tests.services.stage import (
    BUILDING,
    COLLEAGUE,
    ELSEWHERE,
    GRID_WORKER,
    TOWER,
    WORKER,
    Clock,
    at,
    says,
    someone,
    staff,
    talk_of,
    told,
)


def visit_draft(
    session: Session,
    desk: Desk,
    resident: Resident,
    place: Place | None = None,
    asked_for: str | None = None,
    text: str = "想请人来家里看看手机怎么弄",
) -> VisitDraft:
    return VisitDraft(
        resident_id=resident.id,
        inbox_id=says(session, desk, resident, text),
        ordinal=0,
        need="来家里教用手机",
        leaf=None,
        recipient="self",
        recipient_name=resident.name,
        place=place,
        phone="19900000077",
        way="visit",
        preferred_time="",
        text=text,
        linked_group=None,
        age_band=None,
        asked_for=asked_for,
    )


def test_an_order_has_a_number_a_person_and_a_code(session: Session, desk: Desk) -> None:
    order = visits.order_visit(
        session, desk, visit_draft(session, desk, someone(session, desk), at(desk, BUILDING, "1", "101"))
    )

    assert order.number.startswith("OF990101001-20260312-")
    assert len(order.visit_code) == 4
    assert order.visit_code.isdigit()
    assert (order.place_text, order.room) == ("青禾苑5号楼1单元", "101")
    assert order.backup_name not in (None, order.assignee_name)


def test_placing_the_same_order_again_changes_nothing(session: Session, desk: Desk) -> None:
    draft = visit_draft(session, desk, someone(session, desk), at(desk, BUILDING))

    assert visits.order_visit(session, desk, draft) is visits.order_visit(session, desk, draft)


def test_the_grid_worker_of_the_place_is_nearest(session: Session, desk: Desk) -> None:
    order = visits.order_visit(session, desk, visit_draft(session, desk, someone(session, desk), at(desk, BUILDING)))

    assert order.assignee_id == staff(session, GRID_WORKER).id
    assert order.assigned_because == "王小禾负责这个网格，离得最近（就近）"


def test_who_went_last_goes_again(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    visits.order_visit(session, desk, visit_draft(session, desk, resident, at(desk, BUILDING)))

    order = visits.order_visit(session, desk, visit_draft(session, desk, resident, at(desk, TOWER)))

    assert (order.assignee_name, "就熟" in order.assigned_because) == ("王小禾", True)


@pytest.mark.parametrize("words", ["小周", "周敏", "周老师"])
def test_who_is_asked_for_by_name_comes(session: Session, desk: Desk, words: str) -> None:
    draft = visit_draft(session, desk, someone(session, desk), at(desk, BUILDING), asked_for=words)

    order = visits.order_visit(session, desk, draft)

    assert order.assignee_id == staff(session, COLLEAGUE).id


def test_nobody_the_resident_complained_about_is_sent(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    inbox = says(session, desk, resident, "王小禾凶我")
    hand_over(session, talk_of(session, desk, resident), inbox, HandoverKind.COMPLAINT, "王小禾凶我", desk.clock())

    order = visits.order_visit(session, desk, visit_draft(session, desk, resident, at(desk, BUILDING)))

    assert "王小禾" not in (order.assignee_name, order.backup_name)


def test_whoever_has_fewer_open_orders_goes_first(session: Session, desk: Desk) -> None:
    session.execute(update(Staff).where(Staff.role == "grid_worker").values(disabled_at=desk.clock()))

    names = {
        visits.order_visit(session, desk, visit_draft(session, desk, someone(session, desk, name))).assignee_name
        for name in ("a", "b")
    }

    assert names == {"李青禾", "周敏"}


def test_without_staff_the_committee_sends_somebody(session: Session, desk: Desk) -> None:
    session.execute(update(Staff).values(disabled_at=desk.clock()))

    order = visits.order_visit(session, desk, visit_draft(session, desk, someone(session, desk), at(desk, BUILDING)))

    assert (order.assignee_id, order.assignee_name) == (None, "青禾里社区居委会")


def test_the_known_home_is_used_for_oneself(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    residents.remember_home(session, resident, at(desk, TOWER, "1", "101"))

    order = visits.order_visit(session, desk, visit_draft(session, desk, resident))

    assert (order.building_id, order.grid_id) == (TOWER, "qinghe-g3")


def test_a_call_is_due_within_a_working_day_a_danger_within_two_hours(
    session: Session, desk: Desk, clock: Clock
) -> None:
    clock.moment = datetime(2026, 3, 12, 14, 30, tzinfo=UTC)
    resident = someone(session, desk)

    calm = visits.order_visit(session, desk, visit_draft(session, desk, resident))
    danger = visits.order_visit(session, desk, visit_draft(session, desk, resident, text="老人摔了起不来，快来人看看"))

    assert (calm.urgency, calm.due) == (Urgency.P2, datetime(2026, 3, 13, 9, 30, tzinfo=UTC))
    assert (danger.urgency, danger.due) == (Urgency.P1, datetime(2026, 3, 12, 16, 30, tzinfo=UTC))


def test_the_resident_reads_who_comes_and_the_code(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    order = visits.order_visit(session, desk, visit_draft(session, desk, resident, at(desk, BUILDING)))
    change = Change(CaseKind.IN_PERSON_ORDER, order.number, "accepted", "", order.version)

    cases.move(session, desk, staff(session, GRID_WORKER), change)

    assert told(session, resident) == [
        "您要的「来家里教用手机」，王小禾接下了，明天周五下午5点半前会上门。",
        f"见面先对四位数：{order.visit_code}。对不上别开门。",
        "不收钱，不要验证码和银行卡密码。",
    ]


def test_somebody_else_is_sent_and_the_resident_knows(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    order = visits.order_visit(session, desk, visit_draft(session, desk, resident, at(desk, BUILDING)))
    other = staff(session, COLLEAGUE)

    reassigning.reassign(session, desk, order.number, other.id, staff(session, WORKER), order.version)

    assert (order.assignee_id, order.backup_name) == (other.id, "王小禾")
    assert "周敏" in told(session, resident)[0]


def test_nobody_from_elsewhere_and_nobody_unknown_is_sent(session: Session, desk: Desk) -> None:
    order = visits.order_visit(session, desk, visit_draft(session, desk, someone(session, desk), at(desk, BUILDING)))
    worker = staff(session, WORKER)

    with pytest.raises(InvalidInput):
        reassigning.reassign(session, desk, order.number, staff(session, ELSEWHERE).id, worker, order.version)
    with pytest.raises(NotFound):
        reassigning.reassign(session, desk, order.number, 999_999, worker, order.version)


def test_a_finished_order_needs_nobody(session: Session, desk: Desk) -> None:
    order = visits.order_visit(session, desk, visit_draft(session, desk, someone(session, desk), at(desk, BUILDING)))
    order.status = VisitStatus.DONE
    session.flush()

    with pytest.raises(Conflict):
        reassigning.reassign(
            session, desk, order.number, staff(session, COLLEAGUE).id, staff(session, WORKER), order.version
        )
