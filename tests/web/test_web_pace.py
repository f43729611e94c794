"""Limits: who is counted, and what happens beyond them."""

import pytest
from aiohttp.test_utils import make_mocked_request
from limits import RateLimitItemPerMinute

from bot.web.pace import Pace, TooFast, address_of

THREE_A_MINUTE = RateLimitItemPerMinute(3)


class Peer:
    """A connection from an address."""

    def __init__(self, address: str) -> None:
        self._address = address

    def get_extra_info(self, name: str) -> object:
        return (self._address, 50000) if name == "peername" else None


def seen(peer: str, forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return address_of(make_mocked_request("GET", "/", headers, transport=Peer(peer)))


def test_each_is_counted_alone() -> None:
    pace = Pace()
    first = [pace.within(THREE_A_MINUTE, "one") for _ in range(4)]
    assert first == [True, True, True, False]
    assert pace.within(THREE_A_MINUTE, "other")


def test_beyond_the_limit_it_says_how_long_to_wait() -> None:
    pace = Pace()
    for _ in range(3):
        pace.check(THREE_A_MINUTE, "one")
    with pytest.raises(TooFast) as refusal:
        pace.check(THREE_A_MINUTE, "one")
    assert refusal.value.seconds == 60


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "10.9.9.9, 198.51.100.1", "198.51.100.1"),
        ("::1", None, "::1"),
    ],
)
def test_only_a_proxy_on_this_machine_may_name_the_address(peer: str, forwarded: str | None, counted: str) -> None:
    assert seen(peer, forwarded) == counted
