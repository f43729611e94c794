"""What an address means in a neighbourhood whose estates share building numbers."""

from dataclasses import replace

import pytest

from bot.core import places
from bot.core.addresses import read
from bot.core.places import Building, Community, Estate, Gazetteer, Grid, Resolution


def building(at: tuple[str, str, str], number: str, units: int = 3, floors: int = 6) -> Building:
    """Put a building at (community, grid, estate)."""
    community, grid, estate = at
    return Building(
        id=f"{estate}-{number}",
        community_id=community,
        grid_id=grid,
        estate=estate,
        number=number,
        name=f"{estate}{number}号楼",
        units=units,
        floors=floors,
        lon=104.0,
        lat=30.6,
    )


SQUARE = ((104.0, 30.0), (104.1, 30.0), (104.1, 30.1), (104.0, 30.1))
EAST = ((104.1, 30.0), (104.2, 30.0), (104.2, 30.1), (104.1, 30.1), (104.1, 30.0))

GAZETTEER = Gazetteer(
    communities=(Community("c1", "平安社区", ("平安",)), Community("c2", "河湾社区")),
    estates=(
        Estate("桂香苑", "c1", ("锦绣路88弄", "老纺织厂宿舍")),
        Estate("望江名城", "c1"),
        Estate("河湾家园", "c2"),
    ),
    grids=(Grid("g1", "c1", "第一网格", SQUARE), Grid("g2", "c1", "第二网格", EAST), Grid("g3", "c2", "第三网格", ())),
    buildings=(
        *(building(("c1", "g1", "桂香苑"), str(n)) for n in (1, 2, 3, 22)),
        building(("c1", "g2", "望江名城"), "3", units=1, floors=33),
        building(("c1", "g2", "望江名城"), "18", units=2, floors=33),
        building(("c1", "g2", "望江名城"), "12A"),
        building(("c2", "g3", "河湾家园"), "3", units=6),
    ),
)

SOUNDS = {"贵香园": "gui xiang yuan", "桂香苑": "gui xiang yuan"}


def resolve(message: str, community: str | None = "c1") -> Resolution:
    return places.resolve(read(message, GAZETTEER.names), GAZETTEER, community)


def label(resolution: Resolution) -> str:
    return resolution.place.label() if resolution.place else ""


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("桂香苑3号楼2单元楼道灯", "桂香苑3号楼2单元"),
        ("22号楼", "桂香苑22号楼"),
        ("十八栋1单元2001", "望江名城18号楼1单元"),
        ("12a栋", "望江名城12A号楼"),
        ("锦绣路88弄3号301室", "桂香苑3号楼"),
        ("老纺织厂宿舍1号楼", "桂香苑1号楼"),
        ("3号楼20楼", "望江名城3号楼20楼"),
        ("2号楼后门", "桂香苑2号楼后门"),
    ],
)
def test_a_building_is_found_and_labelled_without_the_room(message: str, expected: str) -> None:
    assert label(resolve(message)) == expected


def test_the_place_carries_grid_unit_and_room() -> None:
    place = resolve("桂香苑3号楼2单元302").place
    assert place is not None
    assert (place.community_id, place.grid_id, place.unit, place.room) == ("c1", "g1", "2", "302")


def test_a_number_that_two_estates_have_gives_a_choice() -> None:
    names = [found.name for found in resolve("3号楼灯坏了").choices]
    assert names == ["桂香苑3号楼", "望江名城3号楼"]


def test_a_unit_only_one_of_them_has_decides() -> None:
    assert label(resolve("3号楼2单元")) == "桂香苑3号楼2单元"


def test_an_estate_elsewhere_is_found_although_the_resident_lives_here() -> None:
    place = resolve("河湾家园3号楼").place
    assert place is not None
    assert place.community_id == "c2"


def test_a_community_named_in_the_message_goes_before_the_residents_own() -> None:
    assert label(resolve("河湾社区3号楼")) == "河湾家园3号楼"


def test_without_a_community_every_estate_may_be_meant() -> None:
    assert len(resolve("3号楼", community=None).choices) == 3


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ("桂香苑88号楼", "桂香苑没有88号楼（最大是22号楼）"),
        ("88号楼", "平安社区没有88号楼（最大是22号楼）"),
        ("桂香苑3号楼9单元", "桂香苑3号楼没有9单元（一共3个单元）"),
        ("桂香苑3号楼9楼", "桂香苑3号楼没有9楼（一共6层）"),
        ("月亮湾小区3号楼", "没找到「月亮湾小区」，请说一下小区的全名"),
        ("灯坏了", "还不知道是哪里，请说一下小区和楼号"),
    ],
)
def test_what_does_not_exist_is_said_in_one_sentence(message: str, problem: str) -> None:
    assert resolve(message).problem == problem


def test_too_many_buildings_of_one_number_ask_for_the_estate() -> None:
    many = replace(GAZETTEER, buildings=tuple(building(("c1", "g1", f"园{n}"), "5") for n in range(7)))
    assert places.resolve(read("5号楼"), many, "c1").problem == "有7个小区都有5号楼，请说一下小区名"


def test_an_estate_that_only_sounds_right_is_found_by_its_sound() -> None:
    def pinyin(text: str) -> str:
        return SOUNDS.get(text, text)

    address = read("贵香园小区3号楼")
    assert places.resolve(address, GAZETTEER, "c1").problem
    assert label(places.resolve(address, GAZETTEER, "c1", pinyin)) == "桂香苑3号楼"


@pytest.mark.parametrize(
    ("message", "landmark", "grid"),
    [("桂香苑东门口", "东门口", "g1"), ("老菜场旁边", "老菜场旁边", None), ("2单元", None, None)],
)
def test_without_a_building_the_place_is_what_is_known(message: str, landmark: str | None, grid: str | None) -> None:
    place = resolve(message).place
    assert place is not None
    assert (place.landmark, place.grid_id, place.building) == (landmark, grid, None)


@pytest.mark.parametrize(
    ("lon", "lat", "grid"),
    [(104.05, 30.05, "第一网格"), (104.15, 30.05, "第二网格"), (104.3, 30.05, None), (104.05, 30.2, None)],
)
def test_a_point_lies_in_one_grid_or_none(lon: float, lat: float, grid: str | None) -> None:
    found = places.grid_at(lon, lat, GAZETTEER)
    assert (found.name if found else None) == grid
