"""A resident calls off what they asked for."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.visits import VisitStatus
from bot.services import ledger
from bot.services.desk import Desk
from bot.services.hub import CONSOLE, note
from bot.store.tables import InPersonOrder, Resident

# Once somebody stands at the door, it is for them to say how it ended.
_MAY_BE_CALLED_OFF = (VisitStatus.NEW, VisitStatus.ACCEPTED)


def open_order(session: Session, resident: Resident) -> InPersonOrder | None:
    """The resident's newest call or visit that is still to come."""
    return session.scalar(
        select(InPersonOrder)
        .where(InPersonOrder.resident_id == resident.id, InPersonOrder.status.in_(_MAY_BE_CALLED_OFF))
        .order_by(InPersonOrder.id.desc())
        .limit(1)
    )


def cancel_order(session: Session, desk: Desk, resident: Resident, number: str, words: str) -> bool:
    """Call the order off in the resident's name; False where it is not theirs or can no longer be called off."""
    order = open_order(session, resident)
    if order is None or order.number != number:
        return False
    before = order.status
    order.status = before.move(VisitStatus.CANCELLED)
    order.updated_at = desk.clock()
    said = f"本人取消：{ledger.words_of(resident, words)}"
    ledger.add_step(session, order, ledger.neighbor(resident), desk.clock(), note=said, before=before)
    note(session, CONSOLE)
    return True
