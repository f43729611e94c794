"""The time of two events that go on as one: the earlier due times hold, and what was missed stays missed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.core import limits
from bot.core.catalogue import TimeLimit
from bot.core.deeds import Deed
from bot.core.zone import SHANGHAI
from bot.services import ledger
from bot.services.desk import Desk
from bot.services.events import steps, ticking
from bot.store.queries import clocks as rows
from bot.store.tables import CaseClock, ClockKind, ClockSubject, GridEvent

_MATTER: Final = (ClockKind.RESPOND, ClockKind.RESOLVE)
"""What runs for the matter itself; the clocks of single steps belong to the event that takes them."""


def share(session: Session, desk: Desk, double: GridEvent, goes_on: GridEvent) -> None:
    """Give the event that goes on the earlier due times of both, as far as both still run, and what was missed.

    Call it while the clocks of the double still run. Its log says what moved and what was missed, for the figures.
    """
    now, moved = desk.clock(), []
    for kind in _MATTER:
        ours, theirs = _clocks(session, goes_on, kind), _clocks(session, double, kind)
        is_said = any(one.breached_at is not None for one in ours)
        runs, theirs_runs = _running(ours), _running(theirs)
        if runs is not None and theirs_runs is not None and _hasten(desk, runs, theirs_runs, now):
            _show(goes_on, runs)
            moved.append(f"{kind.plain}提前到{_said(runs.due_at)}")
        late = next((one for one in theirs if one.breached_at is not None or _is_past(one, now)), None)
        # A clock that runs is about to say by itself that it is late.
        if late is not None and not is_said and not (runs is not None and _speaks(runs, now)):
            _write_down(session, desk, double, goes_on, late)
    if moved:
        words = f"期限跟着并来的{double.number}走：{'，'.join(moved)}"
        steps.log(session, desk, goes_on, ledger.SYSTEM, Deed.CORRECT, words, facts=steps.dues(goes_on))


def _clocks(session: Session, event: GridEvent, kind: ClockKind) -> Sequence[CaseClock]:
    """Of all rounds: what was missed in an earlier one is never washed off."""
    of_event = rows.of_event(session, event.id)
    return [one for one in of_event if one.subject is ClockSubject.EVENT and one.kind is kind]


def _running(clocks: Sequence[CaseClock]) -> CaseClock | None:
    return next((one for one in clocks if one.is_running), None)


def _hasten(desk: Desk, ours: CaseClock, theirs: CaseClock, now: datetime) -> bool:
    """Let our clock end when theirs would, if that is sooner; held clocks are compared as if they ran on from now."""
    due_at = _due_from_now(desk, theirs, now)
    if due_at >= _due_from_now(desk, ours, now):
        return False
    ticking.note_breach(ours, now)
    if ours.paused_at is not None:
        # Held, it will not say so itself, and what it waits from now on is added when it runs on.
        ticking.note_breach(theirs, now)
        ours.paused_at = now
    # From the first report on, so that a limit that changes later counts from there; the limit stays its own.
    ours.started_at = min(ours.started_at, theirs.started_at)
    ours.due_at = due_at
    ours.warn_at = limits.part(desk.calendar, ours.unit, ours.started_at, due_at, desk.handling.warn_at)
    ours.warned_at = None
    ours.breached_at = theirs.breached_at or ours.breached_at
    ours.yellow_at, ours.red_at = ours.yellow_at or theirs.yellow_at, ours.red_at or theirs.red_at
    ours.next_at = ticking.next_moment(desk, ours)
    return True


def _due_from_now(desk: Desk, clock: CaseClock, now: datetime) -> datetime:
    if clock.paused_at is None:
        return clock.due_at
    return limits.due(desk.calendar, clock.due_at, TimeLimit(0, clock.unit), paused=[(clock.paused_at, now)])


def _is_past(clock: CaseClock, now: datetime) -> bool:
    return clock.is_running and clock.paused_at is None and now > clock.due_at


def _speaks(clock: CaseClock, now: datetime) -> bool:
    return clock.breached_at is None and _is_past(clock, now)


def _show(event: GridEvent, clock: CaseClock) -> None:
    if clock.kind is ClockKind.RESPOND:
        event.due_respond = clock.due_at
    else:
        event.due_resolve = clock.due_at


def _write_down(session: Session, desk: Desk, double: GridEvent, goes_on: GridEvent, late: CaseClock) -> None:
    missed = late.breached_at or late.due_at
    words = f"并来的{double.number}没有按时：{late.kind.plain}应在{_said(missed)}前完成"
    facts: dict[str, object] = {"clock": late.kind.value, "due": steps.written(missed), "of": double.number}
    steps.log(session, desk, goes_on, ledger.SYSTEM, Deed.BREACH, words, facts=facts, party_id=late.party_id)


def _said(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日{local:%H:%M}"
