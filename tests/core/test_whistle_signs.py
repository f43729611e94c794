"""Too many whistles, too few, and how departments come."""

import pytest

from bot.core.whistle_signs import Blown, Called, Sign, attendance, sign_of, usual_rate


@pytest.mark.parametrize(
    ("community", "usual", "sign"),
    [
        (Blown(100, 0, 5), 2.4, Sign.TOO_MANY),
        (Blown(100, 0, 5), 2.5, None),
        (Blown(50, 0, 4), 0.5, None),
        (Blown(100, 3, 0), 2.0, Sign.TOO_FEW),
        (Blown(0, 3, 0), None, Sign.TOO_FEW),
        (Blown(100, 2, 0), 2.0, None),
        (Blown(100, 9, 1), 2.0, None),
        (Blown(0, 0, 6), 1.0, None),
        (Blown(100, 0, 6), None, None),
    ],
)
def test_what_stands_out_is_far_from_the_street_and_often_enough(
    community: Blown, usual: float | None, sign: Sign | None
) -> None:
    assert sign_of(community, usual) is sign


def test_the_usual_rate_is_the_median_of_those_who_accepted_something() -> None:
    street = [Blown(100, 0, 1), Blown(100, 0, 3), Blown(50, 0, 20), Blown(0, 0, 0)]

    assert usual_rate(street) == pytest.approx(3.0)
    assert usual_rate([Blown(0, 0, 4)]) is None
    assert usual_rate([]) is None


def test_attendance_counts_only_what_is_due_or_done() -> None:
    found = attendance(
        [
            Called(signed_in_time=True, arrived=True, score=5),
            Called(signed_in_time=False, arrived=True, score=2),
            Called(signed_in_time=None, arrived=False, score=None),
            Called(signed_in_time=None, arrived=None, score=None),
        ]
    )

    assert (found.calls, found.scores) == (4, 2)
    assert found.signed_in_time == pytest.approx(1 / 2)
    assert found.arrived == pytest.approx(2 / 3)
    assert found.score == pytest.approx(3.5)


def test_nothing_is_divided_by_nothing() -> None:
    found = attendance([])

    assert (found.signed_in_time, found.arrived, found.score) == (None, None, None)
