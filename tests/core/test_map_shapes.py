"""Drawing rings of longitude and latitude: north is up, nothing is squeezed or lies outside."""

from math import cos, radians

import pytest

from bot.core.map_shapes import Sheet, middle

SQUARE = [(116.0, 30.0), (116.01, 30.0), (116.01, 30.01), (116.0, 30.01)]


def test_all_points_lie_on_the_sheet_and_touch_its_margin() -> None:
    sheet = Sheet.around(SQUARE, width=600, margin=10)
    drawn = [sheet.at(point) for point in SQUARE]

    assert min(x for x, _ in drawn) == 10
    assert max(x for x, _ in drawn) == 590
    assert min(y for _, y in drawn) == 10
    assert max(y for _, y in drawn) == pytest.approx(sheet.height - 10, abs=0.2)


def test_north_is_up_and_east_is_right() -> None:
    sheet = Sheet.around(SQUARE, width=600, margin=0)

    assert sheet.at((116.0, 30.01)) == (0, 0)
    assert sheet.at((116.01, 30.0))[0] == 600


def test_a_degree_of_longitude_is_drawn_shorter_than_one_of_latitude() -> None:
    sheet = Sheet.around(SQUARE, width=600, margin=0)

    assert 600 / sheet.height == pytest.approx(cos(radians(30)), rel=0.001)


@pytest.mark.parametrize("points", [[], [(116.0, 30.0)]])
def test_without_an_extent_there_is_still_a_sheet(points: list[tuple[float, float]]) -> None:
    sheet = Sheet.around(points, width=600, margin=10)

    assert (sheet.width, sheet.height) == (600, 600)


def test_points_along_one_meridian_still_fit() -> None:
    points = [(116.0, 30.0), (116.0, 30.01)]
    sheet = Sheet.around(points, width=600, margin=10)

    assert sheet.at(points[0]) == pytest.approx((10, sheet.height - 10), abs=0.2)


def test_an_outline_is_what_svg_calls_points() -> None:
    sheet = Sheet.around(SQUARE, width=600, margin=0)

    assert sheet.outline(SQUARE[2:]) == "600,0 0,0"


def test_the_middle_is_the_centre_of_gravity_whichever_way_round() -> None:
    corner_shape = [(0.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0), (1.0, 2.0), (0.0, 2.0)]

    assert middle(corner_shape) == pytest.approx((5 / 6, 5 / 6))
    assert middle(corner_shape[::-1]) == pytest.approx((5 / 6, 5 / 6))


def test_the_middle_of_a_line_is_the_mean_of_its_ends() -> None:
    assert middle([(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)]) == pytest.approx((1, 1))
