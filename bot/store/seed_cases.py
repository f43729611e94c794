"""The demo residents with their agenda items and orders, filed once so that the console has something to show.

Their grid events go their way through the services: `bot.services.demo_events`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import numbers
from bot.core.agenda import AgendaStatus
from bot.core.places import Building
from bot.core.visits import VisitStatus
from bot.core.zone import SHANGHAI
from bot.store.files.catalogue_files import CatalogueFiles
from bot.store.files.demo_cases import DemoAgendaItem, DemoOrder, DemoResident, DemoStep
from bot.store.files.demo_rows import DemoFiles
from bot.store.queries.cases import kind_of
from bot.store.queries.filing import next_sequence
from bot.store.tables import (
    ActorKind,
    AgendaItem,
    Case,
    CaseStep,
    Community,
    Endorsement,
    InPersonOrder,
    Resident,
    Staff,
)

CHANNEL = "demo"


class _Filing:
    """One pass over the demo cases: the transaction, the moment, and who can take steps."""

    def __init__(self, session: Session, files: CatalogueFiles, now: datetime) -> None:
        self.session = session
        self.files = files
        self.now = now
        self.staff: Mapping[str, Staff] = {one.username: one for one in session.scalars(select(Staff))}

    def number(self, prefix: str, community_id: str, at: datetime) -> str:
        code = self.session.get_one(Community, community_id).code
        day = at.astimezone(SHANGHAI).date()
        return numbers.case_number(prefix, code, day, next_sequence(self.session, prefix, code, day))

    def resident(self, resident_id: str) -> Resident:
        return self.session.get_one(Resident, resident_id)

    def file(self, case: Case, ago: timedelta, steps: Iterable[DemoStep]) -> None:
        """Add a case in its last state with the log of how it got there."""
        path = list(steps)
        states = [case.status.value, *(step.to for step in path)]
        case.status = type(case.status)(states[-1])
        case.updated_at = self.now - (path[-1].ago if path else ago)
        self.session.add(case)
        self.session.flush()
        self._log(case, self.now - ago, (ActorKind.RESIDENT, case.resident_id, "居民"), (None, states[0], ""))
        for before, step in zip(states, path, strict=False):
            worker = self.staff[step.username]
            who = (ActorKind.WORKER, str(worker.id), worker.name)
            self._log(case, self.now - step.ago, who, (before, step.to, step.note))

    def _log(
        self,
        case: Case,
        at: datetime,
        who: tuple[ActorKind, str | None, str],
        move: tuple[str | None, str, str],
    ) -> None:
        kind, identity, name = who
        before, after, note = move
        self.session.add(
            CaseStep(
                case_kind=kind_of(case),
                case_id=case.id,
                at=at,
                actor_kind=kind,
                actor_id=identity,
                actor_name=name,
                from_status=before,
                to_status=after,
                note=note,
            )
        )
        self.session.flush()


def seed_cases(session: Session, demo: DemoFiles, files: CatalogueFiles, now: datetime) -> None:
    """File the demo items and orders as if their residents had written some hours ago; only for an empty database."""
    cases = demo.cases
    ages = [
        *(event.ago for event in cases.events),
        *(item.ago for item in cases.agenda),
        *(order.ago for order in cases.orders),
    ]
    for resident in cases.residents:
        session.add(_resident_row(resident, now - max(ages, default=timedelta())))
    session.flush()
    filing = _Filing(session, files, now)
    for item in cases.agenda:
        _file_item(filing, item)
    for order in cases.orders:
        _file_order(filing, order)


def _resident_row(resident: DemoResident, at: datetime) -> Resident:
    return Resident(
        id=resident.id,
        channel=CHANNEL,
        channel_user=resident.id,
        community_id=resident.community_id,
        name=resident.name,
        phone=resident.phone,
        building_id=resident.building.id,
        unit=resident.unit,
        room=resident.room,
        place_text=place_text(resident.building, resident.unit),
        elderly_status=resident.elderly,
        age_band=resident.age_band,
        wants_large_type=resident.wants_large_type,
        created_at=at,
    )


def _file_item(filing: _Filing, item: DemoAgendaItem) -> None:
    at = filing.now - item.ago
    leaf = filing.files.catalogue.leaf(item.leaf)
    resident = filing.resident(item.resident_id)
    community = resident.community_id or ""
    row = AgendaItem(
        number=filing.number(numbers.AGENDA_PREFIX, community, at),
        community_id=community,
        resident_id=resident.id,
        catalogue_code=leaf.agenda or "",
        leaf=leaf.code,
        title=item.title,
        reason=item.reason,
        scope=item.scope,
        scope_text=item.scope_text,
        status=AgendaStatus.PROPOSED,
        created_at=at,
    )
    filing.file(row, item.ago, item.steps)
    for supporter in item.endorsed_by:
        filing.session.add(Endorsement(item_id=row.id, resident_id=supporter, at=at))


def _file_order(filing: _Filing, order: DemoOrder) -> None:
    at = filing.now - order.ago
    leaf = filing.files.catalogue.leaf(order.leaf)
    resident = filing.resident(order.resident_id)
    assignee = filing.staff[order.assignee]
    row = InPersonOrder(
        number=filing.number(numbers.ORDER_PREFIX, order.building.community_id, at),
        community_id=order.building.community_id,
        building_id=order.building.id,
        grid_id=order.building.grid_id,
        resident_id=resident.id,
        place_text=place_text(order.building, resident.unit),
        need=order.need,
        leaf=leaf.code,
        recipient=order.recipient,
        recipient_name=resident.name,
        age_band=order.age_band,
        phone=resident.phone,
        preferred_time=order.preferred_time,
        way=order.way,
        visit_code=order.visit_code,
        assignee_id=assignee.id,
        assignee_name=assignee.name,
        backup_name=filing.staff[order.backup].name if order.backup else None,
        assigned_because=order.because,
        urgency=order.urgency,
        due=filing.files.calendar.add(at, leaf.respond),
        status=VisitStatus.NEW,
        text=order.text,
        created_at=at,
    )
    filing.file(row, order.ago, order.steps)


def place_text(building: Building, unit: str | None) -> str:
    """Where somebody lives or something is, without the room."""
    return f"{building.name}{unit}单元" if unit else building.name
