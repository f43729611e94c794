"""The figures beside a model are read strictly and compared with those of the live one."""

import json
from pathlib import Path

import pytest

from bot.workbench import scores
from tests.workbench.bench import FIGURES, put_figures


def test_the_figures_of_a_model_are_read(tmp_path: Path) -> None:
    put_figures(tmp_path, "m1")

    read = scores.read(tmp_path, "m1")

    assert read
    assert (read.examples, read.leaf_top3, read.per_intent["deny"].support) == (6000, 0.95, 30)


@pytest.mark.parametrize(
    "text", ["", "[]", "null", '{"name": "m1"}', json.dumps({**FIGURES, "examples": "many"}), "\x00"]
)
def test_a_model_with_damaged_figures_has_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "m1.json").write_text(text, "utf-8")

    assert scores.read(tmp_path, "m1") is None


def test_a_model_without_figures_has_none(tmp_path: Path) -> None:
    assert scores.read(tmp_path, "m1") is None


def test_a_model_is_compared_with_the_live_one(tmp_path: Path) -> None:
    put_figures(tmp_path, "m1", intent_accuracy=0.92)
    put_figures(tmp_path, "live")

    rows = scores.overall(scores.read(tmp_path, "m1"), scores.read(tmp_path, "live"))

    assert [round(row.difference or 0, 2) for row in rows] == [0.02, 0.0, 0.0]


def test_what_got_worse_stands_first(tmp_path: Path) -> None:
    put_figures(tmp_path, "live")
    worse = {"precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 30}
    put_figures(tmp_path, "m1", per_intent={**dict.fromkeys(["deny"], worse), "skip": worse})
    here = scores.read(tmp_path, "m1")
    assert here

    rows = scores.by_intent(here, scores.read(tmp_path, "live"))

    assert [row.name for row in rows] == ["deny", "affirm", "skip"]
    assert rows[1].difference is None
