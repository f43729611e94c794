"""One clock: it starts, says what it has to say, is held, moved, and stops; being late is never taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.core import limits
from bot.core.catalogue import LimitUnit, TimeLimit
from bot.core.limits import Stage, Term
from bot.services.desk import Desk
from bot.store.tables import CaseClock, ClockKind, ClockSubject

_NOTHING: Final = 0


@dataclass(frozen=True)
class Subject:
    """What a clock runs for: a row, the event it hangs on (if any), and whose clock it is."""

    kind: ClockSubject
    id: int
    event_id: int | None
    party_id: str | None = None
    round: int = 1


def begin(session: Session, desk: Desk, subject: Subject, kind: ClockKind, term: Term, at: datetime) -> CaseClock:
    """Start a clock."""
    clock = CaseClock(
        subject=subject.kind,
        subject_id=subject.id,
        event_id=subject.event_id,
        kind=kind,
        round=subject.round,
        party_id=subject.party_id,
        started_at=at,
        amount=term.limit.amount,
        unit=term.limit.unit,
        granted=_NOTHING,
        due_at=term.due_at,
        warn_at=term.warn_at,
        is_void=False,
    )
    clock.next_at = next_moment(desk, clock)
    session.add(clock)
    session.flush()
    return clock


def end(clock: CaseClock, at: datetime) -> None:
    """Stop it; if that is too late it is written down, whether or not a sweep has seen it."""
    note_breach(clock, at)
    clock.stopped_at, clock.next_at = at, None


def pass_on(clocks: Iterable[CaseClock], at: datetime) -> None:
    """Stop clocks of something not wanted any more: they count for nothing, unless they were missed already."""
    for clock in clocks:
        end(clock, at)
        clock.is_void = clock.breached_at is None


def hold(clock: CaseClock, at: datetime) -> None:
    """Let no time run until `run_on`."""
    note_breach(clock, at)
    clock.paused_at, clock.next_at = at, None


def run_on(desk: Desk, clock: CaseClock, at: datetime) -> None:
    """Let time run again; what the pause took is added to the due time."""
    if clock.paused_at is None:
        return
    pause, none = [(clock.paused_at, at)], TimeLimit(_NOTHING, clock.unit)
    clock.paused_at = None
    clock.warn_at = limits.due(desk.calendar, clock.warn_at, none, paused=pause)
    clock.due_at = limits.due(desk.calendar, clock.due_at, none, paused=pause)
    clock.next_at = next_moment(desk, clock)


def grant(desk: Desk, clock: CaseClock, amount: int, unit: LimitUnit, at: datetime) -> None:
    """Add so much time; warned already, it warns again before the new due time."""
    note_breach(clock, at)
    clock.granted += amount
    _set_due(desk, clock, limits.due(desk.calendar, clock.due_at, TimeLimit(_NOTHING, unit), granted=amount))


def retime(desk: Desk, clock: CaseClock, limit: TimeLimit, at: datetime) -> None:
    """Give it another limit, with the delays and pauses it had; nothing changes if the limit is the same.

    Nobody is late for what was put right only now: it is not over before it would be if it began now, unless the old
    limit is.
    """
    own = TimeLimit(clock.amount, clock.unit)
    if limit == own:
        return
    note_breach(clock, at)
    added = [(limits.due(desk.calendar, clock.started_at, own), clock.due_at)]
    anew = limits.due(desk.calendar, at, limit)
    moved = limits.due(desk.calendar, clock.started_at, limit, paused=added)
    clock.amount, clock.unit = limit.amount, limit.unit
    _set_due(desk, clock, max(moved, min(clock.due_at, anew)))


def set_term(desk: Desk, clock: CaseClock, term: Term, anew: datetime, at: datetime) -> None:
    """`retime` for a limit that ends on a day and not after an amount; `anew` is when it would end if it began now."""
    if term.limit == TimeLimit(clock.amount, clock.unit):
        return
    note_breach(clock, at)
    clock.amount, clock.unit = term.limit.amount, term.limit.unit
    _set_due(desk, clock, max(term.due_at, min(clock.due_at, anew)))


def note_breach(clock: CaseClock, now: datetime) -> None:
    """Write down that the due time has gone by; exactly at the due time is still in time."""
    moment = clock.paused_at or now
    if clock.breached_at is None and moment > clock.due_at:
        clock.breached_at = clock.due_at


def stage_at(desk: Desk, clock: CaseClock, now: datetime) -> Stage | None:
    """What a running clock has to say now, if anything; who is late need not be warned any more."""
    if clock.breached_at is None:
        if now > clock.due_at:
            return Stage.BREACH
        return Stage.WARN if clock.warned_at is None and now >= clock.warn_at else None
    card = _next_card(desk, clock)
    return card[0] if card is not None and now >= card[1] else None


def next_moment(desk: Desk, clock: CaseClock) -> datetime | None:
    """When the clock next has something to say; None once it has stopped, is held, or has said all."""
    if not clock.is_running or clock.paused_at is not None:
        return None
    if clock.breached_at is None:
        return clock.warn_at if clock.warned_at is None else clock.due_at
    card = _next_card(desk, clock)
    return card[1] if card is not None else None


def _next_card(desk: Desk, clock: CaseClock) -> tuple[Stage, datetime] | None:
    if clock.kind not in desk.handling.supervised or clock.red_at is not None:
        return None
    stage = Stage.YELLOW if clock.yellow_at is None else Stage.RED
    cards = desk.handling.cards
    return stage, limits.card_due(desk.calendar, clock.unit, clock.started_at, clock.due_at, cards, stage)


def _set_due(desk: Desk, clock: CaseClock, due_at: datetime) -> None:
    clock.due_at = due_at
    clock.warn_at = limits.part(desk.calendar, clock.unit, clock.started_at, due_at, desk.handling.warn_at)
    clock.warned_at = None
    clock.next_at = next_moment(desk, clock)
