"""The screen of data/catalogue/emergencies.yml, both ways, on lines that are not its own patterns."""

from pathlib import Path

import pytest
import yaml

from bot.core.bubbles import LONGEST
from bot.store.files.catalogue_files import CatalogueFiles

LINES = yaml.safe_load((Path(__file__).parent / "emergency_lines.yml").read_text(encoding="utf-8"))
EMERGENCIES = [(leaf, line) for leaf, lines in LINES["emergencies"].items() for line in lines]


@pytest.mark.parametrize(("leaf", "line"), EMERGENCIES)
def test_an_emergency_is_recognised(files: CatalogueFiles, leaf: str, line: str) -> None:
    assert files.emergencies.screen(line) == leaf


@pytest.mark.parametrize("line", LINES["lookalikes"])
def test_a_lookalike_is_left_alone(files: CatalogueFiles, line: str) -> None:
    assert files.emergencies.screen(line) is None


def test_enough_is_tried_both_ways() -> None:
    assert len(EMERGENCIES) >= 60
    assert len(LINES["lookalikes"]) >= 60


def test_every_emergency_leaf_has_a_card_with_numbers_and_short_bubbles(files: CatalogueFiles) -> None:
    leaves = [code for code in files.catalogue.leaves if code.startswith("01")]
    for card in map(files.emergencies.card, [*leaves, "0302"]):
        assert card.numbers
        assert all(len(bubble) <= LONGEST for bubble in (*card.bubbles, card.question))


def test_a_very_long_message_is_screened_in_a_moment(files: CatalogueFiles) -> None:
    endless = "我妈说电梯里的灯和厨房的味道还有楼上的水，" * 400
    assert files.emergencies.screen(endless) is None
