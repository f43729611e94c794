"""Beside the events of the large street: in-person orders, agenda items, whistles with their calls, early warnings."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from bot.core import terms
from bot.core.agenda import AgendaStatus
from bot.core.catalogue import LimitUnit, Whistle
from bot.core.numbers import AGENDA_PREFIX, ORDER_PREFIX, WHISTLE_PREFIX, case_number
from bot.core.places import Building
from bot.core.urgency import Urgency
from bot.core.visits import Recipient, VisitStatus, Way
from bot.core.whistles import WhistleStatus
from bot.store.tables import (
    ActorKind,
    AgendaScope,
    Base,
    CaseKind,
    ClockKind,
    ClockSubject,
    Community,
    GridEvent,
    Party,
    Staff,
    WarningKind,
    WarningStatus,
)
from tests.benchmarks.big_street import DAYS, END
from tests.benchmarks.bulk import Bulk, Row

# How many of them there are for a hundred thousand events.
ORDERS, ITEMS, WHISTLES, WARNINGS = 20_000, 2_000, 3_000, 2_000
# The latest of them are on somebody's desk still.
OPEN: Final = 0.01
FEWEST_OPEN: Final = 6
FIRST_OF_DAY: Final = 1001
NEEDS: Final = ("量血压，顺便看看药够不够", "上门办高龄津贴", "陪着去一趟医院", "帮忙换灯泡，够不着", "教用手机挂号")
TOPICS: Final = ("加装电梯怎么出钱", "非机动车棚建在哪", "院里的树要不要修", "晚上跳舞到几点", "门口的停车位怎么排")
CALL_CLOCKS: Final = (ClockKind.SIGN_IN, ClockKind.CONTACT, ClockKind.ARRIVE)


@dataclass(frozen=True)
class Ground:
    """Where and with whom all this happens."""

    codes: dict[str, str]
    buildings: tuple[Building, ...]
    people: tuple[str, ...]
    staff: tuple[Staff, ...]
    parties: tuple[Party, ...]
    events: tuple[GridEvent, ...]
    leaves: tuple[str, ...]


def ground(
    session: Session, buildings: tuple[Building, ...], people: tuple[str, ...], leaves: tuple[str, ...]
) -> Ground:
    """What the street is made of; whistles are blown for some of its events, the latest among them."""
    last = session.scalars(select(func.max(GridEvent.id))).one()
    every = max(last // WHISTLES, 1)
    events = session.scalars(select(GridEvent).where(GridEvent.id % every == last % every).order_by(GridEvent.id)).all()
    return Ground(
        {one.id: one.code for one in session.scalars(select(Community))},
        buildings,
        people,
        tuple(session.scalars(select(Staff).where(Staff.community_id.is_not(None)).order_by(Staff.id))),
        tuple(session.scalars(select(Party).where(Party.community_id.is_(None)).order_by(Party.id))),
        tuple(events),
        leaves,
    )


def fill(into: Bulk, on: Ground, share: float) -> None:
    """Put them all there; `share` of what belongs to a hundred thousand events."""
    dice = random.Random(1)  # noqa: S311 - nothing here is secret
    _file(into, _orders(on, dice, _size(ORDERS, share)), CaseKind.IN_PERSON_ORDER, "in_person_orders")
    _file(into, _items(on, dice, _size(ITEMS, share)), CaseKind.AGENDA_ITEM, "agenda_items")
    _blow(into, on, min(_size(WHISTLES, share), len(on.events)))
    into.insert(_table("early_warnings"), _warnings(on, _size(WARNINGS, share)))
    into.count_on("in_person_orders", "agenda_items", "whistles", "whistle_calls")


def _size(count: int, share: float) -> int:
    return max(int(count * share), 3 * FEWEST_OPEN)


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _is_open(each: int, count: int) -> bool:
    return each >= count - max(count * OPEN, FEWEST_OPEN)


def _file(into: Bulk, rows: Iterator[Row], kind: CaseKind, table: str) -> None:
    first = 1 + int(into.value(f"SELECT coalesce(max(id), 0) FROM {table}"))
    filed = [{"id": first + each, **row} for each, row in enumerate(rows)]
    into.insert(_table(table), filed)
    into.insert(_table("case_steps"), (_step(kind, row) for row in filed))
    words = ((str(row["text" if "text" in row else "reason"]), row["id"]) for row in filed)
    known = ((term, kind.value, one) for text, one in words for term in sorted(terms.terms_of(text)))
    into.insert_plain("case_terms", "term, case_kind, case_id", 3, known)


def _orders(on: Ground, dice: random.Random, count: int) -> Iterator[Row]:
    done = (VisitStatus.DONE, VisitStatus.DONE, VisitStatus.CANCELLED)
    waiting = (VisitStatus.NEW, VisitStatus.ACCEPTED, VisitStatus.ON_SITE)
    for each in range(count):
        at, building, worker = _moment(each, count), dice.choice(on.buildings), dice.choice(on.staff)
        yield {
            "number": case_number(ORDER_PREFIX, on.codes[building.community_id], at.date(), FIRST_OF_DAY + each),
            "community_id": building.community_id,
            "building_id": building.id,
            "grid_id": building.grid_id,
            "resident_id": dice.choice(on.people),
            "place_text": building.name,
            "need": (need := dice.choice(NEEDS)),
            "recipient": Recipient.RELATIVE,
            "way": Way.VISIT,
            "visit_code": "0000",
            "assignee_id": worker.id,
            "assignee_name": worker.name,
            "assigned_because": "离得最近",
            "urgency": Urgency.P2,
            "due": at + timedelta(days=2),
            "status": dice.choice(waiting if _is_open(each, count) else done),
            "text": f"{building.name}的老人想请人{need}",
            "created_at": at,
            "updated_at": at + timedelta(days=1),
        }


def _items(on: Ground, dice: random.Random, count: int) -> Iterator[Row]:
    waiting = (AgendaStatus.PROPOSED, AgendaStatus.REVIEWING, AgendaStatus.LISTED, AgendaStatus.MEETING)
    for each in range(count):
        at, building = _moment(each, count), dice.choice(on.buildings)
        yield {
            "number": case_number(AGENDA_PREFIX, on.codes[building.community_id], at.date(), FIRST_OF_DAY + each),
            "community_id": building.community_id,
            "building_id": building.id,
            "resident_id": dice.choice(on.people),
            "catalogue_code": "CON-01",
            "title": (topic := dice.choice(TOPICS)),
            "reason": f"{building.name}的邻居想一起商量：{topic}",
            "scope": AgendaScope.BUILDING,
            "scope_text": building.name,
            "status": dice.choice(waiting) if _is_open(each, count) else AgendaStatus.ARCHIVED,
            "created_at": at,
            "updated_at": at + timedelta(days=20),
        }


def _step(kind: CaseKind, row: Row) -> Row:
    return {
        "case_kind": kind,
        "case_id": row["id"],
        "at": row["created_at"],
        "actor_kind": ActorKind.BOT,
        "actor_name": "邻里助手",
        "to_status": row["status"],
    }


def _blow(into: Bulk, on: Ground, count: int) -> None:
    """Each calls two departments, which have three clocks each."""
    first = 1 + int(into.value("SELECT coalesce(max(id), 0) FROM whistles"))
    first_call = 1 + int(into.value("SELECT coalesce(max(id), 0) FROM whistle_calls"))
    rows = [_whistle(on, first + each, each, event, count) for each, event in enumerate(on.events[-count:])]
    into.insert(_table("whistles"), rows)
    called = (
        (row, on.parties[(2 * each + side) % len(on.parties)]) for each, row in enumerate(rows) for side in (0, 1)
    )
    calls = [_call(first_call + each, row, party) for each, (row, party) in enumerate(called)]
    into.insert(_table("whistle_calls"), calls)
    into.insert(_table("case_clocks"), (_clock(call, kind) for call in calls for kind in CALL_CLOCKS))


def _whistle(on: Ground, key: int, each: int, event: GridEvent, count: int) -> Row:
    waiting = (WhistleStatus.PROPOSED, WhistleStatus.BLOWN, WhistleStatus.ANSWERED)
    over = (WhistleStatus.EVALUATED, WhistleStatus.EVALUATED, WhistleStatus.DECLINED, WhistleStatus.CALLED_OFF)
    choices = waiting if _is_open(each, count) else over
    status = choices[each % len(choices)]
    is_blown = status not in (WhistleStatus.PROPOSED, WhistleStatus.DECLINED)
    day = event.created_at.date()
    return {
        "id": key,
        "number": case_number(WHISTLE_PREFIX, on.codes[event.community_id], day, FIRST_OF_DAY + each),
        "community_id": event.community_id,
        "event_id": event.id,
        "kind": tuple(Whistle)[each % 3],
        "status": status,
        "matter": event.title,
        "proposed_at": event.created_at,
        "blown_by": on.staff[0].id if is_blown else None,
        "blown_at": event.created_at if is_blown else None,
    }


def _call(key: int, whistle: Row, party: Party) -> Row:
    at = whistle["proposed_at"]
    assert isinstance(at, datetime)
    return {
        "id": key,
        "whistle_id": whistle["id"],
        "party_id": party.id,
        "party_name": party.name,
        "signed_at": at + timedelta(minutes=30),
        "score": 4,
    }


def _clock(call: Row, kind: ClockKind) -> Row:
    at = call["signed_at"]
    assert isinstance(at, datetime)
    return {
        "subject": ClockSubject.WHISTLE_CALL,
        "subject_id": call["id"],
        "kind": kind,
        "party_id": call["party_id"],
        "started_at": at,
        "amount": 1,
        "unit": LimitUnit.HOURS,
        "due_at": at + timedelta(hours=1),
        "warn_at": at + timedelta(hours=1),
        "stopped_at": at,
    }


def _moment(each: int, count: int) -> datetime:
    return END - timedelta(days=DAYS) * (1 - each / count)


def _warnings(on: Ground, count: int) -> Iterator[Row]:
    numbers = [event.number for event in on.events[-3:]]
    for each in range(count):
        at, building = _moment(each, count), on.buildings[each % len(on.buildings)]
        is_open = _is_open(each, count)
        yield {
            "key": f"big-{each}",
            "kind": tuple(WarningKind)[each % 2],
            "community_id": building.community_id,
            "grid_id": building.grid_id,
            "building_id": building.id,
            "leaf": on.leaves[each % len(on.leaves)],
            "since": at - timedelta(days=7),
            "until": at,
            "count": 5,
            "usual": 1.0,
            "households": 4,
            "event_numbers": numbers,
            "status": WarningStatus.OPEN if is_open else WarningStatus.DISMISSED,
            "decided_by": None if is_open else on.staff[0].id,
            "decided_at": None if is_open else at + timedelta(days=1),
            "created_at": at,
        }
