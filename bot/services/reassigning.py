"""Sending somebody else with an in-person order, or asking a volunteer to go."""

from sqlalchemy.orm import Session

from bot.core.staff import Permission, can
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services import case_terms, visit_relief, volunteering
from bot.services.assigning import CHOSEN
from bot.services.cases import case_for, expect, tell, write_down
from bot.services.desk import Desk
from bot.store.tables import CaseKind, InPersonOrder, Staff


def reassign(
    session: Session, desk: Desk, number: str, assignee_id: int, staff: Staff, expected_version: int
) -> InPersonOrder:
    """Send somebody else; the resident is told who. Raises NotFound, NotAllowed, InvalidInput, Conflict.

    A volunteer is only asked: the order waits for their yes, and the resident hears of them with it.
    """
    order = case_for(session, staff, CaseKind.IN_PERSON_ORDER, number)
    if not isinstance(order, InPersonOrder):
        raise NotFound(f"没有编号为 {number} 的上门单")
    if not can(staff.role, Permission.ORDER_ASSIGN):
        raise NotAllowed(f"{staff.role.plain}不能派人")
    assignee = session.get(Staff, assignee_id)
    if assignee is None or assignee.disabled_at or assignee.role not in CHOSEN:
        raise NotFound("没有这位工作人员")
    if assignee.community_id != order.community_id:
        raise InvalidInput(f"{assignee.name}不在这个社区")
    if not order.status.is_open:
        raise Conflict(f"这一单{order.status.plain}，不用再派人")
    expect(order, expected_version)
    is_asked, before = volunteering.is_volunteer(assignee), order.status.value
    if is_asked:
        visit_relief.begin_again(order)
    order.backup_name = order.assignee_name
    order.assignee_id, order.assignee_name = assignee.id, assignee.name
    order.assigned_because = f"{staff.name}{'请志愿者去，等本人答应' if is_asked else '改派'}"
    case_terms.index(session, desk, order)
    words = f"请志愿者{assignee.name}去，等本人答应" if is_asked else f"改由{assignee.name}去"
    write_down(session, desk, order, staff, words, before)
    if not is_asked:
        tell(session, desk, order, "order.moved.reassigned", "")
    return order
