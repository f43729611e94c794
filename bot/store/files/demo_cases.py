"""data/demo/cases.yml: invented residents and cases that let the console look alive after the first start."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from bot.core.agenda import AgendaStatus
from bot.core.catalogue import Catalogue
from bot.core.deeds import PATHS, Deed
from bot.core.elderly import ElderlySignal
from bot.core.grid_events import Completion, EventStatus, Satisfaction, Solved
from bot.core.places import Building, Gazetteer
from bot.core.urgency import Urgency
from bot.core.visits import VisitStatus
from bot.errors import Conflict
from bot.store.files import yaml_lines
from bot.store.files.demo_whistles import DemoWhistle, load_whistles
from bot.store.files.yaml_lines import Entry
from bot.store.tables import AgendaScope, ElderlyStatus, Recipient, Way

Status = TypeVar("Status", AgendaStatus, VisitStatus)


@dataclass(frozen=True)
class DemoResident:
    """An invented resident with a home."""

    id: str
    name: str
    phone: str
    community_id: str
    building: Building
    unit: str | None
    room: str | None
    elderly: ElderlyStatus
    age_band: str | None
    wants_large_type: bool


@dataclass(frozen=True)
class DemoStep:
    """A step taken by a member of staff, so long ago."""

    to: str
    ago: timedelta
    username: str
    note: str


@dataclass(frozen=True)
class DemoDeed:
    """Something staff did with an event, so long ago; `review_in` counts days from then on."""

    deed: Deed
    ago: timedelta
    username: str
    note: str
    party_id: str | None
    completion: Completion | None
    review_in: int | None
    solved: Solved | None
    satisfaction: Satisfaction


@dataclass(frozen=True)
class DemoEvent:
    """A grid event and how it went on."""

    resident_id: str
    leaf: str
    title: str
    text: str
    building: Building
    unit: str | None
    urgency: Urgency
    reasons: tuple[str, ...]
    elderly: ElderlySignal
    ago: timedelta
    deeds: tuple[DemoDeed, ...]


@dataclass(frozen=True)
class DemoAgendaItem:
    """An agenda item with the neighbours who support it."""

    resident_id: str
    leaf: str
    title: str
    reason: str
    scope: AgendaScope
    scope_text: str
    ago: timedelta
    steps: tuple[DemoStep, ...]
    endorsed_by: tuple[str, ...]


@dataclass(frozen=True)
class DemoOrder:
    """An in-person order."""

    resident_id: str
    leaf: str
    need: str
    text: str
    building: Building
    recipient: Recipient
    age_band: str | None
    way: Way
    preferred_time: str
    visit_code: str
    assignee: str
    backup: str | None
    because: str
    urgency: Urgency
    ago: timedelta
    steps: tuple[DemoStep, ...]


@dataclass(frozen=True)
class DemoCases:
    """Everything in cases.yml."""

    residents: tuple[DemoResident, ...]
    events: tuple[DemoEvent, ...]
    agenda: tuple[DemoAgendaItem, ...]
    orders: tuple[DemoOrder, ...]
    whistles: tuple[DemoWhistle, ...] = ()


@dataclass(frozen=True)
class _Known:
    """What the cases may refer to."""

    leaves: Collection[str]
    buildings: Mapping[str, Building]
    usernames: Collection[str]
    parties: Collection[str]
    residents: Collection[str]


def load_cases(
    path: Path, catalogue: Catalogue, gazetteer: Gazetteer, usernames: Collection[str], parties: Collection[str]
) -> DemoCases:
    """Read the cases; every reference must hold and every step be a move the case allows."""
    file = yaml_lines.load(path)
    file.only("residents", "events", "agenda", "orders", "whistles")
    buildings = {building.id: building for building in gazetteer.buildings}
    residents = tuple(_resident(entry, buildings) for entry in file.entries("residents"))
    known = _Known(catalogue.leaves, buildings, usernames, parties, {resident.id for resident in residents})
    events = tuple(_event(entry, known) for entry in file.entries("events"))
    return DemoCases(
        residents=residents,
        events=events,
        agenda=tuple(_agenda_item(entry, known, catalogue) for entry in file.entries("agenda")),
        orders=tuple(_order(entry, known) for entry in file.entries("orders")),
        whistles=load_whistles(file.entries("whistles"), [event.title for event in events], usernames, parties),
    )


def _ago(entry: Entry) -> timedelta:
    if (hours := entry.number("hours_ago")) < 0:
        raise entry.broken("hours_ago", "不能是将来")
    return timedelta(hours=hours)


def _resident(entry: Entry, buildings: Mapping[str, Building]) -> DemoResident:
    entry.only("id", "name", "phone", "community", "building", "unit", "room", "elderly", "age_band", "large_type")
    building = buildings[entry.known("building", buildings)]
    if building.community_id != entry.text("community"):
        raise entry.broken("community", f"{building.name}在{building.community_id}")
    return DemoResident(
        id=entry.text("id"),
        name=entry.text("name"),
        phone=entry.text("phone"),
        community_id=building.community_id,
        building=building,
        unit=entry.optional("unit"),
        room=entry.optional("room"),
        elderly=entry.choice("elderly", ElderlyStatus) if entry.optional("elderly") else ElderlyStatus.UNKNOWN,
        age_band=entry.optional("age_band"),
        wants_large_type=entry.flag("large_type", default=False),
    )


def _event(entry: Entry, known: _Known) -> DemoEvent:
    return DemoEvent(
        resident_id=entry.known("resident", known.residents),
        leaf=entry.known("leaf", known.leaves),
        title=entry.text("title"),
        text=entry.text("text"),
        building=known.buildings[entry.known("building", known.buildings)],
        unit=entry.optional("unit"),
        urgency=entry.choice("urgency", Urgency),
        reasons=entry.texts("reasons"),
        elderly=entry.choice("elderly", ElderlySignal) if entry.optional("elderly") else ElderlySignal.NO,
        ago=_ago(entry),
        deeds=_deeds(entry, known),
    )


def _agenda_item(entry: Entry, known: _Known, catalogue: Catalogue) -> DemoAgendaItem:
    leaf = catalogue.leaf(entry.known("leaf", known.leaves))
    if leaf.agenda is None:
        raise entry.broken("leaf", f"{leaf.name}不能协商")
    supporters = entry.texts("endorsed_by")
    if strangers := set(supporters) - set(known.residents):
        raise entry.broken("endorsed_by", f"没有{'、'.join(sorted(strangers))}")
    return DemoAgendaItem(
        resident_id=entry.known("resident", known.residents),
        leaf=leaf.code,
        title=entry.text("title"),
        reason=entry.text("reason"),
        scope=entry.choice("scope", AgendaScope),
        scope_text=entry.text("scope_text"),
        ago=_ago(entry),
        steps=_steps(entry, known, AgendaStatus.PROPOSED, AgendaStatus),
        endorsed_by=supporters,
    )


def _order(entry: Entry, known: _Known) -> DemoOrder:
    backup = entry.known("backup", known.usernames) if entry.optional("backup") else None
    return DemoOrder(
        resident_id=entry.known("resident", known.residents),
        leaf=entry.known("leaf", known.leaves),
        need=entry.text("need"),
        text=entry.text("text"),
        building=known.buildings[entry.known("building", known.buildings)],
        recipient=entry.choice("recipient", Recipient),
        age_band=entry.optional("age_band"),
        way=entry.choice("way", Way),
        preferred_time=entry.text("preferred_time"),
        visit_code=entry.text("visit_code"),
        assignee=entry.known("assignee", known.usernames),
        backup=backup,
        because=entry.text("because"),
        urgency=entry.choice("urgency", Urgency),
        ago=_ago(entry),
        steps=_steps(entry, known, VisitStatus.NEW, VisitStatus),
    )


def _steps(entry: Entry, known: _Known, first: Status, read: Callable[[str], Status]) -> tuple[DemoStep, ...]:
    found: list[DemoStep] = []
    status, before = first, _ago(entry)
    for step in entry.entries("steps"):
        step.only("to", "hours_ago", "by", "note")
        status = _moved(step, status, read)
        if (ago := _ago(step)) > before:
            raise step.broken("hours_ago", "应该比前一步晚")
        before = ago
        found.append(DemoStep(status.value, ago, step.known("by", known.usernames), step.text("note")))
    return tuple(found)


def _deeds(entry: Entry, known: _Known) -> tuple[DemoDeed, ...]:
    found: list[DemoDeed] = []
    status, before = EventStatus.REPORTED, _ago(entry)
    for step in entry.entries("steps"):
        step.only("do", "hours_ago", "by", "note", "party", "completion", "review_in", "solved", "satisfaction")
        one = _deed(step, known)
        path = PATHS.get(one.deed)
        if path is None or path.permission is None or status not in path.sources:
            raise step.broken("do", f"{status.value}的时候不能{one.deed.value}")
        if one.ago > before:
            raise step.broken("hours_ago", "应该比前一步晚")
        # What the resident calls unsolved is opened again in the same moment.
        is_reopened = one.deed is Deed.CALL_BACK and one.solved is Solved.NO
        status, before = EventStatus.REOPENED if is_reopened else path.target or status, one.ago
        found.append(one)
    return tuple(found)


def _deed(step: Entry, known: _Known) -> DemoDeed:
    is_rated = step.optional("satisfaction") is not None
    return DemoDeed(
        deed=step.choice("do", Deed),
        ago=_ago(step),
        username=step.known("by", known.usernames),
        note=step.optional("note") or "",
        party_id=step.known("party", known.parties) if step.optional("party") else None,
        completion=step.choice("completion", Completion) if step.optional("completion") else None,
        review_in=step.whole("review_in") if "review_in" in step.fields else None,
        solved=step.choice("solved", Solved) if step.optional("solved") else None,
        satisfaction=step.choice("satisfaction", Satisfaction) if is_rated else Satisfaction.UNRATED,
    )


def _moved(step: Entry, status: Status, read: Callable[[str], Status]) -> Status:
    try:
        target = read(step.text("to"))
        status.move(target)
    except (ValueError, Conflict):
        raise step.broken("to", f"{status.value}之后不能是{step.text('to')}") from None
    return target
