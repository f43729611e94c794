"""What clocks say by themselves: warnings, breaches and cards; and what is over for good goes into the archive."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from bot.core import limits
from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.core.limits import Stage
from bot.core.zone import SHANGHAI
from bot.errors import Conflict, LinliError, Unavailable
from bot.services import alerts, ledger
from bot.services.desk import Desk
from bot.services.events import clocks, steps, ticking
from bot.services.events.doing import carry_on
from bot.services.whistles.proposing import propose_for
from bot.store.queries import clocks as rows
from bot.store.tables import CalledOut, CaseClock, ClockSubject, GridEvent, WhistleCall

LOG: Final = logging.getLogger(__name__)
EVERY_SECONDS: Final = 30.0
# A row that could not be read is tried again so much later.
ASIDE: Final = timedelta(minutes=10)
# So many events go into the archive at once.
AT_ONCE: Final = 200
_MARKS: Final[Mapping[Stage, str]] = {
    Stage.WARN: "快到期",
    Stage.BREACH: "超时",
    Stage.YELLOW: "黄牌督办",
    Stage.RED: "红牌督办",
}


@dataclass(frozen=True)
class Swept:
    """What was said of which clock, in this order; rows that could not be read; how many events were archived."""

    said: tuple[tuple[int, Stage], ...]
    faulty: tuple[int, ...]
    archived: int


class Sweeping:
    """Runs beside the service."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self) -> None:
        """Every half minute until cancelled."""
        is_adopted = False
        while True:
            try:
                if not is_adopted:
                    await asyncio.to_thread(adopt_all, self._desk)
                    is_adopted = True
                await asyncio.to_thread(sweep, self._desk, self._desk.clock())
            except LinliError as problem:
                LOG.error("clocks say nothing for now: %s", problem)  # noqa: TRY400
            await asyncio.sleep(EVERY_SECONDS)


def sweep(desk: Desk, now: datetime) -> Swept:
    """Let every clock say what it has to say by now, each in a transaction of its own, one thing after the other.

    Whatever a row raises is its own affair: it is marked, told to the log once, and the others go on.
    """
    said: list[tuple[int, Stage]] = []
    faulty: list[int] = []
    # Nobody has more to say than all stages, so a row that cannot be moved on never keeps this going.
    for _ in Stage:
        with desk.transaction(read_only=True) as session:
            due = rows.due(session, now)
        for clock_id in due:
            try:
                with desk.transaction() as session:
                    stage = _speak(session, desk, clock_id, now)
            except (Conflict, Unavailable):
                # Somebody was quicker, or the database is busy: the row is as it was, for the next time.
                continue
            except Exception as failure:  # noqa: BLE001 - whatever one row raises, the others go on
                faulty.append(clock_id)
                _put_aside(desk, clock_id, failure, now)
            else:
                said.extend([(clock_id, stage)] if stage else [])
    return Swept(tuple(said), tuple(faulty), _archive(desk, now))


def adopt_all(desk: Desk) -> None:
    """Give clocks to events that came without any: from an earlier version, or from the demo data."""
    with desk.transaction(read_only=True) as session:
        found = rows.without_clocks(session)
    for event_id in found:
        try:
            with desk.transaction() as session:
                event = session.get_one(GridEvent, event_id, with_for_update=True)
                clocks.adopt(session, desk, event, desk.clock())
        except LinliError as problem:
            LOG.error("event %d gets no clocks: %s", event_id, problem)  # noqa: TRY400


def _speak(session: Session, desk: Desk, clock_id: int, now: datetime) -> Stage | None:
    clock = session.get_one(CaseClock, clock_id)
    # Workers change the event first and its clocks then; in another order the two could wait for each other.
    event = session.get_one(GridEvent, clock.event_id, with_for_update=True) if clock.event_id else None
    stage = ticking.stage_at(desk, clock, now)
    if stage is None or not rows.claim(session, clock):
        return None
    _remember(desk, clock, stage, now)
    if event is None:
        _tell_of_whistle(session, desk, clock, stage)
        return stage
    is_news = stage in (Stage.WARN, Stage.BREACH)
    if is_news:
        _write_down(session, desk, event, clock, stage)
    if stage is not Stage.WARN and clock.kind in desk.handling.supervised:
        is_news |= _supervise(session, desk, event, clock, stage)
    if is_news:
        topic = f"clock-{stage}-{clock.kind}-{event.community_id}#{clock.id}"
        alerts.time_runs(session, desk, event, topic, _MARKS[stage], _words(clock, stage))
    return stage


