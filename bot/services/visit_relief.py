"""Finding others for the visits of somebody who can no longer go; the residents are told."""

from sqlalchemy.orm import Session

from bot.core.staff import Permission, can
from bot.core.visits import VisitStatus
from bot.services import cases, ledger
from bot.services.assigning import Errand, candidates, nobody
from bot.services.desk import Desk
from bot.services.hub import CONSOLE, note
from bot.store.queries import errands
from bot.store.queries.audit import append_audit
from bot.store.tables import InPersonOrder, Staff

# Whoever is shut out has left the door, as far as the log is concerned.
_BACK = {
    VisitStatus.NEW: (),
    VisitStatus.ACCEPTED: (VisitStatus.NEW,),
    VisitStatus.ON_SITE: (VisitStatus.ACCEPTED, VisitStatus.NEW),
}


def relieve(session: Session, desk: Desk, staff: Staff) -> int:
    """Put the open orders this person may no longer carry out before others; returns how many."""
    lost = [order for order in errands.open_orders_of(session, staff.id) if not _may_go(staff, order)]
    for order in lost:
        find_another(session, desk, order, staff)
    return len(lost)


def relieve_all(session: Session, desk: Desk) -> int:
    """The same for everybody with open orders."""
    return sum(relieve(session, desk, staff) for staff in errands.expected_visitors(session))


def has_lost(session: Session) -> bool:
    """Whether anybody has open orders they may no longer carry out."""
    return any(
        not _may_go(staff, order)
        for staff in errands.expected_visitors(session)
        for order in errands.open_orders_of(session, staff.id)
    )


def _may_go(staff: Staff, order: InPersonOrder) -> bool:
    is_at_work = staff.disabled_at is None and can(staff.role, Permission.ORDER_MOVE)
    return is_at_work and staff.community_id in (None, order.community_id)


def begin_again(order: InPersonOrder) -> None:
    """Let the order wait for somebody to accept it, however far it had come."""
    for status in _BACK[order.status]:
        order.status = order.status.move(status)


def find_another(session: Session, desk: Desk, order: InPersonOrder, staff: Staff, why: str = "") -> None:
    """Put the order before whoever is the next to go in place of `staff`; colleagues read why, the resident is told."""
    now = desk.clock()
    errand = Errand(order.resident_id, order.community_id, order.grid_id, None)
    others = [one for one in candidates(session, errand) if one.staff_id != staff.id]
    first, *rest = others or [nobody(session, errand)]
    before = order.status.value
    begin_again(order)
    order.assignee_id, order.assignee_name = first.staff_id, first.name
    order.assigned_because, order.backup_name = first.because, rest[0].name if rest else None
    order.updated_at = now
    words = f"{staff.name}去不了，改请{first.name}去{f'：{why}' if why else ''}"
    ledger.add_step(session, order, ledger.SYSTEM, now, note=words, before=before)
    append_audit(session, now, None, "in_person_order:move", order.number, f"{before}->{order.status}")
    cases.tell(session, desk, order, "order.moved.new", "")
    note(session, CONSOLE)
