"""What clocks say by themselves: warnings, breaches and cards; and what goes on by itself.

What waits and was forgotten is taken up again, and what is over for good goes into the archive.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.core.limits import Stage
from bot.errors import Conflict, Unavailable
from bot.services import alerts, ledger
from bot.services.beside import fault_of, keep_running
from bot.services.desk import Desk
from bot.services.events import clocks, resuming, speaking, steps, ticking
from bot.services.events.doing import carry_on
from bot.store.queries import clocks as rows
from bot.store.tables import CalledOut, CaseClock, ClockSubject, GridEvent, WhistleCall

LOG: Final = logging.getLogger(__name__)
EVERY_SECONDS: Final = 30.0
# A row that could not be read is tried again so much later.
ASIDE: Final = timedelta(minutes=10)
# So many events go into the archive at once.
AT_ONCE: Final = 200


@dataclass(frozen=True)
class Swept:
    """What was said of which clock, in this order; rows that could not be read; how many events were archived."""

    said: tuple[tuple[int, Stage], ...]
    faulty: tuple[int, ...]
    archived: int


class Aside:
    """Events that could not be archived: left alone until their time comes, and told to the log once each."""

    def __init__(self) -> None:
        self._until: dict[int, datetime] = {}
        self._faults: dict[int, str] = {}

    def ids(self, now: datetime) -> frozenset[int]:
        """Those to be left alone still."""
        return frozenset(event_id for event_id, until in self._until.items() if until > now)

    def put(self, event_id: int, failure: Exception, now: datetime, trouble: str = "is not archived") -> None:
        """Leave it alone for a while."""
        fault = fault_of(failure)
        if self._faults.get(event_id) != fault:
            LOG.error("event %d %s and is put aside: %s", event_id, trouble, fault)
        self._until[event_id], self._faults[event_id] = now + ASIDE, fault


class Sweeping:
    """Runs beside the service."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._aside = Aside()
        self._is_adopted = False

    async def run(self) -> None:
        """Every half minute until cancelled."""
        steps = (self._adopt_once, self._keep_up, self._sweep)
        await keep_running(
            "clocks say nothing for now",
            partial(asyncio.sleep, EVERY_SECONDS),
            *(partial(asyncio.to_thread, step) for step in steps),
        )

    def _adopt_once(self) -> None:
        if not self._is_adopted:
            adopt_all(self._desk)
            self._is_adopted = True

    def _keep_up(self) -> None:
        self._desk.live.keep_up(self._desk.store)

    def _sweep(self) -> None:
        sweep(self._desk, self._desk.clock(), self._aside)


def sweep(desk: Desk, now: datetime, aside: Aside | None = None) -> Swept:
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
    aside = aside or Aside()
    _resume(desk, now, aside)
    return Swept(tuple(said), tuple(faulty), _archive(desk, now, aside))


def adopt_all(desk: Desk) -> None:
    """Give clocks to events that came without any: from an earlier version, or from the demo data."""
    with desk.transaction(read_only=True) as session:
        found = rows.without_clocks(session)
    for event_id in found:
        try:
            with desk.transaction() as session:
                event = session.get_one(GridEvent, event_id, with_for_update=True)
                clocks.adopt(session, desk, event, desk.clock())
        except Exception as failure:  # noqa: BLE001 - whatever one event raises, the others get theirs
            LOG.error("event %d gets no clocks: %s", event_id, fault_of(failure))  # noqa: TRY400


def _speak(session: Session, desk: Desk, clock_id: int, now: datetime) -> Stage | None:
    clock = session.get_one(CaseClock, clock_id)
    # Workers change the event first and its clocks then; in another order the two could wait for each other.
    event = session.get_one(GridEvent, clock.event_id, with_for_update=True) if clock.event_id else None
    stage = ticking.stage_at(desk, clock, now)
    if stage is None or not rows.claim(session, clock):
        return None
    if event is None:
        speaking.remember(desk, clock, stage, now)
        _tell_of_whistle(session, desk, clock, stage)
    else:
        speaking.speak(session, desk, event, clock, stage, now)
    return stage


def _tell_of_whistle(session: Session, desk: Desk, clock: CaseClock, stage: Stage) -> None:
    """A whistle without an event has no log: only the groups hear of it."""
    if clock.subject is not ClockSubject.WHISTLE_CALL:
        return
    call = session.get_one(WhistleCall, clock.subject_id)
    whistle = session.get_one(CalledOut, call.whistle_id)
    topic = f"clock-{stage}-{clock.kind}-{whistle.community_id}#{clock.id}"
    said = speaking.words_of(clock, stage)
    words = f"【{speaking.MARKS[stage]}】{whistle.number} {call.party_name} {said}"
    alerts.alert(session, desk.clock(), whistle.community_id, topic, words, is_urgent=False)


def _put_aside(desk: Desk, clock_id: int, failure: Exception, now: datetime) -> None:
    fault = fault_of(failure)
    with desk.transaction() as session:
        is_first = rows.mark_faulty(session, clock_id, fault, now + ASIDE)
    if is_first:
        LOG.error("clock %d cannot be read and is put aside: %s", clock_id, fault)


def _resume(desk: Desk, now: datetime, aside: Aside) -> None:
    """Take up again what waits although its day of review is long over."""
    with desk.transaction(read_only=True) as session:
        forgotten = resuming.forgotten(session, desk, now)
    for event_id in forgotten:
        if event_id in aside.ids(now):
            continue
        try:
            with desk.transaction() as session:
                resuming.resume(session, desk, event_id, now)
        except (Conflict, Unavailable):
            # Somebody was quicker, or the database is busy: the next time will do.
            continue
        except Exception as failure:  # noqa: BLE001 - whatever one event raises, the others are taken up again
            aside.put(event_id, failure, now, "is not taken up again")


def _archive(desk: Desk, now: datetime, aside: Aside) -> int:
    """Put away what was closed long enough ago without a complaint; what somebody reopens meanwhile stays."""
    with desk.transaction(read_only=True) as session:
        closed = rows.closed_before(session, now - desk.handling.archive_after, AT_ONCE, aside.ids(now))
    archived = 0
    for event_id in closed:
        try:
            archived += _archive_one(desk, event_id)
        except (Conflict, Unavailable):
            # Somebody was quicker, or the database is busy: the next time will do.
            continue
        except Exception as failure:  # noqa: BLE001 - whatever one event raises, the others go into the archive
            aside.put(event_id, failure, now)
    return archived


def _archive_one(desk: Desk, event_id: int) -> bool:
    with desk.transaction() as session:
        event = session.get_one(GridEvent, event_id, with_for_update=True)
        if event.status is not EventStatus.CLOSED:
            return False
        before = carry_on(session, desk, event, Deed.ARCHIVE, EventStatus.ARCHIVED)
        steps.log(session, desk, event, ledger.SYSTEM, Deed.ARCHIVE, "办结后一直没有新的意见", before)
        return True
