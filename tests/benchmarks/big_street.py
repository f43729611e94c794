"""A street with very many events and messages, for measuring; the same numbers always make the same street.

python -m tests.benchmarks.big_street DATABASE_URL [EVENTS [MESSAGES]]
"""

import os
import random
import sys
import time
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Table, select

from bot.core import outcomes, terms
from bot.core.catalogue import Catalogue, Leaf, LimitUnit
from bot.core.deeds import Deed
from bot.core.doubts import UNSURE_INTENT, Doubt
from bot.core.elderly import ElderlySignal
from bot.core.grid_events import Completion, EventStatus, Satisfaction, Solved, Supervision
from bot.core.numbers import EVENT_PREFIX, case_number
from bot.core.outcomes import Outcome, Step
from bot.core.places import Building
from bot.core.urgency import Urgency
from bot.core.zone import SHANGHAI
from bot.services.desk import Desk, open_desk
from bot.settings import Settings
from bot.store.tables import (
    ActorKind,
    Base,
    CallBackWay,
    CaseKind,
    ClockKind,
    ClockSubject,
    Community,
    ConversationState,
    Direction,
    ElderlyStatus,
    MessageStatus,
    Party,
    Sender,
    Staff,
)
from tests.benchmarks import bulk
from tests.benchmarks.bulk import Bulk, Row

EVENTS, MESSAGES = 100_000, 1_000_000
END: Final = datetime(2026, 3, 12, 10, 0, tzinfo=SHANGHAI)
DAYS: Final = 730
# Of the latest events so large a share is on somebody's desk still.
LATEST: Final = 0.08
OPEN: Final = 0.75
# Above the numbers that the demo cases have.
FIRST_OF_DAY: Final = 1001
SAID: Final = (
    "{}{}单元的灯不亮了，晚上下楼看不见，老人不敢出门",
    "{}{}单元楼下垃圾好几天没人收，味道很大",
    "{}{}单元电梯一直抖，关门的时候响得厉害，已经说过两次",
    "{}{}单元门禁坏了，刷卡没反应，门一直开着",
    "{}{}单元楼道里堆满了纸箱和旧家具，过不去人",
    "{}{}单元外墙渗水，下雨天墙上都是水印子，墙皮往下掉",
    "{}{}单元门口路面塌了一块，电动车差点摔倒",
    "{}{}单元楼上半夜还在装修，睡不好觉，找物业也没用",
)
TALK: Final = (
    "你好，想问一下居住证怎么办",
    "好的，已经帮您登记了，编号稍后告诉您。",
    "楼道灯坏了好几天了",
    "请问是哪一栋楼哪个单元？",
    "谢谢你们，今天修好了",
    "高龄津贴多少岁可以领，要带什么材料",
)
_S = EventStatus
# The usual life, with the hours after which each step is taken.
_LIFE: Final = (
    (Deed.FILE, _S.REPORTED, 0),
    (Deed.TRIAGE, _S.TRIAGED, 1),
    (Deed.ACCEPT, _S.ACCEPTED, 2),
    (Deed.DISPATCH, _S.DISPATCHED, 3),
    (Deed.SIGN, _S.SIGNED, 6),
    (Deed.START, _S.IN_PROGRESS, 9),
    (Deed.RESOLVE, _S.RESOLVED, 60),
    (Deed.VERIFY, _S.VERIFIED, 70),
    (Deed.CLOSE, _S.CLOSED, 75),
    (Deed.CALL_BACK, _S.CLOSED, 100),
    (Deed.ARCHIVE, _S.ARCHIVED, 800),
)
_OPEN_AFTER: Final = (1, 1, 2, 3, 3, 4, 5, 6, 6, 6, 7, 8, 9)
_CLOCKS: Final = ((ClockKind.TRIAGE, 1), (ClockKind.SIGN, 4), (ClockKind.RESPOND, 4), (ClockKind.RESOLVE, 6))
_RESOLVE_DAYS: Final = 5
_SLOW: Final = 3


