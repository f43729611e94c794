"""Bringing the files of data/ into the tables; as often as the service starts."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import places
from bot.core.knowledge import KnowledgeItem
from bot.store.files.catalogue_files import CatalogueFiles
from bot.store.files.demo_rows import CommunityOffice, DemoFiles, PartyEntry, StaffEntry
from bot.store.seed_cases import seed_cases
from bot.store.tables import BuildingRow, Community, Grid, KnowledgeEntry, Party, Resident, Staff

# No hash of any password looks like this, so nobody can log in before a password is given.
NO_PASSWORD = "!"  # noqa: S105 - the absence of one


def seed(
    session: Session, demo: DemoFiles, knowledge: Iterable[KnowledgeItem], catalogue: CatalogueFiles, now: datetime
) -> None:
    """Add what is missing and renew what the files say anew; running it again changes nothing.

    The files decide about the map and the parties, but for what was edited in the console. Staff are only added,
    never changed. A knowledge item is renewed when its file was checked later than the row, so that edits last.
    Demo cases are filed once, on an empty database.
    """
    is_first = session.scalar(select(Resident.id).limit(1)) is None
    _seed_map(session, demo)
    edited = set(session.scalars(select(Party.id).where(Party.edited_at.is_not(None))))
    for party in demo.parties:
        if party.id not in edited:
            session.merge(_party_row(party))
    _seed_staff(session, demo)
    for item in knowledge:
        _seed_knowledge(session, item)
    session.flush()
    if is_first:
        seed_cases(session, demo, catalogue, now)


def _seed_map(session: Session, demo: DemoFiles) -> None:
    edited_offices = set(session.scalars(select(Community.id).where(Community.edited_at.is_not(None))))
    edited_grids = set(session.scalars(select(Grid.id).where(Grid.edited_at.is_not(None))))
    for office in demo.offices:
        if office.id not in edited_offices:
            session.merge(_community_row(office, demo.street.name))
    for grid in demo.gazetteer.grids:
        if grid.id not in edited_grids:
            session.merge(_grid_row(grid))
    for building in demo.gazetteer.buildings:
        session.merge(BuildingRow(**vars(building)))
    session.flush()


def _community_row(office: CommunityOffice, street: str) -> Community:
    return Community(
        id=office.id,
        code=office.code,
        name=office.name,
        street=street,
        phone=office.phone,
        address=office.address,
        hours=office.hours,
        center_lon=office.center[0],
        center_lat=office.center[1],
        boundary=[[lon, lat] for lon, lat in office.boundary],
    )


def _grid_row(grid: places.Grid) -> Grid:
    ring = [[lon, lat] for lon, lat in grid.polygon]
    return Grid(id=grid.id, community_id=grid.community_id, name=grid.name, polygon=ring)


def _party_row(party: PartyEntry) -> Party:
    return Party(**vars(party))


def _seed_staff(session: Session, demo: DemoFiles) -> None:
    for one in demo.staff:
        row = session.scalar(select(Staff).where(Staff.username == one.username))
        if row is None:
            row = _staff_row(one)
            session.add(row)
            session.flush()
        # Whoever was given other grids since answers for these no more.
        for grid_id in set(one.grid_ids) & set(row.grid_ids):
            grid = session.get_one(Grid, grid_id)
            if grid.edited_at is None:
                grid.worker_id = grid.worker_id or row.id


def _staff_row(one: StaffEntry) -> Staff:
    return Staff(
        username=one.username,
        password_hash=NO_PASSWORD,
        name=one.name,
        role=one.role,
        community_id=one.community_id,
        party_id=one.party_id,
        grid_ids=list(one.grid_ids),
        phone=one.phone,
        dialects=list(one.dialects),
    )


def _seed_knowledge(session: Session, item: KnowledgeItem) -> None:
    row = session.get(KnowledgeEntry, item.id)
    if row is not None and row.checked >= item.checked:
        return
    session.merge(
        KnowledgeEntry(
            id=item.id,
            title=item.title,
            leaf=item.leaf,
            asks=list(item.asks),
            answer=list(item.answer),
            materials=list(item.materials),
            places=[place.value for place in item.places],
            hours=item.hours,
            scope=item.scope.value,
            channels=[channel.value for channel in item.channels],
            source=item.source,
            phone=item.phone,
            checked=item.checked,
        )
    )
