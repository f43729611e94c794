"""What a position sent from a phone means on a map of two buildings and two grids."""

import math

import pytest

from bot.core.places import Building, Gazetteer, Grid
from bot.core.positions import LABEL_LIMIT, NEAR_METRES, buildings_near, nearest_building, place_at

WEST = ((104.0, 30.0), (104.1, 30.0), (104.1, 30.1), (104.0, 30.1))
METRE_NORTH = 1 / 111_320
METRE_EAST = METRE_NORTH / math.cos(math.radians(30.05))
LON, LAT = 104.05, 30.05


def building(number: str, lon: float, lat: float, grid: str = "g1") -> Building:
    return Building(number, "c1", grid, "桂香苑", number, f"桂香苑{number}号楼", 3, 6, lon, lat)


GAZETTEER = Gazetteer(
    communities=(),
    estates=(),
    grids=(Grid("g1", "c1", "西网格", WEST), Grid("none", "c2", "没画的网格", ())),
    buildings=(building("3", LON, LAT), building("5", LON + 60 * METRE_EAST, LAT)),
)


@pytest.mark.parametrize(
    ("east", "north", "number"),
    [
        (0, 0, "3"),
        (39, 0, "5"),
        (-39, 0, "3"),
        (0, 39, "3"),
        (0, -41, None),
        (-41, 0, None),
        (29, 0, "3"),
        (31, 0, "5"),
    ],
)
def test_the_nearest_building_is_meant_if_it_is_near(east: float, north: float, number: str | None) -> None:
    found = nearest_building(LON + east * METRE_EAST, LAT + north * METRE_NORTH, GAZETTEER)

    assert (found.number if found else None) == number


def test_metres_are_metres_in_every_direction() -> None:
    near, far = NEAR_METRES - 0.5, NEAR_METRES + 0.5
    alone = Gazetteer((), (), (), (building("3", LON, LAT),))
    for degrees in range(0, 360, 15):
        east, north = math.sin(math.radians(degrees)) * METRE_EAST, math.cos(math.radians(degrees)) * METRE_NORTH

        assert nearest_building(LON + near * east, LAT + near * north, alone)
        assert nearest_building(LON + far * east, LAT + far * north, alone) is None


def test_at_a_building_its_name_counts_and_not_the_phones() -> None:
    place = place_at(LON, LAT, "某某超市(桂香店)", GAZETTEER)

    assert (place.label(), place.community_id, place.grid_id) == ("桂香苑3号楼", "c1", "g1")
    assert (place.unit, place.floor, place.room, place.landmark) == (None, None, None, None)


def test_away_from_buildings_the_phones_words_and_the_grid_count() -> None:
    place = place_at(LON, LAT + 0.02, "  桂香\n 公园 ", GAZETTEER)

    assert (place.label(), place.landmark) == ("桂香 公园", "桂香 公园")
    assert (place.community_id, place.grid_id, place.building) == ("c1", "g1", None)


@pytest.mark.parametrize(("lon", "label"), [(LON, "西网格内"), (110.0, "微信发来的位置")])
def test_without_words_the_place_is_still_called_something(lon: float, label: str) -> None:
    assert place_at(lon, LAT + 0.02, " ", GAZETTEER).label() == label


def test_outside_the_map_only_the_words_are_known() -> None:
    place = place_at(110.0, 20.0, "外地的公园", GAZETTEER)

    assert (place.label(), place.community_id, place.grid_id) == ("外地的公园", None, None)


def test_long_words_are_cut() -> None:
    assert len(place_at(110.0, 20.0, "路" * 500, GAZETTEER).label()) == LABEL_LIMIT


@pytest.mark.parametrize("lon", [math.nan, math.inf, -math.inf])
def test_a_position_that_is_none_is_nowhere(lon: float) -> None:
    place = place_at(lon, LAT, "", GAZETTEER)

    assert (place.building, place.grid_id) == (None, None)


def test_a_map_without_buildings_has_no_nearest_one() -> None:
    assert nearest_building(LON, LAT, Gazetteer((), (), (), ())) is None


def test_buildings_near_another_come_with_their_distance_the_nearest_first() -> None:
    here = building("1", LON, LAT)
    near, nearer = building("2", LON + 45 * METRE_EAST, LAT), building("3", LON, LAT + 20 * METRE_NORTH)
    far = building("4", LON + 60 * METRE_EAST, LAT)
    gazetteer = Gazetteer((), (), (), (here, near, nearer, far))

    found = buildings_near(here, gazetteer, 50)

    assert [one for _, one in found] == [nearer, near]
    assert found[0][0] == pytest.approx(20, abs=0.5)
