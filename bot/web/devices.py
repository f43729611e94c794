"""What a browser says it is, in a few words its owner recognises."""

from typing import Final

# The first that fits: every browser also names those it descends from.
SYSTEMS: Final = (
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("OpenHarmony", "鸿蒙手机"),
    ("HarmonyOS", "鸿蒙手机"),
    ("Android", "安卓手机"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)
BROWSERS: Final = (
    ("wxwork", "企业微信"),
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("QQBrowser", "QQ浏览器"),
    ("HuaweiBrowser", "华为浏览器"),
    ("UCBrowser", "UC浏览器"),
    ("360SE", "360浏览器"),
    ("Edg", "Edge 浏览器"),
    ("Firefox", "火狐浏览器"),
    ("Chrome", "谷歌浏览器"),
    ("Safari", "Safari 浏览器"),
)
UNKNOWN: Final = "认不出的设备"


def name_of(user_agent: str) -> str:
    """Windows 电脑，谷歌浏览器 — from the header User-Agent, which anybody may write as they like."""
    found = [_first(SYSTEMS, user_agent), _first(BROWSERS, user_agent)]
    return "，".join(word for word in found if word) or UNKNOWN


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((plain for mark, plain in known if mark in user_agent), "")
