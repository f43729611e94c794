from collections.abc import Callable
from pathlib import Path

import pytest

from bot.core.addresses import read
from bot.core.knowledge import PlaceKey, nearest
from bot.core.places import grid_at, resolve
from bot.core.staff import Role
from bot.errors import BrokenFile
from bot.store.files.catalogue_files import CatalogueFiles
from bot.store.files.community_files import load_demo
from bot.store.files.demo_rows import DemoFiles
from bot.store.tables import Alliance

Break = Callable[[str, str, str], Path]


def test_there_are_three_communities_with_grids_and_about_120_buildings(demo: DemoFiles) -> None:
    gazetteer = demo.gazetteer
    assert [community.id for community in gazetteer.communities] == ["qinghe", "guixiang", "liuan"]
    for community in gazetteer.communities:
        assert 3 <= len([grid for grid in gazetteer.grids if grid.community_id == community.id]) <= 4
    assert len(gazetteer.buildings) == 120


def test_every_building_is_found_in_its_grid_by_its_coordinates(demo: DemoFiles) -> None:
    for building in demo.gazetteer.buildings:
        grid = grid_at(building.lon, building.lat, demo.gazetteer)
        assert grid
        assert grid.id == building.grid_id


def test_building_3_is_one_building_in_qinghe_and_two_in_guixiang(demo: DemoFiles) -> None:
    address = read("3号楼", demo.gazetteer.names)
    here = resolve(address, demo.gazetteer, "qinghe")
    assert here.place
    assert here.place.label() == "青禾苑3号楼"
    there = resolve(address, demo.gazetteer, "guixiang")
    assert {building.estate for building in there.choices} == {"桂香苑", "书香里"}


def test_every_kind_a_leaf_needs_has_a_party_everywhere_or_a_stand_in(demo: DemoFiles, files: CatalogueFiles) -> None:
    kinds = {kind for leaf in files.catalogue.leaves.values() for kind in (leaf.lead, *leaf.co)}
    for community in demo.gazetteer.communities:
        present = {party.kind for party in demo.parties if party.community_id in (None, community.id)}
        missing = {kind for kind in kinds - present if files.catalogue.kinds[kind].stand_in not in present}
        assert not missing


def test_one_community_has_no_owners_committee(demo: DemoFiles) -> None:
    with_one = {party.community_id for party in demo.parties if party.kind == "owners"}
    assert with_one == {"qinghe", "guixiang"}


def test_each_alliance_has_partners(demo: DemoFiles) -> None:
    for alliance in Alliance:
        assert len([party for party in demo.parties if party.alliance is alliance]) >= 2


def test_every_grid_has_a_worker(demo: DemoFiles) -> None:
    manned = {grid_id for one in demo.staff for grid_id in one.grid_ids}
    assert manned == {grid.id for grid in demo.gazetteer.grids}


def test_every_job_of_the_street_is_held_and_clerks_work_where_their_unit_is(demo: DemoFiles) -> None:
    parties = {party.id: party.community_id for party in demo.parties}
    clerks = [one for one in demo.staff if one.party_id]
    assert {one.role for one in demo.staff} == set(Role) - {Role.TRAINER, Role.ADMIN}
    assert {one.role for one in clerks} == {Role.PARTY}
    assert [one.community_id for one in clerks] == [parties[str(one.party_id)] for one in clerks]


def test_every_office_can_be_found_from_every_community(demo: DemoFiles) -> None:
    for community in demo.gazetteer.communities:
        for key in set(PlaceKey) - {PlaceKey.PROPERTY_OFFICE}:
            assert nearest(key, demo.services, community.id)
    office = nearest(PlaceKey.PROPERTY_OFFICE, demo.services, "guixiang", "书香里")
    assert office
    assert office.name == "书香里物业服务中心"


