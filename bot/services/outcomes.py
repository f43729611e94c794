"""What came of each event, kept beside the step log and made of nothing else; it can be made anew at any time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.outcomes import Outcome, Step, after
from bot.services.desk import Desk
from bot.store.tables import CaseKind, CaseStep, EventOutcome, GridEvent

AT_ONCE: Final = 500
NAMES: Final = tuple(one.name for one in fields(Outcome))


@dataclass(frozen=True)
class Difference:
    """What is kept of an event and what its log says, where the two differ."""

    number: str
    field: str
    kept: object
    counted: object


@dataclass(frozen=True)
class Portion:
    """Some events gone through; `last_id` is the last of them, None once there are no more."""

    last_id: int | None
    events: int
    differences: tuple[Difference, ...]


def record(session: Session, event_id: int, step: CaseStep) -> None:
    """Take a step into the outcome of its event, in the transaction that logged the step.

    An event whose outcome was never kept gets it from its whole log.
    """
    kept = _locked(session, event_id)
    if kept is None:
        event = session.get_one(GridEvent, event_id)
        session.add(_row(event_id, fold(event, _logs(session, [event]).get(event_id, ()))))
    else:
        _put(kept, after(_outcome(kept), _step(step)))
    session.flush()


def rebuild(session: Session, after_id: int = 0) -> Portion:
    """Make the outcomes of the next events anew; what differed is corrected and named."""
    return _through(session, after_id, corrects=True)


def compare(session: Session, after_id: int = 0) -> Portion:
    """Compare the outcomes of the next events with their logs; nothing is changed."""
    return _through(session, after_id, corrects=False)


def keep_missing(desk: Desk) -> None:
    """Keep outcomes of events that have none, as those filed before outcomes were kept, in portions."""
    while True:
        with desk.transaction() as session:
            if not _keep_missing(session):
                return


def number_of_events(session: Session) -> int:
    """How many there are to go through."""
    return session.scalars(select(func.count()).select_from(GridEvent)).one()


def fold(event: GridEvent, log: Iterable[CaseStep]) -> Outcome:
    """What the log says came of the event; what a log of old does not say is as the event has it now."""
    outcome: Outcome | None = None
    for step in log:
        known = _step(step)
        if outcome is None:
            known = Step(known.at, known.deed, None, known.to_status, facts={**_belongs(event), **known.facts})
        outcome = after(outcome, known)
    return outcome or _unlogged(event)


def _through(session: Session, after_id: int, *, corrects: bool) -> Portion:
    events = session.scalars(
        select(GridEvent).where(GridEvent.id > after_id).order_by(GridEvent.id).limit(AT_ONCE)
    ).all()
    if not events:
        return Portion(None, 0, ())
    last, ids = events[-1].id, [event.id for event in events]
    kept = {row.event_id: row for row in session.scalars(select(EventOutcome).where(EventOutcome.event_id.in_(ids)))}
    logs = _logs(session, events)
    found: list[Difference] = []
    for event in events:
        outcome, row = fold(event, logs.get(event.id, ())), kept.get(event.id)
        differs = tuple(_differences(event.number, row, outcome))
        found += differs
        if corrects and row is None:
            session.add(_row(event.id, outcome))
        elif corrects and row is not None and differs:
            _put(row, outcome)
    session.flush()
    session.expunge_all()
    return Portion(last, len(events), tuple(found))


def _keep_missing(session: Session) -> int:
    query = select(GridEvent).outerjoin(EventOutcome, EventOutcome.event_id == GridEvent.id)
    events = session.scalars(query.where(EventOutcome.id.is_(None)).order_by(GridEvent.id).limit(AT_ONCE)).all()
    logs = _logs(session, events)
    session.add_all(_row(event.id, fold(event, logs.get(event.id, ()))) for event in events)
    return len(events)


def _differences(number: str, kept: EventOutcome | None, counted: Outcome) -> Iterator[Difference]:
    if kept is None:
        yield Difference(number, "", None, counted.status)
        return
    for name in NAMES:
        is_kept, is_counted = getattr(kept, name), getattr(counted, name)
        if is_kept != is_counted:
            yield Difference(number, name, is_kept, is_counted)


def _locked(session: Session, event_id: int) -> EventOutcome | None:
    """The row as it is now, held until the transaction ends: two steps at once must both be counted."""
    query = select(EventOutcome).where(EventOutcome.event_id == event_id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def _logs(session: Session, events: Sequence[GridEvent]) -> Mapping[int, Sequence[CaseStep]]:
    """The logs of the events, by event; an event without steps is left out."""
    query = select(CaseStep).where(
        CaseStep.case_kind == CaseKind.GRID_EVENT, CaseStep.case_id.in_([event.id for event in events])
    )
    logs: dict[int, list[CaseStep]] = {}
    for step in session.scalars(query.order_by(CaseStep.case_id, CaseStep.id)):
        logs.setdefault(step.case_id, []).append(step)
    return logs


def _step(step: CaseStep) -> Step:
    deed = Deed(step.deed) if step.deed else None
    return Step(step.at, deed, step.from_status, step.to_status, step.party_id, step.facts or {})


def _belongs(event: GridEvent) -> Mapping[str, object]:
    return {
        "community": event.community_id,
        "grid": event.grid_id,
        "party": event.lead_party_id,
        "leaf": event.leaf,
        "due_respond": event.due_respond.isoformat(),
        "due_resolve": event.due_resolve.isoformat(),
    }


def _unlogged(event: GridEvent) -> Outcome:
    """An event without any step: known to have been reported, and nothing more."""
    return after(None, Step(event.created_at, None, None, event.status.value, facts=_belongs(event)))


def _outcome(row: EventOutcome) -> Outcome:
    return Outcome(**{name: getattr(row, name) for name in NAMES})


def _row(event_id: int, outcome: Outcome) -> EventOutcome:
    return EventOutcome(event_id=event_id, **vars(outcome))


def _put(row: EventOutcome, outcome: Outcome) -> None:
    for name in NAMES:
        setattr(row, name, getattr(outcome, name))
