"""Codes from a phone: the vectors of the RFCs, the tolerance of half a minute, and that no code counts twice."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.core import totp

SECRET = totp.secret_of(b"12345678901234567890")
NOW = datetime(2026, 3, 12, 2, 0, 10, tzinfo=UTC)


def code(shift: int = 0) -> str:
    return totp.code_at(SECRET, totp.step_at(NOW) + shift)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_codes_are_those_of_rfc_6238(seconds: int, expected: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)

    assert totp.code_at(SECRET, totp.step_at(moment), digits=8) == expected
    assert totp.step_of(SECRET, expected[-6:], moment) == seconds // 30


def test_the_codes_are_those_of_rfc_4226() -> None:
    assert [totp.code_at(SECRET, step) for step in range(4)] == ["755224", "287082", "359152", "969429"]


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_a_clock_may_be_half_a_minute_off(shift: int) -> None:
    assert totp.step_of(SECRET, code(shift), NOW) == totp.step_at(NOW) + shift


@pytest.mark.parametrize("shift", [-2, 2, 100])
def test_a_code_of_another_time_is_none(shift: int) -> None:
    assert totp.step_of(SECRET, code(shift), NOW) is None


def test_a_code_counts_once() -> None:
    used = totp.step_of(SECRET, code(), NOW)

    assert totp.step_of(SECRET, code(), NOW, used) is None
    assert totp.step_of(SECRET, code(-1), NOW, used) is None
    assert totp.step_of(SECRET, code(1), NOW, used) == totp.step_at(NOW) + 1


@pytest.mark.parametrize(
    "given", ["", "12345", "0" * 7, "abcdef", "１２３４５６", "\ud800", pytest.param("9" * 4000, id="long")]
)
def test_what_is_no_code_is_refused(given: str) -> None:
    assert totp.step_of(SECRET, given, NOW) is None


def test_a_code_holds_from_one_step_before_until_one_after() -> None:
    held = [totp.step_of(SECRET, code(), NOW + timedelta(seconds=shift)) is not None for shift in (-41, -40, 49, 50)]

    assert held == [False, True, True, False]


def test_a_secret_is_written_in_groups_of_four() -> None:
    assert totp.in_groups(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"


@pytest.mark.parametrize("length", range(10, 26))
def test_a_key_of_any_length_can_be_written(length: int) -> None:
    secret = totp.secret_of(b"k" * length)

    assert "=" not in secret
    assert len(totp.code_at(secret, 1)) == 6


def test_an_app_can_open_the_link() -> None:
    address = urlsplit(totp.link(SECRET, "li/qing&x"))

    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert address.path == "/%E9%82%BB%E9%87%8C%3Ali%2Fqing%26x"
    assert parse_qs(address.query)["secret"] == [SECRET]
    assert parse_qs(address.query)["issuer"] == ["邻里"]