@pytest.mark.parametrize(
    ("file", "old", "new", "field"),
    [
        ("demo/buildings.yml", "grid: qinghe-g1", "grid: qinghe-g2", "buildings[0].grid"),
        ("demo/buildings.yml", "grid: qinghe-g1", "grid: qinghe-g9", "buildings[0].grid"),
        ("demo/buildings.yml", "lon: 116.202045", "lon: 117.5", "buildings[0].grid"),
        ("demo/buildings.yml", "id: qinghe-qh-2,", "id: qinghe-qh-1,", "buildings[1].id"),
        ("demo/buildings.yml", 'number: "2"', 'number: "1"', "buildings[1].number"),
        ("demo/buildings.yml", "units: 3", "units: 三", "buildings[0].units"),
        ("demo/parties.yml", "kind: street", "kind: streat", "parties[0].kind"),
        ("demo/parties.yml", "estate: 青禾苑", "estate: 青禾院", "parties[44].estate"),
        ("demo/staff.yml", "qinghe-g1", "liuan-g1", "staff[0].grids"),
        ("demo/staff.yml", "role: grid_worker", "role: king", "staff[0].role"),
        ("demo/staff.yml", "party: street-urban, ", "party: street-urbane, ", "staff[25].party"),
        ("demo/staff.yml", "party: street-urban, ", "", "staff[25].party"),
        ("demo/staff.yml", "role: worker, ", "role: worker, party: street-urban, ", "staff[4].party"),
        ("demo/services.yml", "key: clinic", "key: klinic", "services[1].key"),
        ("demo/communities.yml", 'code: "990101002"', 'code: "990101001"', "communities[1].code"),
        ("demo/cases.yml", "do: triage", "do: close", "events[1].steps[0].do"),
        ("demo/cases.yml", "do: triage", "do: file", "events[1].steps[0].do"),
        ("demo/cases.yml", "do: triage", "do: explode", "events[1].steps[0].do"),
        ("demo/cases.yml", "hours_ago: 19.7", "hours_ago: 21", "events[1].steps[2].hours_ago"),
        ("demo/cases.yml", "party: qinghe-property-yx", "party: nobody", "events[1].steps[2].party"),
        ("demo/cases.yml", "completion: substantive", "completion: done", "events[2].steps[6].completion"),
        ("demo/cases.yml", "to: listed", "to: feedback", "agenda[2].steps[1].to"),
        ("demo/cases.yml", "resident: demo-zhou", "resident: nobody", "events[0].resident"),
        ("demo/cases.yml", "event: 单车把路口堵死了", "event: 没有的事", "whistles[0].event"),
        ("demo/cases.yml", "title: 楼门口全是共享单车", "title: 单车把路口堵死了", "whistles[0].event"),
        ("demo/cases.yml", "kind: 日常哨", "kind: 起床哨", "whistles[0].kind"),
        ("demo/cases.yml", "parties: [street-urban]", "parties: [nobody]", "whistles[0].steps[1].parties"),
        ("demo/cases.yml", "parties: [street-urban], ", "", "whistles[0].steps[1].parties"),
        ("demo/cases.yml", "do: sign_in", "do: arrive", "whistles[0].steps[2].do"),
        ("demo/cases.yml", "do: sign_in", "do: blow", "whistles[0].steps[2].do"),
        ("demo/cases.yml", "do: blow", "do: contact", "whistles[0].steps[1].do"),
        ("demo/cases.yml", "hours_ago: 27.6", "hours_ago: 28.5", "whistles[0].steps[2].hours_ago"),
        ("demo/cases.yml", "place: 青禾街道综合执法队, ", "", "whistles[0].steps[2].place"),
        ("demo/cases.yml", "party: street-urban, place: 青禾街道", "place: 青禾街道", "whistles[1].steps[2].party"),
        ("demo/cases.yml", "score: 5", "score: 6", "whistles[1].steps[10].score"),
        ("demo/grids.geojson", '"type": "Polygon"', '"type": "Point"', "features[0].geometry.type"),
    ],
)
def test_a_broken_file_is_told_by_file_line_and_field(
    broken_copy: Break, files: CatalogueFiles, file: str, old: str, new: str, field: str
) -> None:
    folder = broken_copy(file, old, new)
    with pytest.raises(BrokenFile) as caught:
        load_demo(folder, files.catalogue)
    assert caught.value.file.endswith(file)
    assert caught.value.field == field
    assert caught.value.line > 0


def test_a_polygon_that_does_not_close_is_refused(broken_copy: Break, files: CatalogueFiles) -> None:
    folder = broken_copy("demo/grids.geojson", "[[[116.201, 30.502], ", "[[[116.2011, 30.502], ")
    with pytest.raises(BrokenFile, match="一圈"):
        load_demo(folder, files.catalogue)