def _remember(desk: Desk, clock: CaseClock, stage: Stage, now: datetime) -> None:
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


def _words(clock: CaseClock, stage: Stage) -> str:
    local = clock.due_at.astimezone(SHANGHAI)
    when = f"{local.month}月{local.day}日{local:%H:%M}"
    return f"{clock.kind.plain}{'要在' if stage is Stage.WARN else '应在'}{when}前完成"


def _write_down(session: Session, desk: Desk, event: GridEvent, clock: CaseClock, stage: Stage) -> None:
    deed = Deed.WARN if stage is Stage.WARN else Deed.BREACH
    facts: dict[str, object] = {"clock": clock.kind.value, "due": steps.written(clock.due_at)}
    words = _words(clock, stage)
    steps.log(session, desk, event, ledger.SYSTEM, deed, words, facts=facts, party_id=clock.party_id)
    if deed is Deed.BREACH:
        propose_for(session, desk, event)


def _supervise(session: Session, desk: Desk, event: GridEvent, clock: CaseClock, stage: Stage) -> bool:
    """Raise the card and return True; one that is as high already, whoever showed it, stays."""
    card = limits.card_of(stage)
    if not event.status.is_unfinished or card.rank <= event.supervision.rank:
        return False
    event.supervision = card
    facts: dict[str, object] = {"supervision": card.value, "clock": clock.kind.value}
    words = f"{card.plain}：{_words(clock, stage)}"
    steps.log(session, desk, event, ledger.SYSTEM, Deed.SUPERVISE, words, facts=facts, party_id=clock.party_id)
    return True


def _tell_of_whistle(session: Session, desk: Desk, clock: CaseClock, stage: Stage) -> None:
    """A whistle without an event has no log: only the groups hear of it."""
    if clock.subject is not ClockSubject.WHISTLE_CALL:
        return
    call = session.get_one(WhistleCall, clock.subject_id)
    whistle = session.get_one(CalledOut, call.whistle_id)
    topic = f"clock-{stage}-{clock.kind}-{whistle.community_id}#{clock.id}"
    words = f"【{_MARKS[stage]}】{whistle.number} {call.party_name} {_words(clock, stage)}"
    alerts.alert(session, desk.clock(), whistle.community_id, topic, words, is_urgent=False)


def _put_aside(desk: Desk, clock_id: int, failure: Exception, now: datetime) -> None:
    """Only the kind of failure is kept: messages of foreign exceptions may quote what residents wrote."""
    fault = str(failure) if isinstance(failure, LinliError) else type(failure).__name__
    with desk.transaction() as session:
        is_first = rows.mark_faulty(session, clock_id, fault, now + ASIDE)
    if is_first:
        LOG.error("clock %d cannot be read and is put aside: %s", clock_id, fault)


def _archive(desk: Desk, now: datetime) -> int:
    """Put away what was closed long enough ago without a complaint; what somebody reopens meanwhile stays."""
    with desk.transaction(read_only=True) as session:
        closed = rows.closed_before(session, now - desk.handling.archive_after, AT_ONCE)
    archived = 0
    for event_id in closed:
        try:
            archived += _archive_one(desk, event_id)
        except LinliError as problem:
            LOG.error("event %d is not archived for now: %s", event_id, problem)  # noqa: TRY400
    return archived


def _archive_one(desk: Desk, event_id: int) -> bool:
    with desk.transaction() as session:
        event = session.get_one(GridEvent, event_id, with_for_update=True)
        if event.status is not EventStatus.CLOSED:
            return False
        before = carry_on(session, desk, event, Deed.ARCHIVE, EventStatus.ARCHIVED)
        steps.log(session, desk, event, ledger.SYSTEM, Deed.ARCHIVE, "办结后一直没有新的意见", before)
        return True
