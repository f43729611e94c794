"""data/demo: the street with its map, its people, its parties and its offices."""

from collections.abc import Collection, Mapping
from pathlib import Path

from bot.core.catalogue import Catalogue
from bot.core.knowledge import PlaceKey, ServicePlace
from bot.core.places import Gazetteer
from bot.core.staff import Role
from bot.store.files import yaml_lines
from bot.store.files.demo_cases import load_cases
from bot.store.files.demo_rows import DemoFiles, PartyEntry, StaffEntry
from bot.store.files.map_files import load_gazetteer, load_offices, load_street
from bot.store.files.yaml_lines import Entry
from bot.store.tables import Alliance


def load_demo(folder: Path, catalogue: Catalogue) -> DemoFiles:
    """Read the folder whole; raise BrokenFile for the first thing that does not fit."""
    file = yaml_lines.load(folder / "communities.yml")
    file.only("street", "communities", "estates")
    offices = load_offices(file)
    gazetteer = load_gazetteer(folder, file)
    parties = _parties(yaml_lines.load(folder / "parties.yml"), catalogue, gazetteer)
    staff = _staff(yaml_lines.load(folder / "staff.yml"), gazetteer, {party.id: party for party in parties})
    usernames = {one.username for one in staff}
    return DemoFiles(
        street=load_street(file),
        gazetteer=gazetteer,
        offices=offices,
        parties=parties,
        staff=staff,
        services=_services(yaml_lines.load(folder / "services.yml"), gazetteer),
        cases=load_cases(folder / "cases.yml", catalogue, gazetteer, usernames, {party.id for party in parties}),
    )


def _parties(file: Entry, catalogue: Catalogue, gazetteer: Gazetteer) -> tuple[PartyEntry, ...]:
    file.only("parties")
    parties: dict[str, PartyEntry] = {}
    for entry in file.entries("parties"):
        entry.only("id", "kind", "name", "phone", "community", "estate", "hours", "alliance", "note")
        identity = entry.text("id")
        entry.refuse_twice("id", identity, parties)
        community, estate = _whereabouts(entry, gazetteer)
        parties[identity] = PartyEntry(
            id=identity,
            kind=entry.known("kind", catalogue.kinds),
            name=entry.text("name"),
            phone=entry.text("phone"),
            community_id=community,
            estate=estate,
            hours=entry.optional("hours"),
            alliance=entry.choice("alliance", Alliance) if entry.optional("alliance") else None,
            note=entry.optional("note"),
        )
    return tuple(parties.values())


def _staff(file: Entry, gazetteer: Gazetteer, parties: Mapping[str, PartyEntry]) -> tuple[StaffEntry, ...]:
    file.only("staff")
    staff: dict[str, StaffEntry] = {}
    for entry in file.entries("staff"):
        entry.only("username", "name", "role", "community", "party", "grids", "phone", "dialects")
        username = entry.text("username")
        entry.refuse_twice("username", username, staff)
        role, party = entry.choice("role", Role), entry.optional("party")
        if (role is Role.PARTY) != (party is not None):
            raise entry.broken("party", "承办单位经办人要写单位，其他人不写")
        community, _ = _whereabouts(entry, gazetteer)
        staff[username] = StaffEntry(
            username=username,
            name=entry.text("name"),
            role=role,
            community_id=parties[entry.known("party", parties)].community_id if party else community,
            party_id=party,
            grid_ids=_grids_of(entry, community, gazetteer),
            phone=entry.optional("phone"),
            dialects=entry.texts("dialects"),
        )
    return tuple(staff.values())


def _services(file: Entry, gazetteer: Gazetteer) -> tuple[ServicePlace, ...]:
    file.only("services")
    places: list[ServicePlace] = []
    for entry in file.entries("services"):
        entry.only("key", "name", "address", "hours", "phone", "community", "estate")
        community, estate = _whereabouts(entry, gazetteer)
        place = ServicePlace(
            key=entry.choice("key", PlaceKey),
            name=entry.text("name"),
            address=entry.text("address"),
            hours=entry.text("hours"),
            phone=entry.text("phone"),
            community_id=community,
            estate=estate,
        )
        entry.refuse_twice("name", place.name, {other.name for other in places if other.key is place.key})
        places.append(place)
    return tuple(places)


def _whereabouts(entry: Entry, gazetteer: Gazetteer) -> tuple[str | None, str | None]:
    """The community and estate of an entry, which must belong together."""
    community = entry.optional("community")
    if community is not None:
        entry.known("community", {one.id for one in gazetteer.communities})
    estate = entry.optional("estate")
    if estate is not None:
        entry.known("estate", _estates_of(community, gazetteer))
    return community, estate


def _estates_of(community: str | None, gazetteer: Gazetteer) -> Collection[str]:
    return {estate.name for estate in gazetteer.estates if estate.community_id == community}


def _grids_of(entry: Entry, community: str | None, gazetteer: Gazetteer) -> tuple[str, ...]:
    ours = {grid.id for grid in gazetteer.grids if grid.community_id == community}
    grids = entry.texts("grids")
    for grid in grids:
        if grid not in ours:
            raise entry.broken("grids", f"{community}没有网格{grid}")
    return grids
