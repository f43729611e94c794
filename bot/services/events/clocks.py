"""The clocks of a grid event: which run in which status, when they stop, and what moves their due times.

Moving between units never resets the clock of the whole matter. The due times shown on the event are always those of
its RESPOND and RESOLVE clocks of the present round.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.core import limits
from bot.core.catalogue import LimitUnit, TimeLimit
from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.core.limits import Term
from bot.services.desk import Desk
from bot.services.events import terms, ticking
from bot.services.events.ticking import Subject
from bot.store.queries import cases, verdicts
from bot.store.queries import clocks as rows
from bot.store.tables import CaseClock, ClockKind, ClockSubject, EventTask, GridEvent

_S, _K = EventStatus, ClockKind
STEP_CLOCKS: Final[Mapping[EventStatus, ClockKind]] = {
    _S.REPORTED: _K.TRIAGE,
    _S.TRIAGED: _K.ACCEPT,
    _S.ACCEPTED: _K.DISPATCH,
    _S.RETURNED: _K.DISPATCH,
    _S.REOPENED: _K.DISPATCH,
    _S.DISPATCHED: _K.SIGN,
    _S.SUSPENDED: _K.REVIEW,
    _S.RESOLVED: _K.VERIFY,
    _S.CLOSED: _K.CALL_BACK,
}
"""What runs while an event stands so, until it moves on; beside it run the clocks of the whole matter."""
_VOIDING: Final = frozenset({_S.MERGED, _S.WITHDRAWN, _S.REFUSED})
# These begin the present step anew although the status stays.
_RENEWING: Final = frozenset({Deed.TRANSFER, Deed.REVIEW})
_STOPPED_BY: Final[Mapping[Deed, tuple[ClockKind, ...]]] = {
    Deed.CONTACT: (_K.RESPOND,),
    Deed.RESOLVE: (_K.RESOLVE, _K.TASK),
}
_PAUSING: Final = (_K.RESOLVE, _K.TASK)
_RETIMED: Final = (_K.TRIAGE, _K.DISPATCH, _K.SIGN, _K.VERIFY, _K.RESPOND, _K.RESOLVE)


def follow(session: Session, desk: Desk, event: GridEvent, deed: Deed, before: EventStatus, at: datetime) -> None:
    """Let the clocks follow a deed that has just brought the event from `before` to its present status.

    What the deed changes (`round`, `review_on`, `lead_party_id`, `leaf`) is on the event already.
    """
    if event.status in _VOIDING:
        void(session, event, at, keeps_missed=before is _S.ACCEPTED and event.status is _S.WITHDRAWN)
        return
    stop(session, event, _STOPPED_BY.get(deed, ()), at)
    if deed is Deed.FILE:
        start_round(session, desk, event, at)
    elif event.status is not before or deed in _RENEWING:
        _leave(session, event, deed, before, at)
        _arrive(session, desk, event, before, at)
    elif deed is Deed.CORRECT:
        retime(session, desk, event, at)


def start_round(session: Session, desk: Desk, event: GridEvent, at: datetime) -> None:
    """Begin with the matter, at first or once more: all its clocks are fresh.

    Nobody waits to be spoken with about what no resident is behind.
    """
    for kind in (_K.RESPOND, _K.RESOLVE):
        if kind is _K.RESOLVE or cases.has_resident(session, event):
            _start(session, desk, event, kind, terms.term_of(desk, event, kind, at), at)
    _nobody_waits(session, event)
    _start_step(session, desk, event, at)


def await_contact(session: Session, desk: Desk, event: GridEvent, at: datetime) -> bool:
    """Start the clock that waits for somebody to be spoken with, unless it ran before in this round; False then."""
    if any(one.kind is _K.RESPOND and one.round == event.round for one in rows.of_event(session, event.id)):
        return False
    _start(session, desk, event, _K.RESPOND, terms.term_of(desk, event, _K.RESPOND, at), at)
    return True


def adopt(session: Session, desk: Desk, event: GridEvent, at: datetime) -> None:
    """Give clocks to an event from before there were any: its own due times, and the step it is at from now on.

    Whether somebody spoke with the resident was not written down then; from the acceptance on it is taken as done.
    """
    awaits = event.status in (_S.REPORTED, _S.TRIAGED) and cases.has_resident(session, event)
    kinds = [_K.RESPOND, _K.RESOLVE] if awaits else [_K.RESOLVE]
    for kind in kinds if event.status.is_open else []:
        limit = terms.limit_of(desk, event, kind, event.created_at)
        due_at = event.due_respond if kind is _K.RESPOND else event.due_resolve
        warn_at = limits.part(desk.calendar, limit.unit, event.created_at, due_at, desk.handling.warn_at)
        _start(session, desk, event, kind, Term(limit, due_at, warn_at), event.created_at)
    _start_step(session, desk, event, at)
    if event.status is _S.SUSPENDED:
        _hold_matter(session, event, at)


def start_for(
    session: Session, desk: Desk, subject: Subject, kind: ClockKind, limit: TimeLimit, at: datetime
) -> CaseClock:
    """Start a clock of anything, such as a call of a whistle."""
    term = limits.term(desk.calendar, at, limit, desk.handling.warn_at)
    return ticking.begin(session, desk, subject, kind, term, at)


def stop(session: Session, event: GridEvent, kinds: Collection[ClockKind], at: datetime) -> None:
    """Stop the event's clocks of these kinds."""
    for clock in rows.running(session, event.id, kinds) if kinds else ():
        ticking.end(clock, at)


