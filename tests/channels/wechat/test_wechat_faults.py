"""The table of error codes: every one has a handling and says in one line what to do."""

import pytest

from bot.channels.wechat.faults import FAULTS, UNKNOWN, Handling, WechatFault, WechatUnreachable, fault
from bot.errors import LinliError, Unavailable

DOCUMENTED = (
    *(-1, 40001, 40003, 40007, 40013, 40014, 40029, 40033, 40125, 40163, 40164, 40200, 42001, 43004, 43101, 43117),
    *(45002, 45008, 45009, 45011, 45015, 45047, 45072, 45080, 45081, 48001, 48006),
)


@pytest.mark.parametrize("code", DOCUMENTED)
def test_every_documented_code_is_in_the_table(code: int) -> None:
    assert fault(code) is FAULTS[code]
    assert fault(code).code == code


@pytest.mark.parametrize("row", FAULTS.values(), ids=lambda row: str(row.code))
def test_a_meaning_is_one_short_line_that_fits_a_table(row: object) -> None:
    meaning = getattr(row, "meaning", "")
    assert 8 <= len(meaning) <= 60
    assert not set("|\n`") & set(meaning)


@pytest.mark.parametrize(
    ("code", "handling"),
    [
        (-1, Handling.TRY_AGAIN),
        (40001, Handling.RENEW_TOKEN),
        (42001, Handling.RENEW_TOKEN),
        (43004, Handling.NOT_REACHABLE),
        (43101, Handling.REFUSED),
        (45009, Handling.WAIT_DAY),
        (45011, Handling.WAIT_MINUTE),
        (45015, Handling.WINDOW_OVER),
        (45047, Handling.OVER_QUOTA),
        (45081, Handling.IGNORE),
        (48001, Handling.MISCONFIGURED),
    ],
)
def test_a_code_is_handled_as_its_page_says(code: int, handling: Handling) -> None:
    assert fault(code).handling is handling


def test_a_refused_notice_does_not_mean_that_the_resident_has_left() -> None:
    assert fault(43101).handling is not Handling.NOT_REACHABLE


def test_a_code_never_seen_is_tried_again_and_says_so() -> None:
    unknown = fault(99999)
    assert (unknown.code, unknown.handling, unknown.meaning) == (99999, Handling.TRY_AGAIN, UNKNOWN)


def test_a_fault_is_told_with_its_code_and_meaning() -> None:
    error = WechatFault(fault(45015))
    assert isinstance(error, LinliError)
    assert "45015" in str(error)
    assert fault(45015).meaning in str(error)


@pytest.mark.parametrize("may_have_arrived", [True, False])
def test_silence_says_whether_asking_again_may_do_it_twice(may_have_arrived: bool) -> None:  # noqa: FBT001
    error = WechatUnreachable(may_have_arrived=may_have_arrived)
    assert isinstance(error, Unavailable)
    assert error.may_have_arrived is may_have_arrived
