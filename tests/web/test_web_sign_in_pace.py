"""How often a password may be tried: from one address, for one name, whether anybody has it or not."""

import pytest

from bot.services.desk import Desk
from tests.web.served import Browser
from tests.web.signing import PASSWORD, hire, is_in, signing_in, try_password


async def tried_from(browser: Browser, address: int, username: str, password: str) -> tuple[int, str, str | None]:
    """Try once as seen from an address of the documentation range, by the proxy of this machine."""
    async with browser.post(
        "/login",
        data={"username": username, "password": password},
        headers={"X-Forwarded-For": f"203.0.113.{address}"},
        allow_redirects=False,
    ) as response:
        return response.status, await response.text(), response.headers.get("Retry-After")


async def test_an_address_has_ten_tries_a_minute(desk: Desk) -> None:
    username = hire(desk)
    async with signing_in(desk) as (browser, _):
        for n in range(10):
            assert (await try_password(browser, f"nobody-{n}", "guess"))[0] == 403

        status, page = await try_password(browser, username)

        assert (status, "登录试得太多了，请过1分钟再试，忘了密码请找管理员" in page) == (429, True)
        assert not await is_in(browser)


@pytest.mark.parametrize("is_known", [True, False])
async def test_a_name_has_twenty_tries_in_a_quarter_of_an_hour_from_everywhere(desk: Desk, *, is_known: bool) -> None:
    username = hire(desk) if is_known else "nobody at all"
    async with signing_in(desk) as (browser, _):
        tried = [(await tried_from(browser, n // 5, username, "guess"))[0] for n in range(20)]
        beyond = await tried_from(browser, 99, username, PASSWORD)
        spaced = await tried_from(browser, 98, f" {username} ", PASSWORD)

    assert set(tried) == {403}
    assert (beyond[0], beyond[2]) == (429, "900")
    assert "请过15分钟再试" in beyond[1]
    assert spaced[0] == 429


async def test_one_name_tried_too_often_keeps_nobody_else_out(desk: Desk) -> None:
    guessed, other = hire(desk), hire(desk)
    async with signing_in(desk) as (browser, _):
        for n in range(21):
            await tried_from(browser, n, guessed, "guess")

        assert (await tried_from(browser, 50, other, PASSWORD))[0] == 303
