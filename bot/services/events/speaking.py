"""What a clock of an event has to say, said once: in the log, as a card, to the workers' groups.

The sweep lets clocks speak in time. Whatever is done with an event after a due time and before the sweep came by lets
them speak first, so that no deed washes off being overdue.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.core import limits
from bot.core.deeds import Deed
from bot.core.limits import Stage
from bot.core.zone import SHANGHAI
from bot.services import alerts, ledger
from bot.services.desk import Desk
from bot.services.events import steps, ticking
from bot.services.whistles.proposing import propose_for
from bot.store.queries import clocks as rows
from bot.store.tables import CaseClock, ClockKind, ClockSubject, GridEvent

MARKS: Final[Mapping[Stage, str]] = {
    Stage.WARN: "快到期",
    Stage.BREACH: "超时",
    Stage.YELLOW: "黄牌督办",
    Stage.RED: "红牌督办",
}


def say_missed(session: Session, desk: Desk, event: GridEvent) -> None:
    """Write down every limit of the event that has run out unnoticed; call it before anything moves its clocks."""
    now = desk.clock()
    for clock in rows.running(session, event.id, list(ClockKind)):
        # Calls of a whistle are judged by when the department says it was there.
        if clock.subject is ClockSubject.WHISTLE_CALL or clock.paused_at is not None:
            continue
        if ticking.stage_at(desk, clock, now) is Stage.BREACH and rows.claim(session, clock):
            speak(session, desk, event, clock, Stage.BREACH, now)


def speak(session: Session, desk: Desk, event: GridEvent, clock: CaseClock, stage: Stage, now: datetime) -> None:
    """Say it of a clock that was claimed for it."""
    remember(desk, clock, stage, now)
    is_news = stage in (Stage.WARN, Stage.BREACH)
    if is_news:
        _write_down(session, desk, event, clock, stage)
    if stage is not Stage.WARN and clock.kind in desk.handling.supervised:
        is_news |= _supervise(session, desk, event, clock, stage)
    if is_news:
        topic = f"clock-{stage}-{clock.kind}-{event.community_id}#{clock.id}"
        alerts.time_runs(session, desk, event, topic, MARKS[stage], words_of(clock, stage))


def remember(desk: Desk, clock: CaseClock, stage: Stage, now: datetime) -> None:
    """Note on the clock that this was said, and when it speaks next."""
    if stage is Stage.WARN:
        clock.warned_at = now
    elif stage is Stage.BREACH:
        ticking.note_breach(clock, now)
    elif stage is Stage.YELLOW:
        clock.yellow_at = now
    else:
        clock.red_at = now
    clock.fault = None
    clock.next_at = ticking.next_moment(desk, clock)


def words_of(clock: CaseClock, stage: Stage) -> str:
    """What is to be done, or should have been, and by when."""
    local = clock.due_at.astimezone(SHANGHAI)
    when = f"{local.month}月{local.day}日{local:%H:%M}"
    return f"{clock.kind.plain}{'要在' if stage is Stage.WARN else '应在'}{when}前完成"


def _write_down(session: Session, desk: Desk, event: GridEvent, clock: CaseClock, stage: Stage) -> None:
    deed = Deed.WARN if stage is Stage.WARN else Deed.BREACH
    facts: dict[str, object] = {"clock": clock.kind.value, "due": steps.written(clock.due_at)}
    words = words_of(clock, stage)
    steps.log(session, desk, event, ledger.SYSTEM, deed, words, facts=facts, party_id=clock.party_id)
    if deed is Deed.BREACH:
        propose_for(session, desk, event)


def _supervise(session: Session, desk: Desk, event: GridEvent, clock: CaseClock, stage: Stage) -> bool:
    """Raise the card and return True; one that is as high already, whoever showed it, stays."""
    card = limits.card_of(stage)
    if not event.status.is_unfinished or card.rank <= event.supervision.rank:
        return False
    # Past the version: a card changes nothing a worker may be deciding on in an open form.
    session.execute(update(GridEvent).where(GridEvent.id == event.id).values(supervision=card))
    facts: dict[str, object] = {"supervision": card.value, "clock": clock.kind.value}
    words = f"{card.plain}：{words_of(clock, stage)}"
    steps.log(session, desk, event, ledger.SYSTEM, Deed.SUPERVISE, words, facts=facts, party_id=clock.party_id)
    return True
