"""What a worker puts right about a case: its leaf, that it is another one's double, who goes."""

from sqlalchemy.orm import Session

from bot.core.elderly import ElderlySignal
from bot.core.grid_events import EventStatus
from bot.core.places import Place
from bot.core.staff import Permission, can
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services.assigning import GOES
from bot.services.cases import case_for, checked_note, expect, tell, write_down
from bot.services.classifying import Grounds, classify
from bot.services.desk import Desk
from bot.store.queries import cases, filing, learning
from bot.store.tables import CaseKind, GridEvent, InPersonOrder, Staff


def correct_leaf(
    session: Session, desk: Desk, number: str, leaf: str, staff: Staff, expected_version: int
) -> GridEvent:
    """Sort the event under another leaf: lead, whistle and due times follow, and trainers hear of it.

    The urgency rises with the leaf but never falls. Raises NotFound, NotAllowed, Conflict.
    """
    event = _event(session, staff, number)
    if not can(staff.role, Permission.EVENT_CORRECT):
        raise NotAllowed(f"{staff.role.plain}不能改分类")
    expect(event, expected_version)
    right = desk.catalogue.leaf(leaf)
    if right.code == event.leaf:
        return event
    was = desk.catalogue.leaf(event.leaf)
    learning.note_correction(session, event, right.code)
    event.urgency = min(event.urgency, right.urgency)
    event.needs_review = False
    classify(session, desk, event, _grounds(desk, event, right.code))
    write_down(session, desk, event, staff, f"分类由「{was.name}」改为「{right.name}」", event.status.value)
    tell(session, desk, event, "event.moved.corrected", "")
    return event


def merge(
    session: Session, desk: Desk, number: str, into: str, staff: Staff, words: str, expected_version: int
) -> GridEvent:
    """Let an open event go on as part of another; its reporters join that one and are told its number.

    Returns the event that goes on. Raises NotFound, NotAllowed, Conflict, InvalidInput.
    """
    double, goes_on = _event(session, staff, number), _event(session, staff, into)
    if not can(staff.role, Permission.EVENT_MOVE):
        raise NotAllowed(f"{staff.role.plain}不能合并事件")
    if double.id == goes_on.id or double.community_id != goes_on.community_id:
        raise InvalidInput("只能并到同一个社区的另一件事")
    if not goes_on.status.is_open:
        raise Conflict(f"{goes_on.number} {goes_on.status.plain}，不能再往里并")
    words = checked_note(words, is_needed=False)
    expect(double, expected_version)
    before = double.status.value
    double.status = double.status.move(EventStatus.MERGED)
    _bring_along(session, desk, double, goes_on)
    write_down(session, desk, double, staff, f"并到{goes_on.number}。{words}", before)
    write_down(session, desk, goes_on, staff, f"并入{double.number}", goes_on.status.value)
    tell(session, desk, double, "event.moved.merged", f"一起办的编号是{goes_on.number}。")
    return goes_on


def reassign(
    session: Session, desk: Desk, number: str, assignee_id: int, staff: Staff, expected_version: int
) -> InPersonOrder:
    """Send somebody else; the resident is told who. Raises NotFound, NotAllowed, Conflict."""
    order = case_for(session, staff, CaseKind.IN_PERSON_ORDER, number)
    if not isinstance(order, InPersonOrder):
        raise NotFound(f"没有编号为 {number} 的上门单")
    if not can(staff.role, Permission.ORDER_ASSIGN):
        raise NotAllowed(f"{staff.role.plain}不能派人")
    assignee = session.get(Staff, assignee_id)
    if assignee is None or assignee.disabled_at or assignee.role not in GOES:
        raise NotFound("没有这位工作人员")
    if assignee.community_id != order.community_id:
        raise InvalidInput(f"{assignee.name}不在这个社区")
    if not order.status.is_open:
        raise Conflict(f"这一单{order.status.plain}，不用再派人")
    expect(order, expected_version)
    order.backup_name = order.assignee_name
    order.assignee_id, order.assignee_name = assignee.id, assignee.name
    order.assigned_because = f"{staff.name}改派"
    write_down(session, desk, order, staff, f"改由{assignee.name}去", order.status.value)
    tell(session, desk, order, "order.moved.reassigned", "")
    return order


def _event(session: Session, staff: Staff, number: str) -> GridEvent:
    case = case_for(session, staff, CaseKind.GRID_EVENT, number)
    if not isinstance(case, GridEvent):
        raise NotFound(f"没有编号为 {number} 的事件")
    return case


def _grounds(desk: Desk, event: GridEvent, leaf: str) -> Grounds:
    building = next((one for one in desk.gazetteer.buildings if one.id == event.building_id), None)
    place = Place(event.place_text, event.community_id, event.grid_id, building, event.unit, None, event.room, None)
    is_elderly = event.elderly is ElderlySignal.YES
    return Grounds(desk.catalogue.leaf(leaf), event.community_id, place, is_elderly, event.created_at)


def _bring_along(session: Session, desk: Desk, double: GridEvent, goes_on: GridEvent) -> None:
    own = [(double.resident_id, double.inbox_id)] if double.resident_id else []
    joined = [(row.resident_id, row.inbox_id) for row in cases.reporters_of(session, double.id)]
    for resident_id, inbox_id in [*own, *joined]:
        if resident_id != goes_on.resident_id:
            filing.join_event(session, goes_on.id, resident_id, inbox_id, double.text, desk.clock())
