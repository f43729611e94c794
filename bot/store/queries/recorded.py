"""Which records messages have become."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.tables import AgendaItem, Case, GridEvent, InPersonOrder


def of_messages(session: Session, message_ids: Collection[int]) -> Mapping[int, Sequence[Case]]:
    """What each of the messages was filed as, in the order it was."""
    found: defaultdict[int, list[Case]] = defaultdict(list)
    filed: list[Case] = [
        *session.scalars(select(GridEvent).where(GridEvent.inbox_id.in_(message_ids))),
        *session.scalars(select(AgendaItem).where(AgendaItem.inbox_id.in_(message_ids))),
        *session.scalars(select(InPersonOrder).where(InPersonOrder.inbox_id.in_(message_ids))),
    ]
    for case in sorted(filed, key=lambda case: case.ordinal):
        if case.inbox_id is not None:
            found[case.inbox_id].append(case)
    return found


def next_ordinal(session: Session, message_id: int) -> int:
    """The first number no record of the message has, whatever its kind."""
    taken = [case.ordinal for case in of_messages(session, [message_id]).get(message_id, ())]
    return max(taken, default=-1) + 1
