"""Which readings a person should look at."""

import pytest

from bot.core.doubts import Doubt, doubt_of

SURE: dict[str, object] = {"intent": "report_event", "confidence": 0.9, "leaf": "0503", "leaf_confidence": 0.8}


@pytest.mark.parametrize(
    ("changes", "doubt"),
    [
        ({}, Doubt(0)),
        ({"intent": "nlu_fallback"}, Doubt.UNREAD),
        ({"intent": ""}, Doubt.UNREAD),
        ({"confidence": 0.49}, Doubt.UNSURE),
        ({"confidence": 0.5}, Doubt(0)),
        ({"leaf_confidence": 0.29}, Doubt.UNSURE),
        ({"leaf_confidence": 0.3}, Doubt(0)),
        ({"leaf_confidence": 0.1, "intent": "consult_policy"}, Doubt(0)),
        ({"corrected": "0603"}, Doubt.CORRECTED),
        ({"intent": "nlu_fallback", "confidence": 0.1, "corrected": "0603"}, sum(Doubt)),
    ],
)
def test_a_reading_is_doubted_for_what_it_says(changes: dict[str, object], doubt: int) -> None:
    assert doubt_of({**SURE, **changes}) == doubt


@pytest.mark.parametrize("reading", [None, {}, {"corrected": None}, {"confidence": "?"}])
def test_a_reading_that_says_nothing_is_not_doubted(reading: dict[str, object] | None) -> None:
    assert doubt_of(reading) == Doubt(0)


@pytest.mark.parametrize("doubt", list(Doubt))
def test_a_doubt_is_held_by_every_sum_it_is_part_of(doubt: Doubt) -> None:
    assert doubt.holders == tuple(one for one in range(1, 8) if one & doubt == doubt)
