"""Rings as people paste them: read whatever way they come, refused with the point that is wrong."""

import json

import pytest

from bot.core import rings
from bot.errors import InvalidInput

SQUARE = ((116.2, 30.5), (116.21, 30.5), (116.21, 30.51), (116.2, 30.51), (116.2, 30.5))
LINES = "116.2,30.5\n116.21，30.5\n\n 116.21 30.51 \n[116.2, 30.51],"


@pytest.mark.parametrize(
    "text",
    [
        LINES,
        f"{LINES}\n116.2,30.5",
        json.dumps({"type": "Polygon", "coordinates": [SQUARE]}),
        json.dumps({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [SQUARE[:-1]]}}),
        json.dumps(
            {"type": "FeatureCollection", "features": [{"geometry": {"type": "Polygon", "coordinates": [SQUARE]}}]}
        ).replace('{"geometry"', '{"type": "Feature", "geometry"'),
    ],
)
def test_lines_and_geojson_make_the_same_closed_ring(text: str) -> None:
    assert rings.read_ring(text) == SQUARE


def test_what_is_shown_for_editing_reads_back_as_it_was() -> None:
    assert rings.read_ring(rings.written(SQUARE)) == SQUARE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "三个不同的点"),
        ("116.2,30.5\n116.21,30.5", "三个不同的点"),
        ("116.2,30.5\n116.2,30.5\n116.2,30.5\n116.2,30.5", "三个不同的点"),
        ("116.2,30.5\n青禾路\n116.21,30.5", "第2行看不懂"),
        ("116.2,30.5,3\n116.21,30.5\n116.21,30.51", "第1行看不懂"),
        pytest.param(" " * 19_000 + "x", "第1行看不懂", id="blank"),
        ("30.5,116.2\n30.5,116.21\n30.51,116.21", "写反了"),
        ("2.35,48.85\n2.36,48.85\n2.36,48.86", "不在国内"),
        ("116.2,30.5\n116.21,30.51\n116.21,30.5\n116.2,30.51", "交叉"),
        ("116.2,30.5\n116.21,30.5\n116.22,30.5", "交叉"),
        ("116.2,30.5\n116.21,30.5\n116.205,30.5\n116.2,30.51", "交叉"),
        ("116.2,30.5\n116.21,30.5\n116.21,30.51\n116.21,30.5\n116.2,30.51", "写了两次"),
        pytest.param("\n".join(f"{116 + n / 1000},{30 + n * n / 1e6}" for n in range(201)), "点太多了", id="many"),
        pytest.param("1" * 20_001, "太长", id="long"),
        ("{", "写得不完整"),
        pytest.param('{"a":' * 3_000, "写得不完整", id="deep"),
        ('{"type": "Point", "coordinates": [116.2, 30.5]}', "正好有一个 Polygon"),
        ('{"type": "Polygon", "coordinates": [[[116.2, 30.5], ["x", 1], [1, 2]]]}', "第2个点看不懂"),
        ('{"type": "Polygon", "coordinates": [[[true, 30.5]]]}', "第1个点看不懂"),
    ],
)
def test_what_is_no_ring_is_refused_with_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        rings.read_ring(text)


def test_a_hundredth_of_a_degree_of_latitude_is_about_a_kilometre() -> None:
    assert rings.kilometres((116.2, 30.5), (116.2, 30.51)) == pytest.approx(1.112, abs=0.001)