def stop_for(
    session: Session, subject: ClockSubject, subject_id: int, kinds: Collection[ClockKind], at: datetime
) -> None:
    """Stop the clocks of a task or of a call of a whistle."""
    for clock in rows.running_for(session, subject, subject_id, kinds):
        ticking.end(clock, at)


def void(session: Session, event: GridEvent, at: datetime, *, keeps_missed: bool = False) -> None:
    """Let the clocks of the event count for nothing; departments called out owe their answer until called off.

    With `keeps_missed` what was missed still counts: who waited too long may well call it off.
    """
    for clock in rows.of_event(session, event.id):
        if clock.subject is ClockSubject.WHISTLE_CALL:
            continue
        if clock.is_running:
            ticking.end(clock, at)
        clock.is_void = not (keeps_missed and clock.breached_at is not None)


def void_for(session: Session, subject: ClockSubject, subject_id: int, at: datetime) -> None:
    """Let the running clocks of a task or of a call count for nothing, for it is not wanted any more."""
    ticking.pass_on(rows.running_for(session, subject, subject_id, list(ClockKind)), at)


def start_task(session: Session, desk: Desk, event: GridEvent, task: EventTask) -> None:
    """Start the clock of a helper's task; who is asked only when the matter is due has until the office closes."""
    now = desk.clock()
    task.due = max(task.due, desk.calendar.end_of_day(now))
    subject = Subject(ClockSubject.TASK, task.id, event.id, task.party_id, task.round)
    term = limits.term_until(desk.calendar, now, task.due, desk.handling.warn_at)
    ticking.begin(session, desk, subject, _K.TASK, term, now)


def stop_task(session: Session, task: EventTask, at: datetime) -> None:
    """The helper is done."""
    stop_for(session, ClockSubject.TASK, task.id, [_K.TASK], at)


def void_task(session: Session, task: EventTask, at: datetime) -> None:
    """The helper is not needed any more."""
    void_for(session, ClockSubject.TASK, task.id, at)


def running_limit(session: Session, desk: Desk, event: GridEvent) -> TimeLimit:
    """The limit within which the matter must be settled now, in its own unit; after rework it is the shorter one."""
    running = rows.running(session, event.id, [_K.RESOLVE])
    if not running:
        return terms.limit_of(desk, event, _K.RESOLVE, event.created_at)
    return TimeLimit(running[-1].amount, running[-1].unit)


def extend(session: Session, desk: Desk, event: GridEvent, amount: int, unit: LimitUnit) -> None:
    """Grant so much more time for the matter."""
    for clock in rows.running(session, event.id, [_K.RESOLVE]):
        ticking.grant(desk, clock, amount, unit, desk.clock())
        _show_due(event, clock)


