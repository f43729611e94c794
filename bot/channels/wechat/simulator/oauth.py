"""How a page opened inside WeChat learns whose phone it is on: silent consent, a code, an openid."""

import secrets
from typing import Final
from urllib.parse import urlencode, urlsplit

from bot.channels.wechat.simulator.answers import Answer, Redirect
from bot.channels.wechat.simulator.asked import Asked
from bot.channels.wechat.simulator.codes import Rejected
from bot.channels.wechat.simulator.platform import Platform

WHO: Final = "simulated_openid"


def authorize(platform: Platform, asked: Asked) -> Answer:
    """Send the browser back with a code; who it is says the query or cookie `simulated_openid`."""
    registered = platform.by_app_id(asked.query.get("appid", ""))
    target, address = asked.query.get("redirect_uri", ""), registered.account.address
    if not target or (address and not _is_within(target, address)):
        raise Rejected(10003)
    if (openid := asked.query.get(WHO) or asked.cookies.get(WHO)) is None:
        raise Rejected(40003)
    code = registered.new_code(registered.contact(openid).openid, platform.clock())
    return Redirect(_with(target, {"code": code, "state": asked.query.get("state", "")}))


def access_token(platform: Platform, asked: Asked) -> Answer:
    """Trade a code for an openid; a page that only looks in gets a made-up one, marked as such."""
    registered = platform.by_app_id(asked.query.get("appid", ""))
    if asked.query.get("secret") != registered.account.secret:
        raise Rejected(40125)
    if asked.query.get("grant_type") != "authorization_code":
        raise Rejected(40002)
    contact = registered.spend_code(asked.query.get("code", ""), platform.clock())
    answer: dict[str, object] = {
        "access_token": f"oauth-{secrets.token_hex(24)}",
        "expires_in": 7200,
        "refresh_token": f"refresh-{secrets.token_hex(24)}",
        "openid": contact.openid,
        "scope": "snsapi_base",
    }
    if contact.is_snapshot:
        answer |= {"openid": f"oSnap{secrets.token_hex(12)}", "is_snapshotuser": 1}
    return answer


def _is_within(target: str, address: str) -> bool:
    return urlsplit(target).netloc == urlsplit(address).netloc


def _with(target: str, fields: dict[str, str]) -> str:
    parts = urlsplit(target)
    query = "&".join(part for part in (parts.query, urlencode(fields)) if part)
    return parts._replace(query=query).geturl()