@dataclass(frozen=True)
class Town:
    """What the events happen to."""

    catalogue: Catalogue
    buildings: tuple[Building, ...]
    codes: Mapping[str, str]
    parties: Mapping[str, tuple[Party, ...]]
    staff: Mapping[str, tuple[Staff, ...]]


@dataclass(frozen=True)
class Happening:
    """One event: where, what, when, and how many steps of its life it has behind it."""

    id: int
    number: str
    building: Building
    leaf: Leaf
    party: Party
    worker: Staff
    said: str
    at: datetime
    length: int
    is_slow: bool
    luck: float

    @property
    def status(self) -> EventStatus:
        return _LIFE[self.length - 1][1]

    @property
    def title(self) -> str:
        return f"{self.building.name}：{self.leaf.plain}"

    @property
    def due(self) -> datetime:
        return self.at + timedelta(days=_RESOLVE_DAYS)

    def moment(self, step: int) -> datetime:
        """When the step was taken: what is slow is done too late."""
        return self.at + timedelta(hours=_LIFE[step][2] * (_SLOW if self.is_slow else 1))


def build(desk: Desk, events: int = EVENTS, messages: int = MESSAGES) -> None:
    """Fill the desk's database beside the demo street that it holds."""
    town = _town(desk)
    with bulk.opened(desk.store.engine) as into:
        first = 1 + int(into.value("SELECT coalesce(max(id), 0) FROM grid_events"))
        people = max(events // 10, 20)
        dice = random.Random(events)  # noqa: S311 - nothing here is secret
        happenings = list(_happenings(town, dice, first, events))
        into.insert(_table("residents"), (_resident(town, each) for each in range(people)))
        into.insert(_table("grid_events"), (_event(one, people) for one in happenings))
        into.insert(_table("case_steps"), (row for one in happenings for row in _step_rows(one)))
        into.insert(_table("case_clocks"), (row for one in happenings for row in _clock_rows(one)))
        into.insert(_table("event_callbacks"), (_call(one) for one in happenings if one.length > 9))
        into.insert(_table("event_outcomes"), (_outcome(one) for one in happenings))
        _terms(into, happenings)
        _talk(into, people, messages)
        into.count_on("grid_events", "conversations")


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _town(desk: Desk) -> Town:
    parties: defaultdict[str, list[Party]] = defaultdict(list)
    staff: defaultdict[str, list[Staff]] = defaultdict(list)
    with desk.transaction(read_only=True) as session:
        codes = {one.id: one.code for one in session.scalars(select(Community))}
        for party in session.scalars(select(Party).order_by(Party.id)):
            for community in [party.community_id] if party.community_id else codes:
                parties[community].append(party)
        for one in session.scalars(select(Staff).order_by(Staff.id)):
            if one.community_id:
                staff[one.community_id].append(one)
    return Town(
        desk.catalogue,
        desk.gazetteer.buildings,
        codes,
        {community: tuple(found) for community, found in parties.items()},
        {community: tuple(found) for community, found in staff.items()},
    )


def _happenings(town: Town, dice: random.Random, first: int, count: int) -> Iterator[Happening]:
    """In the order of their time; those of the last weeks are open more often."""
    leaves = tuple(town.catalogue.leaves.values())
    of_day: defaultdict[tuple[str, str], int] = defaultdict(lambda: FIRST_OF_DAY)
    step = timedelta(days=DAYS) / count
    for each in range(count):
        at = END - timedelta(days=DAYS) + step * each
        building = dice.choice(town.buildings)
        community = building.community_id
        code, day = town.codes[community], at.date()
        is_open = dice.random() < OPEN and each >= count * (1 - LATEST)
        party = dice.choice(town.parties[community])
        unfinished = Happening(
            id=first + each,
            number=case_number(EVENT_PREFIX, code, day, of_day[code, day.isoformat()]),
            building=building,
            leaf=dice.choice(leaves),
            party=party,
            worker=dice.choice(town.staff[community]),
            said=dice.choice(SAID).format(building.name, dice.randint(1, building.units)),
            at=at,
            length=dice.choice(_OPEN_AFTER) if is_open else len(_LIFE) - (1 if dice.random() < 0.04 else 0),
            is_slow=dice.random() < 0.1,
            luck=dice.random(),
        )
        of_day[code, day.isoformat()] += 1
        yield unfinished


def _resident(town: Town, each: int) -> Row:
    building = town.buildings[each % len(town.buildings)]
    return {
        "id": f"big-{each}",
        "channel": "webchat",
        "channel_user": f"big-{each}",
        "community_id": building.community_id,
        "building_id": building.id,
        "elderly_status": ElderlyStatus.DECLARED if each % 5 == 0 else ElderlyStatus.UNKNOWN,
        "created_at": END - timedelta(days=DAYS),
    }


def _event(one: Happening, people: int) -> Row:
    is_with_party = one.length > 3
    return {
        "id": one.id,
        "number": one.number,
        "community_id": one.building.community_id,
        "building_id": one.building.id,
        "grid_id": one.building.grid_id,
        "resident_id": f"big-{one.id % people}",
        "place_text": one.building.name,
        "leaf": one.leaf.code,
        "confidence": 0.9,
        "title": one.title,
        "text": one.said,
        "urgency": _urgency(one),
        "lead_party_id": one.party.id,
        "lead_name": one.party.name,
        "whistle": one.leaf.whistle,
        "status": one.status,
        "due_respond": one.at + timedelta(hours=4),
        "due_resolve": one.due,
        "elderly": ElderlySignal.YES if one.id % 9 == 0 else ElderlySignal.NO,
        "needs_review": one.length == 1 and one.luck < 0.5,
        "first_party_id": one.party.id if is_with_party else None,
        "supervision": Supervision.YELLOW if one.id % 97 == 0 else Supervision.NONE,
        "created_at": one.at,
        "updated_at": one.moment(one.length - 1),
    }


def _urgency(one: Happening) -> Urgency:
    return Urgency.P0 if one.id % 500 == 0 else max(one.leaf.urgency, Urgency.P1)


def _steps(one: Happening) -> Iterator[Step]:
    before: EventStatus | None = None
    for each, (deed, status, _) in enumerate(_LIFE[: one.length]):
        yield Step(one.moment(each), deed, before and before.value, status.value, one.party.id, _facts(one, deed))
        before = status


def _facts(one: Happening, deed: Deed) -> Mapping[str, object]:
    if deed in (Deed.FILE, Deed.ACCEPT, Deed.DISPATCH):
        return {
            "community": one.building.community_id,
            "grid": one.building.grid_id,
            "leaf": one.leaf.code,
            "party": one.party.id,
            "due_respond": (one.at + timedelta(hours=4)).isoformat(),
            "due_resolve": one.due.isoformat(),
        }
    if deed in (Deed.RESOLVE, Deed.CLOSE):
        return {"completion": Completion.SUBSTANTIVE.value}
    if deed is Deed.CALL_BACK:
        return {"is_reached": True, "solved": _solved(one).value, "satisfaction": _satisfaction(one).value}
    return {}


def _solved(one: Happening) -> Solved:
    return Solved.PARTLY if one.luck < 0.2 else Solved.YES


def _satisfaction(one: Happening) -> Satisfaction:
    return Satisfaction.FAIR if one.luck < 0.3 else Satisfaction.SATISFIED


def _step_rows(one: Happening) -> Iterator[Row]:
    for step in _steps(one):
        is_filing = step.deed is Deed.FILE
        yield {
            "case_kind": CaseKind.GRID_EVENT,
            "case_id": one.id,
            "at": step.at,
            "actor_kind": ActorKind.BOT if is_filing else ActorKind.WORKER,
            "actor_id": None if is_filing else str(one.worker.id),
            "actor_name": "邻里助手" if is_filing else one.worker.name,
            "from_status": step.from_status,
            "to_status": step.to_status,
            "note": "",
            "deed": step.deed,
            "round": 1,
            "party_id": step.party_id,
            "facts": dict(step.facts),
        }


def _clock_rows(one: Happening) -> Iterator[Row]:
    for kind, ends_with in _CLOCKS:
        due = one.due if kind is ClockKind.RESOLVE else one.at + timedelta(hours=8)
        stopped = one.moment(ends_with) if one.length > ends_with else None
        is_late = (stopped or END) > due
        yield {
            "subject": ClockSubject.EVENT,
            "subject_id": one.id,
            "event_id": one.id,
            "kind": kind,
            "party_id": one.party.id,
            "started_at": one.at,
            "amount": 1,
            "unit": LimitUnit.DAYS,
            "due_at": due,
            "warn_at": due - timedelta(hours=2),
            "next_at": due - timedelta(hours=2) if stopped is None and not is_late else None,
            "breached_at": due if is_late else None,
            "stopped_at": stopped,
        }


def _call(one: Happening) -> Row:
    return {
        "event_id": one.id,
        "round": 1,
        "staff_id": one.worker.id,
        "way": CallBackWay.PHONE,
        "is_reached": True,
        "solved": _solved(one),
        "satisfaction": _satisfaction(one),
        "at": one.moment(9),
    }


def _outcome(one: Happening) -> Row:
    found: Outcome | None = None
    for step in _steps(one):
        found = outcomes.after(found, step)
    return {"event_id": one.id, **vars(found)}


def _terms(into: Bulk, happenings: list[Happening]) -> None:
    """Sorted as the index wants them; an id takes four bytes until then."""
    holders: defaultdict[str, array[int]] = defaultdict(lambda: array("l"))
    known: dict[str, frozenset[str]] = {}
    for one in happenings:
        words = f"{one.title}\n{one.said}\n{one.party.name}\n{one.leaf.name}"
        if words not in known:
            known[words] = terms.terms_of(words)
        for term in known[words] | terms.terms_of(" ".join(one.number.split("-")[1:])):
            holders[term].append(one.id)
    kind = CaseKind.GRID_EVENT.value
    rows = ((term, kind, one) for term in sorted(holders) for one in holders[term])
    index = "ix_case_terms_case_id_case_kind_term"
    into.run(f"DROP INDEX {index}")
    into.insert_plain("case_terms", "term, case_kind, case_id", 3, rows)
    into.run(f"CREATE INDEX {index} ON case_terms (case_id, case_kind, term)")


def _talk(into: Bulk, people: int, messages: int) -> None:
    first = 1 + int(into.value("SELECT coalesce(max(id), 0) FROM conversations"))
    into.insert(
        _table("conversations"),
        (
            {
                "id": first + each,
                "resident_id": f"big-{each}",
                "state": ConversationState.BOT,
                "updated_at": END,
            }
            for each in range(people)
        ),
    )
    into.insert(_table("messages"), (_message(first, people, messages, each) for each in range(messages)))


def _message(first: int, people: int, messages: int, each: int) -> Row:
    """One of twenty messages of residents was a guess."""
    is_in = each % 2 == 0
    confidence = 0.9 if each % 40 else 0.3
    return {
        "conversation_id": first + each // 2 % people,
        "direction": Direction.IN if is_in else Direction.OUT,
        "sender": Sender.RESIDENT if is_in else Sender.BOT,
        "text": TALK[each % len(TALK)],
        "channel": "webchat",
        "channel_message_id": f"big-{each}" if is_in else None,
        "status": MessageStatus.ANSWERED if is_in else MessageStatus.SENT,
        "reading": {"intent": "consult_policy", "confidence": confidence, "leaf": "0503"} if is_in else None,
        "doubt": Doubt.UNSURE if confidence < UNSURE_INTENT else None,
        "created_at": END - timedelta(days=DAYS) * (1 - each / messages),
    }


if __name__ == "__main__":
    url, *sizes = sys.argv[1:]
    opened = open_desk(Settings.from_environment({**os.environ, "DATABASE_URL": url}))
    started = time.perf_counter()
    build(opened, *map(int, sizes))
    sys.stdout.write(f"built in {time.perf_counter() - started:.0f} s\n")
