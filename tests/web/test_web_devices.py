"""How a browser is called in the list of one's logins."""

import pytest

from bot.web import devices

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/126.0.0.0 Safari/537.36",
            "Windows 电脑，谷歌浏览器",
        ),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/126.0 Safari/537.36 Edg/126.0", "Windows 电脑，Edge 浏览器"),
        (f"Mozilla/5.0 (Linux; Android 14) {WEBKIT} Chrome/116.0 Mobile MicroMessenger/8.0.49", "安卓手机，微信"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {WEBKIT} Safari/604.1", "苹果手机，Safari 浏览器"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14.5; rv:127.0) Gecko Firefox/127.0", "苹果电脑，火狐浏览器"),
        ("curl/8.5.0", "认不出的设备"),
        ("<script>alert(1)</script>", "认不出的设备"),
        ("", "认不出的设备"),
    ],
)
def test_a_browser_is_called_as_its_owner_would_call_it(user_agent: str, name: str) -> None:
    assert devices.name_of(user_agent) == name


def test_a_name_fits_its_column_whatever_is_sent() -> None:
    everything = " ".join(mark for mark, _ in (*devices.SYSTEMS, *devices.BROWSERS)) * 100

    assert len(devices.name_of(everything)) <= 100