def retime(session: Session, desk: Desk, event: GridEvent, at: datetime) -> None:
    """Let what runs follow another leaf or urgency."""
    clocks = [one for one in rows.of_event(session, event.id) if one.round == event.round]
    is_rework = any(one.kind is _K.RESOLVE and not one.is_running for one in clocks)
    for clock in clocks:
        if clock.is_running and clock.kind in _RETIMED:
            limit = terms.limit_of(desk, event, clock.kind, clock.started_at)
            if is_rework and clock.kind is _K.RESOLVE:
                limit = terms.rework_limit(desk, event, clock.started_at)
            ticking.retime(desk, clock, limit, at)
        elif clock.is_running and clock.kind is _K.ACCEPT:
            fresh = terms.term_of(desk, event, _K.ACCEPT, at).due_at
            ticking.set_term(desk, clock, terms.term_of(desk, event, _K.ACCEPT, clock.started_at), fresh, at)
        _show_due(event, clock)
    _nobody_waits(session, event)


def _leave(session: Session, event: GridEvent, deed: Deed, before: EventStatus, at: datetime) -> None:
    """Stop what ran in the status before; a unit that loses the matter unsigned is not counted as having signed."""
    left = rows.running(session, event.id, [STEP_CLOCKS[before]]) if before in STEP_CLOCKS else []
    if deed is Deed.TRANSFER:
        ticking.pass_on(left, at)
    for clock in left:
        if clock.is_running:
            ticking.end(clock, at)


def _arrive(session: Session, desk: Desk, event: GridEvent, before: EventStatus, at: datetime) -> None:
    """Start what runs in the present status."""
    if event.status is _S.REOPENED:
        start_round(session, desk, event, at)
        return
    _start_step(session, desk, event, at)
    if event.status is _S.REWORK:
        _start(session, desk, event, _K.RESOLVE, terms.rework_term(desk, event, at), at)
    elif event.status is _S.CLOSED:
        # Nobody can be contacted about it any more; who has not been by now is late, or nobody was in time to be.
        ticking.pass_on(rows.running(session, event.id, [_K.RESPOND]), at)
    elif event.status is _S.SUSPENDED and before is not _S.SUSPENDED:
        _hold_matter(session, event, at)
    elif before is _S.SUSPENDED and event.status is not before:
        for clock in rows.running(session, event.id, _PAUSING):
            ticking.run_on(desk, clock, at)
            _show_due(event, clock)
            if clock.subject is ClockSubject.TASK:
                session.get_one(EventTask, clock.subject_id).due = clock.due_at


def _hold_matter(session: Session, event: GridEvent, at: datetime) -> None:
    for clock in rows.running(session, event.id, _PAUSING):
        ticking.hold(clock, at)


def _start_step(session: Session, desk: Desk, event: GridEvent, at: datetime) -> None:
    kind = STEP_CLOCKS.get(event.status)
    if kind is not None and (kind is not _K.CALL_BACK or _is_call_wanted(session, event)):
        _start(session, desk, event, kind, terms.term_of(desk, event, kind, at), at)


def _is_call_wanted(session: Session, event: GridEvent) -> bool:
    """Nobody is called who is not there, or has said already all that would be asked."""
    return cases.has_resident(session, event) and not verdicts.is_fully_rated(session, event)


def _nobody_waits(session: Session, event: GridEvent) -> None:
    """Let an event without a resident show no due time of its own for speaking with one."""
    if not cases.has_resident(session, event):
        event.due_respond = event.due_resolve


def _start(session: Session, desk: Desk, event: GridEvent, kind: ClockKind, term: Term, at: datetime) -> None:
    subject = Subject(ClockSubject.EVENT, event.id, event.id, event.lead_party_id, event.round)
    _show_due(event, ticking.begin(session, desk, subject, kind, term, at))


def _show_due(event: GridEvent, clock: CaseClock) -> None:
    if clock.kind is _K.RESPOND:
        event.due_respond = clock.due_at
    elif clock.kind is _K.RESOLVE:
        event.due_resolve = clock.due_at
