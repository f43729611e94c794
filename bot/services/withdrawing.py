"""A resident calls off what they asked for: a call or a visit, or a matter no unit has yet."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.deeds import PATHS, Deed
from bot.core.urgency import Urgency
from bot.core.visits import VisitStatus
from bot.services import alerts, ledger
from bot.services.desk import Desk
from bot.services.events import steps
from bot.services.events.doing import carry_on
from bot.services.hub import CONSOLE, note
from bot.services.whistles.proposing import propose_for
from bot.store.queries import cases, verdicts
from bot.store.tables import GridEvent, InPersonOrder, Resident

# Once somebody stands at the door, it is for them to say how it ended.
_MAY_BE_CALLED_OFF = (VisitStatus.NEW, VisitStatus.ACCEPTED)
_WITHDRAWN: Final = PATHS[Deed.WITHDRAW]
ALERT: Final = "居民说不用办了，但是不能直接撤回，请联系居民核实；确实不用办的，按“中止办理”办完"


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


def open_event(session: Session, resident: Resident) -> GridEvent | None:
    """The newest matter the resident reported that still waits to be put right."""
    return session.scalar(
        select(GridEvent)
        .where(GridEvent.resident_id == resident.id, GridEvent.status.in_(cases.OPEN_EVENTS))
        .order_by(GridEvent.id.desc())
        .limit(1)
    )


def withdraw_event(session: Session, desk: Desk, resident: Resident, number: str, words: str) -> bool:
    """Call the matter off in the name of whoever reported it; False where that is not for them alone any more.

    A unit may have it already, neighbours may have joined, or it is dangerous: then it goes on, and staff are alerted.
    """
    event = cases.case_by_number(session, number)
    if not isinstance(event, GridEvent) or event.resident_id != resident.id:
        return False
    verdicts.lock(session, event)
    said = f"本人说不用办了：{ledger.words_of(resident, words)}"
    if not _may_withdraw(session, event):
        who = ledger.neighbor(resident)
        if event.status.is_unfinished and ledger.say_once(session, event, who, desk.clock(), said):
            topic = f"called-off-{event.community_id}#{event.number}-{event.round}"
            alerts.time_runs(session, desk, event, topic, "想撤回", ALERT)
        return False
    before = carry_on(session, desk, event, Deed.WITHDRAW, _WITHDRAWN.target)
    steps.log(session, desk, event, ledger.neighbor(resident), Deed.WITHDRAW, said, before)
    propose_for(session, desk, event)
    note(session, CONSOLE)
    return True


def _may_withdraw(session: Session, event: GridEvent) -> bool:
    is_alone = not cases.reporters_of(session, event.id)
    return event.status in _WITHDRAWN.sources and event.urgency is not Urgency.P0 and is_alone
