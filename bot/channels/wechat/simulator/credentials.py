"""The interfaces that give out access tokens and page tickets."""

from bot.channels.wechat.simulator.answers import OK, Answer
from bot.channels.wechat.simulator.asked import Asked, text
from bot.channels.wechat.simulator.codes import Rejected
from bot.channels.wechat.simulator.platform import Platform
from bot.channels.wechat.simulator.registered import Registered


def stable_token(platform: Platform, asked: Asked) -> Answer:
    if asked.body.get("grant_type") != "client_credential":
        raise Rejected(40002)
    registered = _fetching(platform, asked, text(asked.body, "appid"), text(asked.body, "secret"))
    is_forced = asked.body.get("force_refresh", False)
    if not isinstance(is_forced, bool):
        raise Rejected(47001)
    now = platform.clock()
    return registered.tokens.stable(now, is_forced=is_forced).answer("access_token", now)


def token(platform: Platform, asked: Asked) -> Answer:
    if asked.query.get("grant_type") != "client_credential":
        raise Rejected(40002)
    registered = _fetching(platform, asked, asked.query.get("appid", ""), asked.query.get("secret", ""))
    now = platform.clock()
    return registered.tokens.ordinary(now).answer("access_token", now)


def ticket(platform: Platform, asked: Asked) -> Answer:
    registered = platform.by_token(asked.token)
    if asked.query.get("type") != "jsapi":
        raise Rejected(40035)
    now = platform.clock()
    return OK | registered.tokens.ticket(now).answer("ticket", now)


def _fetching(platform: Platform, asked: Asked, app_id: str, secret: str) -> Registered:
    registered = platform.by_app_id(app_id)
    if secret != registered.account.secret:
        raise Rejected(40125)
    if platform.allowed_ips is not None and asked.remote not in platform.allowed_ips:
        raise Rejected(40164)
    return registered
