"""The signature that lets a page of ours ask the phone for a position or a picture."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar

from bot.services.desk import Desk
from tests.channels.webchat.phone import Phone
from tests.channels.wechat.connected import Connected, account_at, with_accounts

OURS = "https://linli.example/progress?n=0002&x=a%20b"
TICKET = "/cgi-bin/ticket/getticket"


@pytest.fixture
def desk(desk: Desk, ports: tuple[int, int], tmp_path: Path) -> Desk:
    """Residents' phones reach the one account by a name, the other as the request comes."""
    named = replace(account_at(ports[1]), address="https://linli.example")
    return with_accounts(desk, tmp_path, [named, account_at(ports[1], "bare")])


@pytest.fixture
async def phone(town: Connected) -> AsyncIterator[Phone]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        phone = Phone(session, town.service)
        await phone.open()
        yield phone


async def signed(phone: Phone, url: str, account: str = "qinghe") -> tuple[int, Mapping[str, str]]:
    target = f"{phone.base}/wechat/{account}/signature"
    headers = {"Accept": "application/json"}
    async with phone.session.get(target, params={"url": url}, headers=headers) as response:
        return response.status, await response.json(content_type=None) if response.status == 200 else {}


def independently(town: Connected, desk: Desk, answer: Mapping[str, str], url: str, account: str = "qinghe") -> str:
    """The signature as WeChat's documentation has it: the fields sorted by name, joined, hashed."""
    registered = town.wechat.platform.account(account)
    ticket = registered.tokens.ticket(desk.clock()).value
    fields = {"noncestr": answer["nonceStr"], "jsapi_ticket": ticket, "timestamp": answer["timestamp"], "url": url}
    joined = "&".join(f"{name}={fields[name]}" for name in sorted(fields))
    return hashlib.sha1(joined.encode()).hexdigest()  # noqa: S324 - the protocol's own


async def test_a_page_of_ours_is_signed_as_wechat_will_check_it(town: Connected, desk: Desk, phone: Phone) -> None:
    status, answer = await signed(phone, OURS)

    assert status == 200
    assert answer["signature"] == independently(town, desk, answer, OURS)
    assert answer["appId"] == town.wechat.platform.account("qinghe").account.app_id
    assert set(answer) == {"appId", "timestamp", "nonceStr", "signature"}


async def test_what_follows_the_hash_is_not_signed(town: Connected, desk: Desk, phone: Phone) -> None:
    _, answer = await signed(phone, f"{OURS}#top")

    assert answer["signature"] == independently(town, desk, answer, OURS)


async def test_two_signatures_share_one_ticket_and_no_nonce(town: Connected, phone: Phone) -> None:
    answers = [(await signed(phone, OURS))[1] for _ in range(2)]

    assert answers[0]["nonceStr"] != answers[1]["nonceStr"]
    assert town.wechat.platform.traffic.counts["qinghe", TICKET] == 1


@pytest.mark.parametrize(
    "foreign",
    [
        "https://evil.example/",
        "https://linli.example.evil.example/",
        "https://linli.example@evil.example/",
        "https://evil.example/https://linli.example/",
        "javascript:alert(1)//linli.example/",
        "//linli.example/",
        "https://linli.example:8443/",
        "https://[linli.example/",
        "",
    ],
)
async def test_nobody_elses_page_is_signed(town: Connected, phone: Phone, foreign: str) -> None:
    status, _ = await signed(phone, foreign)

    assert status == 400
    assert town.wechat.platform.traffic.counts["qinghe", TICKET] == 0


async def test_without_an_address_the_page_the_request_came_to_is_ours(
    town: Connected, desk: Desk, phone: Phone
) -> None:
    page = f"{town.service}/"

    status, answer = await signed(phone, page, "bare")

    assert (status, (await signed(phone, OURS, "bare"))[0]) == (200, 400)
    assert answer["signature"] == independently(town, desk, answer, page, "bare")


async def test_who_has_not_opened_the_page_gets_no_signature(town: Connected) -> None:
    async with ClientSession() as stranger:
        status, _ = await signed(Phone(stranger, town.service), OURS)

    assert status == 403
    assert town.wechat.platform.traffic.counts["qinghe", TICKET] == 0


async def test_an_account_that_may_not_sign_does_not_break_the_page(town: Connected, phone: Phone) -> None:
    town.wechat.platform.fail_next(TICKET, 48001)

    assert (await signed(phone, OURS))[0] == 503
