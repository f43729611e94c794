"""Volunteers (志愿者): asked to go by staff, free to decline, and shown no more than what the errand takes."""

from typing import Final

from sqlalchemy.orm import Session

from bot.core.staff import Role
from bot.core.visits import VisitStatus
from bot.errors import Conflict, NotAllowed, NotFound
from bot.services import cases, visit_relief
from bot.services.desk import Desk
from bot.store.queries.audit import append_audit
from bot.store.tables import Case, CaseKind, InPersonOrder, Staff

_AGREED: Final = frozenset({VisitStatus.ACCEPTED, VisitStatus.ON_SITE})
_MAY_DECLINE: Final = frozenset({VisitStatus.NEW, VisitStatus.ACCEPTED})


def is_volunteer(staff: Staff) -> bool:
    """Whether this person helps of their own free will."""
    return staff.role is Role.VOLUNTEER


def has_agreed(case: Case, staff: Staff) -> bool:
    """Whether it is this volunteer's errand, and they have said that they go and are not back yet."""
    return isinstance(case, InPersonOrder) and case.assignee_id == staff.id and case.status in _AGREED


def may_decline(case: Case, staff: Staff) -> bool:
    """Whether the volunteer may still leave it to somebody else: until they are at the door."""
    is_theirs = isinstance(case, InPersonOrder) and case.assignee_id == staff.id
    return is_volunteer(staff) and is_theirs and case.status in _MAY_DECLINE


def decline(session: Session, desk: Desk, number: str, staff: Staff, words: str, version: int) -> InPersonOrder:
    """Leave the errand to somebody else; colleagues read why, the resident hears that somebody else is found.

    Raises NotFound, NotAllowed (not a volunteer's own errand), Conflict (at the door, done, or a stale page),
    InvalidInput.
    """
    order = cases.case_for(session, staff, CaseKind.IN_PERSON_ORDER, number)
    if not isinstance(order, InPersonOrder):
        raise NotFound(f"没有编号为 {number} 的上门单")
    if not is_volunteer(staff):
        raise NotAllowed("只有志愿者可以推掉", "请改派别人")
    cases.expect(order, version)
    if not may_decline(order, staff):
        raise Conflict(f"这一单{order.status.plain}，不能再推掉")
    why = cases.checked_note(words, is_needed=False)
    visit_relief.find_another(session, desk, order, staff, why)
    append_audit(session, desk.clock(), staff.id, "in_person_order:move", order.number, "declined")
    return order
