"""An event and a member of staff as the guards see them."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.guards import Doer, Extension, Standing
from bot.store.tables import EventExtension, EventTask, GridEvent, Staff, TaskStatus

OPEN_TASKS = (TaskStatus.ASKED, TaskStatus.SIGNED)


def doer_of(staff: Staff) -> Doer:
    """Who they are for the rules."""
    return Doer(staff.id, staff.role, staff.party_id)


def standing_of(session: Session, event: GridEvent) -> Standing:
    """Where the event stands for the rules."""
    asked = session.get(EventExtension, (event.id, event.round))
    open_tasks = session.scalars(
        select(func.count())
        .select_from(EventTask)
        .where(EventTask.event_id == event.id, EventTask.status.in_(OPEN_TASKS))
    ).one()
    return Standing(
        status=event.status,
        lead_party_id=event.lead_party_id,
        handlers=frozenset(event.handler_ids),
        handling_parties=frozenset(event.handling_party_ids),
        verifier=event.verifier_id,
        returns=event.returns,
        is_designated=event.is_designated,
        return_by=event.return_by,
        due_resolve=event.due_resolve,
        extension=Extension(asked.asked_by, asked.is_granted) if asked else None,
        open_tasks=open_tasks,
        supervision=event.supervision,
        refusal_proposed_by=event.refusal_proposed_by,
    )
